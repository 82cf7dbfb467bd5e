package memberships_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

const name = "entraguest_group_memberships.test"

// block is the group with these members.
func (s *stage) block(label string, ids []string, lines ...string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = fmt.Sprintf("%q", id)
	}
	return fmt.Sprintf("\nresource \"entraguest_group_memberships\" %q {\n  group_id   = %q\n  member_ids = [%s]\n  %s\n}\n",
		label, s.group, strings.Join(quoted, ", "), strings.Join(lines, "\n  "))
}

func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: func(*terraform.State) error { return nil }})
}

// members compares who is in the group.
func (s *stage) members(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := s.Members(s.TenantID(), s.group)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			return errors.New("the members differ: " + strings.Join(got, " ") + ", want " + strings.Join(want, " "))
		}
		return nil
	}
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name, action)}}
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := start(t)
	inner := s.newGroup(nil)
	s.put(s.ada, s.grace, inner)
	both := s.Provider() + s.block("test", list(s.grace, s.ada), "exclusive = true")
	bring := resource.TestStep{ResourceName: name, ImportState: true, ImportStateId: strings.ToUpper(s.group), ImportStatePersist: true, Config: both}
	fails := func(id, text string) resource.TestStep {
		return resource.TestStep{ResourceName: name, ImportState: true, ImportStateId: id, Config: both, ExpectError: regexp.MustCompile(text)}
	}
	s.test(
		fails("Circle", "Invalid import id"), fails(s.group+"/"+s.ada, "Invalid import id"), fails("00000000-0000-0000-0000-00000000abcd", "Importing failed"),
		bring,
		// The plan after an import is empty where the configuration says the same.
		resource.TestStep{Config: both, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		// Exclusive: the plan shows who goes.
		resource.TestStep{
			Config: s.Provider() + s.block("test", list(s.ada), "exclusive = true"), Check: s.members(s.ada, inner),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(name, tfjsonpath.New("removals"), knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(s.grace)})),
			}},
		},
		resource.TestStep{Config: s.Provider(), Check: s.members(inner)},
	)
}

// The first plan after an import that is not exclusive forgets who is not listed.
func TestImportIsNoReasonToTakeOut(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.put(s.ada, s.grace)
	config := s.Provider() + s.block("test", list(s.ada))
	s.test(
		resource.TestStep{ResourceName: name, ImportState: true, ImportStateId: s.group, ImportStatePersist: true, Config: config},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.members(s.ada, s.grace)},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: s.Provider(), Check: s.members(s.grace)},
	)
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config: s.Provider() + s.block("test", list(s.ada), "exclusive = true"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(name, map[string]knownvalue.Check{
					"tenant_id": knownvalue.StringExact(s.TenantID()), "group_id": knownvalue.StringExact(s.group),
				})},
			},
			{ResourceName: name, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
		CheckDestroy: func(*terraform.State) error { return nil },
	})
}

// One person in the resource for one and in the resource for many: an error at plan, and
// moving from one to the other is none.
func TestOnePersonInBothResources(t *testing.T) {
	t.Parallel()
	s := start(t)
	single := fmt.Sprintf("\nresource \"entraguest_group_membership\" \"one\" {\n  group_id  = %q\n  member_id = %q\n}\n", s.group, s.ada)
	s.test(
		resource.TestStep{Config: s.Provider() + single + s.block("test", list(s.ada, s.grace)), ExpectError: regexp.MustCompile("Two resources for one membership")},
		resource.TestStep{Config: s.Provider() + single + s.block("test", list(s.grace)), Check: s.members(s.ada, s.grace)},
		resource.TestStep{Config: s.Provider() + s.block("test", list(s.grace, s.ada)), Check: s.members(s.ada, s.grace)},
		resource.TestStep{Config: s.Provider() + single + s.block("test", list(s.grace)), Check: s.members(s.ada, s.grace)},
		// Taken out as one of the others, and put in: for ever, so it is refused.
		resource.TestStep{Config: s.Provider() + single + s.block("test", list(s.grace), "exclusive = true"), ExpectError: regexp.MustCompile("Two resources for one membership")},
		resource.TestStep{Config: s.Provider() + single + s.block("test", list(s.grace), "exclusive = true"), ExpectError: regexp.MustCompile("Two resources for one membership")},
		resource.TestStep{Config: s.Provider() + s.block("test", list(s.grace), "exclusive = true"), Check: s.members(s.grace)},
		resource.TestStep{Config: s.Provider(), Check: s.members()},
	)
}

// With people who are invited in the same apply.
func TestGuestsOfOneApply(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.Guest() + fmt.Sprintf(`
resource "entraguest_group_memberships" "test" {
  group_id   = %q
  member_ids = [entraguest_invitation.test.object_id, %q]
  exclusive  = true
}
`, s.group, s.grace)
	s.test(
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(name, tfjsonpath.New("complete"), knownvalue.Bool(true))}},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: s.Provider(), Check: s.members()},
	)
}

func removes(ids ...string) plancheck.PlanCheck {
	checks := make([]knownvalue.Check, len(ids))
	for i, id := range ids {
		checks[i] = knownvalue.StringExact(id)
	}
	return plancheck.ExpectKnownValue(name, tfjsonpath.New("removals"), knownvalue.ListExact(checks))
}

// With an id that is known only after apply, exclusive adds in this apply and takes out in
// the next, which shows it: nobody is taken out whom no plan has shown.
func TestExclusiveWithSomebodyNew(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.Guest() + fmt.Sprintf(`
resource "entraguest_group_memberships" "test" {
  group_id   = %q
  member_ids = distinct([entraguest_invitation.test.object_id, %q])
  exclusive  = true
}
`, s.group, s.ada)
	var guest string
	s.test(
		resource.TestStep{Config: s.Provider() + s.block("test", list(s.ada, s.grace), "exclusive = true"), Check: s.members(s.ada, s.grace)},
		resource.TestStep{
			Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{removes()}}, ExpectNonEmptyPlan: true,
			Check: func(state *terraform.State) error {
				guest = state.RootModule().Resources["entraguest_invitation.test"].Primary.Attributes["object_id"]
				return s.members(s.ada, s.grace, guest)(state)
			},
		},
		resource.TestStep{
			Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{removes(s.grace)}},
			Check: func(state *terraform.State) error { return s.members(s.ada, guest)(state) },
		},
	)
}

// Ids known only after apply of people who have been there all the time: Terraform itself
// stops the apply before somebody leaves whom the plan has not shown.
func TestExclusiveWithUnknownIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.Provider() + fmt.Sprintf(`
resource "terraform_data" "mary" { input = %q }
resource "entraguest_group_memberships" "test" {
  group_id   = %q
  member_ids = [%q, terraform_data.mary.output]
  exclusive  = true
}
`, s.mary, s.group, s.ada)
	s.test(
		resource.TestStep{Config: s.Provider() + s.block("test", list(s.ada, s.grace), "exclusive = true")},
		resource.TestStep{Config: config, ExpectError: regexp.MustCompile("inconsistent final plan")},
		resource.TestStep{
			Config: config, Check: s.members(s.ada, s.mary),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{removes(s.grace)}},
		},
	)
}
