package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

const manyGuests = `
resource "entraguest_invitation" "many" {
  count                   = 12
  email                   = "guest${count.index}@partner.example"
  redirect_url            = "https://welcome.example"
  send_invitation_message = false
}
`

func TestBulkRefresh(t *testing.T) {
	t.Parallel()
	for value, shares := range map[string]bool{"auto": true, "off": false} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t)
			config := e.Provider(fmt.Sprintf("bulk_refresh = %q\n max_removals = -1", value)) + manyGuests
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig:    e.ResetRequests,
						RefreshState: true,
						Check: func(*terraform.State) error {
							direct, batches := 0, 0
							for _, sent := range e.Requests() {
								switch {
								case strings.HasSuffix(sent.Path, "/$batch"):
									batches++
								case strings.HasPrefix(sent.Path, "/v1.0/users/") && !sent.Batched:
									direct++
								}
							}
							if (batches > 0) != shares || !shares && direct < 12 {
								return fmt.Errorf("%d batches and %d requests for one user", batches, direct)
							}
							return nil
						},
					},
				},
			})
		})
	}
}
