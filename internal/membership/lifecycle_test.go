package membership_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestMembership(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.test(
		resource.TestStep{
			Config: s.config(), ConfigPlanChecks: planned(plancheck.ResourceActionCreate), Check: resource.ComposeTestCheckFunc(s.members(s.ada), s.wrote(adds)),
			ConfigStateChecks: []statecheck.StateCheck{active(true), expired(false), value("tenant_id", knownvalue.StringExact(s.TenantID())), value("allow_role_assignable", knownvalue.Bool(false))},
		},
		resource.TestStep{Config: s.config(`timeouts = { create = "3m" }`), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.wrote()},
		resource.TestStep{
			// Another spelling is no other membership.
			Config: s.Provider() + block("test", strings.ToUpper(s.group), strings.ToUpper(s.ada)), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.wrote(),
		},
		resource.TestStep{
			Config: s.Provider() + block("test", s.group, s.grace), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
			Check: resource.ComposeTestCheckFunc(s.members(s.grace), s.wrote(removes, adds)),
		},
		resource.TestStep{Config: s.Provider(), Check: resource.ComposeTestCheckFunc(s.members(), s.wrote("DELETE /groups/group/members/grace/$ref"))},
	)
}

// A refresh asks about the one membership and lists no group.
func TestRefreshIsOneRequest(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.test(
		resource.TestStep{Config: s.config()},
		resource.TestStep{PreConfig: s.ResetRequests, RefreshState: true, Check: func(*terraform.State) error {
			for _, request := range s.Requests() {
				if strings.HasSuffix(request.Path, "/members") && !strings.Contains(request.Query, "filter") {
					return fmt.Errorf("the group was listed: %s?%s", request.Path, request.Query)
				}
			}
			if sent := s.Sent(func(r graphemulator.Request) bool { return r.Batched }); len(sent) != 1 {
				return fmt.Errorf("sent %v", sent)
			}
			return nil
		}},
	)
}

// Groups and service principals are members like people.
func TestOtherMembers(t *testing.T) {
	t.Parallel()
	s := start(t)
	inner := s.newGroup(map[string]any{"displayName": "Inner"})
	principal := s.Principal(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID)
	config := s.config() + block("inner", s.group, inner) + block("principal", s.group, principal)
	s.test(
		resource.TestStep{Config: config, Check: s.members(s.ada, inner, principal)},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{PreConfig: s.later(s.take(s.group, principal)), Config: config, Check: s.members(s.ada, inner, principal)},
	)
}

func TestAlreadyIn(t *testing.T) {
	t.Parallel()
	s := start(t)
	if err := s.put(s.group, s.ada)(); err != nil {
		t.Fatal(err)
	}
	s.test(
		resource.TestStep{Config: s.config(), ConfigPlanChecks: planned(plancheck.ResourceActionCreate), ConfigStateChecks: []statecheck.StateCheck{active(true)}, Check: s.members(s.ada)},
		// Out already when it is to go.
		resource.TestStep{PreConfig: s.later(s.take(s.group, s.ada)), Config: s.Provider(), Check: s.members()},
	)
}

func TestTakenOutsideIsPutInAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{Config: s.config()},
		resource.TestStep{PreConfig: s.later(s.take(s.group, s.ada)), Config: s.config(), ConfigPlanChecks: planned(plancheck.ResourceActionCreate), Check: s.members(s.ada)},
	)
}

func TestPersonGone(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{Config: s.config()},
		resource.TestStep{
			PreConfig: s.later(func() error { return s.DeleteUser(s.TenantID(), s.ada) }),
			Config:    s.config(), PlanOnly: true, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{Config: s.config(`timeouts = { create = "1s" }`), ExpectError: words("Adding to the group failed")},
		resource.TestStep{Config: s.Provider()},
	)
}

func TestGroupGone(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: s.config()},
			{
				PreConfig: s.later(func() error { return s.DropGroup(s.TenantID(), s.group) }),
				Config:    s.config(), ExpectError: words("There is no such group"),
			},
			{Config: s.Provider()},
		},
		CheckDestroy: func(*terraform.State) error { return nil },
	})
}

