package guests_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

const all = "entraguest_guests.all"

// three are guests with a bit of everything.
func three() people {
	return people{
		"ada":   {"email": "ada@fabrikam.example", "job_title": "Analyst", "display_name": "Ada Lovelace"},
		"grace": {"email": "Grace@fabrikam.example", "other_mails": []string{"hopper@fabrikam.example"}, "cost_center": "1"},
		"joan":  {"email": "joan@fabrikam.example", "user_type": "Member", "extension_attributes": map[string]string{"extensionAttribute1": "x"}},
	}
}

// The real Terraform, from nobody to nobody.
func TestManyGuestsWithTerraform(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	hcl := func(lines ...string) string {
		return e.Config(fmt.Sprintf("resource \"entraguest_guests\" \"all\" {\n  on_removal = \"delete\"\n  guests = {\n    %s\n  }\n}\n", strings.Join(lines, "\n    ")))
	}
	const (
		ada   = `ada = jsonencode({ email = "ada@fabrikam.example", job_title = "R&D" })`
		grace = `grace = jsonencode({ email = "grace@fabrikam.example" })`
	)
	action := func(want plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(all, want)}}
	}
	var objectID string
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{
			Config: hcl(ada, grace), ConfigPlanChecks: action(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(all, tfjsonpath.New("complete"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(all, tfjsonpath.New("origins"), knownvalue.MapExact(map[string]knownvalue.Check{
					"ada": knownvalue.StringExact("invited"), "grace": knownvalue.StringExact("invited"),
				})),
			},
			Check: func(state *terraform.State) error {
				objectID = state.RootModule().Resources[all].Primary.Attributes["object_ids.ada"]
				return nil
			},
		},
		{
			// The key is another one, the person is not.
			Config: hcl(strings.Replace(ada, "ada", "countess", 1), grace), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check: func(state *terraform.State) error {
				if got := state.RootModule().Resources[all].Primary.Attributes["object_ids.countess"]; got != objectID {
					return fmt.Errorf("countess is %s, ada was %s", got, objectID)
				}
				return nil
			},
		},
		{
			Config: hcl(strings.Replace(ada, "R&D", "<Chief>", 1)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(all, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(all, tfjsonpath.New("removal_count"), knownvalue.Int64Exact(1)),
				plancheck.ExpectKnownValue(all, tfjsonpath.New("removals"), knownvalue.MapPartial(map[string]knownvalue.Check{"grace": knownvalue.NotNull()})),
			}},
			Check: func(*terraform.State) error {
				if users := e.Users(e.TenantID()); len(users) != 1 || users[0]["jobTitle"] != "<Chief>" {
					return fmt.Errorf("the directory has %v", users)
				}
				return nil
			},
		},
		{
			ResourceName: all, ImportState: true, ImportStateId: "domain:fabrikam.example",
			ImportStateCheck: func(states []*terraform.InstanceState) error {
				found := states[0].Attributes
				if found["object_ids."+objectID] != objectID || found["guests."+objectID] != `{"display_name":"ada","email":"ada@fabrikam.example","job_title":"\u003cChief\u003e"}` {
					return fmt.Errorf("imported %v", found)
				}
				return nil
			},
		},
	}})
}

