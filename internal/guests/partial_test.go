package guests_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// What fails in an update is an error; what has succeeded is in the state all the same,
// and who could not go is still there.
func TestAFailedUpdateKeepsWhatWasDone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	more := attributes{"on_removal": "delete"}
	s.applied(config(guests, more))
	s.old()
	s.Must(config(guests, more), options{})
	joan := s.of("object_ids", "joan")
	delete(guests, "joan")
	guests["ada"]["job_title"] = "Boss"
	guests["new"] = attributes{"email": "new@fabrikam.example"}
	guests["bad"] = attributes{"email": "bad@fabrikam.example"}
	// Its key is another person's now, and he cannot go.
	guests["joan"] = attributes{"email": "joan2@fabrikam.example"}
	plan := s.MustPlan(config(guests, attributes{"on_removal": "delete", "allow_move": true}), options{})
	if removals, _ := plan.Changes[0].Get("removals").(map[string]any); len(removals) != 0 {
		t.Errorf("a key that stays is the same person, and the plan lets go %v", removals)
	}
	delete(guests, "joan")
	s.AddFaults(
		graphemulator.Fault{Method: http.MethodDelete, PathRegexp: "/users/" + joan, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
		graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/invitations$", Times: 1, Status: http.StatusBadRequest},
	)
	diags := s.Run(t.Context(), config(guests, more), options{})
	s.ClearFaults()
	errs := diags.Errors()
	if !errs.Has(`guests["joan"]`) || !errs.Has("Inviting the guest failed") || len(errs) != 2 {
		t.Errorf("errors: %s", errs)
	}
	lacks, _ := s.State["all"].Get("incomplete").(map[string]any)
	if s.State["all"].Get("complete") != false || lacks["bad"] == nil && lacks["new"] == nil || lacks["joan"] == nil || len(lacks) != 2 {
		t.Errorf("incomplete has %v", lacks)
	}
	if !slices.Contains(s.keys(), "joan") || s.of("object_ids", "joan") != joan || len(s.keys()) != 4 {
		t.Errorf("the state has %v", s.keys())
	}
	if s.Only("ada@fabrikam.example")["jobTitle"] != "Boss" {
		t.Error("the others were not changed")
	}
	s.applied(config(guests, more))
	s.directoryIs(guests)
}

// Where nobody at all could be invited there is nothing to keep, and the create fails.
func TestACreateOfNobodyFails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/invitations$", Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	diags := s.Run(t.Context(), config(three()), options{})
	s.ClearFaults()
	if errs := diags.Errors(); len(errs) != 3 || s.State["all"].Exists() {
		t.Errorf("exists %t: %s", s.State["all"].Exists(), diags)
	}
	s.applied(config(three()))
}

// The time of the create runs out: what is done is kept, what is not is left to do.
func TestATimeoutIsNoFailureOfACreate(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *graphemulator.Config) { c.Latency = 200 * time.Millisecond })
	guests := people{}
	for i := range 160 {
		guests[number(i)] = attributes{"email": number(i) + "@fabrikam.example"}
	}
	diags := s.Must(config(guests, attributes{"timeouts": attributes{"create": "500ms"}}), options{})
	if s.State["all"].Tainted || s.State["all"].Get("complete") != false || !diags.Has("The apply is not finished") {
		t.Errorf("tainted %t: %s", s.State["all"].Tainted, diags)
	}
	s.applied(config(guests))
	if users := s.Users(s.TenantID()); len(users) != 160 {
		t.Errorf("%d users", len(users))
	}
}

// The time of an update, or of a destroy, runs out: that is one error, however many are
// left, and the next apply continues.
func TestATimeoutIsOneError(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *graphemulator.Config) { c.Latency = 200 * time.Millisecond })
	s.ProviderArguments["max_removals"] = int64(-1)
	guests, more := some(60), attributes{"on_removal": "delete", "max_removals": int64(-1)}
	s.Must(config(guests, more), options{})
	for i := range 60 {
		guests[number(i)]["job_title"] = "Boss"
		guests["more"+number(i)] = attributes{"email": fmt.Sprintf("more%d@fabrikam.example", i)}
	}
	short := attributes{"timeouts": attributes{"update": "300ms", "delete": "300ms"}}
	diags := s.Run(t.Context(), config(guests, more, short), options{})
	late := 0
	for _, one := range diags.Errors() {
		if one.Summary == "The apply is not finished" {
			late++
		}
	}
	lacks, _ := s.State["all"].Get("incomplete").(map[string]any)
	if late != 1 || len(lacks) < 30 || s.State["all"].Get("complete") != false {
		t.Errorf("%d errors about the time, %d guests incomplete: %s", late, len(lacks), diags.Errors())
	}
	s.Must(config(guests, more), options{})
	s.Must(config(guests, more, short), options{})
	plan := s.MustPlan(configuration{}, options{Destroy: true})
	if errs := s.Apply(t.Context(), plan).Errors(); !errs.Has("The apply is not finished") || len(s.keys()) < 30 {
		t.Errorf("%d are left: %s", len(s.keys()), errs)
	}
	s.Must(config(guests, more), options{})
}

