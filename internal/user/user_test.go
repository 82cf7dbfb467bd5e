package user_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestUserIsFoundByAnything(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	upn := "ada_x.example#EXT#@" + s.InitialDomain()
	everything := []statecheck.StateCheck{
		value(one, "exists", knownvalue.Bool(true)), value(one, "object_id", text(s.ids["ada"])),
		value(one, "tenant_id", text(s.TenantID())), value(one, "mail", text("Ada@x.example")), value(one, "display_name", text("ada")),
		value(one, "department", text("R&D")), value(one, "business_phone", text("+49 30 1")), value(one, "cost_center", text("C1")),
		value(one, "division", knownvalue.Null()), value(one, "job_title", knownvalue.Null()),
		value(one, "other_mails", knownvalue.ListExact([]knownvalue.Check{text("Ada@x.example"), text("z@x.example")})),
		value(one, "proxy_addresses", knownvalue.ListExact([]knownvalue.Check{text("SMTP:Ada@x.example"), text("smtp:second@x.example")})),
		value(one, "extension_attributes", knownvalue.MapExact(map[string]knownvalue.Check{"extensionAttribute3": text("three")})),
		value(one, "user_type", text("Guest")), value(one, "creation_type", text("Invitation")), value(one, "external", knownvalue.Bool(true)),
		value(one, "redemption_state", text("Accepted")), value(one, "redemption_state_changed_at", text("2024-01-02T00:00:00Z")),
		value(one, "created_at", text("2024-01-01T00:00:00Z")), value(one, "account_enabled", knownvalue.Bool(true)), value(one, "synchronised", knownvalue.Bool(false)),
		value(one, "manager_id", text(s.ids["grace"])), value(one, "sponsor_ids", knownvalue.ListExact([]knownvalue.Check{text(s.ids["grace"])})),
		value(one, "license_assignments", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"sku_id": text("11111111-0000-0000-0000-000000000000"), "assigned_by_group": text("22222222-0000-0000-0000-000000000000"),
			"state": text("Error"), "error": text("CountViolation"),
		})})),
		value(one, "sign_in_activity", knownvalue.Null()), value(one, "employee_leave_date_time", knownvalue.Null()),
	}
	var steps []resource.TestStep
	for line, most := range map[string]int{
		// Up to the check, a step reads the data source once.
		fmt.Sprintf("object_id = %q", s.ids["ada"]):                   1,
		fmt.Sprintf("user_principal_name = %q", strings.ToUpper(upn)): 2,
		`email = "ada@X.example"`:                                     2,
		`email = "SECOND@x.example"`:                                  2,
		`email = "z@x.example"`:                                       2,
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: s.ResetRequests, Config: s.look("entraguest_user", line), ConfigStateChecks: everything, Check: s.requests(most),
		})
	}
	steps = append(steps,
		resource.TestStep{Config: s.look("entraguest_user", `employee_id = "7"`), ConfigStateChecks: []statecheck.StateCheck{
			value(one, "object_id", text(s.ids["grace"])), value(one, "manager_id", knownvalue.Null()), value(one, "email", knownvalue.Null()),
			value(one, "license_assignments", knownvalue.ListExact(nil)), value(one, "usage_location", text("DE")), value(one, "external", knownvalue.Bool(false)),
		}},
		resource.TestStep{
			Config: s.look("entraguest_user", fmt.Sprintf("object_id = %q", s.ids["ada"]), "include_sign_in_activity = true", "include_employee_leave_date_time = true"),
			ConfigStateChecks: []statecheck.StateCheck{
				value(one, "email", text("Ada@x.example")), value(one, "employee_leave_date_time", text("2030-01-01T00:00:00Z")),
				value(one, "sign_in_activity", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"last_sign_in_at": text("2025-01-01T00:00:00Z"), "last_non_interactive_sign_in_at": knownvalue.Null(), "last_successful_sign_in_at": text("2025-02-01T00:00:00Z"),
				})),
			},
		},
		resource.TestStep{
			// Who never signed in has an object without times.
			Config: s.look("entraguest_user", `email = "bob@x.example"`, "include_sign_in_activity = true"),
			ConfigStateChecks: []statecheck.StateCheck{value(one, "sign_in_activity", knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"last_sign_in_at": knownvalue.Null(),
			}))},
		},
		resource.TestStep{
			Config: s.Provider(fmt.Sprintf("source_tenant_ids = [%q]", s.otherTenant())) +
				s.data("entraguest_user", `email = "ada@x.example"`, fmt.Sprintf("tenant_id = %q", s.otherTenant())),
			ConfigStateChecks: []statecheck.StateCheck{value(one, "object_id", text(s.away)), value(one, "tenant_id", text(s.otherTenant()))},
		},
		resource.TestStep{
			Config:            s.look("entraguest_user", `email = "ada@x.example"`, fmt.Sprintf("tenant_id = %q", s.TenantID())),
			ConfigStateChecks: []statecheck.StateCheck{value(one, "object_id", text(s.ids["ada"]))},
		},
	)
	s.test(steps...)
}

