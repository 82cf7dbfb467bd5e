package guests_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// some are guests with a title, by number.
func some(count int) people {
	guests := people{}
	for i := range count {
		guests[number(i)] = attributes{"email": number(i) + "@fabrikam.example", "job_title": "Analyst"}
	}
	return guests
}

// Replicas do not show for a while that somebody was put into a group: that is no drift.
func TestFreshMembershipsAreBelieved(t *testing.T) {
	t.Parallel()
	for name, hits := range map[string]graphemulator.LagHits{"some replicas": graphemulator.LagSome, "all replicas": graphemulator.LagAll} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = 2*time.Second, hits })
			group := fmt.Sprint(s.Groups(s.TenantID())[0]["id"])
			guests := config(some(30), attributes{"group_ids": []string{group}})
			s.Must(guests, options{})
			s.settled(guests)
		})
	}
}

// wire returns method, path and query of the requests to Graph on the wire.
func (s *stage) wire() (sent []string) {
	for _, request := range s.Requests() {
		if !request.Batched && strings.HasPrefix(request.Path, "/v1.0/") {
			sent = append(sent, request.Method+" "+request.Path+"?"+request.Query)
		}
	}
	return sent
}

// lists counts the requests that list the whole tenant.
func (s *stage) lists() (pages int) {
	for _, one := range s.wire() {
		if strings.Contains(one, "top=999") {
			pages++
		}
	}
	return pages
}

// A few guests of a large tenant are not worth a list of all of it.
func TestFewGuestsOfALargeTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		graphemulator.SeedGuests(&c.Seed, 10_000) // a list of 11 pages
	})
	guests := config(some(25))
	s.Must(guests, options{})
	s.old()
	s.ResetRequests()
	s.settledOnce(guests)
	// Three are read at once and the others together: in one batch, or on a busy machine in some.
	if sent := s.wire(); len(sent) > 10 || s.lists() > 0 {
		t.Errorf("%d requests, %d pages of the list: %q", len(sent), s.lists(), sent)
	}
}

// bulk_refresh = "off" gives every read a request of its own, here too.
func TestBulkRefreshOff(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := config(some(700))
	s.Must(guests, options{})
	s.old()
	s.ProviderArguments["bulk_refresh"] = "off"
	s.ResetRequests()
	s.settledOnce(guests)
	single := 0
	for _, one := range s.wire() {
		if strings.HasPrefix(one, "GET /v1.0/users/") {
			single++
		}
	}
	if single != 700 || s.lists() > 0 {
		t.Errorf("%d single reads, %d lists", single, s.lists())
	}
}

// A list that Graph refuses is given up, and everybody is read without it.
func TestARefusedListIsNoError(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := some(1100)
	s.Must(config(guests), options{})
	s.old()
	s.outside(s.PatchUser(s.TenantID(), s.of("object_ids", number(7)), map[string]any{"jobTitle": "Outsider"}))
	s.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: "^/v1.0/users$", QueryRegexp: "top=999", Status: http.StatusBadRequest})
	s.ResetRequests()
	plan := s.MustPlan(config(guests), options{})
	if s.lists() == 0 {
		t.Error("no list was tried")
	}
	if len(plan.Changes) != 1 || !strings.Contains(fmt.Sprint(plan.Refreshed()["all"].Get("guests")), "Outsider") {
		t.Errorf("%d changes; the drift does not show", len(plan.Changes))
	}
}

// Somebody whose leave date may not be read keeps his state; the others are refreshed.
func TestOneUnreadablePropertyBlindsNobodyElse(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := some(30)
	guests[number(0)]["employee_leave_date_time"] = "2030-01-01T00:00:00Z"
	s.Must(config(guests), options{})
	s.old()
	s.SetRoles(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID, []string{"User.Read.All", "Organization.Read.All"})
	for _, who := range []string{number(0), number(5)} {
		s.outside(s.PatchUser(s.TenantID(), s.of("object_ids", who), map[string]any{"jobTitle": "Outsider"}))
	}
	plan, diags := s.Plan(t.Context(), config(guests), options{})
	if plan == nil || !diags.Has("User-LifeCycleInfo.Read.All") {
		t.Fatal(diags)
	}
	seen, _ := plan.Refreshed()["all"].Get("guests").(map[string]any)
	if !strings.Contains(fmt.Sprint(seen[number(5)]), "Outsider") || strings.Contains(fmt.Sprint(seen[number(0)]), "Outsider") {
		t.Errorf("the refresh shows %v and %v", seen[number(5)], seen[number(0)])
	}
}

// Whoever may read nobody is told so once, and does not ask for everybody.
func TestNobodyMayBeRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := config(some(1000))
	s.Must(guests, options{})
	s.old()
	s.SetRoles(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID, []string{"User.Invite.All"})
	s.ResetRequests()
	_, diags := s.Plan(t.Context(), guests, options{})
	if sent := s.wire(); len(sent) > 30 {
		t.Errorf("%d requests to be refused", len(sent))
	}
	if !diags.Has("Guests cannot be read") || len(diags.Errors()) > 0 {
		t.Errorf("diagnostics: %s", diags)
	}
}

// Managers and sponsors of very many are read with lists, too.
func TestManyGuestsWithManagersAndSponsors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	boss, err := s.PutUser(s.TenantID(), map[string]any{
		"userPrincipalName": "boss@" + s.InitialDomain(), "displayName": "Boss", "mailNickname": "boss", "userType": "Member", "accountEnabled": true,
	})
	s.outside(err)
	guests := some(200)
	for _, guest := range guests {
		guest["manager_id"] = boss
	}
	all := config(guests, attributes{"sponsor_ids": []string{boss}})
	s.Must(all, options{})
	s.old()
	s.ResetRequests()
	s.settledOnce(all)
	if sent := s.wire(); len(sent) > 7 {
		t.Errorf("%d requests: %q", len(sent), sent)
	}
	s.outside(s.SetManager(s.TenantID(), s.of("object_ids", number(3)), ""))
	seen, _ := s.MustPlan(all, options{}).Refreshed()["all"].Get("guests").(map[string]any)
	if !strings.Contains(fmt.Sprint(seen[number(3)]), `"manager_id":""`) {
		t.Errorf("the refresh shows %v", seen[number(3)])
	}
}
