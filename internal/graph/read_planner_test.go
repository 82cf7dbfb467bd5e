package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// masses is a directory with many guests and a client that may read them.
type masses struct {
	*directory

	guests []string
}

func startMasses(t testing.TB, guests int, config graphemulator.Config, roles ...string) *masses {
	t.Helper()
	config.Seed = graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&config.Seed, guests)
	if len(roles) == 0 {
		roles = []string{"User.ReadWrite.All", "GroupMember.ReadWrite.All"}
	}
	d := startDirectoryAs(t, config, roles)
	c := &masses{directory: d}
	for _, user := range config.Seed.Tenants[0].Users {
		id, _ := user["id"].(string)
		c.guests = append(c.guests, id)
	}
	return c
}

// again signs in anew: what was listed before is not known.
func (c *masses) again(t testing.TB) *graph.Client {
	t.Helper()
	return signIn(t, c.Ready())
}

// sent counts the requests on the wire whose path and query match.
func (c *masses) sent(pattern string) (count int) {
	expression := regexp.MustCompile(pattern)
	for _, request := range c.Requests() {
		if !request.Batched && expression.MatchString(request.Method+" "+request.Path+"?"+request.Query) {
			count++
		}
	}
	return count
}

// each calls read for every id, as so many callers, and fails the test with every error. The
// callers are a team, so that the number of requests does not depend on how busy the machine
// is.
func each(t testing.TB, callers int, ids []string, read func(ctx context.Context, id string) error) {
	t.Helper()
	graph.Each(t.Context(), ids, callers, func(ctx context.Context, id string) {
		if err := read(graph.Refreshing(ctx), id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	})
}

func (c *masses) read(ctx context.Context, id string) error {
	user, err := c.client.User(ctx, id)
	if err == nil && user.ID != id {
		err = fmt.Errorf("answered with %s", user.ID)
	}
	return err
}

func TestRefreshOfManyGuests(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		guests, callers int
		config          graphemulator.Config
		atMost          int // requests on the wire
		lists           int // pages of 999
	}{
		"one":                        {guests: 1, callers: 1, atMost: 1},
		"three":                      {guests: 3, callers: 3, atMost: 3},
		"ten":                        {guests: 10, callers: 10, atMost: 5},
		"2,000 at the usual pace":    {guests: 2000, callers: 10, atMost: 12, lists: 3},
		"2,000 with empty pages":     {guests: 2000, callers: 10, atMost: 16, lists: 6, config: graphemulator.Config{Switches: graphemulator.Switches{EmptyPages: true}}},
		"2,000 in a fresh directory": {guests: 2000, callers: 10, atMost: 12, lists: 3, config: graphemulator.Config{ReplicationLag: time.Minute}},
		"2,000 one by one":           {guests: 2000, callers: 1, atMost: 12, lists: 3},
		"2,000 by a hundred":         {guests: 2000, callers: 100, atMost: 12, lists: 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startMasses(t, test.guests, test.config)
			each(t, test.callers, c.guests, c.read)
			if got := c.onTheWire(); got > test.atMost {
				t.Errorf("%d requests on the wire, want %d at most", got, test.atMost)
			}
			if got := c.sent(`^GET /v1.0/users\?.*top=999`); got > test.lists || test.lists > 0 && got == 0 {
				t.Errorf("%d pages of the list, want %d", got, test.lists)
			}
		})
	}
}

// A lone refresh is one plain GET, as many as there are, with no company.
func TestRefreshOfOneIsOneGet(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 50, graphemulator.Config{})
	if err := c.read(graph.Refreshing(t.Context()), c.guests[0]); err != nil {
		t.Fatal(err)
	}
	if c.onTheWire() != 1 || c.sent(`^GET /v1.0/users/`+c.guests[0]) != 1 {
		t.Errorf("%+v", c.Requests())
	}
}