// The date passes: the next apply takes the person out. A later date puts the person in.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	ends, later := expiresAt(s.Now().Add(24*time.Hour)), expiresAt(s.Now().Add(1000*time.Hour))
	s.test(
		resource.TestStep{Config: s.config(ends), ConfigStateChecks: []statecheck.StateCheck{expired(false), active(true)}, Check: s.wrote(adds)},
		resource.TestStep{
			PreConfig: func() { s.AdvanceClock(48 * time.Hour) },
			Config:    s.config(ends),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(name, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(name, tfjsonpath.New("expired"), knownvalue.Bool(true)),
				plancheck.ExpectKnownValue(name, tfjsonpath.New("active"), knownvalue.Bool(false)),
			}},
			Check: resource.ComposeTestCheckFunc(s.members(), s.wrote(removes)), ConfigStateChecks: []statecheck.StateCheck{expired(true), active(false)},
		},
		// Expired and absent is not missed.
		resource.TestStep{PreConfig: s.later(func() error { return nil }), Config: s.config(ends), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: s.wrote()},
		resource.TestStep{
			// Whoever is put in again after the time goes out again.
			PreConfig: s.later(s.put(s.group, s.ada)), Config: s.config(ends), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeTestCheckFunc(s.members(), s.wrote(removes)),
		},
		resource.TestStep{
			Config: s.config(later), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: resource.ComposeTestCheckFunc(s.members(s.ada), s.wrote(adds)),
			ConfigStateChecks: []statecheck.StateCheck{expired(false), active(true)},
		},
		resource.TestStep{PreConfig: func() { s.AdvanceClock(2000 * time.Hour) }, Config: s.config(later), Check: s.members()},
		// No date: for ever.
		resource.TestStep{Config: s.config(), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.members(s.ada)},
	)
}

// Expired, and gone: destroying sends nothing.
func TestExpiredAndGone(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	ends := expiresAt(s.Now().Add(24 * time.Hour))
	s.test(
		resource.TestStep{Config: s.config(ends)},
		resource.TestStep{
			PreConfig: func() {
				s.AdvanceClock(48 * time.Hour)
				if err := s.DeleteUser(s.TenantID(), s.ada); err != nil {
					t.Error(err)
				}
				s.ResetRequests()
			},
			Config: s.config(ends), ConfigStateChecks: []statecheck.StateCheck{expired(true), active(false)}, Check: s.wrote(),
		},
		resource.TestStep{Config: s.config(ends), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: s.Provider(), Check: s.wrote()},
	)
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.newGroup(map[string]any{"isAssignableToRole": true, "members": []any{s.ada}})
	dynamic := s.newGroup(map[string]any{"groupTypes": []any{"DynamicMembership"}, "membershipRule": "user.x -eq 1", "members": []any{s.ada}})
	fails := func(id, text string) resource.TestStep {
		return resource.TestStep{ResourceName: name, ImportState: true, ImportStateId: id, ExpectError: words(text)}
	}
	const nowhere = "00000000-0000-0000-0000-00000000abcd"
	by := func(id string) resource.TestStep {
		return resource.TestStep{
			ResourceName: name, ImportState: true, ImportStateId: id, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "member_id", ImportStateVerifyIgnore: []string{"timeouts"},
		}
	}
	s.test(
		resource.TestStep{Config: s.config()},
		by(s.group+"/"+s.ada), by(strings.ToUpper(s.group+"/"+s.ada)),
		fails(s.group+"/"+s.grace, "There is no such membership"), fails(s.group+"/"+nowhere, "There is no such membership"),
		fails(nowhere+"/"+s.ada, "Importing failed"), fails(dynamic+"/"+s.ada, "cannot be changed"),
		fails(s.ada, "Invalid import id"), fails("a/b", "Invalid import id"), fails(s.group+"/"+s.ada+"/x", "Invalid import id"),
	)
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config: s.config(),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(name, map[string]knownvalue.Check{
					"tenant_id": knownvalue.StringExact(s.TenantID()), "group_id": knownvalue.StringExact(s.group), "member_id": knownvalue.StringExact(s.ada),
				})},
			},
			{ResourceName: name, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
		CheckDestroy: func(*terraform.State) error { return s.in(s.group) },
	})
}

// Together with the person: nothing is known at plan, and the group outlives both.
func TestMembershipOfAnInvitedGuest(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.Guest() + fmt.Sprintf(`
resource "entraguest_group_membership" "test" {
  group_id  = %q
  member_id = entraguest_invitation.test.object_id
}
`, s.group)
	s.test(
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{active(true)}},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: s.Provider()},
	)
	for _, request := range s.Requests() {
		if request.Method == http.MethodDelete && request.Status >= 500 {
			t.Errorf("%+v", request)
		}
	}
}
