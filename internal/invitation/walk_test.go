package invitation_test

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// However Terraform is brought to replace an instance, the person stays who it is.
func TestNobodyIsReplaced(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		taint  bool
		name   string // of the instance afterwards
		o      options
		errors bool // refused, as opposed to done without harm
	}{
		"-replace":                     {o: options{Replace: []string{"ada"}}, errors: true},
		"-replace, create first":       {o: options{Replace: []string{"ada"}, CreateBeforeDestroy: true}, errors: true},
		"taint":                        {taint: true, errors: true},
		"taint, create first":          {taint: true, o: options{CreateBeforeDestroy: true}, errors: true},
		"renamed, old planned first":   {name: "bob", errors: true},
		"renamed, new planned first":   {name: "aaa", errors: true},
		"no refresh, -replace":         {o: options{NoRefresh: true, Replace: []string{"ada"}}, errors: true},
		"no refresh, -replace, create": {o: options{NoRefresh: true, Replace: []string{"ada"}, CreateBeforeDestroy: true}, errors: true},
		// Nothing at plan tells that the instance is tainted; the private state at apply does.
		"no refresh, taint":              {taint: true, o: options{NoRefresh: true}, errors: true},
		"no refresh, taint, create":      {taint: true, o: options{NoRefresh: true, CreateBeforeDestroy: true}},
		"no refresh, renamed, old first": {name: "bob", o: options{NoRefresh: true}, errors: true},
		"no refresh, renamed, new first": {name: "aaa", o: options{NoRefresh: true}, errors: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			wanted := attributes{"email": address, "job_title": "Analyst"}
			id := s.resident(configuration{"ada": wanted})
			if test.taint {
				s.Taint("ada")
			}
			after := cmp.Or(test.name, "ada")
			diags := s.Run(t.Context(), configuration{after: wanted}, test.o)
			if failed := len(diags.Errors()) > 0; failed != test.errors {
				t.Errorf("errors %t, want %t:\n%s", failed, test.errors, diags)
			}
			for _, bug := range []string{acceptance.InvalidPlan, acceptance.InconsistentFinalPlan, acceptance.InconsistentResult} {
				if diags.Has(bug) {
					t.Errorf("Terraform would call this a bug of the provider:\n%s", diags)
				}
			}
			s.safe(id, 1)
			if !test.errors {
				s.Settled(configuration{after: wanted})
			}
		})
	}
}

// Tainted, with another address and create_before_destroy: nothing at plan tells, and the
// guest whom the new one was to replace stays.
func TestDeposedGuestStays(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.resident(ada())
	s.Taint("ada")
	moved := ada(attributes{"email": newAddress})
	for range 2 {
		diags := s.Run(t.Context(), moved, options{CreateBeforeDestroy: true})
		if !diags.Errors().Has("terraform state rm") {
			t.Errorf("got %s", diags)
		}
		if _, ok := s.User(s.TenantID(), id); !ok {
			t.Fatal("the guest is gone")
		}
	}
}

// The real Terraform does the same as the miniature one: the destroying half of a tainted
// instance comes without the private state of what it destroys.
func TestTaintWithoutRefresh(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		AdditionalCLIOptions: &resource.AdditionalCLIOptions{Apply: resource.ApplyOptions{}, Plan: resource.PlanOptions{NoRefresh: true}},
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{Config: e.Guest(), Taint: []string{guest}, ExpectError: words("is tainted, so Terraform would delete the person")},
		},
	})
	expectNoDeletion(t, e, 1)
}

// Graph invites no disabled account: one that is enabled and moved at once is enabled first.
func TestEnabledAndMovedAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.resident(ada())
	s.outside(s.PatchUser(s.TenantID(), id, map[string]any{"accountEnabled": false}))
	wanted := ada(attributes{"email": newAddress, "account_enabled": true})
	s.Must(wanted, options{})
	s.outside(expectEnabled(s.Environment, id, true))
	s.Settled(wanted)
	s.safe(id, 2)
}

// A move sends an invitation, and a changed trigger asks for no second one.
func TestMovedAndSentAgainAtOnce(t *testing.T) {
	t.Parallel()
	for name, accepted := range map[string]bool{"pending": false, "accepted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			id := s.resident(ada())
			if accepted {
				s.outside(s.Redeem(s.TenantID(), address))
			}
			wanted := ada(attributes{"email": newAddress, "resend_trigger": "1"})
			s.Must(wanted, options{})
			s.Settled(wanted)
			s.safe(id, 2)
		})
	}
}

