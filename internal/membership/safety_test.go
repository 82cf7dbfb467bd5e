package membership_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	s := start(t)
	group := func(properties map[string]any) string {
		return s.Provider() + block("test", s.newGroup(properties), s.ada)
	}
	unified := s.newGroup(map[string]any{"groupTypes": []any{"Unified"}, "mailEnabled": true, "securityEnabled": false})
	for name, test := range map[string]struct{ config, want string }{
		"no GUID":                  {s.Provider() + block("test", s.group, "ada@x.example"), "must be an object id"},
		"group by name":            {s.Provider() + block("test", "Circle", s.ada), "must be an object id"},
		"an id and more":           {s.Provider() + block("test", s.group, s.ada+"/x"), "must be an object id"},
		"no date":                  {s.config(`expires_at = "tomorrow"`), "is no time of RFC 3339"},
		"a date gone by":           {s.config(expiresAt(s.Now().Add(-time.Hour))), "This date is in the past"},
		"twice":                    {s.config() + block("again", strings.ToUpper(s.group), s.ada), "Two resources for one membership"},
		"in itself":                {s.Provider() + block("test", s.group, strings.ToUpper(s.group)), "A group cannot be in itself"},
		"dynamic":                  {group(map[string]any{"groupTypes": []any{"DynamicMembership"}, "membershipRule": "x"}), "dynamic membership"},
		"synchronised":             {group(map[string]any{"onPremisesSyncEnabled": true}), "synchronised from on premises"},
		"mail-enabled":             {group(map[string]any{"mailEnabled": true}), "mail-enabled security group"},
		"distribution list":        {group(map[string]any{"mailEnabled": true, "securityEnabled": false}), "distribution list"},
		"role-assignable":          {group(map[string]any{"isAssignableToRole": true}), "Directory roles can be assigned"},
		"a group in Microsoft 365": {s.Provider() + block("test", unified, s.group), "takes users only"},
		"protected":                {s.Provider(fmt.Sprintf("protected_group_id = %q", strings.ToUpper(s.group))) + block("test", s.group, s.ada), "A protected group"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: test.config, ExpectError: words(test.want)}}})
		})
	}
	t.Cleanup(func() {
		if sent := s.Sent(acceptance.Writes); len(sent) > 0 {
			t.Errorf("sent %v", sent)
		}
	})
}

func TestNoSuchGroup(t *testing.T) {
	t.Parallel()
	w := walk(t)
	// One that was just made would show in half a minute: nobody waits for that here.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, diags := w.Plan(ctx, w.one(attributes{"group_id": "00000000-0000-0000-0000-00000000abcd"}), options{}); !diags.Errors().Has("There is no such group") {
		t.Error(diags)
	}
}

func TestRoleAssignableGroupThatIsMeant(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.group = s.newGroup(map[string]any{"isAssignableToRole": true})
	s.test(
		resource.TestStep{Config: s.config(`allow_role_assignable = true`), Check: s.members(s.ada)},
		resource.TestStep{
			ResourceName: name, ImportState: true, ImportStateId: s.group + "/" + s.ada, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "member_id", ImportStateVerifyIgnore: []string{"timeouts"},
		},
	)
}

// A Microsoft 365 group takes people, and they are named the one way it accepts.
func TestMicrosoft365Group(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.group = s.newGroup(map[string]any{"groupTypes": []any{"Unified"}, "mailEnabled": true, "securityEnabled": false})
	s.test(resource.TestStep{Config: s.config(), Check: s.members(s.ada)})
}

// Members of the protected group come into other groups and go out of them.
func TestProtectedPersonInAnotherGroup(t *testing.T) {
	t.Parallel()
	s := start(t)
	guard := s.newGroup(map[string]any{"members": []any{s.ada}})
	provider := s.Provider(fmt.Sprintf("protected_group_id = %q", guard))
	s.test(
		resource.TestStep{Config: provider + block("test", s.group, s.ada), Check: s.members(s.ada)},
		resource.TestStep{Config: provider, Check: s.members()},
	)
}

