package guests_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// led fails unless everybody has the manager with the key, "" for none.
func (s *stage) led(managers map[string]string) {
	s.t.Helper()
	for key, manager := range managers {
		if got, want := s.Manager(s.TenantID(), s.of("object_ids", key)), s.of("object_ids", manager); got != want {
			s.t.Errorf("the manager of %s is %q, want %s, %q", key, got, manager, want)
		}
	}
}

// Managers who are guests of the same resource, before they are there, in a circle, under
// another key, and none.
func TestManagersByKey(t *testing.T) {
	t.Parallel()
	for name, lag := range map[string]time.Duration{"at once": 0, "with lag": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(c *graphemulator.Config) { c.ReplicationLag = lag })
			guests := three()
			guests["ada"]["manager"], guests["grace"]["manager"], guests["joan"]["manager"] = "grace", "ada", "ada"
			s.applied(config(guests))
			s.led(map[string]string{"ada": "grace", "grace": "ada", "joan": "ada"})

			s.ResetRequests()
			guests["ada"]["manager"], guests["joan"]["manager"] = "new", ""
			guests["new"] = attributes{"email": "new@fabrikam.example"}
			s.applied(config(guests))
			s.led(map[string]string{"ada": "new", "grace": "ada", "joan": "", "new": ""})

			// Another key of the same person, and no word about the manager any more.
			s.ResetRequests()
			guests["chief"], guests["ada"]["manager"] = guests["new"], "chief"
			delete(guests, "new")
			delete(guests["grace"], "manager")
			s.applied(config(guests))
			s.wrote()
			s.led(map[string]string{"ada": "chief", "grace": "ada"})
		})
	}
}

// Another manager outside is drift: by key who is a guest here, by object id who is not.
func TestDriftOfAManagerByKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	boss, err := s.PutUser(s.TenantID(), map[string]any{
		"userPrincipalName": "boss@" + s.InitialDomain(), "displayName": "Boss", "mailNickname": "boss", "userType": "Member", "accountEnabled": true,
	})
	s.outside(err)
	guests := three()
	guests["ada"]["manager"] = "grace"
	s.applied(config(guests))
	s.old()
	for manager, want := range map[string]string{s.of("object_ids", "joan"): `"manager":"joan"`, boss: `"manager_id":"` + boss + `"`, "": `"manager":""`} {
		s.outside(s.SetManager(s.TenantID(), s.of("object_ids", "ada"), manager))
		s.ResetRequests()
		plan := s.MustPlan(config(guests), options{})
		seen, _ := plan.Refreshed()["all"].Get("guests").(map[string]any)
		if got := fmt.Sprint(seen["ada"]); !strings.Contains(got, want) || len(plan.Changes) != 1 {
			t.Errorf("%d changes, the refresh shows %s, want %s", len(plan.Changes), got, want)
		}
		s.applied(config(guests))
		s.wrote("PUT /v1.0/users/{ada}/manager/$ref")
		s.led(map[string]string{"ada": "grace"})
	}
}

// The manager could not be invited: the guest is there, and the next apply brings the two
// together.
func TestAManagerWhoDoesNotCome(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	s.applied(config(guests))
	guests["ada"]["manager"] = "bad"
	guests["bad"] = attributes{"email": "bad@fabrikam.example"}
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/invitations$", Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	diags := s.Run(t.Context(), config(guests), options{})
	s.ClearFaults()
	if lack := s.of("incomplete", "ada"); !strings.Contains(lack, "The manager is not there yet") || len(diags.Errors()) != 2 {
		t.Errorf("ada lacks %q; errors: %s", lack, diags.Errors())
	}
	s.AddFaults(graphemulator.Fault{Method: http.MethodPut, PathRegexp: "/manager/", Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	diags = s.Run(t.Context(), config(guests), options{})
	s.ClearFaults()
	if !diags.Errors().Has("Setting the manager failed") {
		t.Errorf("errors: %s", diags.Errors())
	}
	s.Must(config(guests), options{NoRefresh: true})
	s.settled(config(guests))
	s.led(map[string]string{"ada": "bad"})
}

// A manager deleted outside comes again, and is the manager again; one whose time is over
// and who was deleted is nobody's manager, and not missed.
func TestAManagerWhoIsGone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	guests["ada"]["manager"], guests["joan"]["manager"] = "grace", "late"
	guests["late"] = attributes{"email": "late@fabrikam.example", "expires_at": s.Now().Add(24 * time.Hour).Format(time.RFC3339)}
	s.applied(config(guests))
	s.old()
	s.Must(config(guests), options{})
	s.outside(s.DeleteUser(s.TenantID(), s.of("object_ids", "late")))
	s.settledOnce(config(guests))
	s.outside(s.DeleteUser(s.TenantID(), s.of("object_ids", "grace")))
	s.ResetRequests()
	s.applied(config(guests))
	s.wrote("POST /v1.0/invitations", "PATCH /v1.0/users/{grace}", "PUT /v1.0/users/{ada}/manager/$ref")
	s.led(map[string]string{"ada": "grace"})
}

func TestInvalidManagers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for text, guest := range map[string]attributes{
		"There is no such manager":            {"email": "x@fabrikam.example", "manager": "nobody"},
		"A guest cannot be their own manager": {"email": "x@fabrikam.example", "manager": "x"},
		"manager and manager_id exclude each": {"email": "x@fabrikam.example", "manager": "y", "manager_id": "11111111-2222-4333-8444-555555555555"},
		"manager is a text":                   {"email": "x@fabrikam.example", "manager": true},
	} {
		s.refused(config(people{"x": guest, "y": {"email": "y@fabrikam.example"}}), options{}, text)
	}
}
