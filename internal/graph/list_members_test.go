package graph_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// gathering is a tenant with a group of ada and of a group of bob.
type gathering struct {
	*directory
	group, nested, ada, bob string
}

func startGathering(t *testing.T, config graphemulator.Config, roles ...string) *gathering {
	t.Helper()
	g := &gathering{directory: startDirectory(t, config)}
	if len(roles) > 0 {
		g.SetRoles(g.tenant.TenantID, g.tenant.Applications[0].ClientID, roles)
	}
	g.ada = g.putUser(t, map[string]any{"mail": "ada@x.example", "department": "R&D", "onPremisesExtensionAttributes": map[string]any{"extensionAttribute1": "one", "extensionAttribute2": nil}})
	g.bob = g.putUser(t, map[string]any{"mail": "bob@x.example"})
	g.nested = g.put(t, map[string]any{"members": []any{g.bob}})
	g.group = g.put(t, map[string]any{"members": []any{g.ada, g.nested}})
	return g
}

func (g *gathering) put(t *testing.T, group map[string]any) string {
	t.Helper()
	id, err := g.PutGroup(g.tenant.TenantID, group)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (g *gathering) members(t *testing.T, transitive bool, properties ...graph.Property) (users []graph.User, groupIDs []string, err error) {
	t.Helper()
	groupIDs, err = g.client.ListMembers(t.Context(), g.group, transitive, properties, func(user graph.User) { users = append(users, user) })
	return users, groupIDs, err
}

func TestListMembers(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		g := startGathering(t, graphemulator.Config{Switches: graphemulator.Switches{EmptyPages: empty}})
		for transitive, want := range map[bool][]string{false: {g.ada}, true: {g.ada, g.bob}} {
			users, groupIDs, err := g.members(t, transitive, "department", graph.ExtensionAttributes)
			slices.Sort(want)
			if err != nil || !slices.Equal(idsOf(users), want) || !slices.Equal(groupIDs, []string{g.nested}) {
				t.Errorf("transitive %t: %v, %v, %v", transitive, idsOf(users), groupIDs, err)
			}
			for _, user := range users {
				if user.ID == g.ada && (*user.Department != "R&D" || len(user.ExtensionAttributes) != 1 || user.DisplayName != nil) {
					t.Errorf("read %+v", user)
				}
			}
		}
	}
	g := startGathering(t, graphemulator.Config{})
	g.group = g.put(t, map[string]any{})
	if users, _, err := g.members(t, false); err != nil || users != nil {
		t.Errorf("an empty group: %v, %v", users, err)
	}
	g.group = "00000000-0000-0000-0000-00000000abcd"
	if _, _, err := g.members(t, false); !graph.IsNotFound(err) {
		t.Errorf("no group: %v", err)
	}
}

