package invitation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// One replica that has lost somebody must not make a destroy forget a living person.
func TestStrayNotFoundAtDestroy(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"delete", "disable"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.runs(ada(attributes{"on_destroy": way}), acceptance.Create)
			id := s.guest()
			s.AdvanceClock(48 * time.Hour)
			for _, method := range []string{http.MethodDelete, http.MethodPatch} {
				s.AddFaults(graphemulator.Fault{Method: method, PathRegexp: `/users/`, Times: 1, Status: http.StatusNotFound, Code: "Request_ResourceNotFound"})
			}
			if way == "disable" {
				s.parts(id, false)
				return
			}
			s.farewell()
		})
	}
}

// The restore has worked and the read after it has not: the person is in the state.
func TestRestoredButUnreadable(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address})
	s.outside(s.DeleteUser(s.TenantID(), id))
	s.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	restored := attributes{"restore_deleted": true}
	hasty := ada(restored, attributes{"timeouts": attributes{"create": "3s"}})
	s.MustApply(s.Plans(hasty, acceptance.Create))
	s.expectState(attributes{"object_id": id, "complete": false})
	if s.State["ada"].Tainted {
		t.Fatal("tainted")
	}
	if plan := s.MustPlan(hasty, options{}); plan.Empty() {
		t.Error("the next plan does not show what is left")
	}
	s.ClearFaults()
	s.runs(ada(restored), acceptance.Update)
	s.expectState(attributes{"object_id": id, "origin": "restored", "complete": true})
	s.parts(id, false)
}

// Graph writes cost centre and division together: the one nobody wrote down stays.
func TestDivisionNobodyWroteDownStays(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "employeeOrgData": map[string]any{"division": "Research", "costCenter": "1"}})
	s.runs(ada(attributes{"cost_center": "2"}), acceptance.Create)
	user, _ := s.User(s.TenantID(), id)
	if got := fmt.Sprint(user["employeeOrgData"]); got != "map[costCenter:2 division:Research]" {
		t.Error(got)
	}
	s.parts(id, false)
}

// An import does not know where people land: moving them still works.
func TestImportedGuestMoves(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "externalUserState": "PendingAcceptance"})
	s.MustImport("ada", id)
	s.Must(ada(), options{})
	s.Settled(ada())
	s.runs(ada(attributes{"email": newAddress, "allow_move": true}), acceptance.Update)
	s.expectState(attributes{"object_id": id, "email": newAddress})
	s.parts(id, false)
}

// A leaver comes back with a new date: one apply enables.
func TestReturnerWithADate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "accountEnabled": false})
	s.runs(ada(attributes{"expires_at": s.in(100 * time.Hour)}), acceptance.Create)
	s.outside(expectEnabled(s.Environment, id, true))
	s.parts(id, false)
}

// The person's own address may be written among the other mails.
func TestOwnAddressAmongOtherMails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(attributes{"other_mails": []string{address, "countess@fabrikam.example"}}), acceptance.Create)
	s.farewell()
}

// guarded is a configuration whose provider block has one more line.
func guarded(e *acceptance.Environment, rule string, lines ...string) string {
	return strings.Replace(e.Guest(lines...), e.Provider(), e.Provider(rule), 1)
}

// Rules hold although another argument of the provider is known only after apply.
func TestRulesWithoutASecret(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address})
	group := fmt.Sprint(e.Groups(e.TenantID())[0]["id"])
	if err := e.AddMember(e.TenantID(), group, employee(e, "boss")); err != nil {
		t.Fatal(err)
	}
	secret := e.Ready().Tenants[0].Applications[0].ClientSecret
	late := func(config, trigger string) string {
		return strings.Replace(config, fmt.Sprintf("%q", secret), "terraform_data.secret.output", 1) +
			fmt.Sprintf("resource \"terraform_data\" \"secret\" {\n  input            = %q\n  triggers_replace = %q\n}\n", secret, trigger)
	}
	rule := fmt.Sprintf("protected_group_id = %q\n  on_destroy = \"delete\"", group)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: late(guarded(e, rule), "1"), ConfigStateChecks: []statecheck.StateCheck{value("on_destroy", "delete")}},
			{
				PreConfig: func() {
					if err := e.AddMember(e.TenantID(), group, id); err != nil {
						t.Error(err)
					}
				},
				Config: late(e.Provider(rule), "2"), ExpectError: words("This person is protected"),
			},
			{Config: late(e.Guest(`on_destroy = "keep"`), "2")},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, true) },
	})
}

// Graph answers the invitation with somebody who has just come in and is protected: the
// profile is not written over the person.
func TestProtectedPersonAppearsAtTheInvitation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.outside(s.AddMember(s.TenantID(), s.group, employee(s.Environment, "boss")))
	var id string
	s.OnRequest(func(r graphemulator.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/invitations") && id == "" {
			id = put(t, s.Environment, map[string]any{"mail": address, "jobTitle": "Countess"})
			if err := s.AddMember(s.TenantID(), s.group, id); err != nil {
				t.Error(err)
			}
		}
	})
	s.ProviderArguments["protected_group_id"] = s.group
	wanted := ada(attributes{"job_title": "Analyst", "send_invitation_message": false})
	s.MustApply(s.Plans(wanted, acceptance.Create))
	s.expectState(attributes{"complete": false, "object_id": id})
	s.Refuses(wanted, "", "This person is protected")
	if user, _ := s.User(s.TenantID(), id); user["jobTitle"] != "Countess" {
		t.Errorf("the protected person was changed: %v", user["jobTitle"])
	}
	delete(s.ProviderArguments, "protected_group_id")
	kept := ada(attributes{"on_destroy": "keep", "send_invitation_message": false})
	s.runs(kept, acceptance.Update)
	s.parts(id, true)
}