func TestNobodyAndSeveral(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.put("gone", map[string]any{"mail": "gone@x.example", "userPrincipalName": "gone@" + s.InitialDomain()})
	if err := s.DeleteUser(s.TenantID(), s.ids["gone"]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutGroup(s.TenantID(), map[string]any{"displayName": "Team", "mail": "team@x.example", "proxyAddresses": []any{"SMTP:team@x.example"}}); err != nil {
		t.Fatal(err)
	}
	fails := func(wrong string, lines ...string) resource.TestStep {
		return resource.TestStep{Config: s.look("entraguest_user", lines...), ExpectError: regexp.MustCompile(`(?s)` + strings.ReplaceAll(wrong, " ", `\s+`))}
	}
	nobody := resource.TestStep{
		Config: s.look("entraguest_user", `email = "nobody@x.example"`, "required = false"),
		ConfigStateChecks: []statecheck.StateCheck{
			value(one, "exists", knownvalue.Bool(false)), value(one, "object_id", knownvalue.Null()), value(one, "display_name", knownvalue.Null()),
			value(one, "email", text("nobody@x.example")), value(one, "sponsor_ids", knownvalue.Null()), value(one, "account_enabled", knownvalue.Null()),
		},
	}
	s.test(
		nobody,
		resource.TestStep{
			Config:            s.look("entraguest_user", fmt.Sprintf("object_id = %q", s.ids["gone"]), "required = false"),
			ConfigStateChecks: []statecheck.StateCheck{value(one, "exists", knownvalue.Bool(false)), value(one, "object_id", text(s.ids["gone"]))},
		},
		fails(`User not found.*The e-mail address "nobody@x.example" leads to no user`, `email = "nobody@x.example"`),
		fails(`User not found.*The user principal name "a'b#@x.example"`, `user_principal_name = "a'b#@x.example"`),
		fails(`User not found.*The user is deleted.*`+s.ids["gone"], fmt.Sprintf("object_id = %q", s.ids["gone"])),
		fails(`User not found.*A deleted user had it.*`+s.ids["gone"], `email = "gone@x.example"`),
		fails(`User not found.*The group "Team" has it`, `email = "team@x.example"`),
		fails(`Several users found.*leads to 2 users.*`, `email = "family@x.example"`, "required = false"),
		fails(`Invalid Attribute Combination`, `email = "family@x.example"`, `employee_id = "7"`),
		fails(`(Missing|Invalid) Attribute`, "required = false"),
		fails(`must be an object id`, `object_id = "ada"`),
		fails(`This tenant cannot be read.*source_tenant_ids`, `employee_id = "7"`, fmt.Sprintf("tenant_id = %q", s.otherTenant())),
	)
}

// What is not there yet is looked for a little longer, where it has to be there.
func TestFreshUserIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = time.Second, graphemulator.LagAll })
	guest := s.Guest("display_name = \"Ada\"", "justification = \"x\"")
	s.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config: strings.Replace(guest, "ada@fabrikam.example", "fresh@fabrikam.example", 1) +
			s.data("entraguest_user", "object_id = entraguest_invitation.test.object_id") + `
data "entraguest_user" "address" {
  email      = entraguest_invitation.test.email
  depends_on = [entraguest_invitation.test]
}
data "entraguest_users" "test" {
  emails     = [entraguest_invitation.test.email]
  depends_on = [entraguest_invitation.test]
}
`,
		ConfigStateChecks: []statecheck.StateCheck{value(one, "exists", knownvalue.Bool(true)), value("data.entraguest_user.address", "exists", knownvalue.Bool(true)), value(many, "users", knownvalue.ListSizeExact(1))},
	}}, CheckDestroy: func(*terraform.State) error { return nil }})
}

