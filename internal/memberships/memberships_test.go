package memberships_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

func TestAdditive(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.put(s.eve)
	inner := s.newGroup(nil)
	s.Must(s.of(list(s.ada, s.grace, inner)), options{})
	s.in(s.ada, s.grace, s.eve, inner)
	s.Settled(s.of(list(s.ada, s.grace, inner)))
	// Order, duplicates and case make no difference.
	s.Settled(s.of(list(inner, s.grace, s.ada, s.ada)))
	s.Settled(s.of(list(inner, s.grace, strings.ToUpper(s.ada))))
	plan := s.MustPlan(s.of(list(s.mary, s.ada)), options{})
	diags := plan.Diagnostics
	want := list(s.grace, inner)
	slices.Sort(want)
	if diff := cmp.Diff(any(want), plan.Changes[0].Get("removals")); diff != "" || plan.Changes[0].Action != acceptance.Update {
		t.Errorf("removals: %s", diff)
	}
	if !diags.Has("Members are taken out of the group") || !diags.Has("grace_x.example") {
		t.Errorf("nobody is named: %s", diags)
	}
	s.ResetRequests()
	if diags := s.Apply(t.Context(), plan); len(diags.Errors()) > 0 {
		t.Error(diags)
	}
	if sent := s.Sent(acceptance.Writes); len(sent) != 3 {
		t.Errorf("sent %v", sent)
	}
	s.in(s.ada, s.mary, s.eve)
	s.Settled(s.of(list(s.mary, s.ada)))
	if removals := s.State["test"].Get("removals"); fmt.Sprint(removals) == "[]" {
		t.Error("what was removed is not in the state until the next refresh")
	}
	plan = s.MustPlan(configuration{}, options{})
	diags = plan.Diagnostics
	if !diags.Has("Members are taken out of the group") || !diags.Has("2 members are taken out of group \"Circle\"") || !diags.Has("ada_x.example") || diags.Has("eve_x.example") {
		t.Errorf("nobody is named: %s", diags)
	}
	// The workspace does not go on to replace.
	_, diags = s.Plan(t.Context(), s.of(list(s.mary, s.ada), attributes{"group_id": inner}), options{})
	if !diags.Has("2 members are taken out of group \"Circle\"") {
		t.Errorf("another group: %s", diags)
	}
	if diags := s.Apply(t.Context(), plan); len(diags) > 0 {
		t.Error(diags)
	}
	s.in(s.eve)
}

func TestExclusive(t *testing.T) {
	t.Parallel()
	s := start(t)
	inner := s.newGroup(nil)
	s.put(s.eve, inner)
	config := s.of(list(s.ada, s.grace), alone)
	// Whom no plan has shown in removals stays for now, and is named.
	if diags := s.Must(config, options{}); !diags.Has("Others will be taken out of the group") || !diags.Has("eve_x.example") || diags.Has(inner) {
		t.Errorf("got %s", diags)
	}
	s.in(s.ada, s.grace, s.eve, inner)
	plan := s.MustPlan(config, options{})
	diags := plan.Diagnostics
	if diff := cmp.Diff(any(list(s.eve)), plan.Changes[0].Get("removals")); diff != "" || !diags.Has("eve_x.example") {
		t.Errorf("%s %s", diff, diags)
	}
	if diags := s.Apply(t.Context(), plan); len(diags.Errors()) > 0 {
		t.Error(diags)
	}
	// Nested groups are no people.
	s.in(s.ada, s.grace, inner)
	s.Settled(config)
	s.later()
	s.put(s.mary)
	s.take(s.ada)
	s.Must(config, options{})
	s.in(s.ada, s.grace, inner)
	s.Settled(config)
	s.Must(configuration{}, options{})
	s.in(inner)
}

// Somebody comes in between plan and apply: no plan has shown him, so he stays.
func TestExclusiveTakesNobodyOutUnseen(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.of(list(s.ada), alone)
	s.Must(config, options{})
	s.later()
	s.put(s.eve)
	plan := s.MustPlan(config, options{})
	s.put(s.mary)
	if diags := s.Apply(t.Context(), plan); len(diags.Errors()) > 0 {
		t.Error(diags)
	}
	s.in(s.ada, s.mary)
	s.Must(config, options{})
	s.in(s.ada)
}

func TestExclusiveSwitched(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.put(s.eve)
	s.Must(s.of(list(s.ada, s.grace)), options{})
	// On: the first apply only says who will go.
	if diags := s.Must(s.of(list(s.ada), alone), options{}); !diags.Has("Others will be taken out") {
		t.Errorf("got %s", diags)
	}
	s.in(s.ada, s.eve)
	// Off again before the others were taken out: they are forgotten.
	s.Must(s.of(list(s.ada)), options{})
	s.in(s.ada, s.eve)
	s.Settled(s.of(list(s.ada)))
	// On, and applied again: the others go.
	s.Must(s.of(list(s.ada), alone), options{})
	s.Must(s.of(list(s.ada), alone), options{})
	s.in(s.ada)
	// Off, and somebody put in by this resource leaves at once.
	s.Must(s.of(list(s.ada, s.mary), alone), options{})
	s.Must(s.of(list(s.ada)), options{})
	s.in(s.ada)
}

