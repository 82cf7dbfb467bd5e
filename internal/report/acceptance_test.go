package report_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const address = "data.entraguest_guest_report.test"

// stage is a tenant with two guests, an external member, an employee and a group.
type stage struct {
	*acceptance.Environment
	t              *testing.T
	ada, bob, cid  string
	employee       string
	group, subteam string
}

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	s := &stage{Environment: acceptance.Start(t, append(configure, func(c *graphemulator.Config) { c.ReplicationLag = 0 })...), t: t}
	s.employee = s.put(map[string]any{"displayName": "Eve", "mail": "eve@contoso.example"})
	s.ada = s.put(map[string]any{
		"displayName": "Ada | `=1+1` <b>", "mail": "ada@Fabrikam.example", "companyName": "Fabrikam", "userType": "Guest", "creationType": "Invitation",
		"externalUserState": "Accepted", "externalUserStateChangeDateTime": "2026-03-02T00:00:00Z", "createdDateTime": "2026-03-01T00:00:00Z",
		"sponsors": []string{s.employee}, "signInActivity": map[string]any{"lastSignInDateTime": "2026-04-01T00:00:00Z"},
	})
	s.bob = s.put(map[string]any{
		"displayName": "Bob", "mail": nil, "userPrincipalName": "bob_x_fabrikam.example#EXT#@" + s.InitialDomain(), "userType": "Guest", "creationType": "Invitation",
		"externalUserState": "PendingAcceptance", "externalUserStateChangeDateTime": "2026-05-01T00:00:00Z", "createdDateTime": "2026-05-01T00:00:00Z", "accountEnabled": false,
	})
	s.cid = s.put(map[string]any{
		"displayName": "Cid", "mail": "cid@litware.example", "companyName": "=Litware", "userType": "Member", "creationType": "Invitation",
		"externalUserState": "Accepted", "createdDateTime": "2026-05-20T00:00:00Z", "sponsors": []string{s.employee},
	})
	s.subteam = s.putGroup("Team", s.cid)
	s.group = s.putGroup("Project", s.ada, s.employee, s.subteam)
	return s
}

func (s *stage) put(user map[string]any) string {
	s.t.Helper()
	id, err := s.PutUser(s.TenantID(), user)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) putGroup(name string, members ...string) string {
	s.t.Helper()
	id, err := s.PutGroup(s.TenantID(), map[string]any{"displayName": name, "securityEnabled": true, "mailEnabled": false, "mailNickname": name, "members": members})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) report(lines ...string) string {
	return s.Config("data \"entraguest_guest_report\" \"test\" {\n  as_of = \"2026-06-01\"\n  " + strings.Join(lines, "\n  ") + "\n}\n")
}

func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	// People are seeded here, not made by Terraform.
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: func(*terraform.State) error { return nil }})
}

