package user_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const users = "entraguest_users"

func checks(these ...statecheck.StateCheck) []statecheck.StateCheck { return these }

func quoted(texts ...string) string {
	return fmt.Sprintf("[%s]", `"`+strings.Join(texts, `", "`)+`"`)
}

func TestUsersByKeys(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	upn := "ada_x.example#EXT#@" + s.InitialDomain()
	s.test(
		resource.TestStep{
			// A union, in which everybody is once.
			Config: s.look(users, "object_ids = "+quoted(s.ids["ada"], s.ids["bob"], s.ids["ada"]),
				`emails = ["ADA@x.example", "second@X.example", "cid@y.example"]`, "user_principal_names = "+quoted(strings.ToUpper(upn), "grace@"+s.InitialDomain())),
			ConfigStateChecks: checks(
				s.finds("ada", "bob", "cid", "grace"), value(many, "tenant_id", text(s.TenantID())),
				s.byEmail(map[string]string{"ada@x.example": "ada", "second@x.example": "ada", "bob@x.example": "bob", "cid@y.example": "cid"}),
			),
		},
		resource.TestStep{
			Config:            s.look(users, `emails = ["nobody@x.example", "ada@x.example"]`, "ignore_missing = true"),
			ConfigStateChecks: checks(s.finds("ada"), s.byEmail(map[string]string{"ada@x.example": "ada"})),
		},
		resource.TestStep{Config: s.look(users, `emails = []`), ConfigStateChecks: checks(s.finds())},
		resource.TestStep{Config: s.look(users, `emails = []`, `user_type = "Guest"`), ConfigStateChecks: checks(s.finds())},
		resource.TestStep{
			// Keys and criteria: those of the former who meet the latter.
			Config:            s.look(users, `emails = ["ada@x.example", "bob@x.example", "cid@y.example"]`, `user_type = "Guest"`, "account_enabled = true"),
			ConfigStateChecks: checks(s.finds("ada"), s.byEmail(map[string]string{"ada@x.example": "ada"})),
		},
		resource.TestStep{
			Config:            s.look(users, `emails = ["ada@x.example", "bob@x.example"]`, `filter = "startsWith(displayName,'b')"`),
			ConfigStateChecks: checks(s.finds("bob")),
		},
		resource.TestStep{
			// The sign-ins of a few cost no list of everybody.
			PreConfig:         s.ResetRequests,
			Config:            s.look(users, "object_ids = "+quoted(s.ids["ada"], s.ids["bob"]), `last_sign_in_before = "2025-02-01T00:00:00Z"`),
			ConfigStateChecks: checks(s.finds("bob")),
			Check:             s.requests(1),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := s.SetManager(s.TenantID(), s.ids["ada"], s.ids["bob"]); err != nil {
					t.Fatal(err)
				}
			},
			Config: s.look(users, `emails = ["ada@x.example"]`, `attributes = ["display_name", "manager_id"]`),
			ConfigStateChecks: checks(s.finds("ada"), value(many, "by_id", knownvalue.MapPartial(map[string]knownvalue.Check{
				s.ids["ada"]: knownvalue.ObjectPartial(map[string]knownvalue.Check{"manager_id": text(s.ids["bob"])}),
			}))),
		},
		resource.TestStep{
			Config: s.Provider(fmt.Sprintf("source_tenant_ids = [%q]", s.otherTenant())) +
				s.data(users, `emails = ["ada@x.example"]`, fmt.Sprintf("tenant_id = %q", s.otherTenant())),
			ConfigStateChecks: checks(value(many, "by_email", knownvalue.MapExact(map[string]knownvalue.Check{"ada@x.example": text(s.away)}))),
		},
		resource.TestStep{
			// Known at plan, as for_each and count demand it.
			Config: s.look(users, `company_name = "fabrikam"`) + `
resource "terraform_data" "each" {
  count = length(data.entraguest_users.test.by_id)
  input = [for user in data.entraguest_users.test.by_id : user.display_name][count.index]
}
`,
			ConfigStateChecks: checks(s.finds("ada", "bob")),
		},
	)
}