func TestRefreshWithManagersAndSponsors(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 2000, graphemulator.Config{})
	boss := c.putUser(t, map[string]any{"displayName": "Boss", "userPrincipalName": "boss@" + c.tenant.InitialDomain, "mailNickname": "boss"})
	for i, id := range c.guests {
		user, known := c.User(c.tenant.TenantID, id)
		if !known {
			t.Fatal(id)
		}
		if i%2 == 0 {
			user["manager"] = boss
		}
		user["sponsors"] = []string{boss}
		c.putUser(t, user)
	}
	c.ResetRequests()
	index := map[string]int{}
	for i, id := range c.guests {
		index[id] = i
	}
	each(t, 10, c.guests, func(ctx context.Context, id string) error {
		if err := c.read(ctx, id); err != nil {
			return err
		}
		manager, err := c.client.Manager(ctx, id)
		if err != nil {
			return err
		}
		sponsors, err := c.client.Sponsors(ctx, id)
		if err == nil && ((manager == boss) != (index[id]%2 == 0) || !slices.Equal(sponsors, []string{boss})) {
			err = fmt.Errorf("manager %q, sponsors %q", manager, sponsors)
		}
		return err
	})
	t.Logf("%d requests on the wire", c.onTheWire())
	if got := c.onTheWire(); got > 25 {
		t.Errorf("%d requests on the wire", got)
	}
}

// An expanded list in which nobody has the relation is not believed.
func TestRefreshDistrustsAListWithoutRelations(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 200, graphemulator.Config{})
	each(t, 10, c.guests, func(ctx context.Context, id string) error {
		if err := c.read(ctx, id); err != nil {
			return err
		}
		manager, err := c.client.Manager(ctx, id)
		if err == nil && manager != "" {
			err = fmt.Errorf("manager %q", manager)
		}
		return err
	})
	if got := c.sent(`expand=manager`); got != 1 {
		t.Errorf("the list was asked for %d times", got)
	}
	if got := c.sent(`\$batch`); got < 15 {
		t.Errorf("%d batches: the list was believed", got)
	}
}

func TestRefreshOfMemberships(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 2000, graphemulator.Config{})
	group, err := c.PutGroup(c.tenant.TenantID, map[string]any{"displayName": "Team", "mailNickname": "team", "members": c.guests[:1990]})
	if err != nil {
		t.Fatal(err)
	}
	member := map[string]bool{}
	for _, id := range c.guests[:1990] {
		member[id] = true
	}
	each(t, 10, c.guests, func(ctx context.Context, id string) error {
		standing, err := c.client.Standing(ctx, group, id)
		if err == nil && (standing == graph.In) != member[id] {
			err = fmt.Errorf("standing %d", standing)
		}
		return err
	})
	t.Logf("%d requests on the wire", c.onTheWire())
	if got := c.onTheWire(); got > 20 {
		t.Errorf("%d requests on the wire", got)
	}
	if got := c.sent(`members\?.*top=999`); got != 2 {
		t.Errorf("%d pages of the list", got)
	}
}

// Members and guests are listed apart, and each only when it pays.
func TestRefreshOfAMixture(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 1200, graphemulator.Config{})
	few := []string{}
	for i := range 60 {
		name := fmt.Sprintf("member%02d", i)
		few = append(few, c.putUser(t, map[string]any{"userPrincipalName": name + "@" + c.tenant.InitialDomain, "mailNickname": name}))
	}
	all := slices.Clone(c.guests)
	for i, id := range few {
		all = slices.Insert(all, i*20, id)
	}
	each(t, 10, all, c.read)
	if got := c.onTheWire(); got > 30 {
		t.Errorf("%d requests on the wire", got)
	}
}

// Who needs a permission that is missing does not spoil the reads of others.
func TestRefreshKeepsPermissionsApart(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 1000, graphemulator.Config{}, "User.Read.All")
	var refused atomic.Int64
	each(t, 10, c.guests, func(ctx context.Context, id string) error {
		if strings.HasSuffix(id, "0") {
			_, err := c.client.User(ctx, id, graph.EmployeeLeaveDateTime)
			if !graph.IsForbidden(err) {
				return fmt.Errorf("leave date: %w", err)
			}
			refused.Add(1)
			return nil
		}
		return c.read(ctx, id)
	})
	if refused.Load() == 0 {
		t.Error("nobody asked for the leave date")
	}
}

