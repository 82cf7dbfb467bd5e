package specialist_test

import (
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
	w := walk(t)
	w.Must(w.jan(reached), options{})
	id, short := w.State["jan"].Text("object_id"), "j.novak@"+w.Domain()
	for _, step := range []struct {
		config configuration
		action acceptance.Action
		want   string
	}{
		{w.jan(reached, attributes{"domain": w.InitialDomain()}), acceptance.Update, "jan.novak@" + w.InitialDomain()},
		{w.jan(attributes{"user_principal_name": short, "mail_nickname": "jn", "contact_email": "novak@home.example"}), acceptance.Update, short},
		// A name that is no longer written out stays, and so does the contact address.
		{w.jan(), acceptance.NoOp, short},
	} {
		plan := w.Plans(step.config, step.action)
		if step.action != acceptance.NoOp && plan.Changes[0].Get("user_principal_name") != step.want {
			t.Errorf("planned is %v", plan.Changes[0].Get("user_principal_name"))
		}
		w.MustApply(plan)
		w.Settled(step.config)
		if account(t, w.Environment, step.want)["id"] != id || w.State["jan"].Text("user_principal_name") != step.want {
			t.Errorf("%s is another account", step.want)
		}
	}
	user := account(t, w.Environment, short)
	if diff := cmp.Diff([]any{"novak@home.example"}, user["otherMails"]); diff != "" {
		t.Errorf("other mails: %s", diff)
	}
	if user["mailNickname"] != "jn" {
		t.Errorf("mail nickname %v", user["mailNickname"])
	}
}

// What is changed outside shows, and is put back.
func TestDriftIsPutBack(t *testing.T) {
	t.Parallel()
	w := walk(t)
	name := "jan.novak@" + w.Domain()
	config := w.jan(reached, attributes{"job_title": "Welder", "user_principal_name": name})
	w.Must(config, options{})
	if err := w.PatchUser(w.TenantID(), w.State["jan"].Text("object_id"), map[string]any{
		"jobTitle": "Boss", "otherMails": []any{"else@home.example"}, "userPrincipalName": "boss@" + w.Domain(),
	}); err != nil {
		t.Fatal(err)
	}
	w.MustApply(w.Plans(config, acceptance.Update))
	w.Settled(config)
	user := account(t, w.Environment, name)
	want := map[string]any{"jobTitle": "Welder", "otherMails": []any{"else@home.example", contact}}
	if diff := cmp.Diff(want, map[string]any{"jobTitle": user["jobTitle"], "otherMails": user["otherMails"]}); diff != "" {
		t.Errorf("after the repair: %s", diff)
	}
}

func TestDeletedOutsideComesBack(t *testing.T) {
	t.Parallel()
	w := walk(t)
	name := "jan.novak@" + w.Domain()
	w.Must(w.jan(), options{})
	if err := w.DeleteUser(w.TenantID(), w.State["jan"].Text("object_id")); err != nil {
		t.Fatal(err)
	}
	plan := w.Plans(w.jan(), acceptance.Create)
	if got := plan.Changes[0].Get("user_principal_name"); got != name {
		t.Errorf("planned is %v", got)
	}
	w.MustApply(plan)
	w.Settled(w.jan())
	account(t, w.Environment, name)
}

// The date passes: the next apply disables the account and revokes its sessions. A later
// date enables it again.
func TestSpecialistExpires(t *testing.T) {
	t.Parallel()
	w := walk(t)
	now := w.Now()
	until := func(d time.Duration) configuration {
		return w.jan(attributes{"expires_at": now.Add(d).UTC().Format(time.RFC3339)})
	}
	stands := func(enabled, revoked bool) {
		t.Helper()
		user := account(t, w.Environment, "jan.novak@"+w.Domain())
		_, ended := w.SessionsRevokedAt(w.TenantID(), fmt.Sprint(user["id"]))
		if user["accountEnabled"] != enabled || ended != revoked {
			t.Errorf("enabled %v, sessions revoked %v", user["accountEnabled"], ended)
		}
	}
	w.Must(until(24*time.Hour), options{})
	stands(true, false)
	w.AdvanceClock(48 * time.Hour)
	plan := w.Plans(until(24*time.Hour), acceptance.Update)
	if change := plan.Changes[0]; change.Get("expired") != true || change.Get("account_enabled") != false {
		t.Errorf("planned are expired = %v, account_enabled = %v", change.Get("expired"), change.Get("account_enabled"))
	}
	w.MustApply(plan)
	w.Settled(until(24 * time.Hour))
	stands(false, true)
	w.Must(until(1000*time.Hour), options{})
	w.Settled(until(1000 * time.Hour))
	stands(true, true)
	if w.State["jan"].Get("expired") != false {
		t.Error("still expired")
	}
}

// The sessions could not be revoked: the account is disabled, and the next apply tries
// again, although no attribute differs.
func TestRevocationIsMadeUpFor(t *testing.T) {
	t.Parallel()
	w := walk(t)
	config := w.jan(attributes{"expires_at": w.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)})
	w.Must(config, options{})
	w.AdvanceClock(48 * time.Hour)
	w.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/revokeSignInSessions$`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	if errs := w.Run(t.Context(), config, options{}).Errors(); !errs.Has("Revoking the sessions failed") {
		t.Errorf("got %s", errs)
	}
	w.MustApply(w.Plans(config, acceptance.Update))
	w.Settled(config)
	if _, ended := w.SessionsRevokedAt(w.TenantID(), w.State["jan"].Text("object_id")); !ended {
		t.Error("the sessions go on")
	}
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