// Cost centre and division are one property of Graph: writing one leaves the other.
func TestTakenOverWithHalfAPlaceInTheOrganisation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	put(t, s.Environment, map[string]any{"mail": address, "employeeOrgData": map[string]any{"costCenter": "0815", "division": "Outside"}})
	wanted := ada(attributes{"cost_center": "4711"})
	s.Must(wanted, options{})
	s.Settled(wanted)
	data, _ := s.only()["employeeOrgData"].(map[string]any)
	if data["costCenter"] != "4711" || data["division"] != "Outside" {
		t.Errorf("employeeOrgData is %v", data)
	}
}

// A plan is approved, the date passes, the plan is applied: it does what it says, and
// the next one disables.
func TestSavedPlanAppliedAfterTheDate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	until := attributes{"expires_at": s.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)}
	id := s.resident(ada(until))
	retitled := ada(until, attributes{"job_title": "Analyst"})
	plan := s.MustPlan(retitled, options{})
	s.AdvanceClock(48 * time.Hour)
	if errs := s.Apply(t.Context(), plan).Errors(); len(errs) > 0 {
		t.Fatalf("applying the saved plan: %s", errs)
	}
	if user := s.Only(address); user["jobTitle"] != "Analyst" || user["accountEnabled"] != true {
		t.Errorf("after the saved plan: %v", user)
	}
	s.Must(retitled, options{})
	s.outside(expectEnabled(s.Environment, id, false))
	s.Settled(retitled)
	s.safe(id, 1)
}

// State of one tenant, signed in to another: nothing is asked there and nothing changes.
func TestWrongTenantWithoutRefresh(t *testing.T) {
	t.Parallel()
	s, other := newStage(t), newStage(t)
	id := s.resident(ada())
	saved := s.MustPlan(ada(attributes{"job_title": "Analyst"}), options{})
	gone := s.MustPlan(configuration{}, options{})
	s.ProviderArguments = other.Arguments()
	for name, config := range map[string]configuration{"update": ada(attributes{"job_title": "Analyst"}), "destroy": {}, "nothing": ada()} {
		_, diags := s.Plan(t.Context(), config, options{NoRefresh: true})
		if errs := diags.Errors(); len(errs) != 1 || !errs.Has("Wrong tenant") {
			t.Errorf("%s: want one error, have:\n%s", name, errs)
		}
	}
	for name, plan := range map[string]*acceptance.SavedPlan{"update": saved, "destroy": gone} {
		if errs := s.Apply(t.Context(), plan).Errors(); len(errs) == 0 {
			t.Errorf("the saved plan to %s was carried out", name)
		}
	}
	if got := s.State["ada"].Text("object_id"); got != id {
		t.Errorf("the state has %q", got)
	}
	if sent := other.Sent(acceptance.Everything); len(sent) > 0 {
		t.Errorf("the other tenant was asked: %v", sent)
	}
	s.safe(id, 1)
}

// What a destroy costs: one DELETE, and one GET where who created the person is not
// proven yet.
func TestWhatADestroyCosts(t *testing.T) {
	t.Parallel()
	for name, refreshed := range map[string]bool{"right after the create": false, "after a refresh": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.Must(ada(), options{})
			want := []string{"GET /v1.0/users/{id}", "DELETE /v1.0/users/{id}"}
			if refreshed {
				s.Must(ada(), options{})
				want = want[1:]
			}
			s.ResetRequests()
			id := s.State["ada"].Text("object_id")
			s.Must(ada(), options{Destroy: true, NoRefresh: true})
			got := s.Sent(acceptance.Everything)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], id, "{id}")
			}
			if !slices.Equal(got, want) {
				t.Errorf("sent %v, want %v", got, want)
			}
			if len(s.State) != 0 {
				t.Errorf("the state has %v", s.State)
			}
		})
	}
}

// Terraform is interrupted when the invitation has arrived: the person is in the state,
// and the next apply completes it.
func TestInterruptedCreate(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"in the invitation": "/v1.0/invitations", "in the profile": "/v1.0/users/"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			wanted := ada(attributes{"job_title": "Analyst", "manager_id": employee(s.Environment, "boss")})
			plan := s.MustPlan(wanted, options{})
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			s.OnRequest(func(r graphemulator.Request) {
				if strings.HasPrefix(r.Path, path) && r.Method != http.MethodGet {
					interrupt()
				}
			})
			if errs := s.Apply(ctx, plan).Errors(); len(errs) > 0 {
				t.Fatalf("an error taints: %s", errs)
			}
			if object := s.State["ada"]; object.Get("complete") != false || object.Tainted {
				t.Fatalf("complete is %v, tainted %t", object.Get("complete"), object.Tainted)
			}
			s.Must(wanted, options{})
			if object := s.State["ada"]; object.Get("complete") != true {
				t.Errorf("complete is %v", object.Get("complete"))
			}
			s.Settled(wanted)
			s.mailed(1)
		})
	}
}
