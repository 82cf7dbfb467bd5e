package specialist_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
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
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const (
	specialist = "entraguest_specialist_user.test"
	contact    = "jan@fabrikam.example"
	profile    = `
  job_title            = "Welder"
  department           = "Yard"
  company_name         = "Fabrikam"
  employee_id          = "JN-1"
  employee_type        = "Contractor"
  cost_center          = "4711"
  division             = "Ships"
  mobile_phone         = "+49 1"
  business_phone       = "+49 2"
  usage_location       = "DE"
  preferred_language   = "de-DE"
  other_mails          = ["novak@home.example"]
  extension_attributes = { extensionAttribute1 = "x" }
`
)

// unverifiable are attributes an import cannot know: Graph does not keep them.
var unverifiable = []string{"origin", "justification", "timeouts", "password_wo_version", "license_assignments"}

func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }

// jan is a configuration with one specialist, Jan Novak; lines are added to the resource.
func jan(e *acceptance.Environment, lines ...string) string {
	return e.Config(person(e, "test", "Jan", "Novak", lines...))
}

func person(e *acceptance.Environment, name, given, surname string, lines ...string) string {
	return fmt.Sprintf(`
resource "entraguest_specialist_user" %q {
  given_name = %q
  surname    = %q
  domain     = %q
  %s
}
`, name, given, surname, e.Domain(), strings.Join(lines, "\n  "))
}

func value(name, want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(specialist, tfjsonpath.New(name), knownvalue.StringExact(want))
}

func flag(name string, want bool) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(specialist, tfjsonpath.New(name), knownvalue.Bool(want))
}

func planned(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(specialist, action)}, more...)}
}

func plannedName(want string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(specialist, tfjsonpath.New("user_principal_name"), knownvalue.StringExact(want))
}

