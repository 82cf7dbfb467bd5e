package guests_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// However Terraform is brought to replace the resource, everybody stays who he is.
func TestNobodyIsReplaced(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		taint bool
		name  string // of the resource afterwards
		o     options
	}{
		"-replace":               {o: options{Replace: []string{"all"}}},
		"-replace, create first": {o: options{Replace: []string{"all"}, CreateBeforeDestroy: true}},
		"no refresh, -replace":   {o: options{NoRefresh: true, Replace: []string{"all"}}},
		"taint":                  {taint: true},
		"taint, create first":    {taint: true, o: options{CreateBeforeDestroy: true}},
		"taint, no refresh":      {taint: true, o: options{NoRefresh: true}},
		"renamed, old first":     {name: "zzz"},
		"renamed, new first":     {name: "aaa"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			guests := config(three(), attributes{"on_removal": "delete"})
			s.applied(guests)
			s.old()
			s.Must(guests, options{})
			s.ResetRequests()
			if test.taint {
				s.Taint("all")
			}
			if test.name != "" {
				guests = configuration{test.name: guests["all"]}
			}
			diags := s.Run(t.Context(), guests, test.o)
			if len(diags.Errors()) == 0 {
				t.Errorf("it was not refused: %s", diags)
			}
			if got := s.Sent(acceptance.Writes); len(got) > 0 || len(s.Users(s.TenantID())) != 3 {
				t.Errorf("wrote %v, %d users", got, len(s.Users(s.TenantID())))
			}
			if !s.State["all"].Exists() {
				t.Error("the resource is not in the state any more")
			}
		})
	}
}

func TestOnePersonOneResource(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	one := config(people{"ada": {"email": "ada@fabrikam.example"}})
	two := configuration{"all": one["all"], "more": config(people{"x": {"email": "ADA@fabrikam.example"}})["all"]}
	s.refused(two, options{}, "Two resources are about")
	s.applied(one)
	s.ResetRequests()
	s.refused(two, options{}, "this plan would create the same person again")
}

// Graph answers the invitation of another alias with the person who is there. Nobody is
// held by two keys, so letting one go cannot hurt the other.
func TestTwoAliasesOfOnePerson(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddExternalAccount(s.TenantID(), "ada@fabrikam.example", "lovelace@fabrikam.example")
	guests := config(people{"a": {"email": "ada@fabrikam.example"}, "b": {"email": "lovelace@fabrikam.example"}})
	diags := s.Must(guests, options{})
	if !diags.Has("Two guests are one person") || s.State["all"].Get("complete") != false {
		t.Errorf("nobody is told: %s", diags)
	}
	if s.of("object_ids", "a") != "" && s.of("object_ids", "b") != "" {
		t.Error("two keys have the person")
	}
	if s.State["all"].Tainted {
		t.Error("the resource is tainted")
	}
}

func TestWrongTenantIsOneError(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants = append(seed.Tenants, graphemulator.DefaultSeed().Tenants...)
	s := newStage(t, func(c *graphemulator.Config) { c.Seed = seed })
	s.applied(config(three()))
	other := s.Ready().Tenants[1]
	s.ProviderArguments["tenant_id"], s.ProviderArguments["client_id"], s.ProviderArguments["client_secret"] = other.TenantID, other.Applications[0].ClientID, other.Applications[0].ClientSecret
	s.ResetRequests()
	diags := s.Run(t.Context(), config(three()), options{})
	if errs := diags.Errors(); len(errs) != 1 || !errs.Has("Wrong tenant") {
		t.Errorf("errors: %s", errs)
	}
	s.wrote()
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	soon := s.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)
	guests := people{"ada": {"email": "ada@fabrikam.example", "expires_at": soon}, "grace": {"email": "grace@fabrikam.example"}}
	past := people{"ada": {"email": "ada@fabrikam.example", "expires_at": "2020-01-01T00:00:00Z"}}
	s.refused(config(past), options{}, "date is in the past")
	s.applied(config(guests))
	id := s.of("object_ids", "ada")
	s.ResetRequests()

	s.AdvanceClock(100 * time.Hour)
	plan := s.MustPlan(config(guests), options{})
	if expired, _ := plan.Changes[0].Get("expired").(map[string]any); expired["ada"] != soon || len(expired) != 1 {
		t.Errorf("the plan shows %v", expired)
	}
	// A plan keeps its answer, however late it is applied.
	s.AdvanceClock(1000 * time.Hour)
	if errs := s.Apply(t.Context(), plan).Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	s.settled(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}")
	if s.enabled(id) || s.of("expired", "ada") != soon {
		t.Error("ada is not disabled")
	}

	// Enabled outside, and disabled again.
	s.outside(s.PatchUser(s.TenantID(), id, map[string]any{"accountEnabled": true}))
	s.old()
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}")

	// A later date, and what expiry has disabled is enabled.
	guests["ada"]["expires_at"] = s.Now().Add(9000 * time.Hour).UTC().Format(time.RFC3339)
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}")
	if !s.enabled(id) || s.of("expired", "ada") != "" {
		t.Error("ada is not enabled")
	}

	// Expired and gone is not missed, and stops nobody else.
	s.AdvanceClock(10000 * time.Hour)
	s.applied(config(guests))
	s.outside(s.DeleteUser(s.TenantID(), id))
	s.old()
	s.ResetRequests()
	guests["grace"]["city"] = "London"
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{grace}")
	delete(guests, "ada")
	s.applied(config(guests))
	s.wrote()
}

