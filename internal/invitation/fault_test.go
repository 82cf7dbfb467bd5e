package invitation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestEveryReplicaLagging(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, func(c *graphemulator.Config) {
		c.ReplicationLag, c.LagHits = time.Second, graphemulator.LagAll
	})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(profile), ConfigStateChecks: []statecheck.StateCheck{complete(true)}},
			{Config: e.Guest(strings.ReplaceAll(profile, "Analyst", "Programmer")), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		},
	})
}

// The answer to the invitation is lost after it was carried out: one guest, in state.
func TestLostAnswerToTheInvitation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line  string
		mails int
		posts int
		link  knownvalue.Check
	}{
		// Asking for the link again is harmless when nobody is mailed.
		"without a mail": {line: `send_invitation_message = false`, mails: 0, posts: 2, link: knownvalue.NotNull()},
		// A second mail would be worse than a link nobody needs: it is in the first mail.
		"with a mail": {mails: 1, posts: 1, link: knownvalue.Null()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t)
			e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, DropConnection: true, AfterEffect: true})
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{{
					Config: e.Guest(test.line, `job_title = "Analyst"`),
					ConfigStateChecks: []statecheck.StateCheck{
						complete(true), value("origin", "invited"),
						statecheck.ExpectKnownValue(guest, tfjsonpath.New("redeem_url"), test.link),
					},
					Check: func(state *terraform.State) error {
						if id := state.RootModule().Resources[guest].Primary.Attributes["object_id"]; e.Only(address)["id"] != id {
							return fmt.Errorf("the state has %s", id)
						}
						if mails := len(e.Mailbox()); mails != test.mails {
							return fmt.Errorf("%d mails, want %d", mails, test.mails)
						}
						posts := e.Sent(func(r graphemulator.Request) bool { return r.Method == http.MethodPost })
						if len(posts) != test.posts {
							return fmt.Errorf("%d invitations, want %d", len(posts), test.posts)
						}
						return nil
					},
				}},
			})
		})
	}
}

// The invitation never arrived: it is sent again, after a look.
func TestLostInvitation(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusServiceUnavailable})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config:            e.Guest(),
			ConfigStateChecks: []statecheck.StateCheck{complete(true), value("origin", "invited")},
			Check: func(*terraform.State) error {
				if mails := len(e.Mailbox()); mails != 1 {
					return fmt.Errorf("%d mails, want one", mails)
				}
				return nil
			},
		}},
	})
}

func TestLostAnswersToOtherWrites(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	lose := func(method string) {
		e.AddFaults(graphemulator.Fault{Method: method, PathRegexp: `/users/`, Times: 1, DropConnection: true, AfterEffect: true})
	}
	lose(http.MethodPatch)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(`job_title = "Analyst"`), ConfigStateChecks: []statecheck.StateCheck{complete(true)}},
			{PreConfig: func() { lose(http.MethodPatch) }, Config: e.Guest(`job_title = "Boss"`)},
			{PreConfig: func() { lose(http.MethodDelete) }, Config: e.Config("")},
		},
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 4})
	start := time.Now()
	e.Test(resource.TestCase{Steps: []resource.TestStep{{Config: e.Guest(), ConfigStateChecks: []statecheck.StateCheck{complete(true)}}}})
	if took := time.Since(start); took < 4*time.Second {
		t.Errorf("took %s, less than Graph asked to wait", took)
	}
	if mails := len(e.Mailbox()); mails != 1 {
		t.Errorf("%d mails, want one", mails)
	}
}

func TestRetryAfterBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 3600})
	e.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config: e.Guest(`timeouts = { create = "5s" }`), ExpectError: words("wanted a pause of 1h0m0s"),
	}}})
}

