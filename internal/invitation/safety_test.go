package invitation_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// words matches a text however Terraform has wrapped its lines.
func words(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│|]+`))
}

// sameGuest fails unless the guest has the object id noted by the first call.
func sameGuest(e *acceptance.Environment) resource.TestCheckFunc {
	var first any
	return func(*terraform.State) error {
		user := e.Only(address)
		if first == nil {
			first = user["id"]
		}
		if user["id"] != first {
			return fmt.Errorf("the person is another one: %v, was %v", user["id"], first)
		}
		return nil
	}
}

func TestReplacementIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	triggered := func(input string) string {
		return e.Guest(`lifecycle { replace_triggered_by = [terraform_data.trigger] }`) +
			fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %q\n}\n", input)
	}
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: triggered("one"), Check: same},
			{Config: triggered("two"), ExpectError: words("A person cannot be replaced")},
			{Config: triggered("one"), Check: same, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
	expectNoDeletion(t, e, 1)
}

// expectNoDeletion allows the one deletion of the final destroy.
func expectNoDeletion(t *testing.T, e *acceptance.Environment, final int) {
	t.Helper()
	deletions := e.Sent(func(r graphemulator.Request) bool { return r.Method == http.MethodDelete })
	if len(deletions) > final {
		t.Errorf("people were deleted: %v", deletions)
	}
}

func TestTaintIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{Config: e.Guest(), Taint: []string{guest}, ExpectError: words("A person would be deleted and created again")},
		},
	})
	expectNoDeletion(t, e, 1)
}

func TestRenameWithoutMovedIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	renamed := strings.ReplaceAll(e.Guest(), `"test"`, `"renamed"`)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{Config: renamed, ExpectError: words("A person would be deleted and created again")},
			{
				Config: renamed + "moved {\n  from = entraguest_invitation.test\n  to   = entraguest_invitation.renamed\n}\n",
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("entraguest_invitation.renamed", plancheck.ResourceActionNoop),
				}},
				Check: same,
			},
		},
	})
	expectNoDeletion(t, e, 1)
}

func TestTwoResourcesForOneAddressAreRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	two := e.Guest() + strings.ReplaceAll(strings.Split(e.Guest(), "\nresource ")[1], `"entraguest_invitation" "test"`, `resource "entraguest_invitation" "again"`)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{Config: strings.Replace(two, address, strings.ToUpper(address), 1), ExpectError: words("Two resources for one person")}},
	})
	if writes := e.Sent(acceptance.Writes); len(writes) > 0 {
		t.Errorf("sent %v", writes)
	}
}

func TestDeletedOutsideComesBack(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(profile)},
			{
				PreConfig: func() {
					if err := e.DeleteUser(e.TenantID(), e.Only(address)["id"].(string)); err != nil {
						t.Error(err)
					}
				},
				Config:           e.Guest(profile),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				Check:            func(*terraform.State) error { e.Only(address); return nil },
			},
		},
	})
}

// One 404 of a replica is not "gone": the person stays in the state.
func TestNotFoundIsNotGone(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{
				PreConfig: func() {
					e.AdvanceClock(time.Hour)
					e.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Times: 2, Status: http.StatusNotFound, Code: "Request_ResourceNotFound"})
				},
				Config: e.Guest(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: same,
			},
			{
				PreConfig: func() {
					if err := e.PurgeUser(e.TenantID(), e.Only(address)["id"].(string)); err != nil {
						t.Error(err)
					}
				},
				Config: e.Guest(), ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			},
		},
	})
}

func TestForbiddenReadKeepsTheState(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{
				PreConfig: func() {
					e.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
				},
				Config: e.Guest(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: same,
			},
			{PreConfig: e.ClearFaults, Config: e.Guest()},
		},
	})
}

func TestGuestWhoWasThereIsNotDeleted(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "companyName": "Fabrikam", "jobTitle": "Countess"})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: e.Guest(`department = "Engines"`, `send_invitation_message = false`),
				Check: func(*terraform.State) error {
					user := e.Only(address)
					if user["id"] != id || user["companyName"] != "Fabrikam" || user["jobTitle"] != "Countess" || user["department"] != "Engines" {
						return fmt.Errorf("what nobody wrote down was touched: %v", user)
					}
					return nil
				},
			},
			{Config: e.Guest(`department = "Engines"`, `send_invitation_message = false`), ConfigStateChecks: []statecheck.StateCheck{value("origin", "adopted")}},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
	expectNoDeletion(t, e, 0)
}

func TestOnDestroy(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*acceptance.Environment, string) error{
		"keep":    func(e *acceptance.Environment, id string) error { return expectEnabled(e, id, true) },
		"disable": func(e *acceptance.Environment, id string) error { return expectEnabled(e, id, false) },
		"delete": func(e *acceptance.Environment, _ string) error {
			if deleted := e.DeletedUsers(e.TenantID()); len(deleted) != 1 {
				return fmt.Errorf("%d users in the deleted items, want one", len(deleted))
			}
			return e.NobodyLeft(nil)
		},
		"purge": func(e *acceptance.Environment, _ string) error {
			if deleted := e.DeletedUsers(e.TenantID()); len(deleted) != 0 {
				return fmt.Errorf("%d users in the deleted items, want none", len(deleted))
			}
			return e.NobodyLeft(nil)
		},
	}
	for way, check := range tests {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t)
			var id string
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{{
					Config: e.Guest(fmt.Sprintf("on_destroy = %q", way)),
					Check: func(state *terraform.State) error {
						id = state.RootModule().Resources[guest].Primary.Attributes["object_id"]
						return nil
					},
				}},
				CheckDestroy: func(*terraform.State) error { return check(e, id) },
			})
		})
	}
}

func TestPurgingAGuestWhoWasThereIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address})
	config := func(way string) string {
		return e.Guest(fmt.Sprintf("on_destroy = %q", way)) + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", guest, id)
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config("purge")},
			{Config: e.Config(""), ExpectError: words("This person cannot be purged")},
			{Config: config("keep")},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, true) },
	})
}

func TestWrongTenantIsOneErrorAndNoChange(t *testing.T) {
	t.Parallel()
	other := acceptance.Start(t, steady)
	e := acceptance.Start(t, steady)
	three := func(e *acceptance.Environment) string {
		var config strings.Builder
		config.WriteString(e.Provider())
		for _, name := range []string{"ada", "bob", "eve"} {
			fmt.Fprintf(&config, "resource \"entraguest_invitation\" %q {\n  email = \"%s@fabrikam.example\"\n}\n", name, name)
		}
		return config.String()
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: three(e)},
			{Config: three(other), ExpectError: once("Wrong tenant")},
			{Config: three(e), PlanOnly: true},
		},
	})
	if writes := other.Sent(acceptance.Everything); len(writes) > 0 {
		t.Errorf("the other tenant was asked: %v", writes)
	}
}

// once matches the output of a plan whose only error has the given summary. Warnings about
// the machine's own Terraform settings may come before it.
func once(summary string) *regexp.Regexp {
	const noError = `(?:[^E]|E[^r])*`
	return regexp.MustCompile(`^Error running pre-apply plan: exit status 1` + noError + `Error: ` + summary + noError + `$`)
}