// A list that may be incomplete is no list.
func TestUntrustedMembers(t *testing.T) {
	t.Parallel()
	hide := func(group func(*gathering) *string) func(*testing.T, *gathering) {
		return func(t *testing.T, g *gathering) {
			t.Helper()
			id := group(g)
			*id = g.put(t, map[string]any{"id": *id, "visibility": "HiddenMembership"})
		}
	}
	answer := func(body string) func(*testing.T, *gathering) {
		return func(_ *testing.T, g *gathering) {
			body = strings.ReplaceAll(body, "BASE", g.Ready().GraphEndpoint)
			g.AddFaults(graphemulator.Fault{PathRegexp: "embers$", Status: http.StatusOK, Body: json.RawMessage(body)})
		}
	}
	tests := map[string]struct {
		roles      []string
		transitive bool
		properties []graph.Property
		given      func(*testing.T, *gathering)
		// needs is the permission named; err is part of another error; "" for a good list.
		needs, err string
	}{
		"hidden":                      {given: hide(func(g *gathering) *string { return &g.group }), needs: "Member.Read.Hidden"},
		"hidden, but not from us":     {roles: []string{"User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"}, given: hide(func(g *gathering) *string { return &g.group })},
		"hidden below":                {transitive: true, given: hide(func(g *gathering) *string { return &g.nested }), needs: "Member.Read.Hidden"},
		"hidden below, not followed":  {given: hide(func(g *gathering) *string { return &g.nested })},
		"hidden below, not from us":   {roles: []string{"User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"}, transitive: true, given: hide(func(g *gathering) *string { return &g.nested })},
		"no permission to read users": {roles: []string{"GroupMember.Read.All"}, needs: "User.Read.All"},
		"basic users":                 {roles: []string{"GroupMember.Read.All", "User.ReadBasic.All"}, properties: []graph.Property{graph.DisplayName}},
		"too much of basic users":     {roles: []string{"GroupMember.Read.All", "User.ReadBasic.All"}, properties: []graph.Property{"department"}, needs: "User.Read.All"},
		"no permission at all":        {roles: []string{"User.Read.All"}, err: "HTTP 403"},
		"nameless entry":              {given: answer(`{"value":[{"@odata.type":"#microsoft.graph.user"}]}`), needs: "User.Read.All"},
		"entry without a type":        {given: answer(`{"value":[{"id":"1","userPrincipalName":"x"}]}`), needs: "User.Read.All"},
		"loop":                        {given: answer(`{"value":[],"@odata.nextLink":"BASE/v1.0/groups/x/members?$skiptoken=1"}`), err: "links back"},
		"another host":                {given: answer(`{"value":[],"@odata.nextLink":"https://evil.example/v1.0/groups/x/members"}`), err: "on another host"},
		"twice in the list": {given: answer(`{"value":[{"@odata.type":"#microsoft.graph.user","id":"1","userPrincipalName":"x"},` +
			`{"@odata.type":"#microsoft.graph.user","id":"1","userPrincipalName":"x"}]}`)},
		"a page that fails for good": {
			given: func(_ *testing.T, g *gathering) {
				g.AddFaults(graphemulator.Fault{PathRegexp: "embers$", Status: http.StatusNotImplemented})
			},
			err: "HTTP 501",
		},
		"a page that fails for a while": {given: func(_ *testing.T, g *gathering) {
			g.AddFaults(graphemulator.Fault{PathRegexp: "embers$", Times: 2, Status: http.StatusServiceUnavailable})
		}},
		"throttled": {given: func(_ *testing.T, g *gathering) {
			g.AddFaults(graphemulator.Fault{PathRegexp: "embers$", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 1})
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startGathering(t, graphemulator.Config{}, test.roles...)
			if test.given != nil {
				test.given(t, g)
			}
			users, _, err := g.members(t, test.transitive, test.properties...)
			untrusted, is := errors.AsType[*graph.Untrusted](err)
			switch {
			case test.needs != "":
				if !is || untrusted.Needs != test.needs || !strings.Contains(err.Error(), test.needs) {
					t.Errorf("got %v", err)
				}
			case test.err != "":
				if is || err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v", err)
				}
			case err != nil:
				t.Errorf("got %v", err)
			case len(slices.Compact(idsOf(users))) != len(users):
				t.Errorf("somebody is there twice: %v", idsOf(users))
			}
		})
	}
}

const manyMembers = 30_000

func TestThirtyThousandMembers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("about size, not about concurrency")
	}
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, manyMembers)
	var ids []string
	for _, user := range seed.Tenants[0].Users {
		ids = append(ids, fmt.Sprint(user["id"]))
	}
	seed.Tenants[0].Groups[0]["members"] = ids
	g := &gathering{directory: startDirectory(t, graphemulator.Config{Seed: seed}), group: fmt.Sprint(seed.Tenants[0].Groups[0]["id"])}
	users, _, err := g.members(t, false, graph.DisplayName, "department")
	t.Logf("%d requests", g.onTheWire())
	if err != nil || len(users) != manyMembers || g.onTheWire() > 31 {
		t.Errorf("%d members with %d requests, %v", len(users), g.onTheWire(), err)
	}
}