func TestFirstSteps(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	s.applied(config(guests))
	s.wrote("POST /v1.0/invitations", "POST /v1.0/invitations", "POST /v1.0/invitations",
		"PATCH /v1.0/users/{ada}", "PATCH /v1.0/users/{grace}", "PATCH /v1.0/users/{joan}")
	if got := s.of("origins", "ada") + s.of("redemption_states", "grace"); got != "invitedPendingAcceptance" {
		t.Errorf("got %s", got)
	}
	if len(s.Mailbox()) != 0 {
		t.Error("somebody was mailed")
	}
	if joan := s.Only("joan@fabrikam.example"); joan["userType"] != "Member" {
		t.Errorf("joan is %v", joan["userType"])
	}

	// One value changes, one is cleared, one is no longer managed.
	guests["ada"]["job_title"], guests["grace"]["cost_center"] = "Programmer", ""
	delete(guests["joan"], "extension_attributes")
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}", "PATCH /v1.0/users/{grace}")
	joan := s.Only("joan@fabrikam.example")
	if attributes, _ := joan["onPremisesExtensionAttributes"].(map[string]any); attributes["extensionAttribute1"] != "x" {
		t.Errorf("what is not written down was changed: %v", attributes)
	}

	// A value that is newly written down is compared with the directory, also an empty one.
	s.outside(s.PatchUser(s.TenantID(), s.of("object_ids", "ada"), map[string]any{"city": "London", "department": "Engines"}))
	s.old()
	s.settled(config(guests))
	guests["ada"]["city"], guests["ada"]["department"] = "", "Engines"
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}")
	if ada := s.Only("ada@fabrikam.example"); ada["city"] != nil || ada["department"] != "Engines" {
		t.Errorf("the directory has %v", ada)
	}

	// Only the text is another one, not what it says.
	s.applied(configuration{"all": attributes{"guests": map[string]string{
		"ada":   ` {"department": "Engines", "city":"", "job_title":"Programmer","email":"ADA@fabrikam.example","display_name":"Ada Lovelace"}`,
		"grace": config(guests)["all"]["guests"].(map[string]string)["grace"], "joan": config(guests)["all"]["guests"].(map[string]string)["joan"],
	}}})
	s.wrote()

	if err := s.Redeem(s.TenantID(), "ada@fabrikam.example"); err != nil {
		t.Fatal(err)
	}
	s.applied(config(guests, attributes{"send_invitation_message": true, "max_removals": int64(7), "redirect_url": "https://example.com"}))
	s.wrote()
	s.Must(config(guests), options{})
	if got := s.of("redemption_states", "ada"); got != "Accepted" {
		t.Errorf("ada is %s", got)
	}
}

func TestDriftShowsAtTheKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	s.applied(config(guests))
	s.old()
	id := s.of("object_ids", "ada")
	s.outside(s.PatchUser(s.TenantID(), id, map[string]any{"jobTitle": "Countess", "city": "London"}))
	s.outside(s.DeleteUser(s.TenantID(), s.of("object_ids", "joan")))
	s.ResetRequests()
	plan := s.MustPlan(config(guests), options{})
	before, _ := plan.Refreshed()["all"].Get("guests").(map[string]any)
	if before["ada"] != `{"display_name":"Ada Lovelace","email":"ada@fabrikam.example","job_title":"Countess"}` {
		t.Errorf("the refresh shows %v", before["ada"])
	}
	if _, there := before["joan"]; there {
		t.Error("joan is gone and still in the state")
	}
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}", "POST /v1.0/invitations", "PATCH /v1.0/users/{joan}")
	if ada := s.Only("ada@fabrikam.example"); ada["jobTitle"] != "Analyst" || ada["city"] != "London" {
		t.Errorf("the directory has %v", ada)
	}
}

