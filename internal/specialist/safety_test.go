package specialist_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// others checks that exactly the given accounts are left.
func others(e *acceptance.Environment, ids ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var left []string
		for _, user := range e.Users(e.TenantID()) {
			left = append(left, fmt.Sprint(user["id"]))
		}
		slices.Sort(left)
		slices.Sort(ids)
		if !slices.Equal(left, ids) {
			return fmt.Errorf("left are %v, want %v", left, ids)
		}
		return nil
	}
}

func TestReplacementIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	triggered := func(input string) string {
		return jan(e, `lifecycle { replace_triggered_by = [terraform_data.trigger] }`) +
			fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %q\n}\n", input)
	}
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{Config: triggered("one")},
		{Config: triggered("two"), ExpectError: words("A person cannot be replaced")},
		{Config: triggered("one"), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
	}})
	if deleted := len(e.DeletedUsers(e.TenantID())); deleted != 1 {
		t.Errorf("%d deletions, want the one at the end", deleted)
	}
}

// The real Terraform does what the miniature one does: it makes the successor of a tainted
// instance, and plans at apply that the old account goes.
func TestTaintCreateFirst(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	after := e.Config(person(e, "test", "Jan", "Svoboda", "lifecycle { create_before_destroy = true }"))
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{Config: jan(e)},
		{Config: after, Taint: []string{specialist}, ExpectError: words("remove the instance with \"terraform state rm\"")},
		{Config: after, ExpectError: words("remove the instance with \"terraform state rm\"")},
		{
			// Somebody lets the old account go after all.
			PreConfig: func() {
				if err := e.DeleteUser(e.TenantID(), fmt.Sprint(account(t, e, name)["id"])); err != nil {
					t.Error(err)
				}
			},
			Config: after,
		},
	}})
}

// A renamed key would delete the account and make another one: under the same name, or,
// where the name is taken by the old one, under a numbered one.
func TestRenameWithoutMovedIsRefused(t *testing.T) {
	t.Parallel()
	for _, conflict := range []string{"error", "suffix"} {
		t.Run(conflict, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			line := fmt.Sprintf("on_conflict = %q", conflict)
			before, after := jan(e, line), e.Config(person(e, "renamed", "Jan", "Novak", line))
			moved := after + `
moved {
  from = entraguest_specialist_user.test
  to   = entraguest_specialist_user.renamed
}
`
			e.Test(resource.TestCase{Steps: []resource.TestStep{
				{Config: before},
				{Config: after, ExpectError: words("A person would be deleted and created again")},
				{Config: after, ExpectError: words("from = entraguest_specialist_user.OLD_NAME")},
				{Config: moved, Check: func(*terraform.State) error { account(t, e, "jan.novak@"+e.Domain()); return nil }},
			}})
			if deleted := len(e.DeletedUsers(e.TenantID())); deleted != 1 {
				t.Errorf("%d deletions, want the one at the end", deleted)
			}
		})
	}
}

func TestWaysOut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line          string
		left, deleted int
		enabled       bool
	}{
		"auto":    {deleted: 1},
		"delete":  {line: `on_destroy = "delete"`, deleted: 1},
		"purge":   {line: `on_destroy = "purge"`},
		"disable": {line: `on_destroy = "disable"`, left: 1},
		"keep":    {line: `on_destroy = "keep"`, left: 1, enabled: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			e.Test(resource.TestCase{
				Steps: []resource.TestStep{{Config: jan(e, test.line)}},
				CheckDestroy: func(*terraform.State) error {
					users, deleted := e.Users(e.TenantID()), e.DeletedUsers(e.TenantID())
					if len(users) != test.left || len(deleted) != test.deleted {
						return fmt.Errorf("%d left and %d deleted", len(users), len(deleted))
					}
					if test.left == 1 && users[0]["accountEnabled"] != test.enabled {
						return fmt.Errorf("enabled is %v", users[0]["accountEnabled"])
					}
					return nil
				},
			})
		})
	}
}