func TestUsersByCriteria(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	group, err := s.PutGroup(s.TenantID(), map[string]any{"members": []any{s.ids["ada"], s.ids["cid"]}})
	if err != nil {
		t.Fatal(err)
	}
	member := fmt.Sprintf("member_of = %q", group)
	var steps []resource.TestStep
	for line, names := range map[string][]string{
		`user_type = "Guest"`:                    {"ada", "bob"},
		`redemption_state = "PendingAcceptance"`: {"bob"},
		`email_domain = "X.example"`:             {"ada", "bob"},
		`company_name = "fabrikam"`:              {"ada", "bob"},
		`account_enabled = false`:                {"bob"},
		"created_after = \"2024-01-01T00:00:00Z\"\ncreated_before = \"2025-06-01T02:00:00+02:00\"": {"ada", "bob"},
		"user_type = \"Guest\"\nlast_sign_in_before = \"2025-02-01T00:00:01Z\"":                    {"ada", "bob"},
		"user_type = \"Guest\"\nlast_sign_in_before = \"2025-02-01T00:00:00Z\"":                    {"bob"},
		`filter = "endsWith(mail,'@y.example') or department eq 'R&D'"`:                            {"ada", "cid"},
		member: {"ada", "cid"},
		member + "\naccount_enabled = true\nuser_type = \"Guest\"":                                      {"ada"},
		member + "\nfilter = \"userType ne 'Guest'\"":                                                   {"cid"},
		member + "\nlast_sign_in_before = \"2025-01-15T00:00:00Z\"":                                     {"cid"},
		member + "\nemails = [\"bob@x.example\", \"cid@y.example\"]":                                    {"cid"},
		"filter = \"signInActivity/lastSignInDateTime ge 2025-01-01T00:00:00Z\"\nuser_type = \"Guest\"": {"ada"},
	} {
		steps = append(steps, resource.TestStep{Config: s.look(users, line), ConfigStateChecks: checks(s.finds(names...))})
	}
	steps = append(steps, resource.TestStep{
		Config: s.look(users, `user_type = "Guest"`, `attributes = ["display_name", "last_sign_in_at", "employee_leave_date_time"]`),
		ConfigStateChecks: checks(s.finds("ada", "bob"), value(many, "by_id", knownvalue.MapPartial(map[string]knownvalue.Check{
			s.ids["ada"]: knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"mail": text("Ada@x.example"), "last_sign_in_at": text("2025-02-01T00:00:00Z"), "employee_leave_date_time": text("2030-01-01T00:00:00Z"),
				"department": knownvalue.Null(), "account_enabled": knownvalue.Null(), "other_mails": knownvalue.Null(), "extension_attributes": knownvalue.Null(),
			}),
		}))),
	})
	s.test(steps...)
}

func TestUsersErrors(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	var nobody []string
	for i := range 25 {
		nobody = append(nobody, fmt.Sprintf("n%02d@x.example", i))
	}
	fails := func(wrong string, lines ...string) resource.TestStep {
		return resource.TestStep{Config: s.look(users, lines...), ExpectError: regexp.MustCompile(`(?s)` + strings.ReplaceAll(wrong, " ", `\s+`))}
	}
	s.test(
		fails(`Users not found.*25 of the 26 different entries of emails.*"n19@x.example"\s+and 5 more.*ignore_missing`, "emails = "+quoted(append(nobody, "ada@x.example", "ADA@x.example")...)),
		fails(`Users not found.*1 of the 1 different entries of user_principal_names.*"o'brien#1@müller.example"`, `user_principal_names = ["o'brien#1@müller.example"]`),
		fails(`Several users found.*"family@x.example".*`+s.ids["bob"]+`|`+s.ids["cid"], `emails = ["family@x.example"]`, "ignore_missing = true"),
		fails(`Missing Attribute Configuration`, "ignore_missing = true"),
		fails(`must be an object id`, `object_ids = ["ada"]`),
		fails(`holds a null`, `emails = ["ada@x.example", null]`),
		fails(`RFC 3339`, `created_after = "yesterday"`),
		fails(`must be a domain`, `email_domain = "@x.example"`),
		fails(`value must be one of`, `attributes = ["shoe_size"]`, `user_type = "Guest"`),
		fails(`Looking for the users failed.*mail like.*HTTP 400`, `filter = "mail like 'x'"`),
		fails(`The filter is too long.*characters long.*fewer attributes`, fmt.Sprintf("filter = %q", "displayName ne '"+strings.Repeat("x", 1800)+"'")),
		fails(`Looking for the users failed.*HTTP 404`, `member_of = "00000000-0000-0000-0000-00000000abcd"`),
	)
}

