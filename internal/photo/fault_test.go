package photo_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestFreshAccountIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.Switches.PhotoCoolDown = 3 * time.Second })
	s.ada = s.user(s.TenantID(), "fresh", s.Now().Format(time.RFC3339))
	began := time.Now()
	s.test(resource.TestStep{Config: s.photo(content(jpegFile("red"))), Check: s.shows(s.ada, "red"), ConfigStateChecks: []statecheck.StateCheck{complete(true)}})
	if took := time.Since(began); took < 2*time.Second {
		t.Errorf("the account was not too young for long enough to show anything: %s", took)
	}
}

// An account that stays too young: a warning, no taint, and the next apply completes.
func TestAccountTooYoungForTheTimeout(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.Switches.PhotoCoolDown = time.Hour })
	s.ada = s.user(s.TenantID(), "fresh", s.Now().Format(time.RFC3339))
	lines := []string{content(jpegFile("red")), `timeouts = { create = "2s", update = "2s" }`}
	s.test(
		resource.TestStep{
			Config: s.photo(lines...), Check: s.shows(s.ada, ""), ConfigStateChecks: []statecheck.StateCheck{complete(false)},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			// Update fails loudly; its errors taint nothing.
			Config: s.photo(lines...), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), ExpectError: regexp.MustCompile(`Changing the photo failed`),
		},
		resource.TestStep{
			PreConfig:         func() { s.AdvanceClock(2 * time.Hour) },
			Config:            s.photo(lines...),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			Check:             s.shows(s.ada, "red"),
			ConfigStateChecks: []statecheck.StateCheck{complete(true)},
		},
	)
}

func TestGoneUserIsAnErrorInTime(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.ada = "00000000-0000-0000-0000-00000000abcd"
	// Whoever was never there is waited for as long as doubts last, not for the timeout.
	s.test(resource.TestStep{
		Config:      s.photo(content(jpegFile("red")), `timeouts = { create = "4s" }`),
		ExpectError: regexp.MustCompile(`(?s)Setting the photo failed.*no such user`),
	})
}

func TestEveryReplicaLagging(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = time.Second, graphemulator.LagAll })
	red, green := s.photo(content(jpegFile("red"))), s.photo(content(jpegFile("green")))
	s.test(
		resource.TestStep{Config: red, Check: s.shows(s.ada, "red")},
		resource.TestStep{Config: green, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.shows(s.ada, "green")},
		resource.TestStep{Config: green, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
	)
}

// A write whose answer is lost is repeated: the same picture again does no harm.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	s := start(t)
	lose := func(method string) func() {
		return func() {
			s.AddFaults(graphemulator.Fault{Method: method, PathRegexp: `/photo/\$value$`, Times: 1, DropConnection: true, AfterEffect: true})
		}
	}
	s.test(
		resource.TestStep{PreConfig: lose(http.MethodPut), Config: s.photo(content(jpegFile("red"))), Check: s.shows(s.ada, "red"), ConfigStateChecks: []statecheck.StateCheck{complete(true)}},
		resource.TestStep{PreConfig: lose(http.MethodPut), Config: s.photo(content(jpegFile("green"))), Check: s.shows(s.ada, "green")},
		resource.TestStep{PreConfig: lose(http.MethodDelete), Config: s.Provider(), Check: s.shows(s.ada, "")},
	)
}

// The photo arrives, and Graph never says so: it is in the state, incomplete.
func TestWriteOfUnknownFate(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	red := s.photo(content(jpegFile("red")), `timeouts = { create = "4s" }`)
	s.test(
		resource.TestStep{
			PreConfig: func() {
				s.AddFaults(graphemulator.Fault{Method: http.MethodPut, PathRegexp: `/photo/\$value$`, Status: http.StatusServiceUnavailable, AfterEffect: true})
			},
			Config: red, ConfigStateChecks: []statecheck.StateCheck{complete(false)}, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig: s.ClearFaults, Config: red, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{complete(true)}, Check: s.shows(s.ada, "red"),
		},
	)
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPut, PathRegexp: `/photo/`, Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 2})
	s.test(resource.TestStep{Config: s.photo(content(jpegFile("red"))), ConfigStateChecks: []statecheck.StateCheck{complete(true)}})
}

// What Graph refuses for good leaves nothing in the state.
func TestRefusedWrite(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{
			PreConfig: func() {
				s.AddFaults(graphemulator.Fault{Method: http.MethodPut, PathRegexp: `/users/`, Status: http.StatusForbidden})
			},
			Config:      s.photo(content(jpegFile("red"))),
			ExpectError: regexp.MustCompile(`(?s)Setting the photo failed.*ProfilePhoto.ReadWrite.All`),
		},
		resource.TestStep{PreConfig: s.ClearFaults, Config: s.photo(content(jpegFile("red"))), ConfigPlanChecks: planned(plancheck.ResourceActionCreate)},
		resource.TestStep{
			// A refresh that is refused keeps the state.
			PreConfig: func() {
				s.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Status: http.StatusForbidden})
			},
			Config: s.photo(content(jpegFile("red"))), ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
		resource.TestStep{PreConfig: s.ClearFaults, Config: s.photo(content(jpegFile("red"))), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
	)
}