// Whom this resource did not create is disabled, not deleted.
func TestImportedIsDisabledWhenItGoes(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	id := put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Jan Novak", "givenName": "Jan", "surname": "Novak", "otherMails": []any{contact}})
	e.Test(resource.TestCase{
		CheckDestroy: func(*terraform.State) error {
			if user := account(t, e, name); user["accountEnabled"] != false || user["id"] != id {
				return fmt.Errorf("enabled is %v", user["accountEnabled"])
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:       jan(e, fmt.Sprintf("contact_email = %q", contact)),
				ResourceName: specialist, ImportState: true, ImportStateId: contact, ImportStatePersist: true,
			},
			{Config: jan(e, fmt.Sprintf("contact_email = %q", contact)), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			// The first version after an import is recorded, and sets no password.
			{Config: jan(e, fmt.Sprintf("contact_email = %q", contact), "password_wo_version = 1"), Check: func(*terraform.State) error {
				if sent := e.Sent(acceptance.Writes); len(sent) > 0 {
					return fmt.Errorf("sent %v", sent)
				}
				return nil
			}},
		},
	})
}

func TestImportsThatAreRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	id := put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Jan"})
	synced := put(t, e, map[string]any{"userPrincipalName": "synced@" + e.Domain(), "displayName": "Synced", "onPremisesSyncEnabled": true})
	guest := put(t, e, map[string]any{"userPrincipalName": "g_home.example#EXT#@" + e.InitialDomain(), "displayName": "Guest", "mail": "g@home.example", "creationType": "Invitation"})
	group := fmt.Sprint(e.Groups(e.TenantID())[0]["id"])
	if err := e.AddMember(e.TenantID(), group, id); err != nil {
		t.Fatal(err)
	}
	importing := func(config, id, want string) resource.TestStep {
		return resource.TestStep{Config: config, ResourceName: specialist, ImportState: true, ImportStateId: id, ExpectError: words(want)}
	}
	shielded := e.Provider(fmt.Sprintf("protected_group_id = %q", group)) + person(e, "test", "Jan", "Novak")
	e.Test(resource.TestCase{
		CheckDestroy: others(e, id, synced, guest),
		Steps: []resource.TestStep{
			importing(shielded, name, "This person is protected"),
			importing(jan(e), synced, "A synchronised account cannot be imported"),
			importing(jan(e), guest, "This account is a guest"),
			importing(jan(e), "nobody@"+e.Domain(), "There is no such specialist"),
			importing(jan(e), "somebody", "Invalid import id"),
		},
	})
}

// Whether somebody holds a directory role shows after the import; the next plan refuses.
func TestPrivilegedImport(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	id := put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Jan Novak", "givenName": "Jan", "surname": "Novak"})
	e.SetRoleHolder(e.TenantID(), id, true)
	e.Test(resource.TestCase{
		CheckDestroy: others(e, id),
		Steps: []resource.TestStep{
			{Config: jan(e), ResourceName: specialist, ImportState: true, ImportStateId: name, ImportStatePersist: true},
			{Config: jan(e), ExpectError: words("A privileged account was imported")},
			{Config: jan(e, "allow_privileged = true", `on_destroy = "keep"`)},
		},
	})
}

func TestProtectedSpecialistIsNotTouched(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	group := fmt.Sprint(e.Groups(e.TenantID())[0]["id"])
	shielded := func(lines ...string) string {
		return e.Provider(fmt.Sprintf("protected_group_id = %q", group)) + person(e, "test", "Jan", "Novak", lines...)
	}
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{Config: jan(e)},
		{
			PreConfig: func() {
				if err := e.AddMember(e.TenantID(), group, fmt.Sprint(account(t, e, "jan.novak@"+e.Domain())["id"])); err != nil {
					t.Error(err)
				}
			},
			Config: shielded(`job_title = "Boss"`), ExpectError: words("This person is protected"),
		},
		{Config: shielded(), Destroy: true, ExpectError: words("This person is protected")},
		{Config: jan(e)},
	}})
}

// The brakes count specialists as they count guests.
func TestBrakesHoldForSpecialists(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	two := person(e, "one", "Jan", "Novak") + person(e, "two", "Ada", "Lovelace")
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{Config: e.Provider("max_removals = 1") + two},
		{Config: e.Provider("max_removals = 1"), ExpectError: words("Too many persons would go")},
		{Config: e.Provider("max_removals = 2")},
	}})
}

func TestDomainRulesHoldForContacts(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config:      e.Provider(`denied_email_domains = ["rival.example"]`) + person(e, "test", "Jan", "Novak", `contact_email = "jan@rival.example"`),
		ExpectError: words("This domain is not allowed"),
	}}})
}

// Every replica lags: nothing is made twice, and the plan afterwards is empty.
func TestLaggingReplicas(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = time.Second, graphemulator.LagAll })
	boss := put(t, e, map[string]any{"userPrincipalName": "boss@" + e.Domain(), "displayName": "Boss"})
	line := fmt.Sprintf("manager_id = %q\n  sponsor_ids = [%q]", boss, boss)
	e.Test(resource.TestCase{
		CheckDestroy: others(e, boss),
		Steps: []resource.TestStep{
			{Config: jan(e, profile, line), ConfigStateChecks: []statecheck.StateCheck{flag("complete", true)}},
			{Config: jan(e, strings.ReplaceAll(profile, "Welder", "Foreman"), line), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		},
	})
}
