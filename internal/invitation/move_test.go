package invitation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const newAddress = "ada@contoso.example"

// moved is Ada with another address; more attributes are added.
func moved(more ...attributes) configuration {
	return ada(append([]attributes{{"email": newAddress}}, more...)...)
}

func TestMove(t *testing.T) {
	t.Parallel()
	s := newStage(t, lagging)
	others := attributes{"other_mails": []string{"countess@fabrikam.example"}}
	s.runs(ada(others), acceptance.Create)
	id := s.guest()
	s.lives(address, id)
	s.outside(s.Redeem(s.TenantID(), address))
	s.runs(moved(others), acceptance.Update)
	s.expectState(attributes{"email": newAddress, "redemption_state": "PendingAcceptance", "complete": true})
	s.lives(newAddress, id)
	s.outside(s.is("externalUserState", "PendingAcceptance"))
	if mails := fmt.Sprint(s.only()["otherMails"]); strings.Contains(mails, address) || !strings.Contains(mails, "countess") {
		t.Errorf("otherMails %s", mails)
	}
	s.mailed(2)
	s.undeleted()
	s.farewell()
}

func TestMoveOfSomebodyElsesGuestNeedsPermission(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address})
	s.runs(ada(), acceptance.Create)
	s.lives(address, id)
	s.Refuses(moved(), "email", "This person may not be moved")
	s.runs(moved(attributes{"allow_move": true}), acceptance.Update)
	s.lives(newAddress, id)
	s.parts(id, false)
}

func TestMoveToSomebodyElsesAddressIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	put(t, s.Environment, map[string]any{
		"mail": newAddress, "userPrincipalName": "eve_contoso.example#EXT#@" + s.InitialDomain(), "otherMails": []any{}, "proxyAddresses": []any{"SMTP:" + newAddress},
	})
	s.runs(ada(), acceptance.Create)
	id := s.guest()
	s.Refuses(moved(), "email", "The new address belongs to somebody else")
	s.runs(ada(), acceptance.NoOp)
	s.lives(address, id)
	s.Must(configuration{}, options{})
	if left := s.Users(s.TenantID()); len(left) != 1 || left[0]["mail"] != newAddress {
		t.Errorf("not only the guest is gone: %v", left)
	}
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
			s := newStage(t)
			s.runs(ada(), acceptance.Create)
			id := s.guest()
			s.AddFaults(test.fault)
			// Lost answers are looked after within the same apply.
			action := acceptance.NoOp
			if test.mail == "" {
				s.runs(moved(), acceptance.Update)
			} else {
				s.Refuses(moved(), "", "Moving the guest failed")
				s.Must(ada(), options{})
				s.Settled(ada())
				s.lives(test.mail, id)
				action = acceptance.Update
			}
			s.runs(moved(), action)
			s.lives(newAddress, id)
			s.expectState(attributes{"email": newAddress, "complete": true})
			s.undeleted()
			s.farewell()
		})
	}
}

// Somebody changes the address in the directory: the plan shows it and moves back.
func TestAddressChangedOutside(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(), acceptance.Create)
	id := s.guest()
	s.runs(ada(), acceptance.NoOp)
	outside := func(mail any) {
		s.AdvanceClock(time.Hour)
		s.outside(s.PatchUser(s.TenantID(), id, map[string]any{"mail": mail}))
	}
	outside(newAddress)
	s.runs(ada(), acceptance.Update)
	s.lives(address, id)
	outside(nil)
	s.runs(ada(), acceptance.NoOp)
	s.farewell()
}

// Graph refuses to invite a disabled account: the plan says so, and enabling in the same
// change makes it possible.
func TestDisabledGuestIsNotInvitedAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const refusal = "A disabled guest cannot be invited"
	disabled := attributes{"account_enabled": false}
	s.runs(ada(disabled), acceptance.Create)
	id := s.guest()
	s.lives(address, id)
	s.Refuses(ada(disabled, attributes{"resend_trigger": "1"}), "resend_trigger", refusal)
	s.Refuses(moved(disabled), "email", refusal)
	s.runs(moved(attributes{"account_enabled": true}), acceptance.Update)
	s.lives(newAddress, id)
	s.farewell()
}

func TestResend(t *testing.T) {
	t.Parallel()
	s := newStage(t, lagging)
	s.runs(ada(), acceptance.Create)
	id := s.guest()
	s.mailed(1)
	s.lives(address, id)
	s.runs(ada(attributes{"resend_trigger": "1"}), acceptance.Update)
	s.mailed(2)
	s.lives(address, id)
	s.runs(ada(attributes{"resend_trigger": "1", "redirect_url": "https://other.example"}), acceptance.Update)
	s.mailed(2)
	s.outside(s.Redeem(s.TenantID(), address))
	s.runs(ada(attributes{"resend_trigger": "2"}), acceptance.Update)
	s.mailed(2)
	s.expectState(attributes{"redemption_state": "Accepted", "redeem_url": nil})
	s.farewell()
}