func value(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

func number(name string, n int64) statecheck.StateCheck { return value(name, knownvalue.Int64Exact(n)) }

func tally(key string, pairs ...any) knownvalue.Check {
	var checks []knownvalue.Check
	for i := 0; i < len(pairs); i += 2 {
		checks = append(checks, knownvalue.ObjectExact(map[string]knownvalue.Check{
			key: knownvalue.StringExact(pairs[i].(string)), "count": knownvalue.Int64Exact(int64(pairs[i+1].(int))),
		}))
	}
	return knownvalue.ListExact(checks)
}

func TestAllGuests(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{
			Config: s.report(),
			ConfigStateChecks: []statecheck.StateCheck{
				number("total", 3), number("enabled", 2), number("disabled", 1), number("pending_longer", 1), number("without_sponsor", 1),
				value("never_signed_in", knownvalue.Null()), value("inactive", knownvalue.Null()), value("expiring", knownvalue.Null()), value("expired", knownvalue.Null()),
				value("by_redemption_state", tally("name", "Accepted", 2, "PendingAcceptance", 1)),
				value("by_domain", tally("name", "fabrikam.example", 2, "litware.example", 1)),
				value("by_company", tally("name", "", 1, "=Litware", 1, "Fabrikam", 1)),
				value("invited_per_month", tally("month", "2026-03", 1, "2026-04", 0, "2026-05", 2, "2026-06", 0)),
				value("tenant_id", knownvalue.StringExact(s.TenantID())),
				value("markdown", knownvalue.StringRegexp(regexp.MustCompile("(?s)^## Guest report\n\n3 people as of 2026-06-01.*Pending too long \\| 1 "))),
				value("html", knownvalue.Null()), value("csv", knownvalue.Null()),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("markdown")),
			},
			Check: s.sent("GET /v1.0/users"),
		},
		resource.TestStep{
			Config: s.report(
				`title = "Guests of Contoso"`, `pending_days = 31`, `inactive_days = 60`, `include_sign_in_activity = true`, `include_people = true`, `formats = ["html", "csv"]`,
				fmt.Sprintf(`expires_at = { %q = "2026-06-30T00:00:00Z", %q = null, %q = "2026-05-31T23:59:59Z", "00000000-0000-0000-0000-00000000dead" = "2026-06-02T00:00:00Z" }`, strings.ToUpper(s.ada), s.bob, s.cid),
				`expiring_days = 29`),
			PreConfig: s.ResetRequests,
			ConfigStateChecks: []statecheck.StateCheck{
				number("pending_longer", 0), number("never_signed_in", 1), number("inactive", 1), number("expiring", 1), number("expired", 1), value("markdown", knownvalue.Null()),
				value("html", knownvalue.StringRegexp(regexp.MustCompile(`(?s)Guests of Contoso.*<th scope=row>Ada \| .=1\+1. &lt;b&gt;<td>ada@Fabrikam.example<td>Fabrikam<td>Accepted`))),
				value("csv", knownvalue.StringRegexp(regexp.MustCompile(s.cid+`,Cid,cid@litware.example,litware.example,'=Litware,Member,Accepted,true,2026-05-20T00:00:00Z,,true,,2026-05-31T23:59:59Z`))),
				statecheck.ExpectSensitiveValue(address, tfjsonpath.New("html")), statecheck.ExpectSensitiveValue(address, tfjsonpath.New("csv")),
			},
			Check: s.sent("GET /v1.0/users", "GET /v1.0/users"),
		},
		resource.TestStep{
			Config:            s.report(`formats = []`),
			ConfigStateChecks: []statecheck.StateCheck{value("markdown", knownvalue.Null()), value("html", knownvalue.Null()), number("total", 3)},
		},
	)
}

// sent compares the requests of one read, of which a step makes several.
func (s *stage) sent(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got := s.Sent(acceptance.Everything)
		if len(got) == 0 || len(got)%len(want) != 0 {
			return fmt.Errorf("sent %q, want a multiple of %q", got, want)
		}
		for i, request := range got {
			if request != want[i%len(want)] {
				return fmt.Errorf("sent %q, want %q", got, want)
			}
		}
		return nil
	}
}

func TestPeopleOfAGroup(t *testing.T) {
	t.Parallel()
	s := start(t)
	memberOf := fmt.Sprintf("member_of = %q", s.group)
	s.test(
		resource.TestStep{
			Config: s.report(memberOf, `include_sign_in_activity = true`),
			ConfigStateChecks: []statecheck.StateCheck{
				number("total", 2), number("without_sponsor", 1), number("never_signed_in", 1), number("inactive", 0),
				value("by_redemption_state", tally("name", "", 1, "Accepted", 1)),
			},
		},
		resource.TestStep{
			Config:            s.report(memberOf, `transitive = true`),
			ConfigStateChecks: []statecheck.StateCheck{number("total", 3), number("without_sponsor", 1)},
		},
		resource.TestStep{
			PreConfig:         func() { s.remove(s.group, s.ada); s.remove(s.group, s.employee); s.remove(s.group, s.subteam) },
			Config:            s.report(memberOf, `formats = ["html", "markdown", "csv"]`, `include_people = true`, `include_sign_in_activity = true`),
			ConfigStateChecks: []statecheck.StateCheck{number("total", 0), value("by_domain", tally("name")), value("invited_per_month", tally("month"))},
		},
	)
}

func (s *stage) remove(group, member string) {
	s.t.Helper()
	if err := s.RemoveMember(s.TenantID(), group, member); err != nil {
		s.t.Error(err)
	}
}

