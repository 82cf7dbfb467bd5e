package membership_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const name = "entraguest_group_membership.test"

// stage is a tenant with two guests and a group.
type stage struct {
	*acceptance.Environment
	t                 *testing.T
	ada, grace, group string
}

const longAgo = "2020-01-02T03:04:05Z"

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	s := &stage{Environment: acceptance.Start(t, configure...), t: t}
	s.ada, s.grace = s.person("ada", nil), s.person("grace", nil)
	s.group = s.newGroup(nil)
	return s
}

func (s *stage) person(nick string, properties map[string]any) string {
	s.t.Helper()
	user := map[string]any{
		"userPrincipalName": nick + "_x.example#EXT#@" + s.InitialDomain(), "displayName": nick, "mail": nick + "@x.example",
		"userType": "Guest", "creationType": "Invitation", "createdDateTime": longAgo,
	}
	maps.Copy(user, properties)
	id, err := s.PutUser(s.TenantID(), user)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) newGroup(properties map[string]any) string {
	s.t.Helper()
	group := map[string]any{"displayName": "Circle", "mailEnabled": false, "securityEnabled": true, "createdDateTime": longAgo}
	maps.Copy(group, properties)
	id, err := s.PutGroup(s.TenantID(), group)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// block is one membership.
func block(label, group, member string, lines ...string) string {
	return fmt.Sprintf("\nresource \"entraguest_group_membership\" %q {\n  group_id  = %q\n  member_id = %q\n  %s\n}\n", label, group, member, strings.Join(lines, "\n  "))
}

// config is ada in the group.
func (s *stage) config(lines ...string) string {
	return s.Provider() + block("test", s.group, s.ada, lines...)
}

// test runs the steps. In the end nobody is in the group, the people are still there, and
// nothing was deleted but references.
func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: func(*terraform.State) error { return s.in(s.group) }})
	s.nobodyDeleted()
}

// nobodyDeleted holds the record of requests against DELETE without /$ref.
func (s *stage) nobodyDeleted() {
	s.t.Helper()
	for _, request := range s.Requests() {
		if request.Method == http.MethodDelete && strings.Contains(request.Path, "/groups") && !strings.HasSuffix(request.Path, "/$ref") {
			s.t.Errorf("a person was deleted: %s %s", request.Method, request.Path)
		}
	}
	if gone := s.DeletedUsers(s.TenantID()); len(gone) > 0 && !s.expectsDeleted() {
		s.t.Errorf("people were deleted: %v", gone)
	}
}

// expectsDeleted reports whether the test itself has deleted somebody.
func (s *stage) expectsDeleted() bool {
	return strings.Contains(s.t.Name(), "Gone") || strings.Contains(s.t.Name(), "Invited")
}

// in compares who is in a group.
func (s *stage) in(group string, want ...string) error {
	got := s.Members(s.TenantID(), group)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got, cmp.Transformer("nil", func(list []string) []string { return append([]string{}, list...) })); diff != "" {
		return fmt.Errorf("the members differ: %s", diff)
	}
	return nil
}

// members is in as a check.
func (s *stage) members(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return s.in(s.group, want...) }
}

// wrote compares the writes since the last call, with names instead of ids.
func (s *stage) wrote(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, line := range s.Sent(acceptance.Writes) {
			got = append(got, strings.NewReplacer(s.ada, "ada", s.grace, "grace", s.group, "group", "/v1.0", "").Replace(line))
		}
		s.ResetRequests()
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("writes differ: %s", diff)
		}
		return nil
	}
}

// onTheWire counts the requests to Graph since the last call; a batch is one.
func (s *stage) onTheWire() int {
	count := 0
	for _, request := range s.Requests() {
		if strings.HasPrefix(request.Path, "/v1.0/") && !request.Batched {
			count++
		}
	}
	s.ResetRequests()
	return count
}

// What adding and removing ada look like on the wire.
const (
	adds    = "POST /groups/group/members/$ref"
	removes = "DELETE /groups/group/members/ada/$ref"
)

// later does something behind Terraform's back, ten minutes later: so soon after a write
// of its own, the provider takes nothing for a change.
func (s *stage) later(change func() error) func() {
	return func() {
		s.ResetRequests()
		s.AdvanceClock(10 * time.Minute)
		if err := change(); err != nil {
			s.t.Error(err)
		}
	}
}

func (s *stage) take(group, member string) func() error {
	return func() error { return s.RemoveMember(s.TenantID(), group, member) }
}

func (s *stage) put(group, member string) func() error {
	return func() error { return s.AddMember(s.TenantID(), group, member) }
}

func value(attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(name, tfjsonpath.New(attribute), want)
}

func active(want bool) statecheck.StateCheck  { return value("active", knownvalue.Bool(want)) }
func expired(want bool) statecheck.StateCheck { return value("expired", knownvalue.Bool(want)) }

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name, action)}}
}

// words matches a text that Terraform may have wrapped.
func words(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(text)), `[\s│]+`))
}

func expiresAt(at time.Time) string {
	return fmt.Sprintf("expires_at = %q", at.UTC().Format(time.RFC3339))
}

// steady has no replication lag, for tests that count requests.
func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }

// roles grants nothing else to the application.
func roles(granted ...string) func(*graphemulator.Config) {
	return func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		c.Seed.Tenants[0].Applications[0].Roles = granted
	}
}
