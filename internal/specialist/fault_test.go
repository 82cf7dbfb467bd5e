package specialist_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// faults are the ways in which one request can fail.
var faults = map[string]graphemulator.Fault{
	"refused":         {Status: http.StatusForbidden},
	"throttled":       {Status: http.StatusTooManyRequests, RetryAfter: 1},
	"failing":         {Status: http.StatusInternalServerError},
	"not found":       {Status: http.StatusNotFound},
	"never arrived":   {DropConnection: true},
	"answer lost":     {DropConnection: true, AfterEffect: true},
	"failing, though": {Status: http.StatusBadGateway, AfterEffect: true},
}

// requests is how many requests of a run are made to fail, one at a time.
const requests = 7

// Whatever request fails, and however: nobody is lost, nobody is made twice, and the
// next applies lead to what is written down.
func TestEveryRequestFailsOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range faults {
		for skip := range requests {
			t.Run(fmt.Sprintf("%s/%d", name, skip), func(t *testing.T) {
				t.Parallel()
				e := acceptance.Start(t, steady)
				fault.PathRegexp, fault.Skip, fault.Times = `/v1\.0/(users|directory)`, skip, 1
				live(t, e, fault)
			})
		}
	}
}

// live creates, changes and lets go, each with one fault.
func live(t *testing.T, e *acceptance.Environment, fault graphemulator.Fault) {
	t.Helper()
	w := e.Workspace("entraguest_specialist_user")
	boss := put(t, e, map[string]any{"userPrincipalName": "boss@" + e.Domain(), "displayName": "Boss"})
	first := acceptance.Attributes{
		"given_name": "Jan", "surname": "Novak", "domain": e.Domain(), "contact_email": contact, "job_title": "Welder",
		"extension_attributes": map[string]string{"extensionAttribute1": "x"}, "manager_id": boss,
	}
	second := maps.Clone(first)
	maps.Copy(second, acceptance.Attributes{
		"job_title": "Foreman", "contact_email": "novak@home.example", "user_principal_name": "novak@" + e.Domain(), "manager_id": "",
		"password_wo_version": 2, "expires_at": e.Now().Add(-time.Hour).UTC().Format(time.RFC3339),
	})
	id := ""
	for _, stage := range []struct {
		config acceptance.Configuration
		name   string
		want   map[string]any
	}{
		{acceptance.Configuration{"jan": first}, "jan.novak@" + e.Domain(), map[string]any{"jobTitle": "Welder", "accountEnabled": true}},
		{acceptance.Configuration{"jan": second}, "novak@" + e.Domain(), map[string]any{"jobTitle": "Foreman", "accountEnabled": false}},
	} {
		e.AddFaults(fault)
		_ = w.Run(t.Context(), stage.config, acceptance.Options{})
		e.ClearFaults()
		converge(t, w, stage.config)
		user := account(t, e, stage.name)
		for property, want := range stage.want {
			if user[property] != want {
				t.Errorf("%s is %v, want %v", property, user[property], want)
			}
		}
		if id == "" {
			id = fmt.Sprint(user["id"])
		}
		if user["id"] != id || len(e.Users(e.TenantID())) != 2 || len(e.DeletedUsers(e.TenantID())) != 0 {
			t.Errorf("another account than the one: %v", e.Users(e.TenantID()))
		}
		if _, revoked := e.SessionsRevokedAt(e.TenantID(), id); revoked != (stage.want["accountEnabled"] == false) {
			t.Errorf("sessions revoked: %v", revoked)
		}
	}
	e.AddFaults(fault)
	_ = w.Run(t.Context(), acceptance.Configuration{}, acceptance.Options{})
	e.ClearFaults()
	converge(t, w, acceptance.Configuration{})
	if _, there := e.User(e.TenantID(), id); there {
		t.Error("the account is still there")
	}
}

// converge applies until nothing is left to do; two more applies are enough.
func converge(t *testing.T, w *acceptance.Workspace, config acceptance.Configuration) {
	t.Helper()
	for range 3 {
		plan, diags := w.Plan(t.Context(), config, acceptance.Options{})
		if errs := diags.Errors(); len(errs) > 0 {
			t.Fatalf("planning: %s", errs)
		}
		if plan.Empty() {
			return
		}
		if errs := w.Apply(t.Context(), plan).Errors(); len(errs) > 0 {
			t.Fatalf("applying: %s", errs)
		}
	}
	t.Error("the plan does not become empty")
}
