package graphemulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// longLag does not end within a test.
const longLag = time.Hour

func (c *client) statuses(n int, method, path string) []int {
	c.t.Helper()
	var statuses []int
	for range n {
		statuses = append(statuses, c.graph(method, path, nil).status)
	}
	return statuses
}

// One of four requests for a fresh object misses, at a place that differs per object.
func TestReplicationLag(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{ReplicationLag: longLag})
	first, second := c.invite("ada@partner.example"), c.invite("bob@partner.example")
	if diff := cmp.Diff([]int{404, 200, 200, 200, 404, 200, 200, 200}, c.statuses(8, http.MethodGet, "users/"+first)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{200, 404, 200, 200, 200, 404}, c.statuses(6, http.MethodGet, "users/"+second)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{200}, c.statuses(1, http.MethodGet, "groups/"+c.group())); diff != "" {
		t.Error("what was seeded is known everywhere:", diff)
	}
}

func TestReplicationLagEnds(t *testing.T) {
	t.Parallel()
	const lag = 150 * time.Millisecond
	c := start(t, graphemulator.Config{ReplicationLag: lag, LagHits: graphemulator.LagAll})
	begin := time.Now()
	id := c.invite("ada@partner.example")
	saw := c.statuses(1, http.MethodGet, "users/"+id)[0]
	if saw != 404 && time.Since(begin) < lag {
		t.Errorf("a fresh user answers %d", saw)
	}
	time.Sleep(lag)
	if got := c.statuses(3, http.MethodGet, "users/"+id); !cmp.Equal(got, []int{200, 200, 200}) {
		t.Errorf("after the lag: %v", got)
	}
}

func TestLagHidesWrites(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{ReplicationLag: longLag, LagHits: graphemulator.LagAll})
	fresh := c.invite("ada@partner.example")
	known := c.put(object{"city": "Bonn"})
	for _, a := range []answer{
		c.graph(http.MethodPatch, "users/"+fresh, object{"city": "Köln"}),
		c.graph(http.MethodDelete, "users/"+fresh, nil),
		c.graph(http.MethodPost, "groups/"+c.group()+"/members/$ref", c.reference(fresh)),
		c.graph(http.MethodPut, "users/"+fresh+"/manager/$ref", c.reference(known)),
	} {
		if a.status != 404 || a.code() != "Request_ResourceNotFound" {
			t.Errorf("got %d %s", a.status, a.raw)
		}
	}
	if c.user(fresh)["city"] != nil {
		t.Error("a refused change had an effect")
	}
	if got := c.expect(http.StatusOK, http.MethodGet, "users?$select=id", nil).column("id"); !cmp.Equal(got, []string{known}) {
		t.Errorf("the list shows %v", got)
	}

	// A changed object shows as it was before, a deleted one is still there.
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+known, object{"city": "Köln"})
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+known, object{"city": "Aachen"})
	if got := c.expect(http.StatusOK, http.MethodGet, "users/"+known+"?$select=city", nil).text("city"); got != "Bonn" || c.user(known)["city"] != "Aachen" {
		t.Errorf("city = %q", got)
	}
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+known, nil)
	c.expect(http.StatusOK, http.MethodGet, "users/"+known, nil)
	c.expect(http.StatusNotFound, http.MethodDelete, "users/"+known, nil)
	c.expect(http.StatusNotFound, http.MethodGet, "directory/deletedItems/"+known, nil)

	// Memberships lag as well.
	member := c.put(object{})
	members := "groups/" + c.group() + "/members"
	c.expect(http.StatusNoContent, http.MethodPost, members+"/$ref", c.reference(member))
	if got := c.expect(http.StatusOK, http.MethodGet, members, nil).column("id"); len(got) != 0 {
		t.Errorf("members = %v", got)
	}
	c.expect(http.StatusNotFound, http.MethodDelete, members+"/"+member+"/$ref", nil)
}

// A fresh group does not know its members' collection yet.
func TestLagOfGroups(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{ReplicationLag: longLag, LagHits: graphemulator.LagAll})
	group := c.expect(http.StatusCreated, http.MethodPost, "groups", object{
		"displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true,
	}).text("id")
	a := c.graph(http.MethodPost, "groups/"+group+"/members/$ref", c.reference(c.put(object{})))
	if a.status != 400 || a.message() != "The source resource object or one of the objects being referenced don't exist." {
		t.Errorf("got %d %s", a.status, a.raw)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.AddFaults(
		graphemulator.Fault{Method: "GET", PathRegexp: "^/v1.0/users$", Times: 2, Status: 503},
		graphemulator.Fault{PathRegexp: "/groups$", Status: 429, RetryAfter: 90, RetryAfterDate: true},
	)
	if diff := cmp.Diff([]int{503, 503, 200}, c.statuses(3, http.MethodGet, "users")); diff != "" {
		t.Error(diff)
	}
	a := c.graph(http.MethodGet, "groups", nil)
	when, err := http.ParseTime(a.header.Get("Retry-After"))
	if err != nil || a.code() != "TooManyRequests" || time.Until(when) < 80*time.Second || time.Until(when) > 91*time.Second {
		t.Errorf("got %d %s, Retry-After %s", a.status, a.raw, a.header.Get("Retry-After"))
	}
	c.ClearFaults()
	c.expect(http.StatusOK, http.MethodGet, "groups", nil)
}