func TestUserFaults(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	ada := s.look("entraguest_user", fmt.Sprintf("object_id = %q", s.ids["ada"]))
	exists := []statecheck.StateCheck{value(one, "exists", knownvalue.Bool(true))}
	fault := func(f graphemulator.Fault) func() {
		return func() {
			s.ClearFaults()
			s.AddFaults(f)
		}
	}
	s.test(
		resource.TestStep{PreConfig: fault(graphemulator.Fault{PathRegexp: "/users/", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 1}), Config: ada, ConfigStateChecks: exists},
		resource.TestStep{PreConfig: fault(graphemulator.Fault{PathRegexp: "/users/", Times: 2, Status: http.StatusInternalServerError}), Config: ada, ConfigStateChecks: exists},
		resource.TestStep{PreConfig: fault(graphemulator.Fault{PathRegexp: "/users/[^/]*$", Times: 1, Status: http.StatusNotFound}), Config: ada, ConfigStateChecks: exists},
		resource.TestStep{
			PreConfig:   fault(graphemulator.Fault{PathRegexp: "/sponsors$", Status: http.StatusForbidden}),
			Config:      ada,
			ExpectError: regexp.MustCompile(`(?s)Looking for the user failed.*sponsors.*User.Read.All`),
		},
		resource.TestStep{
			PreConfig:   func() { s.ClearFaults(); s.may("User.Read.All") },
			Config:      s.look("entraguest_user", `email = "ada@x.example"`, "include_sign_in_activity = true"),
			ExpectError: regexp.MustCompile(`(?s)AuditLog.Read.All`),
		},
		resource.TestStep{Config: s.look("entraguest_user", `email = "ada@x.example"`), ConfigStateChecks: exists},
	)
}

// Graph answers ten requests for sign-ins a minute: further ones wait for their turn, as
// long as they may.
func TestSignInsTakeTurns(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.test(resource.TestStep{
		Config: s.look("entraguest_user", "count = 11", fmt.Sprintf("object_id = %q", s.ids["ada"]), "include_sign_in_activity = true", `timeouts = { read = "3s" }`),
		// Nobody waits for what comes too late.
		ExpectError: regexp.MustCompile(`(?s)Looking for the user failed.*the time for\s+it ran out`),
	})
}

// Provider arguments that are known only after apply.
func TestUnknownProviderArguments(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	ready := s.Ready()
	s.test(resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "secret" { input = %q }
provider "entraguest" {
  tenant_id            = %q
  client_id            = %q
  client_secret        = terraform_data.secret.output
  graph_endpoint       = %q
  authority_host       = %q
  ca_certificates_path = %q
}
`, ready.Tenants[0].Applications[0].ClientSecret, s.TenantID(), ready.Tenants[0].Applications[0].ClientID, ready.GraphEndpoint, ready.AuthorityHost, ready.CACertificatesPath) +
			s.data("entraguest_user", `employee_id = "7"`),
		ExpectError: regexp.MustCompile(`(?s)known\s+only\s+after\s+apply.*client_secret\s+is\s+known\s+only\s+after\s+apply`),
	})
}
