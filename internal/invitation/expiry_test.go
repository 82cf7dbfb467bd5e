package invitation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// The date passes: the next apply disables. A later date enables again.
func TestExpiry(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	until := func(after time.Duration) configuration { return ada(attributes{"expires_at": s.in(after)}) }
	ends, later, latest := until(24*time.Hour), until(1000*time.Hour), until(2000*time.Hour)
	s.runs(ends, acceptance.Create)
	id := s.guest()
	expect := func(expired, enabled bool) {
		t.Helper()
		s.expectState(attributes{"expired": expired})
		s.lives(address, id)
		s.outside(expectEnabled(s.Environment, id, enabled))
	}
	expect(false, true)
	s.AdvanceClock(48 * time.Hour)
	plan := s.Plans(ends, acceptance.Update)
	s.compare(plan.Changes[0], attributes{"expired": true, "account_enabled": false})
	s.MustApply(plan)
	s.Settled(ends)
	expect(true, false)
	s.runs(later, acceptance.Update)
	expect(false, true)
	// Who was disabled by somebody else stays disabled.
	s.AdvanceClock(time.Hour)
	s.outside(s.PatchUser(s.TenantID(), id, map[string]any{"accountEnabled": false}))
	s.runs(latest, acceptance.Update)
	expect(false, false)
	s.farewell()
}

func TestInvitationNotAcceptedInTime(t *testing.T) {
	t.Parallel()
	for _, accepts := range []bool{false, true} {
		t.Run(fmt.Sprintf("accepted %t", accepts), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			config := ada(attributes{"accept_by": s.in(24 * time.Hour)})
			s.runs(config, acceptance.Create)
			if accepts {
				s.outside(s.Redeem(s.TenantID(), address))
			}
			s.AdvanceClock(48 * time.Hour)
			s.Must(config, options{})
			s.Settled(config)
			s.expectState(attributes{"expired": !accepts})
			s.outside(expectEnabled(s.Environment, s.guest(), accepts))
			s.farewell()
		})
	}
}

// An expired entry whose person was deleted outside does not stop anything.
func TestExpiredAndDeletedIsNotMissed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := ada(attributes{"expires_at": s.in(24 * time.Hour)})
	s.runs(config, acceptance.Create)
	s.AdvanceClock(48 * time.Hour)
	s.outside(s.DeleteUser(s.TenantID(), s.guest()))
	s.ResetRequests()
	s.Must(config, options{})
	s.Settled(config)
	s.expectState(attributes{"expired": true})
	s.wrote()
	s.runs(config, acceptance.NoOp)
	s.farewell()
}

func TestDatesAreChecked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Refuses(ada(attributes{"expires_at": s.in(-time.Hour)}), "expires_at", "This date is in the past")
	s.Refuses(ada(attributes{"expires_at": "tomorrow"}), "expires_at", "is no time of RFC 3339")
	s.Refuses(ada(attributes{"expires_at": s.in(time.Hour), "account_enabled": true}), "account_enabled", "exclude each other")
	s.wrote()
}

// The plan says who is disabled, and by which date: it shows only what changes.
func TestExpiryIsSaid(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"expires_at", "accept_by"} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			until := s.in(time.Hour)
			config := ada(attributes{argument: until})
			if diags := s.Must(config, options{}); len(diags) > 0 {
				t.Error(diags)
			}
			s.AdvanceClock(2 * time.Hour)
			_, diags := s.Plan(t.Context(), config, options{})
			if len(diags) != 1 || diags[0].Summary != "The time of a person is over" || diags[0].Attribute != argument ||
				!strings.Contains(diags[0].Detail, address) || !strings.Contains(diags[0].Detail, until) {
				t.Errorf("got %s", diags)
			}
			s.Must(config, options{})
			if _, diags := s.Plan(t.Context(), config, options{}); len(diags) > 0 {
				t.Errorf("somebody is disabled already: %s", diags)
			}
		})
	}
}