func TestWhoIsThereIsTakenOver(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	put := func(address string, more map[string]any) string {
		name := strings.ReplaceAll(address, "@", "_") + "#EXT#@" + s.InitialDomain()
		user := map[string]any{
			"userPrincipalName": name, "displayName": address, "mailNickname": strings.Split(address, "@")[0], "mail": address, "otherMails": []any{address},
			"proxyAddresses": []any{"SMTP:" + address}, "userType": "Guest", "creationType": "Invitation", "accountEnabled": true,
			"externalUserState": "Accepted", "createdDateTime": "2020-01-01T00:00:00Z", "jobTitle": "Old", "city": "London",
		}
		maps.Copy(user, more)
		id, err := s.PutUser(s.TenantID(), user)
		s.outside(err)
		return id
	}
	ada := put("ada@fabrikam.example", nil)
	disabled := put("dan@fabrikam.example", map[string]any{"accountEnabled": false})
	gone := put("gil@fabrikam.example", nil)
	s.outside(s.DeleteUser(s.TenantID(), gone))

	guests := people{"ada": {"email": "ADA@fabrikam.example", "job_title": "New"}, "new": {"email": "new@fabrikam.example"}}
	plan := s.MustPlan(config(guests), options{})
	ids, _ := plan.Changes[0].Get("object_ids").(map[string]any)
	origins, _ := plan.Changes[0].Get("origins").(map[string]any)
	if ids["ada"] != ada || origins["ada"] != "adopted" || ids["new"] != acceptance.Unknown {
		t.Errorf("planned %v and %v", ids, origins)
	}
	s.refused(config(guests, attributes{"existing_user": "error"}), options{}, "existing_user = \"error\"")
	s.refused(config(people{"dan": {"email": "dan@fabrikam.example"}}), options{}, "is disabled")
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{ada}", "POST /v1.0/invitations")
	if user, _ := s.User(s.TenantID(), ada); user["jobTitle"] != "New" || user["city"] != "London" {
		t.Errorf("ada has become %v", user)
	}

	// Later ones are decided alike: enabled until a date, restored.
	guests["dan"] = attributes{"email": "dan@fabrikam.example", "expires_at": "2099-01-01T00:00:00Z"}
	guests["gil"] = attributes{"email": "gil@fabrikam.example"}
	diags := s.Must(config(guests, attributes{"restore_deleted": true}), options{})
	if !diags.Has("A deleted guest is restored") {
		t.Errorf("nobody is told: %s", diags)
	}
	s.settled(config(guests, attributes{"restore_deleted": true}))
	if s.of("origins", "gil") != "restored" || s.of("object_ids", "gil") != gone || !s.enabled(disabled) {
		t.Errorf("gil is %s, dan enabled %t", s.of("origins", "gil"), s.enabled(disabled))
	}
	if got := s.Sent(deletes); len(got) > 0 {
		t.Errorf("sent %v", got)
	}
}

func TestKeysAndAddresses(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	s.applied(config(guests))
	s.wrote("POST /v1.0/invitations", "POST /v1.0/invitations", "POST /v1.0/invitations",
		"PATCH /v1.0/users/{ada}", "PATCH /v1.0/users/{grace}", "PATCH /v1.0/users/{joan}")
	id := s.of("object_ids", "ada")

	guests["countess"] = guests["ada"]
	delete(guests, "ada")
	guests["countess"]["email"] = "ADA@Fabrikam.example"
	s.applied(config(guests))
	s.wrote()
	if s.of("object_ids", "countess") != id || !slices.Equal(s.keys(), []string{"countess", "grace", "joan"}) {
		t.Errorf("the state has %v", s.keys())
	}

	// Another address, the same person, who has to accept again.
	guests["countess"]["email"] = "ada@lovelace.example"
	s.applied(config(guests))
	s.wrote("PATCH /v1.0/users/{countess}", "POST /v1.0/invitations")
	if s.Only("ada@lovelace.example")["id"] != id {
		t.Error("somebody else has the address")
	}

	guests["countess"]["email"] = "grace@fabrikam.example"
	s.refused(config(guests), options{}, "Two guests have one address")
	guests["countess"]["email"] = "hopper@fabrikam.example"
	s.refused(config(guests), options{}, "Two guests have one address")
	guests["countess"]["email"] = "ada@lovelace.example"

	// Moved outside: an address nobody knows shows, and the plan brings the person back.
	s.old()
	s.Must(config(guests), options{})
	s.outside(s.PatchUser(s.TenantID(), id, map[string]any{"mail": "ada@elsewhere.example"}))
	s.old()
	if change := s.MustPlan(config(guests), options{}); change.Empty() {
		t.Error("another address does not show")
	}
	guests["countess"]["email"] = "ada@elsewhere.example"
	s.ResetRequests()
	s.applied(config(guests))
	s.wrote()

	// Imported and adopted people move only where that is allowed.
	s.outside(s.DeleteUser(s.TenantID(), s.of("object_ids", "joan")))
	s.old()
}

