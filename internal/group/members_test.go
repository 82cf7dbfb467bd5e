package group_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// stage is a tenant with a group of a guest, a member and a group of another guest, and a
// second tenant with a group of its own.
type stage struct {
	*acceptance.Environment
	t                            *testing.T
	ada, bob, cid, group, nested string
	away, awayGroup              string
}

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	steady := func(c *graphemulator.Config) {
		c.ReplicationLag = 0
		c.Seed = graphemulator.DefaultSeed()
		other := graphemulator.DefaultSeed().Tenants[0]
		other.Applications = c.Seed.Tenants[0].Applications
		c.Seed.Tenants = append(c.Seed.Tenants, other)
	}
	s := &stage{Environment: acceptance.Start(t, append([]func(*graphemulator.Config){steady}, configure...)...), t: t}
	s.ada = s.user(s.TenantID(), map[string]any{"displayName": "ada", "mail": "Ada@x.example", "userType": "Guest", "department": "R&D"})
	s.bob = s.user(s.TenantID(), map[string]any{"displayName": "bob", "mail": "bob@x.example"})
	s.cid = s.user(s.TenantID(), map[string]any{"displayName": "cid", "mail": "cid@x.example", "userType": "Guest"})
	s.nested = s.put(s.TenantID(), map[string]any{"displayName": "Nested", "members": []any{s.cid}})
	s.group = s.put(s.TenantID(), map[string]any{"displayName": "Everybody's Söhne", "mailNickname": "everybody", "members": []any{s.bob, s.ada, s.nested}})
	s.away = s.user(s.otherTenant(), map[string]any{"displayName": "away", "mail": "away@x.example"})
	s.awayGroup = s.put(s.otherTenant(), map[string]any{"displayName": "Away", "members": []any{s.away}})
	return s
}

func (s *stage) otherTenant() string { return s.Ready().Tenants[1].TenantID }

func (s *stage) user(tenant string, user map[string]any) string {
	s.t.Helper()
	id, err := s.PutUser(tenant, user)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) put(tenant string, group map[string]any) string {
	s.t.Helper()
	id, err := s.PutGroup(tenant, group)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) look(kind string, lines ...string) string {
	return s.Provider(fmt.Sprintf("source_tenant_ids = [%q]", s.otherTenant())) + fmt.Sprintf("\ndata %q \"test\" {\n  %s\n}\n", kind, strings.Join(lines, "\n  "))
}

func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: func(*terraform.State) error {
		for _, line := range s.Sent(acceptance.Writes) {
			return fmt.Errorf("a data source writes: %s", line)
		}
		return nil
	}})
}

const list = "data.entraguest_group_members.test"

func value(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func text(want string) knownvalue.Check { return knownvalue.StringExact(want) }

// shows checks the members, given as names by object id.
func shows(names map[string]string, addresses map[string]string) []statecheck.StateCheck {
	byID, byEmail := map[string]knownvalue.Check{}, map[string]knownvalue.Check{}
	var sorted []knownvalue.Check
	for _, id := range slices.Sorted(maps.Keys(names)) {
		byID[id] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"object_id": text(id), "display_name": text(names[id])})
		sorted = append(sorted, byID[id])
	}
	for address, id := range addresses {
		byEmail[address] = text(id)
	}
	return []statecheck.StateCheck{
		value(list, "members", knownvalue.ListExact(sorted)), value(list, "by_id", knownvalue.MapExact(byID)), value(list, "by_email", knownvalue.MapExact(byEmail)),
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		s := start(t, func(c *graphemulator.Config) { c.Switches.EmptyPages = empty })
		groupID := fmt.Sprintf("group_id = %q", s.group)
		both := shows(map[string]string{s.ada: "ada", s.bob: "bob"}, map[string]string{"ada@x.example": s.ada, "bob@x.example": s.bob})
		all := shows(map[string]string{s.ada: "ada", s.bob: "bob", s.cid: "cid"}, map[string]string{"ada@x.example": s.ada, "bob@x.example": s.bob, "cid@x.example": s.cid})
		s.test(
			resource.TestStep{
				PreConfig: s.ResetRequests, Config: s.look("entraguest_group_members", groupID),
				ConfigStateChecks: append(both, value(list, "tenant_id", text(s.TenantID())), value(list, "group_ids", knownvalue.ListExact([]knownvalue.Check{text(s.nested)})),
					value(list, "by_id", knownvalue.MapPartial(map[string]knownvalue.Check{s.ada: knownvalue.ObjectPartial(map[string]knownvalue.Check{"department": text("R&D")})}))),
			},
			resource.TestStep{Config: s.look("entraguest_group_members", groupID, "transitive = true"), ConfigStateChecks: all},
			resource.TestStep{
				Config: s.look("entraguest_group_members", groupID, "transitive = true", "guests_only = true", `attributes = ["display_name"]`),
				ConfigStateChecks: append(shows(map[string]string{s.ada: "ada", s.cid: "cid"}, map[string]string{"ada@x.example": s.ada, "cid@x.example": s.cid}),
					value(list, "by_id", knownvalue.MapPartial(map[string]knownvalue.Check{s.ada: knownvalue.ObjectPartial(map[string]knownvalue.Check{"department": knownvalue.Null(), "user_type": knownvalue.Null(), "mail": text("Ada@x.example")})}))),
			},
			resource.TestStep{
				PreConfig: func() {
					if err := s.SetManager(s.TenantID(), s.ada, s.bob); err != nil {
						t.Fatal(err)
					}
				},
				Config: s.look("entraguest_group_members", groupID, `attributes = ["display_name", "manager_id"]`),
				ConfigStateChecks: append(both, value(list, "by_id", knownvalue.MapPartial(map[string]knownvalue.Check{
					s.ada: knownvalue.ObjectPartial(map[string]knownvalue.Check{"manager_id": text(s.bob)}),
					s.bob: knownvalue.ObjectPartial(map[string]knownvalue.Check{"manager_id": knownvalue.Null()}),
				}))),
			},
			resource.TestStep{
				Config: s.look("entraguest_group_members", fmt.Sprintf("group_id = %q", s.awayGroup), fmt.Sprintf("tenant_id = %q", s.otherTenant())) + `
resource "terraform_data" "each" {
  count = length(data.entraguest_group_members.test.by_id)
}
`,
				ConfigStateChecks: append(shows(map[string]string{s.away: "away"}, map[string]string{"away@x.example": s.away}), value(list, "tenant_id", text(s.otherTenant()))),
			},
		)
	}
}

