package invitation_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
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

const newAddress = "ada@contoso.example"

func movedGuest(e *acceptance.Environment, lines ...string) string {
	return strings.Replace(e.Guest(lines...), address, newAddress, 1)
}

// lives fails unless the person with the object id noted first is the only guest and
// has the address.
func lives(e *acceptance.Environment, mail string, id *any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		user := e.Only(mail)
		if *id == nil {
			*id = user["id"]
		}
		if user["id"] != *id {
			return fmt.Errorf("the person is another one: %v, was %v", user["id"], *id)
		}
		return nil
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	var id any
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(`other_mails = ["countess@fabrikam.example"]`), Check: lives(e, address, &id)},
			{
				PreConfig: func() {
					if err := e.Redeem(e.TenantID(), address); err != nil {
						t.Error(err)
					}
				},
				Config:            movedGuest(e, `other_mails = ["countess@fabrikam.example"]`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{value("email", newAddress), value("redemption_state", "PendingAcceptance"), complete(true)},
				Check: resource.ComposeTestCheckFunc(lives(e, newAddress, &id), func(*terraform.State) error {
					user := e.Only(newAddress)
					if user["externalUserState"] != "PendingAcceptance" {
						return fmt.Errorf("externalUserState is %v", user["externalUserState"])
					}
					if mails := fmt.Sprint(user["otherMails"]); strings.Contains(mails, address) || !strings.Contains(mails, "countess") {
						return fmt.Errorf("otherMails %s", mails)
					}
					if mails := e.Mailbox(); len(mails) != 2 {
						return fmt.Errorf("%d mails, want two", len(mails))
					}
					return nil
				}),
			},
		},
	})
	expectNoDeletion(t, e, 1)
}

func TestMoveOfSomebodyElsesGuestNeedsPermission(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	var id any
	put(t, e, map[string]any{"mail": address})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: lives(e, address, &id)},
			{Config: movedGuest(e), ExpectError: words("This person may not be moved")},
			{Config: movedGuest(e, `allow_move = true`), Check: lives(e, newAddress, &id)},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, fmt.Sprint(id), false) },
	})
}

func TestMoveToSomebodyElsesAddressIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	put(t, e, map[string]any{
		"mail": newAddress, "userPrincipalName": "eve_contoso.example#EXT#@" + e.InitialDomain(), "otherMails": []any{}, "proxyAddresses": []any{"SMTP:" + newAddress},
	})
	var id any
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: lives(e, address, &id)},
			{Config: movedGuest(e), ExpectError: words("The new address belongs to somebody else")},
			{Config: e.Guest(), Check: lives(e, address, &id)},
		},
		CheckDestroy: func(*terraform.State) error {
			if len(e.Users(e.TenantID())) != 1 {
				return errors.New("not only the guest is gone")
			}
			return nil
		},
	})
}

// Each step of a move can fail: the next apply completes it, or the old address is back.
func TestHalfDoneMove(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault graphemulator.Fault
		mail  string
	}{
		"address not written": {graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}, address},
		"reset refused":       {graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}, address},
		"reset lost":          {graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusInternalServerError}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			var id any
			failing := resource.TestStep{PreConfig: func() { e.AddFaults(test.fault) }, Config: movedGuest(e), ExpectError: words("Moving the guest failed")}
			if test.mail == "" {
				// Lost answers are looked after within the same apply.
				failing.ExpectError = nil
			}
			steps := []resource.TestStep{
				{Config: e.Guest(), Check: lives(e, address, &id)},
				failing,
				{Config: movedGuest(e), Check: lives(e, newAddress, &id), ConfigStateChecks: []statecheck.StateCheck{value("email", newAddress), complete(true)}},
			}
			if test.mail != "" {
				steps = slices.Insert(steps, 2, resource.TestStep{Config: e.Guest(), Check: lives(e, test.mail, &id)})
			}
			e.Test(resource.TestCase{Steps: steps})
			expectNoDeletion(t, e, 1)
		})
	}
}

// Somebody changes the address in the directory: the plan shows it and moves back.
func TestAddressChangedOutside(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	var id any
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: lives(e, address, &id)},
			{RefreshState: true},
			{
				PreConfig: func() {
					e.AdvanceClock(time.Hour)
					if err := e.PatchUser(e.TenantID(), fmt.Sprint(id), map[string]any{"mail": newAddress}); err != nil {
						t.Error(err)
					}
				},
				Config: e.Guest(), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: lives(e, address, &id),
			},
			{
				PreConfig: func() {
					e.AdvanceClock(time.Hour)
					if err := e.PatchUser(e.TenantID(), fmt.Sprint(id), map[string]any{"mail": nil}); err != nil {
						t.Error(err)
					}
				},
				Config: e.Guest(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
			},
		},
	})
}

// Graph refuses to invite a disabled account: the plan says so, and enabling in the same
// change makes it possible.
func TestDisabledGuestIsNotInvitedAgain(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	var id any
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(`account_enabled = false`), Check: lives(e, address, &id)},
			{Config: e.Guest(`account_enabled = false`, `resend_trigger = "1"`), ExpectError: words("A disabled guest cannot be invited")},
			{Config: movedGuest(e, `account_enabled = false`), ExpectError: words("A disabled guest cannot be invited")},
			{Config: movedGuest(e, `account_enabled = true`), Check: lives(e, newAddress, &id)},
		},
	})
}

func TestResend(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	mails := func(want int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := len(e.Mailbox()); got != want {
				return fmt.Errorf("%d mails, want %d", got, want)
			}
			return nil
		}
	}
	var id any
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: resource.ComposeTestCheckFunc(mails(1), lives(e, address, &id))},
			{Config: e.Guest(`resend_trigger = "1"`), Check: resource.ComposeTestCheckFunc(mails(2), lives(e, address, &id)), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{Config: e.Guest(`resend_trigger = "1"`, `redirect_url = "https://other.example"`), Check: mails(2)},
			{
				PreConfig: func() {
					if err := e.Redeem(e.TenantID(), address); err != nil {
						t.Error(err)
					}
				},
				Config: e.Guest(`resend_trigger = "2"`), Check: mails(2),
				ConfigStateChecks: []statecheck.StateCheck{value("redemption_state", "Accepted"), null("redeem_url")},
			},
		},
	})
}