// Destroying takes out whom this resource has put in, not whom a refresh has found.
func TestDestroyLeavesStrangers(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Must(s.of(list(s.ada), alone), options{})
	s.later()
	s.put(s.eve)
	diags := s.Must(s.of(list(s.ada), alone), options{Destroy: true})
	if !diags.Has("Others stay in the group") || !diags.Has(s.eve) {
		t.Errorf("got %s", diags)
	}
	s.in(s.eve)
}

func TestNobodyLeftHasToBeSaidTwice(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Fails(s.of(list(), alone), "allow_empty")
	s.Must(s.of(list(s.ada), alone), options{})
	s.Fails(s.of(list(), alone), "allow_empty")
	s.in(s.ada)
	s.Must(s.of(list(), alone, attributes{"allow_empty": true}), options{})
	s.in()
	s.Settled(s.of(list(), alone, attributes{"allow_empty": true}))
	s.Must(s.of(list()), options{})
	s.Settled(s.of(list()))
}

// Those who come into a group with licences without a usage location are named, each once;
// who has one, who is in already and a group inside are not.
func TestLicenceWithoutUsageLocation(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.group = s.newGroup(map[string]any{"assignedLicenses": []any{map[string]any{"skuId": "00000000-0000-0000-0000-000000000001", "disabledPlans": []any{}}}})
	inner := s.newGroup(nil)
	if err := s.PatchUser(s.TenantID(), s.eve, map[string]any{"usageLocation": "DE"}); err != nil {
		t.Fatal(err)
	}
	warns := func(ids []string, of ...string) {
		t.Helper()
		diags := s.MustPlan(s.of(ids), options{}).Diagnostics
		count := 0
		for _, found := range diags {
			if found.Summary != "No usage location, no licence" {
				continue
			}
			count++
			if found.Attribute != "member_ids" || !slices.ContainsFunc(of, func(nick string) bool { return strings.Contains(found.Detail, nick+"_x.example") }) {
				t.Errorf("got %s at %q", found.Detail, found.Attribute)
			}
		}
		if count != len(of) {
			t.Errorf("%d warnings, want those of %v: %s", count, of, diags)
		}
	}
	warns(list(s.ada, s.grace, s.eve, inner), "ada", "grace")
	s.Must(s.of(list(s.ada, s.eve)), options{})
	warns(list(s.ada, s.eve, s.grace), "grace")
}

// Ids that are known only after apply: nobody is taken out whom the plan has not shown.
func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Must(s.of(list(s.ada, s.grace), alone), options{})
	s.later()
	s.put(s.eve)
	config := configuration{"test": attributes{"group_id": s.group, "exclusive": true, "member_ids": []tftypes.Value{
		tftypes.NewValue(tftypes.String, s.ada), tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
	}}}
	plan := s.MustPlan(config, options{})
	diags := plan.Diagnostics
	if fmt.Sprint(plan.Changes[0].Get("removals")) != "[]" || !diags.Has("known only after apply") || !diags.Has("eve_x.example") || !diags.Has("grace_x.example") {
		t.Errorf("%v %s", plan.Changes[0].Get("removals"), diags)
	}
}

// Who had to wait to be taken out is not taken for a stranger.
func TestWaitingToLeave(t *testing.T) {
	t.Parallel()
	for name, then := range map[string]func(s *stage, newcomer string){
		"applied again": func(s *stage, newcomer string) {
			config := s.of(list(s.ada, newcomer), alone)
			s.Must(config, options{})
			s.in(s.ada, newcomer)
			s.Settled(config)
		},
		"destroyed": func(s *stage, _ string) {
			s.Must(configuration{}, options{})
			s.in()
		},
		"exclusive no more": func(s *stage, newcomer string) {
			s.Must(s.of(list(s.ada, newcomer)), options{})
			s.in(s.ada, newcomer)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			inner := s.newGroup(nil)
			s.Must(s.of(list(s.ada, s.grace, inner), alone), options{})
			newcomer, err := s.PutUser(s.TenantID(), map[string]any{"userPrincipalName": "new@" + s.InitialDomain(), "displayName": "New"})
			if err != nil {
				t.Fatal(err)
			}
			if diags := s.Must(s.of(list(s.ada, newcomer), alone), options{}); !diags.Has("Members stay in the group for now") || !diags.Has("grace_x.example") {
				t.Errorf("got %s", diags)
			}
			s.in(s.ada, s.grace, inner, newcomer)
			then(s, newcomer)
		})
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := start(t)
	many := make([]string, 5001)
	for i := range many {
		many[i] = fmt.Sprintf("00000000-0000-0000-0001-%012d", i)
	}
	s.Fails(s.of(many), "chunklist")
	s.Fails(s.of(list("ada@x.example")), "must be an object id")
	s.Fails(s.of(list(s.ada, s.group)), "A group cannot be in itself")
	dynamic := s.newGroup(map[string]any{"groupTypes": []any{"DynamicMembership"}, "membershipRule": "x"})
	s.Fails(s.of(list(s.ada), attributes{"group_id": dynamic}), "dynamic membership")
	admins := s.newGroup(map[string]any{"isAssignableToRole": true})
	s.Fails(s.of(list(s.ada), attributes{"group_id": admins}), "allow_role_assignable")
	s.Must(s.of(list(s.ada), attributes{"group_id": admins, "allow_role_assignable": true}), options{})
	s.Must(configuration{}, options{})
	s.ProviderArguments["protected_group_id"] = s.group
	s.Fails(s.of(list(s.ada)), "A protected group")
}

