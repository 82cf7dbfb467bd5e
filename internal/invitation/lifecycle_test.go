package invitation_test

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
	guest   = "entraguest_invitation.test"
	address = "ada@fabrikam.example"
	profile = `
  display_name         = "Ada Lovelace"
  given_name           = "Ada"
  surname              = "Lovelace"
  job_title            = "Analyst"
  department           = "Engines"
  company_name         = "Fabrikam"
  employee_id          = "AL-1"
  employee_type        = "Contractor"
  cost_center          = "4711"
  division             = "Research"
  mobile_phone         = "+44 1"
  business_phone       = "+44 2"
  office_location      = "1/23"
  street_address       = "St James's Square 12"
  city                 = "London"
  state                = "London"
  postal_code          = "SW1Y 4JH"
  country              = "United Kingdom"
  usage_location       = "GB"
  preferred_language   = "en-GB"
  other_mails          = ["countess@fabrikam.example"]
  extension_attributes = { extensionAttribute1 = "x" }
  user_type            = "Guest"
  account_enabled      = true
`
)

// unverifiable are attributes an import cannot know: Graph does not keep them.
var unverifiable = []string{"invitation_id", "invited_at", "redeem_url", "redirect_url", "origin", "message", "justification", "timeouts"}

func value(name, want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(guest, tfjsonpath.New(name), knownvalue.StringExact(want))
}

func null(name string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(guest, tfjsonpath.New(name), knownvalue.Null())
}

func complete(want bool) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(guest, tfjsonpath.New("complete"), knownvalue.Bool(want))
}

// planned expects one action on the guest; every test step ends with an empty plan
// anyway, which the test framework checks.
func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(guest, action)}}
}

// sends runs after an apply and compares what was sent since the last call.
func sends(e *acceptance.Environment, want ...string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		id := state.RootModule().Resources[guest].Primary.Attributes["object_id"]
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

func TestGuestFromInvitationToFarewell(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:           e.Guest(profile, `justification = "REQ-1"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				// One POST and one PATCH, whatever the profile holds.
				Check: sends(e, "POST /v1.0/invitations", "PATCH /v1.0/users/{id}"),
				ConfigStateChecks: []statecheck.StateCheck{
					value("email", address), value("job_title", "Analyst"), value("origin", "invited"), value("redemption_state", "PendingAcceptance"),
					value("tenant_id", e.TenantID()), value("on_destroy", "auto"), complete(true),
					value("user_principal_name", "ada_fabrikam.example#EXT#@"+e.InitialDomain()),
					value("redirect_url", "https://myapplications.microsoft.com/?tenantid="+e.TenantID()),
					statecheck.ExpectKnownValue(guest, tfjsonpath.New("redeem_url"), knownvalue.NotNull()),
					statecheck.ExpectSensitiveValue(guest, tfjsonpath.New("redeem_url")),
				},
			},
			{
				PreConfig: func() {
					mails := e.Mailbox()
					if len(mails) != 1 {
						t.Errorf("%d mails, want one", len(mails))
					}
					if err := e.Redeem(e.TenantID(), address); err != nil {
						t.Error(err)
					}
					e.ResetRequests()
				},
				Config:            e.Guest(profile, `justification = "REQ-1"`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
				ConfigStateChecks: []statecheck.StateCheck{value("redemption_state", "Accepted"), null("redeem_url")},
				Check:             sends(e),
			},
			{
				Config:            e.Guest(strings.ReplaceAll(profile, "Analyst", "Programmer"), `justification = "REQ-2"`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{value("job_title", "Programmer"), value("justification", "REQ-2")},
				Check: resource.ComposeTestCheckFunc(
					func(*terraform.State) error { return patched(e, `{"jobTitle":"Programmer"}`) },
					sends(e, "PATCH /v1.0/users/{id}"),
				),
			},
			{
				// Cleared where "", untouched where left out.
				Config:            e.Guest(`job_title = ""`, `other_mails = []`, `business_phone = ""`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{value("job_title", ""), value("department", "Engines"), value("surname", "Lovelace")},
				Check: func(*terraform.State) error {
					user := e.Only(address)
					if user["jobTitle"] != nil || user["department"] != "Engines" {
						return fmt.Errorf("jobTitle %v, department %v", user["jobTitle"], user["department"])
					}
					if mails := fmt.Sprint(user["otherMails"]); mails != "["+address+"]" {
						return fmt.Errorf("otherMails %s", mails)
					}
					return nil
				},
			},
			{
				// Written differently, but the same person.
				PreConfig:        e.ResetRequests,
				Config:           strings.ReplaceAll(e.Guest(`job_title = ""`, `other_mails = []`, `business_phone = ""`), address, "Ada@Fabrikam.example"),
				ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
				Check:            sends(e),
			},
			{
				PreConfig: e.ResetRequests,
				Config:    e.Config(`# the guest is gone from the configuration`),
			},
		},
	})
	writes := e.Sent(acceptance.Writes)
	if len(writes) != 1 || !strings.HasPrefix(writes[0], "DELETE /v1.0/users/") {
		t.Errorf("destroying sent %v, want one DELETE", writes)
	}
}

// steady is a directory whose replicas agree.
func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }

func patched(e *acceptance.Environment, want string) error {
	for _, request := range e.Requests() {
		if request.Method == http.MethodPatch {
			if got := string(request.Body); got != want {
				return fmt.Errorf("the PATCH says %s, want %s", got, want)
			}
		}
	}
	return nil
}