// The write happens, then the answer is lost.
func TestFaultAfterEffect(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.AddFaults(graphemulator.Fault{Method: "POST", PathRegexp: "/invitations$", Times: 1, AfterEffect: true})
	if response, err := c.http.Do(c.request(http.MethodPost, "/v1.0/invitations", invitation("ada@partner.example"))); err == nil {
		_ = response.Body.Close()
		t.Errorf("the answer came: %d", response.StatusCode)
	}
	c.AddFaults(graphemulator.Fault{Method: "POST", PathRegexp: "/invitations$", Times: 1, AfterEffect: true, Status: 504})
	c.expect(http.StatusGatewayTimeout, http.MethodPost, "invitations", invitation("bob@partner.example"))
	c.AddFaults(graphemulator.Fault{Method: "POST", PathRegexp: "/invitations$", Times: 1, DropConnection: true})
	if response, err := c.http.Do(c.request(http.MethodPost, "/v1.0/invitations", invitation("eve@partner.example"))); err == nil {
		_ = response.Body.Close()
		t.Errorf("the answer came: %d", response.StatusCode)
	}
	if n := len(c.Users(c.tenant.TenantID)); n != 2 {
		t.Errorf("%d users, want ada and bob", n)
	}
	if got := c.Requests()[0]; got.Status != 0 {
		t.Errorf("the lost answer is recorded with status %d", got.Status)
	}
}

func TestFaultsOfSignIn(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.AddFaults(graphemulator.Fault{PathRegexp: "/token$", Times: 1, Status: 503, RetryAfter: 1})
	if a := c.tokenRequest(c.tenant.TenantID, c.secretForm()); a.status != 503 || a.header.Get("Retry-After") != "1" {
		t.Errorf("got %d", a.status)
	}
	if a := c.tokenRequest(c.tenant.TenantID, c.secretForm()); a.status != 200 {
		t.Errorf("got %d", a.status)
	}
}

// A hook may change the directory under the request it is told about.
func TestOnRequest(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	c.OnRequest(func(request graphemulator.Request) {
		if request.Method == http.MethodPatch && strings.Contains(string(request.Body), "Bonn") {
			if err := c.DeleteUser(c.tenant.TenantID, id); err != nil {
				t.Error(err)
			}
		}
	})
	c.expect(http.StatusNotFound, http.MethodPatch, "users/"+id, object{"city": "Bonn"})
}

func TestLatency(t *testing.T) {
	t.Parallel()
	const latency = 80 * time.Millisecond
	c := start(t, graphemulator.Config{Latency: latency})
	steps := make([]object, 5)
	for i := range steps {
		steps[i] = jsonStep(string(rune('a'+i)), "GET", "/groups", nil)
	}
	begin := time.Now()
	c.batch(steps...)
	if took := time.Since(begin); took < latency || took > 4*latency {
		t.Errorf("a batch took %v", took)
	}
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	c := start(t, graphemulator.Config{Seed: seed, Throttle: graphemulator.ThrottleSmall})
	a := c.expect(http.StatusOK, http.MethodGet, "users", nil)
	if a.header.Get("X-Ms-Resource-Unit") != "2" {
		t.Errorf("cost = %q", a.header.Get("X-Ms-Resource-Unit"))
	}
	// 3,500 units in ten seconds: 20 requests of a batch cost 3 each.
	step := func(i int) object { return jsonStep(string(rune('a'+i)), "GET", "/groups/"+c.group()+"/members", nil) }
	steps := make([]object, 20)
	for i := range steps {
		steps[i] = step(i)
	}
	for range 200 {
		for _, response := range c.batch(steps...) {
			headers := response["headers"].(object)
			if response["status"] != 429.0 {
				continue
			}
			if headers["Retry-After"] == nil || headers["X-Ms-Throttle-Information"] != "ResourceUnitLimitExceeded" ||
				headers["X-Ms-Throttle-Scope"] != "Tenant_Application/ReadWrite/"+c.tenant.Applications[0].ClientID+"/"+c.tenant.TenantID {
				t.Errorf("headers = %v", headers)
			}
			return
		}
	}
	t.Error("12,000 units were granted")
}
