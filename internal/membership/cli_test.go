package membership_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// counting starts a new count of requests between plan and apply.
type counting struct{ *stage }

// CheckPlan forgets the requests of the plan.
func (c counting) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	c.ResetRequests()
}

// The same with Terraform itself, which beside other tests takes its time between two waves.
// What is counted is all that an apply sends to Graph, the checks of its own planning included.
func TestHundredMembershipsWithTerraform(t *testing.T) {
	t.Parallel()
	s := start(t, steady, func(c *graphemulator.Config) { c.Latency = 50 * time.Millisecond })
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", s.person(fmt.Sprint("p", i), nil))
	}
	config := s.Provider() + fmt.Sprintf(`
locals { ids = [%s] }
resource "entraguest_group_membership" "test" {
  count     = 100
  group_id  = %q
  member_id = local.ids[count.index]
}
`, strings.Join(ids, ", "), s.group)
	fresh := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{counting{s}}}
	few := func(members int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := len(s.Members(s.TenantID(), s.group)); got != members {
				return fmt.Errorf("%d are in", got)
			}
			if sent := s.onTheWire(); sent > budget+2 {
				return fmt.Errorf("100 memberships took %d requests on the wire", sent)
			}
			return nil
		}
	}
	s.test(
		resource.TestStep{Config: config, ConfigPlanChecks: fresh, Check: few(100)},
		resource.TestStep{Config: s.Provider(), ConfigPlanChecks: fresh, Check: few(0)},
	)
}
