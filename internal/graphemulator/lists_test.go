package graphemulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Sign-ins have a limit of their own, ten requests a minute, and pages of 500.
func TestSignInsAreThrottled(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{Throttle: graphemulator.ThrottleLarge})
	const bySelection, byFilter = "users?$top=500&$select=id,signInActivity", "users?$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z"
	for range 5 {
		c.expect(http.StatusOK, http.MethodGet, bySelection, nil)
		c.expect(http.StatusOK, http.MethodGet, byFilter, nil)
	}
	c.expect(http.StatusTooManyRequests, http.MethodGet, bySelection, nil)
	c.expect(http.StatusTooManyRequests, http.MethodGet, byFilter, nil)
	c.expect(http.StatusOK, http.MethodGet, "users?$select=id", nil)
}

func TestSignInsNeedPermissionAndObjectID(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	ada, err := c.PutUser(c.tenant.TenantID, map[string]any{"userPrincipalName": "ada@" + c.tenant.InitialDomain})
	if err != nil {
		t.Fatal(err)
	}
	c.expect(http.StatusOK, http.MethodGet, "users/"+ada+"?$select=signInActivity", nil)
	c.expect(http.StatusBadRequest, http.MethodGet, "users/ada@"+c.tenant.InitialDomain+"?$select=signInActivity", nil)
	c.expect(http.StatusBadRequest, http.MethodGet, "users?$top=501&$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z", nil)
	c = c.as("User.Read.All")
	c.expect(http.StatusForbidden, http.MethodGet, "users?$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z", nil)
}

// The index takes URLs of 2,048 characters, the directory longer ones.
func TestLongQueries(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	query := func(count string, length int) string {
		begin := "users?" + count + "$filter=displayName%20eq%20'"
		return begin + strings.Repeat("x", 100) + "'" + strings.Repeat("%20", (length-len(c.Ready().GraphEndpoint+"/v1.0/")-len(begin)-101)/3)
	}
	get := func(path string, eventual bool) int {
		request := c.request(http.MethodGet, "/v1.0/"+path, nil)
		if eventual {
			request.Header.Set("ConsistencyLevel", "eventual")
		}
		return c.send(request).status
	}
	for name, test := range map[string]struct {
		count    string
		length   int
		eventual bool
		want     int
	}{
		"advanced":           {"$count=true&", 2045, true, http.StatusOK},
		"advanced, too long": {"$count=true&", 2054, true, http.StatusBadRequest},
		"not advanced":       {"", 4000, true, http.StatusOK},
		"without the header": {"$count=true&", 4000, false, http.StatusOK},
	} {
		if got := get(query(test.count, test.length), test.eventual); got != test.want {
			t.Errorf("%s: HTTP %d, want %d", name, got, test.want)
		}
	}
}

func TestEmptyPages(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 250)
	c := start(t, graphemulator.Config{Seed: seed, Switches: graphemulator.Switches{EmptyPages: true}})
	var sizes []int
	for path := "/v1.0/users?$top=100&$select=id"; path != ""; {
		a := c.do(http.MethodGet, path, nil)
		sizes = append(sizes, len(a.values()))
		path = a.text("@odata.nextLink")
	}
	if want := []int{0, 100, 0, 100, 0, 50}; !slices.Equal(sizes, want) {
		t.Errorf("pages of %v, want %v", sizes, want)
	}
}

// Groups that hide their members hide them also from the group around them, and who reads
// basic profiles sees no more of members.
func TestWhatMembersShow(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	put := func(group map[string]any) string {
		id, err := c.PutGroup(c.tenant.TenantID, group)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	ada, err := c.PutUser(c.tenant.TenantID, map[string]any{"mail": "ada@x.example", "department": "R&D"})
	if err != nil {
		t.Fatal(err)
	}
	inner := put(map[string]any{"members": []any{ada}, "visibility": "HiddenMembership"})
	outer, open := put(map[string]any{"members": []any{inner}}), put(map[string]any{"members": []any{ada}})
	count := func(group string) int {
		return len(c.expect(http.StatusOK, http.MethodGet, "groups/"+group+"/transitiveMembers?$select=id,mail,department", nil).values())
	}
	if n := count(outer); n != 2 {
		t.Errorf("%d members, want the hidden one too", n)
	}
	c = c.as("GroupMember.Read.All", "User.ReadBasic.All")
	if n := count(outer); n != 1 {
		t.Errorf("%d members, want the group alone", n)
	}
	shown := c.expect(http.StatusOK, http.MethodGet, "groups/"+open+"/members?$select=id,mail,department", nil)
	if !strings.Contains(shown.raw, "ada@x.example") || strings.Contains(shown.raw, "R&D") {
		t.Errorf("the basic profile is %s", shown.raw)
	}
}

// A fault may answer in Graph's place, for one page alone.
func TestFaultWithBody(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.AddFaults(graphemulator.Fault{PathRegexp: "/users$", QueryRegexp: "top=7", Status: http.StatusOK, Body: []byte(`{"value":[{"id":"made up"}]}`)})
	if got := c.expect(http.StatusOK, http.MethodGet, "users?$top=7", nil); !strings.Contains(got.raw, "made up") {
		t.Errorf("answered %s", got.raw)
	}
	if got := c.expect(http.StatusOK, http.MethodGet, "users?$top=8", nil); strings.Contains(got.raw, "made up") {
		t.Errorf("answered %s", got.raw)
	}
}
