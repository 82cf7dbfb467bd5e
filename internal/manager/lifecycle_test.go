package manager_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestManagerIsSetChangedAndRemoved(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{
			Config: s.config(s.grace), ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check:             resource.ComposeTestCheckFunc(s.managed(s.grace), s.wrote(sets)),
			ConfigStateChecks: []statecheck.StateCheck{value("tenant_id", s.TenantID()), value("manager_id", s.grace)},
		},
		// Another spelling is no change, and neither is a timeout.
		resource.TestStep{Config: s.config(strings.ToUpper(s.grace)), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: s.config(s.grace, `timeouts = { read = "1m" }`), Check: s.wrote()},
		resource.TestStep{
			Config: s.config(s.joan), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeTestCheckFunc(s.managed(s.joan), s.wrote(sets)),
		},
		resource.TestStep{
			ResourceName: name, ImportState: true, ImportStateId: strings.ToUpper(s.ada), ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "user_id",
		},
		resource.TestStep{Config: s.Provider(), Check: resource.ComposeTestCheckFunc(s.managed(""), s.wrote(removes))},
	)
}

func TestAnotherUserIsAnotherManager(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{Config: s.config(s.grace)},
		resource.TestStep{
			Config: s.Provider() + block("test", s.joan, s.grace), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
			Check: s.managed(""),
		},
	)
}

func TestDrift(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.test(
		resource.TestStep{Config: s.config(s.grace)},
		resource.TestStep{
			PreConfig: s.outside(s.joan), Config: s.config(s.grace), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeTestCheckFunc(s.managed(s.grace), s.wrote(sets)),
		},
		resource.TestStep{
			PreConfig: s.outside(""), Config: s.config(s.grace), ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check: s.managed(s.grace),
		},
		// Gone before it is removed.
		resource.TestStep{PreConfig: s.outside(""), Config: s.Provider(), Check: s.wrote()},
	)
}

// Removing tolerates a manager, and a user, who went between plan and apply.
func TestGoneBeforeItIsRemoved(t *testing.T) {
	t.Parallel()
	for who, change := range map[string]func(*stage) error{
		"the manager": func(s *stage) error { return s.DeleteUser(s.TenantID(), s.grace) },
		"the user":    func(s *stage) error { return s.DeleteUser(s.TenantID(), s.ada) },
		"both ends":   func(s *stage) error { return s.SetManager(s.TenantID(), s.ada, "") },
	} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			s := start(t, steady)
			w := s.Workspace("entraguest_user_manager")
			if diags := w.Run(t.Context(), s.one(s.grace), noOptions); len(diags.Errors()) > 0 {
				t.Fatal(diags)
			}
			plan, diags := w.Plan(t.Context(), nothing, noOptions)
			if len(diags.Errors()) > 0 {
				t.Fatal(diags)
			}
			if err := change(s); err != nil {
				t.Fatal(err)
			}
			if diags := w.Apply(t.Context(), plan); len(diags.Errors()) > 0 || len(w.State) > 0 {
				t.Errorf("%v is left: %s", w.State, diags)
			}
		})
	}
}

// A renamed resource deletes and creates in any order; the manager stays.
func TestRenameKeepsTheManager(t *testing.T) {
	t.Parallel()
	for _, renamed := range []string{"a", "z"} {
		t.Run("to "+renamed, func(t *testing.T) {
			t.Parallel()
			s := start(t, steady)
			w := s.Workspace("entraguest_user_manager")
			for _, name := range []string{"m", renamed} {
				config := acceptance.Configuration{name: s.one(s.grace)["ada"]}
				if diags := w.Run(t.Context(), config, noOptions); len(diags.Errors()) > 0 {
					t.Fatal(diags)
				}
				if err := s.managed(s.grace)(nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// Two guests made in the same apply; no replica knows them for a while.
func TestFreshGuests(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.LagHits = graphemulator.LagAll })
	config := s.Provider() + `
resource "entraguest_invitation" "ada" {
  email = "ada@x.example"
}
resource "entraguest_invitation" "grace" {
  email = "grace@x.example"
}
resource "entraguest_user_manager" "test" {
  user_id    = entraguest_invitation.ada.object_id
  manager_id = entraguest_invitation.grace.object_id
}
`
	id := func(state *terraform.State, guest string) string {
		return state.RootModule().Resources["entraguest_invitation."+guest].Primary.Attributes["object_id"]
	}
	s.Test(resource.TestCase{
		CheckDestroy: s.managed(""),
		Steps: []resource.TestStep{{Config: config, Check: func(state *terraform.State) error {
			if got, want := s.Manager(s.TenantID(), id(state, "ada")), id(state, "grace"); got != want {
				return fmt.Errorf("the manager is %q, want %q", got, want)
			}
			return nil
		}}},
	})
}