func TestUsersFaults(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		s := start(t, steady, func(c *graphemulator.Config) { c.Switches.EmptyPages = empty })
		guests := s.look(users, `user_type = "Guest"`)
		fault := func(f graphemulator.Fault) func() {
			return func() {
				s.ClearFaults()
				s.AddFaults(f)
			}
		}
		link := func(url string) []byte { return fmt.Appendf(nil, `{"value":[],"@odata.nextLink":%q}`, url) }
		s.test(
			resource.TestStep{PreConfig: fault(graphemulator.Fault{PathRegexp: "/users$", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 1}), Config: guests, ConfigStateChecks: checks(s.finds("ada", "bob"))},
			resource.TestStep{PreConfig: fault(graphemulator.Fault{PathRegexp: "/users$", Times: 1, Status: http.StatusInternalServerError}), Config: guests, ConfigStateChecks: checks(s.finds("ada", "bob"))},
			resource.TestStep{
				PreConfig: fault(graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusOK, Body: link(s.Ready().GraphEndpoint + "/v1.0/users?$skiptoken=1")}),
				Config:    guests, ExpectError: regexp.MustCompile(`links\s+back`),
			},
			resource.TestStep{
				PreConfig: fault(graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusOK, Body: link("https://evil.example/v1.0/users")}),
				Config:    guests, ExpectError: regexp.MustCompile(`another\s+host`),
			},
			resource.TestStep{
				PreConfig: fault(graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusForbidden}),
				Config:    guests, ExpectError: regexp.MustCompile(`(?s)HTTP 403.*User\.Read\.All`),
			},
		)
	}
}

// Three thousand addresses, with all attributes: 15 in a filter, 20 filters in a request.
func TestManyAddresses(t *testing.T) {
	t.Parallel()
	const people = 3000
	s := start(t, steady, func(c *graphemulator.Config) {
		tenants := c.Seed.Tenants
		graphemulator.SeedGuests(&c.Seed, people)
		c.Seed.Tenants = tenants
	})
	var addresses []string
	for _, user := range s.Users(s.TenantID()) {
		if mail, ok := user["mail"].(string); ok && strings.HasPrefix(mail, "guest") {
			addresses = append(addresses, mail)
		}
	}
	slices.Reverse(addresses)
	s.ResetRequests()
	found, diags := s.ReadData(t.Context(), users, acceptance.Attributes{"emails": addresses})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	byID, _ := found.Get("by_id").(map[string]any)
	byEmail, _ := found.Get("by_email").(map[string]any)
	if all, _ := found.Get("users").([]string); len(all) != people || len(byID) != people || len(byEmail) != people {
		t.Errorf("%d users, %d by id, %d by address", len(all), len(byID), len(byEmail))
	}
	for address, id := range byEmail {
		user, _ := byID[fmt.Sprint(id)].(map[string]any)
		if user["mail"] != address || user["redemption_state"] == nil {
			t.Fatalf("%s leads to %v", address, user)
		}
	}
	inner := 0
	for _, request := range s.Requests() {
		if request.Batched {
			inner++
		}
	}
	if inner == 0 || inner > 200 {
		t.Errorf("%d requests in batches", inner)
	}
	if err := s.requests(12)(nil); err != nil {
		t.Error(err)
	}
}
