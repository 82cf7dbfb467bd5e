package invitation_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func plannedValue(name, want string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(guest, tfjsonpath.New(name), knownvalue.StringExact(want))
}

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
			e := acceptance.Start(t, steady)
			user["companyName"], user["jobTitle"] = "Fabrikam", "Countess"
			id := put(t, e, user)
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{
					{
						// The trigger of a take-over is recorded, and mails nobody.
						Config: e.Guest(`job_title = "Analyst"`, `resend_trigger = "1"`),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(guest, plancheck.ResourceActionCreate),
							plannedValue("origin", "adopted"), plannedValue("object_id", id), plannedValue("email", address),
						}},
						ConfigStateChecks: []statecheck.StateCheck{complete(true), value("origin", "adopted"), value("object_id", id)},
						Check: resource.ComposeTestCheckFunc(sends(e, "PATCH /v1.0/users/{id}"), func(*terraform.State) error {
							now, _ := e.User(e.TenantID(), id)
							if now["companyName"] != "Fabrikam" || now["jobTitle"] != "Analyst" {
								return fmt.Errorf("what nobody wrote down was touched: %v", now)
							}
							return nil
						}),
					},
				},
				CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
			})
			if mails := len(e.Mailbox()); mails != 0 {
				t.Errorf("%d mails were sent", mails)
			}
			expectNoDeletion(t, e, 0)
		})
	}
}

// The first change of the trigger after a take-over is meant.
func TestTriggerAfterATakeOver(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "externalUserState": "PendingAcceptance"})
	mailed := func(want int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := len(e.Mailbox()); got != want {
				return fmt.Errorf("%d mails, want %d", got, want)
			}
			return nil
		}
	}
	e.Test(resource.TestCase{
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
		Steps: []resource.TestStep{
			{Config: e.Guest(`resend_trigger = "1"`), Check: mailed(0)},
			{Config: e.Guest(`resend_trigger = "2"`), Check: mailed(1)},
		},
	})
}

func TestWhoMayNotBeTakenOver(t *testing.T) {
	t.Parallel()
	internal := map[string]any{"userPrincipalName": "ada@TENANT", "creationType": nil, "externalUserState": nil, "userType": "Guest", "mail": address}
	tests := map[string]struct {
		people []map[string]any
		line   string
		want   string
	}{
		"internal account":         {people: []map[string]any{internal}, want: "An internal account has this address"},
		"existing_user says error": {people: []map[string]any{{"mail": address}}, line: `existing_user = "error"`, want: "The guest is there already"},
		"disabled":                 {people: []map[string]any{{"mail": address, "accountEnabled": false}}, want: "The guest is disabled"},
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
			e := acceptance.Start(t, steady)
			for _, user := range test.people {
				if upn, ok := user["userPrincipalName"].(string); ok {
					user["userPrincipalName"] = strings.ReplaceAll(upn, "TENANT", e.InitialDomain())
				}
				put(t, e, user)
			}
			acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: e.Guest(test.line), ExpectError: words(test.want)}}})
			if writes := e.Sent(acceptance.Writes); len(writes) > 0 {
				t.Errorf("sent %v", writes)
			}
		})
	}
}

func TestOwnDomainIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: strings.Replace(e.Guest(), address, "ada@"+e.InitialDomain(), 1), ExpectError: words("This address belongs to the tenant itself"),
	}}})
}

func TestContactHoldsTheAddress(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].Contacts = []string{address}
	e := acceptance.Start(t, steady, func(c *graphemulator.Config) { c.Seed = seed })
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: e.Guest(), ExpectError: words("A contact has this address")}}})
}

func TestDisabledGuestIsTakenOverWhenEnabledInWords(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "accountEnabled": false})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config: e.Guest(`account_enabled = true`),
			Check:  func(*terraform.State) error { return expectEnabled(e, id, true) },
		}},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
}

// A specialist of the organisation may note the outside address: no conflict.
func TestOutsideAddressOfASpecialistIsNoConflict(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	specialist := employee(e, "ada")
	if err := e.PatchUser(e.TenantID(), specialist, map[string]any{"otherMails": []any{address}}); err != nil {
		t.Fatal(err)
	}
	e.Test(resource.TestCase{
		Steps:        []resource.TestStep{{Config: e.Guest(), ConfigStateChecks: []statecheck.StateCheck{value("origin", "invited")}}},
		CheckDestroy: func(*terraform.State) error { return guestGone(e) },
	})
}

func TestExistingUserID(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": "eve@fabrikam.example", "userPrincipalName": "eve_fabrikam.example#EXT#@" + e.InitialDomain(), "proxyAddresses": []any{}})
	stranger := employee(e, "stranger")
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(fmt.Sprintf("existing_user_id = %q", stranger)), ExpectError: words("does not have this address")},
			{
				Config:            e.Guest(fmt.Sprintf("existing_user_id = %q", id)),
				ConfigStateChecks: []statecheck.StateCheck{value("object_id", id), value("origin", "adopted")},
			},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
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
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "companyName": "Fabrikam"})
	if err := e.DeleteUser(e.TenantID(), id); err != nil {
		t.Fatal(err)
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config: e.Guest(`restore_deleted = true`, `job_title = "Analyst"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plannedValue("origin", "restored"), plannedValue("object_id", id),
			}},
			ConfigStateChecks: []statecheck.StateCheck{complete(true), value("origin", "restored"), value("object_id", id)},
			Check: func(*terraform.State) error {
				user, _ := e.User(e.TenantID(), id)
				if user["companyName"] != "Fabrikam" || user["jobTitle"] != "Analyst" {
					return fmt.Errorf("the person came back as %v", user)
				}
				return nil
			},
		}},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
	if mails := len(e.Mailbox()); mails != 0 {
		t.Errorf("%d mails were sent", mails)
	}
}

func TestDeletedGuestIsInvitedAnewUnlessAsked(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	old := put(t, e, map[string]any{"mail": address})
	if err := e.DeleteUser(e.TenantID(), old); err != nil {
		t.Fatal(err)
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config: e.Guest(), ConfigStateChecks: []statecheck.StateCheck{value("origin", "invited")},
			Check: func(*terraform.State) error {
				if e.Only(address)["id"] == old {
					return errors.New("the deleted account is back")
				}
				return nil
			},
		}},
	})
}