func TestRefreshIsOneRequest(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Must(ada(profileValues), options{})
	s.ResetRequests()
	if diags := s.Refresh(t.Context()); len(diags) > 0 {
		t.Error(diags)
	}
	if sent := s.Sent(acceptance.Everything); len(sent) != 1 || !strings.HasPrefix(sent[0], "GET /v1.0/users/") {
		t.Errorf("sent %v, want one GET", sent)
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(profile)},
			{RefreshState: true}, // brings what only a read knows, such as created_at
			{
				ResourceName: guest, ImportState: true, ImportStateVerify: true, ImportStateId: strings.ToUpper(address),
				ImportStateVerifyIdentifierAttribute: "object_id", ImportStateVerifyIgnore: unverifiable,
			},
			{ResourceName: guest, ImportState: true, ImportStateId: "nobody@fabrikam.example", ExpectError: words("There is no such guest")},
		},
	})
}

// An import knows all that a refresh does, but for what Graph does not keep.
func TestImportIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Must(ada(profileValues), options{})
	s.Must(ada(profileValues), options{})
	was := s.State["ada"]
	for _, id := range []string{was.Text("object_id"), was.Text("user_principal_name"), was.Text("email"), strings.ToUpper(address)} {
		delete(s.State, "ada")
		s.MustImport("ada", id)
		for name := range was.Value.Type().(tftypes.Object).AttributeTypes {
			if got, want := s.State["ada"].Get(name), was.Get(name); !slices.Contains(unverifiable, name) && !reflect.DeepEqual(got, want) {
				t.Errorf("by %s: %s is %v, was %v", id, name, got, want)
			}
		}
	}
	for id, want := range map[string]string{
		"nobody@fabrikam.example": "There is no such guest", "cbb896f9-8306-49d0-b56b-b8e39cd28825": "There is no such guest", "ada": "Invalid import id",
	} {
		s.Blames(s.Import(t.Context(), "again", id).Errors(), "", want)
	}
	if len(s.State) != 1 {
		t.Errorf("the state has %v", s.State)
	}
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{
				Config: e.Guest(profile),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValueMatchesState(guest, tfjsonpath.New("tenant_id")),
					statecheck.ExpectIdentityValueMatchesState(guest, tfjsonpath.New("object_id")),
				},
			},
			{ResourceName: guest, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// An imported person was not created by the resource, so destroying it disables.
func TestImportedGuestIsDisabledOnDestroy(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:            e.Guest(`job_title = "Analyst"`) + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", guest, id),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{value("object_id", id), value("origin", "imported"), complete(true)},
				Check:             sends(e, "PATCH /v1.0/users/{id}"),
			},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
	if len(e.Mailbox()) != 0 {
		t.Errorf("an import has mailed somebody: %v", e.Mailbox())
	}
}

// put makes a guest who was there long before Terraform.
func put(t *testing.T, e *acceptance.Environment, user map[string]any) string {
	t.Helper()
	whole := map[string]any{
		"userPrincipalName": "ada_fabrikam.example#EXT#@" + e.InitialDomain(), "displayName": "Ada", "mailNickname": "ada_fabrikam.example#EXT#",
		"accountEnabled": true, "userType": "Guest", "creationType": "Invitation", "externalUserState": "Accepted",
		"otherMails": []any{address}, "proxyAddresses": []any{"SMTP:" + address},
		"createdDateTime": e.Now().Add(-24 * time.Hour).UTC().Format(time.RFC3339),
	}
	maps.Copy(whole, user)
	id, err := e.PutUser(e.TenantID(), whole)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func expectEnabled(e *acceptance.Environment, id string, want bool) error {
	user, ok := e.User(e.TenantID(), id)
	if !ok {
		return fmt.Errorf("the person %s is gone", id)
	}
	if user["accountEnabled"] != want {
		return fmt.Errorf("accountEnabled is %v, want %t", user["accountEnabled"], want)
	}
	return nil
}

// profileValues are the values of profile that can be set beside no other one.
var profileValues = attributes{
	"display_name": "Ada Lovelace", "given_name": "Ada", "surname": "Lovelace", "job_title": "Analyst", "department": "Engines",
	"company_name": "Fabrikam", "employee_id": "AL-1", "employee_type": "Contractor", "cost_center": "4711", "division": "Research",
	"mobile_phone": "+44 1", "business_phone": "+44 2", "office_location": "1/23", "street_address": "St James's Square 12",
	"city": "London", "state": "London", "postal_code": "SW1Y 4JH", "country": "United Kingdom", "usage_location": "GB",
	"preferred_language": "en-GB", "other_mails": []string{"countess@fabrikam.example"}, "extension_attributes": map[string]string{"extensionAttribute1": "x"},
}

func TestEveryProfileAttributeAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Must(ada(), options{})
	alone := func(attribute string, value any) {
		t.Helper()
		config := ada(attributes{attribute: value})
		plan := s.MustPlan(config, options{})
		if len(plan.Changes) != 1 || plan.Changes[0].Action != acceptance.Update {
			t.Errorf("%s = %v: %d changes: %v", attribute, value, len(plan.Changes), plan.Changes)
		}
		if diags := s.Apply(t.Context(), plan); len(diags) > 0 {
			t.Errorf("%s = %v: %s", attribute, value, diags)
		}
		if got := s.State["ada"].Get(attribute); fmt.Sprint(got) != fmt.Sprint(value) {
			t.Errorf("%s = %v: the state holds %v", attribute, value, got)
		}
		s.Settled(config)
	}
	for attribute, value := range maps.All(profileValues) {
		alone(attribute, value)
	}
	alone("account_enabled", false)
	alone("user_type", "Member")
	alone("employee_leave_date_time", "2027-01-31T00:00:00+01:00")
	alone("employee_leave_date_time", "")
	alone("division", "Development")
	alone("cost_center", "")
	if got := s.State["ada"].Get("division"); got != "Development" {
		t.Errorf("clearing the cost center has made the division %v", got)
	}
}