func TestGroupsAndSponsors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	group := fmt.Sprint(s.Groups(s.TenantID())[0]["id"])
	boss, err := s.PutUser(s.TenantID(), map[string]any{
		"userPrincipalName": "boss@" + s.InitialDomain(), "displayName": "Boss", "mailNickname": "boss", "userType": "Member", "accountEnabled": true,
	})
	s.outside(err)
	guests := three()
	more := attributes{"group_ids": []string{group}, "sponsor_ids": []string{boss}}
	s.applied(config(guests, more))
	everybody := func() {
		t.Helper()
		for key := range guests {
			id := s.of("object_ids", key)
			if !slices.Contains(s.Members(s.TenantID(), group), id) || !slices.Equal(s.Sponsors(s.TenantID(), id), []string{boss}) {
				t.Errorf("%s: member of the group %t, sponsors %v", key, slices.Contains(s.Members(s.TenantID(), group), id), s.Sponsors(s.TenantID(), id))
			}
		}
	}
	everybody()

	s.old()
	s.Must(config(guests, more), options{})
	s.outside(s.RemoveMember(s.TenantID(), group, s.of("object_ids", "ada")))
	if lacks, _ := s.MustPlan(config(guests, more), options{}).Refreshed()["all"].Get("incomplete").(map[string]any); len(lacks) != 1 || lacks["ada"] == nil {
		t.Errorf("incomplete shows %v", lacks)
	}
	s.applied(config(guests, more))
	everybody()

	second, err := s.PutGroup(s.TenantID(), map[string]any{"displayName": "Second", "mailNickname": "second", "mailEnabled": false, "securityEnabled": true})
	s.outside(err)
	more["group_ids"] = []string{group, second}
	s.applied(config(guests, more))
	if got := len(s.Members(s.TenantID(), second)); got != 3 {
		t.Errorf("%d members in the second group", got)
	}
	more["group_ids"] = []string{"00000000-0000-0000-0000-000000000000"}
	// One that was just made would show in half a minute: nobody waits for that here.
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, diags := s.Plan(soon, config(guests, more), options{}); !diags.Errors().Has("There is no such group") {
		t.Error(diags)
	}
	delete(more, "group_ids")
	s.applied(config(guests, more))
	everybody()
	if got := s.Sent(deletes); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
}

// Terraform does not show warnings with the same summary twice, and nobody reads 300
// errors: the first are shown in full, the others counted.
func TestManyFailuresAreCounted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := people{}
	for i := range 30 {
		guests[number(i)] = attributes{"email": number(i) + "@fabrikam.example"}
	}
	guests["ok"] = attributes{"email": "ok@contoso.example"}
	refuse := graphemulator.Fault{Method: http.MethodPost, PathRegexp: "/invitations$", Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Skip: 1}
	s.AddFaults(refuse)
	diags := s.Must(config(guests), options{})
	shown := 0
	for _, one := range diags {
		if strings.Contains(one.Summary, "Inviting the guest failed") {
			shown++
		}
	}
	if shown != 20 || !diags.Has("10 × Inviting the guest failed") || s.State["all"].Tainted {
		t.Errorf("%d shown, tainted %t: %s", shown, s.State["all"].Tainted, diags)
	}
	s.ClearFaults()
	s.applied(config(guests))
	if users := s.Users(s.TenantID()); len(users) != 31 {
		t.Errorf("%d users", len(users))
	}
}