// words matches a text however Terraform has wrapped its lines.
func words(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│|]+`))
}

// account returns the account of a user principal name.
func account(t testing.TB, e *acceptance.Environment, name string) map[string]any {
	t.Helper()
	user, ok := e.User(e.TenantID(), name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return user
}

// put puts an account of somebody else into the directory.
func put(t testing.TB, e *acceptance.Environment, user map[string]any) (id string) {
	t.Helper()
	id, err := e.PutUser(e.TenantID(), user)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// sends compares what was written since the last call.
func sends(e *acceptance.Environment, want ...string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		id := state.RootModule().Resources[specialist].Primary.Attributes["object_id"]
		got := e.Sent(acceptance.Writes)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], id, "{id}")
		}
		e.ResetRequests()
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("requests differ: %s", diff)
		}
		return nil
	}
}

func TestSpecialistFromArrivalToFarewell(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	contactLine := fmt.Sprintf("contact_email = %q", contact)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: jan(e, profile, contactLine, `justification = "REQ-1"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plannedName(name),
					plancheck.ExpectKnownValue(specialist, tfjsonpath.New("display_name"), knownvalue.StringExact("Jan Novak"))),
				// Graph refuses extension attributes in a new user: one PATCH more.
				Check: sends(e, "POST /v1.0/users", "PATCH /v1.0/users/{id}"),
				ConfigStateChecks: []statecheck.StateCheck{
					value("user_principal_name", name), value("mail_nickname", "jan.novak"), value("origin", "created"), value("domain", e.Domain()),
					value("user_type", "Member"), value("tenant_id", e.TenantID()), value("on_destroy", "auto"), value("contact_email", contact),
					flag("complete", true), flag("expired", false), flag("account_enabled", true),
				},
			},
			{
				PreConfig: func() {
					user := account(t, e, name)
					if diff := cmp.Diff([]any{contact, "novak@home.example"}, user["otherMails"]); diff != "" {
						t.Errorf("other mails: %s", diff)
					}
				},
				Config:           jan(e, strings.ReplaceAll(profile, "Welder", "Foreman"), contactLine, `justification = "REQ-1"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plannedName(name)),
				Check:            sends(e, "PATCH /v1.0/users/{id}"),
			},
			{
				// A change of name is not a change of login.
				Config: e.Config(person(e, "test", "Jan", "Nowak", profile, contactLine)), Check: sends(e, "PATCH /v1.0/users/{id}"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plannedName(name)),
			},
			{
				ResourceName: specialist, ImportState: true, ImportStateIdFunc: attribute("object_id"), ImportStateVerify: true,
				// Which of two other mails is the contact address is not to be known.
				ImportStateVerifyIdentifierAttribute: "object_id", ImportStateVerifyIgnore: append(unverifiable, "contact_email", "other_mails"),
			},
			{
				ResourceName: specialist, ImportState: true, ImportStateId: name, ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "object_id", ImportStateVerifyIgnore: append(unverifiable, "contact_email", "other_mails"),
			},
			{
				ResourceName: specialist, ImportState: true, ImportStateId: contact, ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "object_id", ImportStateVerifyIgnore: unverifiable,
			},
		},
	})
	if deleted := len(e.DeletedUsers(e.TenantID())); deleted != 1 {
		t.Errorf("%d deleted accounts, want the one", deleted)
	}
}

func attribute(name string) resource.ImportStateIdFunc {
	return func(state *terraform.State) (string, error) {
		return state.RootModule().Resources[specialist].Primary.Attributes[name], nil
	}
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: jan(e)},
			{ResourceName: specialist, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// Written names, another domain and another address change the same account in place.
func TestSpecialistIsRenamedInPlace(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	var id any
	same := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			user := account(t, e, want)
			if id == nil {
				id = user["id"]
			}
			if user["id"] != id {
				return fmt.Errorf("%s is another account", want)
			}
			return nil
		}
	}
	initial := "jan.novak@" + e.InitialDomain()
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: jan(e, `contact_email = "jan@fabrikam.example"`), Check: same(name)},
			{
				Config: strings.ReplaceAll(jan(e, `contact_email = "jan@fabrikam.example"`), e.Domain(), e.InitialDomain()), Check: same(initial),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plannedName(initial)),
			},
			{
				Config: jan(e, fmt.Sprintf("user_principal_name = %q", "j.novak@"+e.Domain()), `mail_nickname = "jn"`, `contact_email = "novak@home.example"`),
				Check:  same("j.novak@" + e.Domain()),
			},
			{
				PreConfig: func() {
					user := account(t, e, "j.novak@"+e.Domain())
					if diff := cmp.Diff([]any{"novak@home.example"}, user["otherMails"]); diff != "" {
						t.Errorf("other mails: %s", diff)
					}
					if user["mailNickname"] != "jn" {
						t.Errorf("mail nickname %v", user["mailNickname"])
					}
				},
				// A name that is no longer written out stays, and so does the contact address.
				Config:           jan(e),
				ConfigPlanChecks: planned(plancheck.ResourceActionNoop, plannedName("j.novak@"+e.Domain())),
				Check:            same("j.novak@" + e.Domain()),
			},
		},
	})
}

// What is changed outside shows, and is put back.
func TestDriftIsPutBack(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	config := jan(e, `job_title = "Welder"`, `contact_email = "jan@fabrikam.example"`, fmt.Sprintf("user_principal_name = %q", name))
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					id := fmt.Sprint(account(t, e, name)["id"])
					if err := e.PatchUser(e.TenantID(), id, map[string]any{
						"jobTitle": "Boss", "otherMails": []any{"else@home.example"}, "userPrincipalName": "boss@" + e.Domain(),
					}); err != nil {
						t.Error(err)
					}
				},
				Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				Check: func(*terraform.State) error {
					user := account(t, e, name)
					want := map[string]any{"jobTitle": "Welder", "otherMails": []any{"else@home.example", contact}}
					got := map[string]any{"jobTitle": user["jobTitle"], "otherMails": user["otherMails"]}
					if diff := cmp.Diff(want, got); diff != "" {
						return fmt.Errorf("after the repair: %s", diff)
					}
					return nil
				},
			},
		},
	})
}

func TestDeletedOutsideComesBack(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: jan(e)},
			{
				PreConfig: func() {
					if err := e.DeleteUser(e.TenantID(), fmt.Sprint(account(t, e, name)["id"])); err != nil {
						t.Error(err)
					}
				},
				Config: jan(e), ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plannedName(name)),
			},
		},
	})
}

// The date passes: the next apply disables the account and revokes its sessions. A later
// date enables it again.
func TestSpecialistExpires(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name, now := "jan.novak@"+e.Domain(), e.Now()
	until := func(d time.Duration) string {
		return jan(e, fmt.Sprintf("expires_at = %q", now.Add(d).UTC().Format(time.RFC3339)))
	}
	enabled := func(want, revoked bool) resource.TestCheckFunc {
		return func(*terraform.State) error {
			user := account(t, e, name)
			_, ended := e.SessionsRevokedAt(e.TenantID(), fmt.Sprint(user["id"]))
			if user["accountEnabled"] != want || ended != revoked {
				return fmt.Errorf("enabled %v, sessions revoked %v", user["accountEnabled"], ended)
			}
			return nil
		}
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: until(24 * time.Hour), Check: enabled(true, false)},
			{
				PreConfig: func() { e.AdvanceClock(48 * time.Hour) },
				Config:    until(24 * time.Hour), Check: enabled(false, true),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					plancheck.ExpectKnownValue(specialist, tfjsonpath.New("expired"), knownvalue.Bool(true)),
					plancheck.ExpectKnownValue(specialist, tfjsonpath.New("account_enabled"), knownvalue.Bool(false))),
			},
			{Config: until(1000 * time.Hour), Check: enabled(true, true), ConfigStateChecks: []statecheck.StateCheck{flag("expired", false)}},
		},
	})
}

// The sessions could not be revoked: the account is disabled, and the next apply tries
// again, although no attribute differs.
func TestRevocationIsMadeUpFor(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name, ends := "jan.novak@"+e.Domain(), e.Now().Add(24*time.Hour).UTC().Format(time.RFC3339)
	config := jan(e, fmt.Sprintf("expires_at = %q", ends))
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					e.AdvanceClock(48 * time.Hour)
					e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/revokeSignInSessions$`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
				},
				Config: config, ExpectError: words("Revoking the sessions failed"),
			},
			{
				Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				Check: func(*terraform.State) error {
					if _, ended := e.SessionsRevokedAt(e.TenantID(), fmt.Sprint(account(t, e, name)["id"])); !ended {
						return errors.New("the sessions go on")
					}
					return nil
				},
			},
		},
	})
}

// Licences that groups bring, and why they fail, are in the state after a refresh.
func TestLicencesAreShown(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	const sku, group = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: jan(e)},
			{
				PreConfig: func() {
					id := fmt.Sprint(account(t, e, "jan.novak@"+e.Domain())["id"])
					if err := e.PatchUser(e.TenantID(), id, map[string]any{"licenseAssignmentStates": []any{
						map[string]any{"skuId": sku, "assignedByGroup": group, "state": "Error", "error": "CountViolation"},
						map[string]any{"skuId": sku, "assignedByGroup": nil, "state": "Active", "error": "None"},
					}}); err != nil {
						t.Error(err)
					}
				},
				RefreshState: true,
				Check: resource.ComposeTestCheckFunc(
					resource.TestCheckResourceAttr(specialist, "license_assignments.#", "2"),
					resource.TestCheckNoResourceAttr(specialist, "license_assignments.0.assigned_by_group"),
					resource.TestCheckNoResourceAttr(specialist, "license_assignments.0.error"),
					resource.TestCheckResourceAttr(specialist, "license_assignments.1.assigned_by_group", group),
					resource.TestCheckResourceAttr(specialist, "license_assignments.1.error", "CountViolation"),
				),
			},
		},
	})
}