// Whatever may be incomplete fails the read.
func TestMembersThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	s := start(t)
	application := s.Ready().Tenants[0].Applications[0].ClientID
	config := s.look("entraguest_group_members", fmt.Sprintf("group_id = %q", s.group))
	fails := func(before func(), wrong string) resource.TestStep {
		return resource.TestStep{PreConfig: before, Config: config, ExpectError: regexp.MustCompile(`(?s)Listing the members of the group failed.*` + strings.ReplaceAll(wrong, " ", `\s+`))}
	}
	fault := func(f graphemulator.Fault) func() {
		return func() {
			s.ClearFaults()
			s.AddFaults(f)
		}
	}
	answer := func(body string) func() {
		return fault(graphemulator.Fault{PathRegexp: "/members$", Status: http.StatusOK, Body: []byte(strings.ReplaceAll(body, "BASE", s.Ready().GraphEndpoint))})
	}
	may := func(roles ...string) func() {
		return func() {
			s.ClearFaults()
			s.SetRoles(s.TenantID(), application, roles)
		}
	}
	good := resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{value(list, "members", knownvalue.ListSizeExact(2))}}
	after := func(before func()) resource.TestStep {
		step := good
		step.PreConfig = before
		return step
	}
	s.test(
		good,
		fails(answer(`{"value":[],"@odata.nextLink":"BASE/v1.0/groups/x/members?$skiptoken=1"}`), `links back`),
		fails(answer(`{"value":[],"@odata.nextLink":"https://evil.example/v1.0/groups"}`), `another host`),
		fails(answer(`{"value":[{"@odata.type":"#microsoft.graph.user","id":"1"}]}`), `may be incomplete.*User.Read.All`),
		after(fault(graphemulator.Fault{PathRegexp: "/members$", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 1})),
		after(fault(graphemulator.Fault{PathRegexp: "/members$", Times: 1, Status: http.StatusInternalServerError})),
		after(fault(graphemulator.Fault{PathRegexp: "/members$", Times: 1, Status: http.StatusNotFound})),
		fails(may("GroupMember.Read.All"), `may be incomplete.*User.Read.All`),
		fails(may("GroupMember.Read.All", "User.ReadBasic.All"), `may be incomplete.*User.Read.All`),
		fails(may("User.Read.All"), `HTTP 403.*GroupMember.Read.All`),
		fails(func() {
			may("GroupMember.Read.All", "User.Read.All")()
			s.put(s.TenantID(), map[string]any{"id": s.group, "displayName": "Hidden", "visibility": "HiddenMembership"})
		}, `may be incomplete.*Member.Read.Hidden`),
		after(may("GroupMember.Read.All", "User.Read.All", "Member.Read.Hidden")),
	)
}