// A list that cannot be read is given up; the reads go on.
func TestRefreshWithoutAList(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphemulator.Fault{
		"the list is refused":       {Method: http.MethodGet, PathRegexp: "^/v1.0/users$", QueryRegexp: "top=999", Status: http.StatusBadRequest},
		"the count is refused":      {Method: http.MethodGet, PathRegexp: "^/v1.0/users$", QueryRegexp: "count=true", Status: http.StatusForbidden},
		"the second page is broken": {Method: http.MethodGet, PathRegexp: "^/v1.0/users$", QueryRegexp: "skiptoken", Status: http.StatusBadRequest},
		"the filter is refused":     {Method: http.MethodGet, PathRegexp: "^/v1.0/users$", Status: http.StatusNotImplemented},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startMasses(t, 1100, graphemulator.Config{})
			c.AddFaults(fault)
			each(t, 10, c.guests[:300], c.read)
			each(t, 100, c.guests[300:], c.read)
			if got := c.sent("top=999"); got > 2 {
				t.Errorf("the list was tried %d times", got)
			}
		})
	}
}

// A write of this process voids every list.
func TestRefreshAfterAWriteReadsAnew(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 500, graphemulator.Config{})
	each(t, 10, c.guests, c.read)
	c.ResetRequests()
	each(t, 10, c.guests, c.read)
	if got := c.onTheWire(); got != 0 {
		t.Fatalf("%d requests for what the list has", got)
	}
	if err := c.client.UpdateUser(t.Context(), c.guests[7], graph.Changes{"jobTitle": "Boss"}, c.client.Now()); err != nil {
		t.Fatal(err)
	}
	c.ResetRequests()
	user, err := c.client.User(graph.Refreshing(t.Context()), c.guests[7])
	if err != nil || user.JobTitle == nil || *user.JobTitle != "Boss" {
		t.Errorf("after the write: %+v, %v", user.JobTitle, err)
	}
	if got := c.onTheWire(); got != 1 {
		t.Errorf("%d requests after the write", got)
	}
}

// Somebody who is not in the list is read directly: fresh, or gone.
func TestRefreshOfSomebodyNotInTheList(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 500, graphemulator.Config{})
	each(t, 10, c.guests[:490], c.read)
	fresh := c.putUser(t, map[string]any{"mail": "fresh@x.example", "userType": "Guest"})
	gone := "00000000-0000-4000-8000-000000000000"
	c.ResetRequests()
	if err := c.read(graph.Refreshing(t.Context()), fresh); err != nil {
		t.Error(err)
	}
	if err := c.read(graph.Refreshing(t.Context()), gone); !graph.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	if err := c.DeleteUser(c.tenant.TenantID, c.guests[499]); err != nil {
		t.Fatal(err)
	}
	if got := c.sent("^GET /v1.0/users/"); got != 2 {
		t.Errorf("%d direct reads", got)
	}
	// Whoever does not refresh is not answered from the list.
	if err := c.read(t.Context(), c.guests[499]); !graph.IsNotFound(err) {
		t.Errorf("a direct read of a deleted user: %v", err)
	}
}

// The names of other things than objects stay what they are: they are read directly.
func TestRefreshByPrincipalName(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 3, graphemulator.Config{})
	found, err := c.client.User(graph.Refreshing(t.Context()), "guest00001_partner00.example#EXT#@"+c.tenant.InitialDomain)
	if err != nil || found.ID != c.guests[0] {
		t.Errorf("%s, %v", found.ID, err)
	}
	if _, err := c.client.User(graph.Refreshing(t.Context()), "x') or (id ne '"); !graph.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
}
