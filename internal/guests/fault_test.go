package guests_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Whatever step fails, in whatever way: nobody is lost, nothing is tainted, nobody is
// there twice, and the next apply brings the directory to what is configured.
func TestEveryStepMayFail(t *testing.T) {
	t.Parallel()
	ways := map[string]graphemulator.Fault{
		"refused":  {Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
		"failing":  {Status: http.StatusBadRequest, Code: "Request_BadRequest"},
		"lost":     {DropConnection: true},
		"too late": {DropConnection: true, AfterEffect: true},
		"slowed":   {Status: http.StatusTooManyRequests, RetryAfter: 1},
	}
	steps := map[string]graphemulator.Fault{
		"invitation": {Method: http.MethodPost, PathRegexp: "/invitations$"},
		"profile":    {Method: http.MethodPatch, PathRegexp: "/users/"},
		"deletion":   {Method: http.MethodDelete, PathRegexp: "/users/"},
	}
	for way, how := range ways {
		for step, where := range steps {
			t.Run(step+" "+way, func(t *testing.T) {
				t.Parallel()
				how.Method, how.PathRegexp, how.Times = where.Method, where.PathRegexp, 1
				failOnce(t, how)
			})
		}
	}
}

// bugs are what core reports about a provider that breaks its rules.
var bugs = []string{acceptance.InvalidPlan, acceptance.InconsistentFinalPlan, acceptance.InconsistentResult, acceptance.InvalidObject, acceptance.UnknownResult}

func failOnce(t *testing.T, fault graphemulator.Fault) {
	t.Helper()
	s := newStage(t)
	more := attributes{"on_removal": "delete"}
	steps := []people{
		three(),
		{"ada": {"email": "ada@elsewhere.example", "job_title": "Boss"}, "joan": {"email": "joan@fabrikam.example", "city": "Rome"}, "new": {"email": "new@fabrikam.example", "job_title": "x"}},
		{"ada": {"email": "ada@elsewhere.example"}},
	}
	for _, guests := range steps {
		s.AddFaults(fault)
		plan := s.MustPlan(config(guests, more), options{})
		diags := s.Apply(t.Context(), plan)
		s.ClearFaults()
		if slices.ContainsFunc(bugs, diags.Has) {
			t.Fatalf("a rule of Terraform is broken: %s", diags)
		}
		if s.State["all"].Tainted {
			t.Fatalf("the resource is tainted: %s", diags)
		}
		s.Must(config(guests, more), options{})
		s.settled(config(guests, more))
		s.directoryIs(guests)
	}
}

// directoryIs fails unless the directory holds just these guests, as they are configured.
func (s *stage) directoryIs(guests people) {
	s.t.Helper()
	if users := s.Users(s.TenantID()); len(users) != len(guests) {
		s.t.Errorf("%d users, want %d", len(users), len(guests))
	}
	for key, guest := range guests {
		address, _ := guest["email"].(string)
		user := s.Only(address)
		if user["id"] != s.of("object_ids", key) {
			s.t.Errorf("%s is %v, in the state %s", key, user["id"], s.of("object_ids", key))
		}
		for name, property := range map[string]string{"job_title": "jobTitle", "city": "city", "display_name": "displayName"} {
			if want, written := guest[name]; written && user[property] != want && (want != "" || user[property] != nil) {
				s.t.Errorf("%s of %s is %v, want %v", name, key, user[property], want)
			}
		}
	}
	if lacks, _ := s.State["all"].Get("incomplete").(map[string]any); len(lacks) > 0 {
		s.t.Errorf("incomplete: %v", lacks)
	}
}