func TestADestroyLeavesWhoCannotGo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := config(three(), attributes{"on_removal": "delete"})
	s.applied(guests)
	s.old()
	s.Must(guests, options{})
	joan := s.of("object_ids", "joan")
	s.AddFaults(graphemulator.Fault{Method: http.MethodDelete, PathRegexp: "/users/" + joan, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	plan, diags := s.Plan(t.Context(), configuration{}, options{Destroy: true})
	if plan == nil {
		t.Fatal(diags)
	}
	diags = s.Apply(t.Context(), plan)
	s.ClearFaults()
	if len(diags.Errors()) != 1 || !slices.Equal(s.keys(), []string{"joan"}) || len(s.Users(s.TenantID())) != 1 {
		t.Errorf("the state has %v: %s", s.keys(), diags)
	}
	s.Must(configuration{}, options{Destroy: true})
	if s.State["all"].Exists() || len(s.Users(s.TenantID())) != 0 {
		t.Error("somebody is left")
	}
}

// Planned by an identity that may only read, and read by one that may not even do that.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := people{}
	for i := range 25 {
		guests[number(i)] = attributes{"email": number(i) + "@fabrikam.example"}
	}
	s.applied(config(guests))
	s.old()
	client := s.Ready().Tenants[0].Applications[0].ClientID
	s.SetRoles(s.TenantID(), client, []string{"User.Invite.All"})
	diags := s.Must(config(guests), options{})
	if !diags.Has("Guests cannot be read") || len(s.keys()) != 25 {
		t.Errorf("the state has %d: %s", len(s.keys()), diags)
	}
	s.SetRoles(s.TenantID(), client, []string{"User.Read.All", "Organization.Read.All"})
	guests["new"] = attributes{"email": "new@fabrikam.example"}
	delete(guests, number(0))
	_, diags = s.Plan(t.Context(), config(guests), options{})
	if len(diags.Errors()) > 0 || !diags.Has("A permission is missing") {
		t.Errorf("a reader cannot plan: %s", diags)
	}
}

// Guests that are known only after apply: what is known is planned, the rest is open, and
// the apply decides as a plan would.
func TestGuestsNotKnownYet(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(config(three()))
	unknown := configuration{"all": attributes{"guests": acceptance.Unknown}}
	plan := s.MustPlan(unknown, options{})
	if plan.Changes[0].Get("object_ids") != acceptance.Unknown || plan.Changes[0].Get("removals") != acceptance.Unknown {
		t.Errorf("planned %v", plan.Changes[0].After)
	}
	s.ProviderArguments["client_secret"] = acceptance.Unknown
	diags := s.Run(t.Context(), config(three()), options{})
	if !diags.Has("Provider arguments are known only after apply") || len(diags.Errors()) > 0 {
		t.Errorf("diagnostics: %s", diags)
	}
}

// Nothing of a foreign tenant's text reaches the terminal as it is.
func TestHostileTextIsQuoted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const key = "\n::error::x\u202e"
	diags := s.Run(t.Context(), config(people{key: {"email": "ada", "\n::warning": "x"}, "b": {"email": "b@fabrikam.example", "job_title": "\u202eevil"}}), options{})
	if len(diags.Errors()) == 0 {
		t.Fatal("nothing is refused")
	}
	for _, one := range diags {
		for line := range strings.SplitSeq(one.Summary+"\n"+one.Detail, "\n") {
			if strings.HasPrefix(line, "::") || strings.ContainsRune(line, '\u202e') {
				t.Errorf("the line %q reaches the terminal", line)
			}
		}
	}
}

// The new address is written, the invitation refused, and the old address cannot be put
// back: the next plan shows the move, with and without a refresh, and completes it.
func TestAHalfDoneMoveIsCompleted(t *testing.T) {
	t.Parallel()
	for _, refresh := range []bool{true, false} {
		s := newStage(t)
		guests := three()
		s.applied(config(guests))
		s.old()
		s.Must(config(guests), options{})
		guests["ada"]["email"] = "ada@lovelace.example"
		s.AddFaults(
			graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/invitations$", Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
			graphemulator.Fault{Method: http.MethodPatch, PathRegexp: "/users/", Skip: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
		)
		diags := s.Run(t.Context(), config(guests), options{})
		s.ClearFaults()
		if !diags.Errors().Has("The next apply completes the move") {
			t.Errorf("errors: %s", diags)
		}
		s.ResetRequests()
		s.Must(config(guests), options{NoRefresh: !refresh})
		if got := s.Sent(acceptance.Writes); !slices.Contains(got, "POST /v1.0/invitations") {
			t.Errorf("nobody is invited by the new address: %v", got)
		}
		s.settled(config(guests))
		if s.Only("ada@lovelace.example")["id"] != s.of("object_ids", "ada") {
			t.Error("somebody else has the address")
		}
	}
}