// The profile cannot be written: the guest is in the state, untainted, and the next
// apply completes it.
func TestIncompleteCreateIsFinishedLater(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault graphemulator.Fault
		line  func(*acceptance.Environment) string
	}{
		"profile": {
			fault: graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
			line:  func(*acceptance.Environment) string { return `job_title = "Analyst"` },
		},
		"manager": {
			fault: graphemulator.Fault{Method: http.MethodPut, PathRegexp: `/manager/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
			line:  func(e *acceptance.Environment) string { return fmt.Sprintf("manager_id = %q", employee(e, "boss")) },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t)
			line := test.line(e)
			same := sameGuest(e)
			e.AddFaults(test.fault)
			postcondition := `
  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The guest is not complete."
    }
  }`
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{
					{Config: e.Guest(line, postcondition), ExpectError: words("The guest is not complete.")},
					{
						PreConfig:         func() { e.ClearFaults(); e.ResetRequests() },
						Config:            e.Guest(line, postcondition),
						ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
						ConfigStateChecks: []statecheck.StateCheck{complete(true)},
						Check: resource.ComposeTestCheckFunc(same, func(*terraform.State) error {
							if mails := len(e.Mailbox()); mails != 1 {
								return fmt.Errorf("%d mails, want one", mails)
							}
							return nil
						}),
					},
				},
				CheckDestroy: func(*terraform.State) error { return guestGone(e) },
			})
		})
	}
}

// employee makes an internal account to refer to.
func employee(e *acceptance.Environment, name string) string {
	id, err := e.PutUser(e.TenantID(), map[string]any{
		"userPrincipalName": name + "@" + e.InitialDomain(), "displayName": name, "mailNickname": name, "accountEnabled": true, "userType": "Member",
		"createdDateTime": e.Now().Add(-time.Hour).UTC().Format(time.RFC3339),
	})
	if err != nil {
		panic(err)
	}
	return id
}

func guestGone(e *acceptance.Environment) error {
	for _, user := range e.Users(e.TenantID()) {
		if strings.Contains(fmt.Sprint(user["userPrincipalName"]), "#EXT#") {
			return fmt.Errorf("the guest %v is still there", user["userPrincipalName"])
		}
	}
	return nil
}

// With the right to invite and nothing else: create and refresh work, and a destroy
// that cannot be carried out offers to keep the person.
func TestInvitingPermissionAlone(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.SetRoles(e.TenantID(), e.Ready().Tenants[0].Applications[0].ClientID, []string{"User.Invite.All"})
	var id string
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:            e.Guest(),
				ConfigStateChecks: []statecheck.StateCheck{complete(true)},
				Check: func(state *terraform.State) error {
					id = state.RootModule().Resources[guest].Primary.Attributes["object_id"]
					return nil
				},
			},
			{Config: e.Config(""), ExpectError: words(`Apply on_destroy = "keep"`)},
			{Config: e.Guest(`on_destroy = "keep"`)},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, true) },
	})
}

func TestManagerAndSponsors(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	boss, other, third := employee(e, "boss"), employee(e, "other"), employee(e, "third")
	check := func(manager string, sponsors ...string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			id := fmt.Sprint(e.Only(address)["id"])
			if got := e.Manager(e.TenantID(), id); got != manager {
				return fmt.Errorf("manager %q, want %q", got, manager)
			}
			got := e.Sponsors(e.TenantID(), id)
			if len(got) != len(sponsors) {
				return fmt.Errorf("sponsors %v, want %v", got, sponsors)
			}
			for _, sponsor := range sponsors {
				if !strings.Contains(fmt.Sprint(got), sponsor) {
					return fmt.Errorf("sponsors %v, want %v", got, sponsors)
				}
			}
			return nil
		}
	}
	around := func(manager string, sponsors ...string) string {
		quoted := make([]string, len(sponsors))
		for i, sponsor := range sponsors {
			quoted[i] = fmt.Sprintf("%q", sponsor)
		}
		return e.Guest(fmt.Sprintf("manager_id = %q", manager), "sponsor_ids = ["+strings.Join(quoted, ", ")+"]")
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: around(boss, boss, other), Check: check(boss, boss, other)},
			{Config: around(other, other, third), Check: check(other, other, third), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{Config: around(""), Check: check(""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{Config: e.Guest(), Check: check(""), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
		CheckDestroy: func(*terraform.State) error { return guestGone(e) },
	})
}

// The mail says what it should, and changing its shape later sends nothing.
func TestMessage(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	one := func(*terraform.State) error {
		if mails := len(e.Mailbox()); mails != 1 {
			return fmt.Errorf("%d mails, want one", mails)
		}
		return nil
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(`message = { language = "de-DE", cc_recipients = ["boss@fabrikam.example"] }`), Check: one},
			{
				PreConfig:        e.ResetRequests,
				Config:           e.Guest(`message = { body = "Hello" }`, `redirect_url = "https://other.example"`, `send_invitation_message = false`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				Check:            resource.ComposeTestCheckFunc(one, sends(e)),
			},
		},
	})
}
