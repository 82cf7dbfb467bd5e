package invitation_test

import (
	"fmt"
	"net/http"
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

// guarded is a configuration whose provider block has one more line.
func guarded(e *acceptance.Environment, rule string, lines ...string) string {
	return strings.Replace(e.Guest(lines...), e.Provider(), e.Provider(rule), 1)
}

func TestEmailDomains(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	tests := map[string]struct{ rule, line, want string }{
		"not allowed":      {`allowed_email_domains = ["contoso.example"]`, "", "is of no domain in allowed_email_domains"},
		"nobody":           {`allowed_email_domains = []`, "", "is of no domain in allowed_email_domains"},
		"denied":           {`denied_email_domains = ["Fabrikam.Example."]`, "", "is of a domain in denied_email_domains"},
		"other mail":       {`denied_email_domains = ["*.contoso.example"]`, `other_mails = ["a@sub.contoso.example"]`, "is of a domain in denied_email_domains"},
		"copy of the mail": {`denied_email_domains = ["contoso.example"]`, `message = { cc_recipients = ["a@contoso.example"] }`, "is of a domain in denied_email_domains"},
		"entry no domain":  {`denied_email_domains = ["not a domain"]`, "", "is no valid domain"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: guarded(e, test.rule, test.line), ExpectError: words(test.want)}}})
		})
	}
	t.Cleanup(func() {
		if writes := e.Sent(acceptance.Writes); len(writes) > 0 {
			t.Errorf("sent %v", writes)
		}
	})
}

// Narrowing the lists later warns about who is there, and refuses a move and an import.
func TestEmailDomainsOfWhoIsThere(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	const rule = `denied_email_domains = ["fabrikam.example", "contoso.example"]`
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest()},
			{Config: guarded(e, rule, `job_title = "Analyst"`), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{Config: strings.Replace(guarded(e, rule), address, newAddress, 1), ExpectError: words("is of a domain in denied_email_domains")},
			{Config: guarded(e, rule), ResourceName: guest, ImportState: true, ImportStateId: address, ExpectError: words("This domain is not allowed")},
		},
	})
}

func TestMaxRemovals(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	three := func(rule string) string {
		var config strings.Builder
		config.WriteString(e.Provider(rule))
		for _, name := range []string{"ada", "bob", "eve"} {
			fmt.Fprintf(&config, "resource \"entraguest_invitation\" %q {\n  email = \"%s@fabrikam.example\"\n}\n", name, name)
		}
		return config.String()
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: three("max_removals = 2")},
			{Config: e.Provider("max_removals = 2"), ExpectError: words("more than 2 persons, the limit of max_removals")},
			{
				Config:      strings.ReplaceAll(three("max_removals = 2"), `@fabrikam.example"`, "@fabrikam.example\"\n  account_enabled = false"),
				ExpectError: words("more than 2 persons, the limit of max_removals"),
			},
			{Config: three("max_removals = 2")},
			{Config: e.Provider("max_removals = -1")},
		},
	})
}

func TestProtectedGroup(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address})
	group := fmt.Sprint(e.Groups(e.TenantID())[0]["id"])
	if err := e.AddMember(e.TenantID(), group, id); err != nil {
		t.Fatal(err)
	}
	rule := fmt.Sprintf("protected_group_id = %q", group)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: guarded(e, rule), ExpectError: words("This person is protected")},
			{Config: guarded(e, rule), ResourceName: guest, ImportState: true, ImportStateId: id, ExpectError: words("This person is protected")},
			{Config: e.Guest()},
			{Config: guarded(e, rule), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			{Config: guarded(e, rule, `job_title = "Analyst"`), ExpectError: words("This person is protected")},
			{Config: e.Provider(rule), ExpectError: words("This person is protected")},
			{Config: e.Guest()},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
}

// A group that lists nobody, because it is empty or because its membership is hidden,
// protects nobody: nothing is changed in its name.
func TestProtectedGroupThatListsNobody(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	put(t, e, map[string]any{"mail": address})
	rule := fmt.Sprintf("protected_group_id = %q", e.Groups(e.TenantID())[0]["id"])
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: guarded(e, rule), ExpectError: words("lists no members, so it protects nobody")}}})
	if writes := e.Sent(acceptance.Writes); len(writes) > 0 {
		t.Errorf("sent %v", writes)
	}
}

func TestProviderOnDestroy(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	var id string
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), ConfigStateChecks: []statecheck.StateCheck{value("on_destroy", "auto")}},
			{
				Config:            guarded(e, `on_destroy = "keep"`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{value("on_destroy", "keep")},
				Check:             func(*terraform.State) error { id = fmt.Sprint(e.Only(address)["id"]); return nil },
			},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, true) },
	})
}

// Pull requests are planned by an identity that can only read.
func TestPlannedByAReader(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	client := e.Ready().Tenants[0].Applications[0].ClientID
	e.SetRoles(e.TenantID(), client, []string{"User.Read.All", "GroupMember.Read.All"})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(`job_title = "Analyst"`), PlanOnly: true, ExpectNonEmptyPlan: true},
			{Config: guarded(e, `permission_check = "error"`), ExpectError: words("A permission is missing")},
			{
				PreConfig:         func() { e.SetRoles(e.TenantID(), client, graphemulator.AllRoles()) },
				Config:            e.Guest(`job_title = "Analyst"`),
				ConfigStateChecks: []statecheck.StateCheck{complete(true)},
			},
		},
	})
}

// A person with a directory role: Graph refuses, and the state keeps the person.
func TestRefusedDeletionKeepsTheState(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{
				PreConfig: func() {
					e.AddFaults(graphemulator.Fault{Method: http.MethodDelete, PathRegexp: `/users/`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
				},
				Config: e.Config(""), ExpectError: words(`apply on_destroy = "keep" first`),
			},
			{Config: e.Guest(), Check: same, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
}

// Only Graph's clock counts, not this machine's.
func TestRunnersClockTwoDaysOff(t *testing.T) {
	t.Parallel()
	for name, offset := range map[string]time.Duration{"slow": 48 * time.Hour, "fast": -48 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady, func(c *graphemulator.Config) {
				c.Now = func() time.Time { return time.Now().Add(offset) }
			})
			line := date("expires_at", e.Now().Add(24*time.Hour))
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{
					{Config: e.Guest(line), ConfigStateChecks: []statecheck.StateCheck{expired(false), value("origin", "invited")}},
					{
						PreConfig: func() { e.AdvanceClock(25 * time.Hour) },
						Config:    e.Guest(line), ConfigStateChecks: []statecheck.StateCheck{expired(true), value("origin", "invited")},
					},
				},
			})
		})
	}
}

// A plan of a hundred new guests asks who is there in a dozen requests.
func TestHundredLookUpsAreADozenRequests(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: e.Config(`
resource "entraguest_invitation" "test" {
  count = 100
  email = "guest${count.index}@fabrikam.example"
}
`),
		PlanOnly: true, ExpectNonEmptyPlan: true,
	}}})
	batches := 0
	for _, request := range e.Requests() {
		if !request.Batched && strings.HasPrefix(request.Path, "/v1.0/") {
			batches++
		}
	}
	// Eleven or twelve a plan, one of them for the tenant's own domains, and the test
	// framework plans twice. On a machine with other work to do callers fall out of step
	// now and then; the exact rule is tested in the graph package, on a clock of its own.
	if batches > 2*16 {
		t.Errorf("%d requests on the wire", batches)
	}
	t.Logf("%d requests on the wire for two plans", batches)
}