// A group becomes protected after a membership was made: nobody is taken out of it.
func TestDestroyInAProtectedGroupIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	guard := fmt.Sprintf("protected_group_id = %q", s.group)
	s.test(
		resource.TestStep{Config: s.config()},
		resource.TestStep{Config: s.Provider(guard) + block("other", s.newGroup(nil), s.ada), ExpectError: words("A protected group")},
		resource.TestStep{
			// What stays as it is may stay.
			Config: s.Provider(guard) + block("test", s.group, s.ada), ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
		resource.TestStep{Config: s.config(), Check: s.members(s.ada)},
	)
}

// Terraform deletes and creates one membership in any order: the person stays in.
func TestMembershipIsNotLostOnTheWay(t *testing.T) {
	t.Parallel()
	trigger := func(n int) string {
		return fmt.Sprintf("\nresource \"terraform_data\" \"trigger\" { input = %d }\n", n)
	}
	for label, steps := range map[string]func(s *stage) []resource.TestStep{
		"renamed without moved": func(s *stage) []resource.TestStep {
			return []resource.TestStep{{Config: s.config()}, {Config: s.Provider() + block("renamed", s.group, s.ada), Check: s.members(s.ada)}}
		},
		"tainted": func(s *stage) []resource.TestStep {
			return []resource.TestStep{{Config: s.config()}, {Taint: []string{name}, Config: s.config(), Check: s.members(s.ada)}}
		},
		"replaced": func(s *stage) []resource.TestStep {
			line := `lifecycle { replace_triggered_by = [terraform_data.trigger] }`
			return []resource.TestStep{
				{Config: s.config(line) + trigger(1)},
				{Config: s.config(line) + trigger(2), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate), Check: s.members(s.ada)},
			}
		},
		"created before destroyed": func(s *stage) []resource.TestStep {
			line := "lifecycle {\n create_before_destroy = true\n replace_triggered_by = [terraform_data.trigger]\n }"
			return []resource.TestStep{
				{Config: s.config(line) + trigger(1)},
				{Config: s.config(line) + trigger(2), ConfigPlanChecks: planned(plancheck.ResourceActionCreateBeforeDestroy), Check: s.members(s.ada)},
			}
		},
		"two people swapped": func(s *stage) []resource.TestStep {
			return []resource.TestStep{
				{Config: s.config() + block("other", s.group, s.grace)},
				{Config: s.Provider() + block("test", s.group, s.grace) + block("other", s.group, s.ada), Check: s.members(s.ada, s.grace)},
			}
		},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.test(steps(s)...)
		})
	}
}

// Plans need read permissions only.
func TestReadOnlyPlan(t *testing.T) {
	t.Parallel()
	s := start(t, roles("GroupMember.Read.All"))
	s.test(resource.TestStep{Config: s.config(), PlanOnly: true, ExpectNonEmptyPlan: true})
}

// The documented least permission is enough for everything.
func TestLeastPermission(t *testing.T) {
	t.Parallel()
	s := start(t, roles("GroupMember.ReadWrite.All"))
	s.test(
		resource.TestStep{Config: s.config(), ConfigStateChecks: []statecheck.StateCheck{value("active", knownvalue.Bool(true))}},
		resource.TestStep{PreConfig: s.later(s.take(s.group, s.ada)), Config: s.config(), Check: s.members(s.ada)},
	)
}

func TestWrongTenant(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		other := graphemulator.DefaultSeed().Tenants[0]
		other.Applications = c.Seed.Tenants[0].Applications
		c.Seed.Tenants = append(c.Seed.Tenants, other)
	})
	ready := s.Ready()
	other := strings.Replace(s.config(), ready.Tenants[0].TenantID, ready.Tenants[1].TenantID, 1)
	s.test(
		resource.TestStep{Config: s.config()},
		resource.TestStep{Config: other, ExpectError: words("Wrong tenant")},
		resource.TestStep{PreConfig: s.ResetRequests, Config: s.config(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: s.wrote()},
	)
}
