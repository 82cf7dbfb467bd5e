package invitation_test

import (
	"errors"
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
			e := acceptance.Start(t, steady)
			var id string
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{
					{
						Config: e.Guest(fmt.Sprintf("on_destroy = %q", way)),
						Check:  func(*terraform.State) error { id = fmt.Sprint(e.Only(address)["id"]); return nil },
					},
					{
						PreConfig: func() {
							e.AdvanceClock(48 * time.Hour)
							for _, method := range []string{http.MethodDelete, http.MethodPatch} {
								e.AddFaults(graphemulator.Fault{Method: method, PathRegexp: `/users/`, Times: 1, Status: http.StatusNotFound, Code: "Request_ResourceNotFound"})
							}
						},
						Config: e.Config(""),
					},
				},
				CheckDestroy: func(*terraform.State) error {
					if way == "disable" {
						return expectEnabled(e, id, false)
					}
					return e.NobodyLeft(nil)
				},
			})
		})
	}
}

// The restore has worked and the read after it has not: the person is in the state.
func TestRestoredButUnreadable(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address})
	if err := e.DeleteUser(e.TenantID(), id); err != nil {
		t.Fatal(err)
	}
	e.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	const line = `restore_deleted = true`
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(line, `timeouts = { create = "3s" }`), ConfigStateChecks: []statecheck.StateCheck{value("object_id", id), complete(false)}, ExpectNonEmptyPlan: true},
			{PreConfig: e.ClearFaults, Config: e.Guest(line), ConfigStateChecks: []statecheck.StateCheck{value("object_id", id), value("origin", "restored"), complete(true)}},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
}

// Graph writes cost centre and division together: the one nobody wrote down stays.
func TestDivisionNobodyWroteDownStays(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "employeeOrgData": map[string]any{"division": "Research", "costCenter": "1"}})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config: e.Guest(`cost_center = "2"`),
			Check: func(*terraform.State) error {
				user, _ := e.User(e.TenantID(), id)
				if got := fmt.Sprint(user["employeeOrgData"]); got != "map[costCenter:2 division:Research]" {
					return errors.New(got)
				}
				return nil
			},
		}},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
}

// An import does not know where people land: moving them still works.
func TestImportedGuestMoves(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "externalUserState": "PendingAcceptance"})
	block := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", guest, id)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest() + block},
			{Config: movedGuest(e, `allow_move = true`), ConfigStateChecks: []statecheck.StateCheck{value("object_id", id), value("email", newAddress)}},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
}

// A leaver comes back with a new date: one apply enables.
func TestReturnerWithADate(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	id := put(t, e, map[string]any{"mail": address, "accountEnabled": false})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config: e.Guest(date("expires_at", e.Now().Add(100*time.Hour))),
			Check:  func(*terraform.State) error { return expectEnabled(e, id, true) },
		}},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, false) },
	})
}

// The person's own address may be written among the other mails.
func TestOwnAddressAmongOtherMails(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{Config: e.Guest(fmt.Sprintf("other_mails = [%q, \"countess@fabrikam.example\"]", address))}},
	})
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
	e := acceptance.Start(t, steady)
	group := fmt.Sprint(e.Groups(e.TenantID())[0]["id"])
	if err := e.AddMember(e.TenantID(), group, employee(e, "boss")); err != nil {
		t.Fatal(err)
	}
	var id string
	e.OnRequest(func(r graphemulator.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/invitations") && id == "" {
			id = put(t, e, map[string]any{"mail": address, "jobTitle": "Countess"})
			if err := e.AddMember(e.TenantID(), group, id); err != nil {
				t.Error(err)
			}
		}
	})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:             guarded(e, fmt.Sprintf("protected_group_id = %q", group), `job_title = "Analyst"`, `send_invitation_message = false`),
				ConfigStateChecks:  []statecheck.StateCheck{complete(false)},
				ExpectError:        words("This person is protected"), // the plan after the apply
				ExpectNonEmptyPlan: true,
			},
			{
				PreConfig: func() {
					if user, _ := e.User(e.TenantID(), id); user["jobTitle"] != "Countess" {
						t.Errorf("the protected person was changed: %v", user["jobTitle"])
					}
				},
				Config: e.Guest(`on_destroy = "keep"`, `send_invitation_message = false`),
			},
		},
		CheckDestroy: func(*terraform.State) error { return expectEnabled(e, id, true) },
	})
}