func TestRefusedArguments(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, step := range []struct{ lines, want string }{
		{`formats = ["pdf"]`, `"pdf"`},
		{`formats = ["html", "html"]`, `(?i)duplicate`},
		{`transitive = true`, `member_of`},
		{`pending_days = -1`, `between 0 and`},
		{`expires_at = { "ada" = "2026-06-30T00:00:00Z" }`, `object id`},
		{`expires_at = { "00000000-0000-0000-0000-00000000dead" = "soon" }`, `RFC 3339`},
		{`title = "a\u202eb"`, `bidirectional`},
		{`member_of = "Project"`, `object id`},
		{`tenant_id = "00000000-0000-0000-0000-00000000dead"`, `source_tenant_ids`},
		{`member_of = "00000000-0000-0000-0000-00000000dead"`, `(?s)Reading the people of the report failed.*Request_ResourceNotFound`},
	} {
		s.test(resource.TestStep{Config: s.report(step.lines), ExpectError: regexp.MustCompile(step.want)})
	}
	s.test(resource.TestStep{Config: strings.Replace(s.report(), "2026-06-01", "2026-02-30", 1), ExpectError: regexp.MustCompile(`day of the calendar`)})
}

// Without a permission nothing is counted, and the error names it.
func TestMissingPermissions(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.SetRoles(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID, []string{"User.Read.All"})
	s.test(
		resource.TestStep{Config: s.report(), ConfigStateChecks: []statecheck.StateCheck{number("total", 3)}},
		resource.TestStep{Config: s.report(`include_sign_in_activity = true`), ExpectError: regexp.MustCompile(`(?s)P1.*AuditLog\.Read\.All`)},
		resource.TestStep{Config: s.report(fmt.Sprintf("member_of = %q", s.group)), ExpectError: regexp.MustCompile(`GroupMember\.Read\.All`)},
	)
}

// A list that breaks off is no smaller tenant.
func TestBrokenLists(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphemulator.Fault{
		"refused":    {Status: http.StatusForbidden},
		"no list":    {Status: http.StatusOK, Body: []byte(`{"value":"none"}`)},
		"other host": {Status: http.StatusOK, Body: []byte(`{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users"}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			fault.PathRegexp = "/users$"
			s.AddFaults(fault)
			s.test(resource.TestStep{Config: s.report(), ExpectError: regexp.MustCompile(`Reading the people of the report failed`)})
		})
	}
}

// Graph may fail now and then, and put an empty page before any other.
func TestUnsteadyGraph(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.Switches.EmptyPages = true })
	s.AddFaults(
		graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusServiceUnavailable, Times: 1},
		graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusTooManyRequests, RetryAfter: 1, Times: 1},
	)
	s.test(resource.TestStep{
		Config:            s.report(`include_sign_in_activity = true`),
		ConfigStateChecks: []statecheck.StateCheck{number("total", 3), number("without_sponsor", 1), number("never_signed_in", 1)},
	})
}

// The example of the documentation tells the whole story.
func TestExample(t *testing.T) {
	t.Parallel()
	s := start(t)
	var example strings.Builder
	for _, name := range []string{"main.tf", "variables.tf", "outputs.tf"} {
		content, err := os.ReadFile("../../examples/guest-report/" + name)
		if err != nil {
			t.Fatal(err)
		}
		example.Write(content)
	}
	// The tests bring their own provider.
	config := regexp.MustCompile(`(?s)terraform \{.*?\n\}\n\nprovider "entraguest" \{\}\n`).ReplaceAllLiteralString(example.String(), s.Provider())
	s.test(resource.TestStep{
		Config: config,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("page", knownvalue.StringRegexp(regexp.MustCompile(`^<!doctype html>(?s).*Guests of Contoso.*Cid`))),
			statecheck.ExpectKnownOutputValue("table", knownvalue.StringRegexp(regexp.MustCompile("^\ufeffobject_id,"))),
			statecheck.ExpectKnownOutputValue("summary", knownvalue.StringRegexp(regexp.MustCompile("^## Guests of Contoso\n"))),
		},
	})
}
