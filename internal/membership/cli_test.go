package membership_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// writing counts the requests on the wire that carry writes.
func (s *stage) writing() int {
	count := 0
	carries := false
	for _, request := range s.Requests() {
		switch {
		case !request.Batched:
			carries = false
		case strings.HasSuffix(request.Path, "/$ref") && !carries:
			carries = true
			count++
		}
	}
	s.ResetRequests()
	return count
}

// The same with Terraform itself, whose waves are not as regular.
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
	few := func(*terraform.State) error {
		// Ten where the waves are even; a busy machine makes them a little less so.
		if sent := s.writing(); sent > 15 {
			return fmt.Errorf("100 memberships took %d requests", sent)
		}
		return nil
	}
	s.test(
		resource.TestStep{Config: config, Check: few},
		resource.TestStep{Config: s.Provider(), Check: few},
	)
}