func TestOneMembershipInOneResource(t *testing.T) {
	t.Parallel()
	s := start(t)
	one := s.of(list(s.ada, s.grace))["test"]
	s.Fails(configuration{"a": one, "b": s.of(list(s.mary, strings.ToUpper(s.grace)))["test"]}, "Two resources for one membership")
	s.Fails(configuration{"a": s.of(list(s.ada), alone)["test"], "b": s.of(list(s.mary), alone)["test"]}, "Two exclusive resources for one group")
	both := configuration{"a": one, "b": s.of(list(s.mary))["test"]}
	s.Must(both, options{})
	s.in(s.ada, s.grace, s.mary)
	// Moved from one to the other in one go.
	s.Must(configuration{"a": s.of(list(s.ada))["test"], "b": s.of(list(s.mary, s.grace))["test"]}, options{})
	s.in(s.ada, s.grace, s.mary)
	// An exclusive resource and another one for the same group fight for ever.
	s.later()
	s.Fails(configuration{"a": s.of(list(s.ada), alone)["test"], "b": s.of(list(s.ada))["test"]}, "Two resources for one membership")
}

// Renamed, replaced or tainted: whatever the order, everybody stays in.
func TestNobodyIsLostOnTheWay(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]options{
		"renamed": {}, "replaced": {Replace: []string{"test"}}, "created first": {Replace: []string{"test"}, CreateBeforeDestroy: true}, "tainted": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			config := s.of(list(s.ada, s.grace))
			s.Must(config, options{})
			switch name {
			case "renamed":
				config = configuration{"another": config["test"]}
			case "tainted":
				s.Taint("test")
			}
			s.Must(config, o)
			s.in(s.ada, s.grace)
			s.Settled(config)
		})
	}
}

func TestChangesOutside(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.of(list(s.ada, s.grace, s.mary))
	s.Must(config, options{})
	s.later()
	s.take(s.ada)
	if err := s.DeleteUser(s.TenantID(), s.mary); err != nil {
		t.Fatal(err)
	}
	diags := s.Refresh(t.Context())
	if !diags.Has("Members are gone") || !diags.Has(s.ada) || !diags.Has(s.mary+`" was deleted`) {
		t.Errorf("got %s", diags)
	}
	if diff := cmp.Diff(any(list(s.grace)), s.State["test"].Get("member_ids")); diff != "" {
		t.Error(diff)
	}
	s.Must(s.of(list(s.ada, s.grace)), options{})
	s.in(s.ada, s.grace)
	s.later()
	if err := s.DropGroup(s.TenantID(), s.group); err != nil {
		t.Fatal(err)
	}
	if diags := s.Refresh(t.Context()); !diags.Has("The group of memberships is gone") || len(s.State) > 0 {
		t.Errorf("got %s", diags)
	}
}

// The numbers: whatever the size, few requests, and one refresh is one or a few.
func TestManyMembersTakeFewRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	people := s.people(1000)
	config := s.of(people)
	plan := s.MustPlan(config, options{})
	s.ResetRequests()
	began := time.Now()
	if diags := s.Apply(t.Context(), plan); len(diags) > 0 {
		t.Fatal(diags)
	}
	sent := s.onTheWire()
	t.Logf("adding 1,000: %d requests, %s", sent, time.Since(began))
	if sent > 55 {
		t.Errorf("adding took %d requests", sent)
	}
	s.later()
	s.Settled(config)
	if sent = s.onTheWire(); sent > 2 {
		t.Errorf("refreshing took %d requests", sent)
	}
	t.Logf("refreshing 1,000: %d requests", sent)
	if plan = s.MustPlan(config, options{Destroy: true}); plan == nil {
		t.Fatal("no plan")
	}
	s.ResetRequests()
	if diags := s.Apply(t.Context(), plan); len(diags) > 0 {
		t.Fatal(diags)
	}
	if sent = s.onTheWire(); sent > 50 {
		t.Errorf("removing took %d requests", sent)
	}
	t.Logf("removing 1,000: %d requests", sent)
	s.in()
	// A small list in a large group is not worth a list of the group.
	s.Must(s.of(people[:200]), options{})
	s.later()
	s.Settled(s.of(people[:200]))
	for _, request := range s.Requests() {
		if strings.HasSuffix(request.Path, "/members") && !strings.Contains(request.Query, "filter") {
			t.Errorf("listed: %s?%s", request.Path, request.Query)
		}
	}
	if sent = s.onTheWire(); sent > 1 {
		t.Errorf("refreshing 200 took %d requests", sent)
	}
}
