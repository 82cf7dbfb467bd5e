package invitation_test

import (
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestPersonVanishesBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	t.Run("to be taken over", func(t *testing.T) {
		t.Parallel()
		s := newStage(t)
		id := put(t, s.Environment, map[string]any{"mail": address})
		plan := s.MustPlan(ada(), options{})
		s.outside(s.DeleteUser(s.TenantID(), id))
		if diags := s.Apply(t.Context(), plan); !diags.Has(acceptance.InconsistentFinalPlan) {
			t.Errorf("the plan was for a person who is gone:\n%s", diags)
		}
		if writes := s.Sent(acceptance.Writes); len(writes) > 0 || len(s.State) > 0 {
			t.Errorf("sent %v, state %v", writes, s.State)
		}
	})
	for name, vanish := range map[string]func(*stage, string) error{
		"deleted": func(s *stage, id string) error { return s.DeleteUser(s.TenantID(), id) },
		"purged":  func(s *stage, id string) error { return s.PurgeUser(s.TenantID(), id) },
	} {
		t.Run("to be changed, "+name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.resident(ada())
			plan := s.MustPlan(ada(attributes{"job_title": "Analyst"}), options{})
			s.outside(vanish(s, s.State["ada"].Text("object_id")))
			if diags := s.Apply(t.Context(), plan); len(diags.Errors()) == 0 {
				t.Error("changing somebody who is gone succeeded")
			}
			s.mailed(1)
			s.Must(ada(attributes{"job_title": "Analyst"}), options{})
			s.mailed(2)
			s.Settled(ada(attributes{"job_title": "Analyst"}))
		})
	}
}

// Somebody else invites the person after the last look: Graph answers with that person,
// and the first read finds out.
func TestPersonAppearsAtTheLastMoment(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]bool{"noticed by a refresh": true, "noticed by the destroy": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			var appears sync.Once
			s.OnRequest(func(r graphemulator.Request) {
				if r.Path == "/v1.0/invitations" {
					appears.Do(func() { put(t, s.Environment, map[string]any{"mail": address, "department": "Engines"}) })
				}
			})
			s.Must(ada(attributes{"job_title": "Analyst"}), options{})
			id := fmt.Sprint(s.only()["id"])
			if got := s.State["ada"].Text("object_id"); got != id {
				t.Fatalf("the state has %s, want %s", got, id)
			}
			if refresh {
				s.settledAs("adopted", ada(attributes{"job_title": "Analyst"}))
			}
			s.Must(configuration{}, options{NoRefresh: !refresh})
			s.outside(expectEnabled(s.Environment, id, false))
			if user := s.Only(address); user["department"] != "Engines" {
				t.Errorf("what nobody wrote down was touched: %v", user)
			}
		})
	}
}

// settledAs is settled, and the refreshed state has the origin.
func (s *stage) settledAs(origin string, config configuration) {
	s.t.Helper()
	s.Settled(config)
	s.Must(config, options{})
	if got := s.State["ada"].Text("origin"); got != origin {
		s.t.Errorf("origin %q, want %q", got, origin)
	}
}

// What somebody changes between plan and apply stays, where the plan does not name it.
func TestPersonChangesBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]any{
		"another attribute": {"department": "Engines"},
		"the same":          {"jobTitle": "Analyst"},
		"otherwise":         {"jobTitle": "Boss"},
		"disabled":          {"accountEnabled": false},
		"another address":   {"mail": "countess@fabrikam.example"},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			id := s.resident(ada())
			wanted := ada(attributes{"job_title": "Analyst"})
			plan := s.MustPlan(wanted, options{})
			s.outside(s.PatchUser(s.TenantID(), id, change))
			if errs := s.Apply(t.Context(), plan).Errors(); len(errs) > 0 {
				t.Errorf("unexpected errors:\n%s", errs)
			}
			user, _ := s.User(s.TenantID(), id)
			for property, value := range change {
				if property != "jobTitle" && user[property] != value {
					t.Errorf("%s was put back to %v", property, user[property])
				}
			}
			if user["jobTitle"] != "Analyst" {
				t.Errorf("jobTitle is %v", user["jobTitle"])
			}
			s.safe(id, 1)
		})
	}
}

// Graph answers the invitation of a second alias with the guest who is there.
func TestSecondAliasOfAGuest(t *testing.T) {
	t.Parallel()
	const alias = "lovelace@fabrikam.example"
	for name, o := range map[string]options{"refreshed": {}, "not refreshed": {NoRefresh: true}} {
		t.Run("guest of others, "+name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.AddExternalAccount(s.TenantID(), address, alias)
			id := put(t, s.Environment, map[string]any{"mail": address})
			s.outside(s.AddMember(s.TenantID(), s.group, id))
			s.Must(ada(attributes{"email": alias, "send_invitation_message": false}), options{})
			if got := s.State["ada"].Text("object_id"); got != id {
				t.Fatalf("the state has %s, want %s", got, id)
			}
			s.Must(configuration{}, o)
			s.safe(id, 0)
		})
		t.Run("guest of another instance, "+name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.AddExternalAccount(s.TenantID(), address, alias)
			one := configuration{"ada": {"email": address, "send_invitation_message": false}}
			two := maps.Clone(one)
			two["bob"] = attributes{"email": alias, "send_invitation_message": false}
			s.Must(two, options{})
			id := s.State["ada"].Text("object_id")
			s.outside(s.AddMember(s.TenantID(), s.group, id))
			_ = s.Run(t.Context(), one, o) // may be refused: one of two holders goes
			s.safe(id, 0)
			s.outside(expectEnabled(s.Environment, id, true))
		})
	}
}
