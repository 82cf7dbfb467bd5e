package invitation_test

import (
	"fmt"
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
)

func expired(want bool) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(guest, tfjsonpath.New("expired"), knownvalue.Bool(want))
}

func date(name string, at time.Time) string {
	return fmt.Sprintf("%s = %q", name, at.UTC().Format(time.RFC3339))
}

// The date passes: the next apply disables. A later date enables again.
func TestExpiry(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	now := e.Now()
	ends, later := date("expires_at", now.Add(24*time.Hour)), date("expires_at", now.Add(1000*time.Hour))
	check := func(want bool) resource.TestCheckFunc {
		return func(*terraform.State) error { return expectEnabled(e, fmt.Sprint(e.Only(address)["id"]), want) }
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(ends), Check: check(true), ConfigStateChecks: []statecheck.StateCheck{expired(false)}},
			{
				PreConfig: func() { e.AdvanceClock(48 * time.Hour) },
				Config:    e.Guest(ends), Check: check(false),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(guest, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(guest, tfjsonpath.New("expired"), knownvalue.Bool(true)),
					plancheck.ExpectKnownValue(guest, tfjsonpath.New("account_enabled"), knownvalue.Bool(false)),
				}},
				ConfigStateChecks: []statecheck.StateCheck{expired(true)},
			},
			{Config: e.Guest(later), Check: check(true), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{expired(false)}},
			{
				// Who was disabled by somebody else stays disabled.
				PreConfig: func() {
					e.AdvanceClock(time.Hour)
					if err := e.PatchUser(e.TenantID(), fmt.Sprint(e.Only(address)["id"]), map[string]any{"accountEnabled": false}); err != nil {
						t.Error(err)
					}
				},
				Config: e.Guest(date("expires_at", now.Add(2000*time.Hour))), Check: check(false),
			},
		},
	})
}

func TestInvitationNotAcceptedInTime(t *testing.T) {
	t.Parallel()
	for _, accepts := range []bool{false, true} {
		t.Run(fmt.Sprintf("accepted %t", accepts), func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			line := date("accept_by", e.Now().Add(24*time.Hour))
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{
					{Config: e.Guest(line)},
					{
						PreConfig: func() {
							if accepts {
								if err := e.Redeem(e.TenantID(), address); err != nil {
									t.Error(err)
								}
							}
							e.AdvanceClock(48 * time.Hour)
						},
						Config: e.Guest(line), ConfigStateChecks: []statecheck.StateCheck{expired(!accepts)},
						Check: func(*terraform.State) error {
							return expectEnabled(e, fmt.Sprint(e.Only(address)["id"]), accepts)
						},
					},
				},
			})
		})
	}
}

// An expired entry whose person was deleted outside does not stop anything.
func TestExpiredAndDeletedIsNotMissed(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	line := date("expires_at", e.Now().Add(24*time.Hour))
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(line)},
			{
				PreConfig: func() {
					e.AdvanceClock(48 * time.Hour)
					if err := e.DeleteUser(e.TenantID(), fmt.Sprint(e.Only(address)["id"])); err != nil {
						t.Error(err)
					}
					e.ResetRequests()
				},
				Config: e.Guest(line), ConfigStateChecks: []statecheck.StateCheck{expired(true)}, Check: sends(e),
			},
			{Config: e.Guest(line), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
}

func TestDatesAreChecked(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	tests := map[string]struct{ line, want string }{
		"in the past":      {date("expires_at", e.Now().Add(-time.Hour)), "This date is in the past"},
		"no date":          {`expires_at = "tomorrow"`, "is no time of RFC 3339"},
		"enabled in words": {date("expires_at", e.Now().Add(time.Hour)) + "\n  account_enabled = true", "exclude each other"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: e.Guest(test.line), ExpectError: words(test.want)}}})
		})
	}
}

// The plan says who is disabled, and by which date: it shows only what changes.
func TestExpiryIsSaid(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"expires_at", "accept_by"} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			until := s.Now().Add(time.Hour).UTC().Format(time.RFC3339)
			config := ada(attributes{argument: until})
			if diags := s.must(config, options{}); len(diags) > 0 {
				t.Error(diags)
			}
			s.AdvanceClock(2 * time.Hour)
			_, diags := s.Plan(t.Context(), config, options{})
			if len(diags) != 1 || diags[0].Summary != "The time of a person is over" || diags[0].Attribute != argument ||
				!strings.Contains(diags[0].Detail, address) || !strings.Contains(diags[0].Detail, until) {
				t.Errorf("got %s", diags)
			}
			s.must(config, options{})
			if _, diags := s.Plan(t.Context(), config, options{}); len(diags) > 0 {
				t.Errorf("somebody is disabled already: %s", diags)
			}
		})
	}
}
