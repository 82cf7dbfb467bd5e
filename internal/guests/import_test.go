package guests_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestImportOfAGroup(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		graphemulator.SeedGuests(&c.Seed, 40)
	})
	group := fmt.Sprint(e.Groups(e.TenantID())[0]["id"])
	var lines []string
	for i, user := range e.Users(e.TenantID()) {
		if i%2 == 1 {
			continue
		}
		if err := e.AddMember(e.TenantID(), group, fmt.Sprint(user["id"])); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%q = jsonencode({ email = %q, display_name = %q })", user["id"], user["mail"], user["displayName"]))
	}
	boss, err := e.PutUser(e.TenantID(), map[string]any{
		"userPrincipalName": "boss@" + e.InitialDomain(), "displayName": "Boss", "mailNickname": "boss", "userType": "Guest", "accountEnabled": true, "mail": "boss@" + e.Domain(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.AddMember(e.TenantID(), group, boss); err != nil {
		t.Fatal(err)
	}
	empty := e.Config("resource \"entraguest_guests\" \"all\" {\n  guests = {}\n}\n")
	hcl := e.Config("resource \"entraguest_guests\" \"all\" {\n  guests = {\n    " + strings.Join(lines, "\n    ") + "\n  }\n}\n")
	bad := func(id, want string) resource.TestStep {
		return resource.TestStep{Config: empty, ResourceName: all, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(want)}
	}
	e.Test(resource.TestCase{
		CheckDestroy: func(*terraform.State) error {
			for _, user := range e.Users(e.TenantID()) {
				if user["id"] != boss && (user["accountEnabled"] == true) == strings.Contains(hcl, fmt.Sprint(user["id"])) {
					return fmt.Errorf("%v is %v", user["mail"], user["accountEnabled"])
				}
			}
			return nil
		},
		Steps: []resource.TestStep{
			bad("everybody", "neither group:OBJECT_ID"),
			bad("group:x", "neither group:OBJECT_ID"),
			bad("domain:nobody.example", "There is nobody to import"),
			{
				// The state is that of the configuration, so the next plan is empty.
				Config: hcl, ResourceName: all, ImportState: true, ImportStateId: "group:" + group, ImportStatePersist: true,
				ImportStateCheck: func(states []*terraform.InstanceState) error {
					if got := states[0].Attributes["object_ids.%"]; got != "20" {
						return fmt.Errorf("%s guests", got)
					}
					return nil
				},
			},
			{Config: hcl, PlanOnly: true},
			{
				Config: strings.Replace(hcl, "guests = {", "max_removals = -1\n  guests = {", 1),
				Check: func(*terraform.State) error {
					for _, request := range e.Sent(acceptance.Writes) {
						return fmt.Errorf("sent %s", request)
					}
					return nil
				},
			},
		},
	})
}