func TestRemovals(t *testing.T) {
	t.Parallel()
	for way, want := range map[string]string{"": "PATCH /v1.0/users/%s", "delete": "DELETE /v1.0/users/%s", "keep": ""} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			more := attributes{}
			if way != "" {
				more["on_removal"] = way
			}
			guests := three()
			s.applied(config(guests, more))
			s.old()
			s.Must(config(guests, more), options{})
			id := s.of("object_ids", "ada")
			delete(guests, "ada")
			plan := s.MustPlan(config(guests, more), options{})
			removals, _ := plan.Changes[0].Get("removals").(map[string]any)
			if text := fmt.Sprint(removals["ada"]); !strings.Contains(text, id) || len(removals) != 1 {
				t.Errorf("the plan says %v", removals)
			}
			s.ResetRequests()
			s.applied(config(guests, more))
			if want == "" {
				s.wrote()
			} else {
				s.wrote(fmt.Sprintf(want, id))
			}
			if way != "delete" && s.enabled(id) != (way == "keep") {
				t.Errorf("enabled %t", s.enabled(id))
			}
			if removals, _ := s.MustPlan(config(guests, more), options{}).Refreshed()["all"].Get("removals").(map[string]any); len(removals) > 0 {
				t.Errorf("the refresh leaves %v", removals)
			}
			s.Must(configuration{}, options{Destroy: true})
			if users := len(s.Users(s.TenantID())); users != map[string]int{"": 3, "keep": 3, "delete": 0}[way] {
				t.Errorf("%d users are left", users)
			}
		})
	}
}

func TestBrakes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := people{}
	for i := range 8 {
		guests[number(i)] = attributes{"email": number(i) + "@fabrikam.example"}
	}
	s.applied(config(guests))
	s.ResetRequests()
	s.refused(config(people{}), options{}, "max_removals of this resource is 5")
	s.refused(configuration{}, options{Destroy: true}, "max_removals of this resource is 5")
	s.refused(config(people{}, attributes{"max_removals": int64(7)}), options{}, "disables or deletes 8 persons")
	s.ProviderArguments["max_removals"] = int64(7)
	s.refused(config(people{}, attributes{"max_removals": int64(-1)}), options{}, "max_removals")
	delete(s.ProviderArguments, "max_removals")
	// Renaming everybody is no removal.
	renamed := people{}
	for key, guest := range guests {
		renamed["x"+key] = guest
	}
	s.applied(config(renamed))
	s.wrote()
	// Nothing happens to people who are kept.
	s.applied(config(people{}, attributes{"on_removal": "keep"}))
	s.wrote()
	if len(s.Users(s.TenantID())) != 8 {
		t.Error("somebody is gone")
	}
}

func TestGuardRails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := three()
	s.applied(config(guests))
	group := fmt.Sprint(s.Groups(s.TenantID())[0]["id"])
	s.outside(s.AddMember(s.TenantID(), group, s.of("object_ids", "ada")))

	s.ProviderArguments["protected_group_id"] = group
	without := three()
	delete(without, "ada")
	s.refused(config(without), options{}, "protected_group_id")
	changed := three()
	changed["ada"]["job_title"] = "Boss"
	s.refused(config(changed), options{}, "protected_group_id")
	s.settled(config(guests))
	delete(s.ProviderArguments, "protected_group_id")

	s.ProviderArguments["allowed_email_domains"] = []string{"fabrikam.example"}
	four := three()
	four["eve"] = attributes{"email": "eve@contoso.example"}
	s.refused(config(four), options{}, "allowed_email_domains")
	// Narrowed afterwards, the lists warn.
	s.ProviderArguments["allowed_email_domains"] = []string{"contoso.example"}
	if diags := s.Must(config(guests), options{}); !diags.Has("not allowed any more") {
		t.Errorf("nobody is told: %s", diags)
	}
	delete(s.ProviderArguments, "allowed_email_domains")

	four["eve"] = attributes{"email": "eve@" + s.Domain()}
	s.refused(config(four), options{}, "belongs to the tenant itself")
	s.Must(config(three()), options{})
	for _, request := range s.Sent(acceptance.Writes) {
		if strings.HasPrefix(request, http.MethodDelete) {
			t.Errorf("sent %s", request)
		}
	}
}
