package invitation_test

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// The plan knows who is there: the reviewer sees whom, and nobody is invited.
func TestGuestWhoIsThereIsTakenOver(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]any{
		"by mail":                       {"mail": "ADA@Fabrikam.example"},
		"by proxy address":              {"mail": "countess@fabrikam.example", "proxyAddresses": []any{"SMTP:countess@fabrikam.example", "smtp:" + address}},
		"by the user principal name":    {"mail": nil, "proxyAddresses": []any{}, "otherMails": []any{}},
		"guest who came by other roads": {"mail": address, "creationType": nil, "externalUserState": nil},
		"external member":               {"mail": address, "userType": "Member"},
		"guest who has not accepted":    {"mail": address, "externalUserState": "PendingAcceptance"},
	}
	for name, user := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			user["companyName"], user["jobTitle"] = "Fabrikam", "Countess"
			id := put(t, s.Environment, user)
			// The trigger of a take-over is recorded, and mails nobody.
			config := ada(attributes{"job_title": "Analyst", "resend_trigger": "1"})
			plan := s.Plans(config, acceptance.Create)
			s.compare(plan.Changes[0], attributes{"origin": "adopted", "object_id": id, "email": address})
			s.MustApply(plan)
			s.expectState(attributes{"complete": true, "origin": "adopted", "object_id": id})
			s.wrote("PATCH /v1.0/users/{id}")
			if now, _ := s.User(s.TenantID(), id); now["companyName"] != "Fabrikam" || now["jobTitle"] != "Analyst" {
				t.Errorf("what nobody wrote down was touched: %v", now)
			}
			s.Settled(config)
			s.parts(id, false)
			s.mailed(0)
			s.undeleted()
		})
	}
}

// The first change of the trigger after a take-over is meant.
func TestTriggerAfterATakeOver(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "externalUserState": "PendingAcceptance"})
	s.runs(ada(attributes{"resend_trigger": "1"}), acceptance.Create)
	s.mailed(0)
	s.runs(ada(attributes{"resend_trigger": "2"}), acceptance.Update)
	s.mailed(1)
	s.parts(id, false)
}

func TestWhoMayNotBeTakenOver(t *testing.T) {
	t.Parallel()
	internal := map[string]any{"userPrincipalName": "ada@TENANT", "creationType": nil, "externalUserState": nil, "userType": "Guest", "mail": address}
	tests := map[string]struct {
		people    []map[string]any
		more      attributes
		attribute string
		want      string
	}{
		"internal account":         {people: []map[string]any{internal}, want: "An internal account has this address"},
		"existing_user says error": {people: []map[string]any{{"mail": address}}, more: attributes{"existing_user": "error"}, attribute: "existing_user", want: "The guest is there already"},
		"disabled":                 {people: []map[string]any{{"mail": address, "accountEnabled": false}}, attribute: "account_enabled", want: "The guest is disabled"},
		"synchronised":             {people: []map[string]any{{"mail": address, "onPremisesSyncEnabled": true}}, want: "A synchronised account has this address"},
		"only in other mails": {
			people: []map[string]any{{"mail": "eve@fabrikam.example", "userPrincipalName": "eve_fabrikam.example#EXT#@TENANT", "proxyAddresses": []any{}}},
			want:   "A guest has this address among the other mails",
		},
		"several guests": {
			people: []map[string]any{
				{"mail": address, "proxyAddresses": []any{}},
				{"mail": "eve@fabrikam.example", "userPrincipalName": "eve_fabrikam.example#EXT#@TENANT", "mailNickname": "eve", "proxyAddresses": []any{"smtp:" + address}},
			},
			want: "Several accounts have this address",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			for _, user := range test.people {
				if upn, ok := user["userPrincipalName"].(string); ok {
					user["userPrincipalName"] = strings.ReplaceAll(upn, "TENANT", s.InitialDomain())
				}
				put(t, s.Environment, user)
			}
			s.Refuses(ada(test.more), cmp.Or(test.attribute, "email"), test.want)
			s.wrote()
		})
	}
}

func TestOwnDomainIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Refuses(ada(attributes{"email": "ada@" + s.InitialDomain()}), "email", "This address belongs to the tenant itself")
}

func TestContactHoldsTheAddress(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].Contacts = []string{address}
	s := newStage(t, func(c *graphemulator.Config) { c.Seed = seed })
	s.Refuses(ada(), "email", "A contact has this address")
}

func TestDisabledGuestIsTakenOverWhenEnabledInWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "accountEnabled": false})
	s.runs(ada(attributes{"account_enabled": true}), acceptance.Create)
	s.outside(expectEnabled(s.Environment, id, true))
	s.parts(id, false)
}

// A specialist of the organisation may note the outside address: no conflict.
func TestOutsideAddressOfASpecialistIsNoConflict(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	specialist := employee(s.Environment, "ada")
	s.outside(s.PatchUser(s.TenantID(), specialist, map[string]any{"otherMails": []any{address}}))
	s.runs(ada(), acceptance.Create)
	s.expectState(attributes{"origin": "invited"})
	s.farewell()
}

func TestExistingUserID(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": "eve@fabrikam.example", "userPrincipalName": "eve_fabrikam.example#EXT#@" + s.InitialDomain(), "proxyAddresses": []any{}})
	stranger := employee(s.Environment, "stranger")
	s.Refuses(ada(attributes{"existing_user_id": stranger}), "existing_user_id", "does not have this address")
	s.runs(ada(attributes{"existing_user_id": id}), acceptance.Create)
	s.expectState(attributes{"object_id": id, "origin": "adopted"})
	s.parts(id, false)
}

// Somebody else invites the person between plan and apply: taken over, not invited twice.
func TestPersonAppearsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	lookups, appeared := 0, false
	var id string
	e.OnRequest(func(r graphemulator.Request) {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.Path, "/$batch") || appeared {
			return
		}
		if lookups++; lookups == 2 { // the second look is the plan that core makes again at apply
			appeared = true
			id = put(t, e, map[string]any{"mail": address})
		}
	})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config:            e.Guest(`job_title = "Analyst"`),
			ConfigStateChecks: []statecheck.StateCheck{value("origin", "adopted"), complete(true)},
		}},
		CheckDestroy: func(*terraform.State) error {
			if !appeared {
				return errors.New("the test never made the person appear")
			}
			return expectEnabled(e, id, false)
		},
	})
	if mails := len(e.Mailbox()); mails != 0 {
		t.Errorf("%d mails were sent", mails)
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "companyName": "Fabrikam"})
	s.outside(s.DeleteUser(s.TenantID(), id))
	config := ada(attributes{"restore_deleted": true, "job_title": "Analyst"})
	plan := s.Plans(config, acceptance.Create)
	s.compare(plan.Changes[0], attributes{"origin": "restored", "object_id": id})
	s.MustApply(plan)
	s.expectState(attributes{"complete": true, "origin": "restored", "object_id": id})
	if user, _ := s.User(s.TenantID(), id); user["companyName"] != "Fabrikam" || user["jobTitle"] != "Analyst" {
		t.Errorf("the person came back as %v", user)
	}
	s.Settled(config)
	s.parts(id, false)
	s.mailed(0)
}

func TestDeletedGuestIsInvitedAnewUnlessAsked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	old := put(t, s.Environment, map[string]any{"mail": address})
	s.outside(s.DeleteUser(s.TenantID(), old))
	s.runs(ada(), acceptance.Create)
	s.expectState(attributes{"origin": "invited"})
	if s.Only(address)["id"] == old {
		t.Error("the deleted account is back")
	}
	s.farewell()
}
