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
		w := walk(t)
		line := attributes{"on_conflict": conflict}
		w.Must(w.jan(line), options{})
		if errs := w.Run(t.Context(), under("renamed", w.jan(line)), options{}).Errors(); !errs.Has(lost) || !errs.Has("from = entraguest_specialist_user.OLD_NAME") {
			t.Errorf("%s: got %s", conflict, errs)
		}
		w.accounts("jan.novak")
	}
}

// With the block the error prints, the account stays.
func TestRenameWithMoved(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	after := e.Config(person(e, "renamed", "Jan", "Novak", `on_conflict = "suffix"`))
	moved := after + `
moved {
  from = entraguest_specialist_user.test
  to   = entraguest_specialist_user.renamed
}
`
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{Config: jan(e, `on_conflict = "suffix"`)},
		{Config: after, ExpectError: words(lost)},
		{Config: moved, Check: func(*terraform.State) error { account(t, e, "jan.novak@"+e.Domain()); return nil }},
	}})
	if deleted := len(e.DeletedUsers(e.TenantID())); deleted != 1 {
		t.Errorf("%d deletions, want the one at the end", deleted)
	}
}

func TestWaysOut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		way           attributes
		left, deleted int
		enabled       bool
	}{
		"auto":    {deleted: 1},
		"delete":  {way: attributes{"on_destroy": "delete"}, deleted: 1},
		"purge":   {way: attributes{"on_destroy": "purge"}},
		"disable": {way: attributes{"on_destroy": "disable"}, left: 1},
		"keep":    {way: attributes{"on_destroy": "keep"}, left: 1, enabled: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			w.Must(w.jan(test.way), options{})
			w.Settled(w.jan(test.way))
			w.Must(configuration{}, options{})
			users, deleted := w.Users(w.TenantID()), w.DeletedUsers(w.TenantID())
			if len(users) != test.left || len(deleted) != test.deleted {
				t.Fatalf("%d left and %d deleted", len(users), len(deleted))
			}
			if test.left == 1 && users[0]["accountEnabled"] != test.enabled {
				t.Errorf("enabled is %v", users[0]["accountEnabled"])
			}
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
	w := walk(t)
	name := "jan.novak@" + w.Domain()
	id := put(t, w.Environment, map[string]any{"userPrincipalName": name, "displayName": "Jan"})
	synced := put(t, w.Environment, map[string]any{"userPrincipalName": "synced@" + w.Domain(), "displayName": "Synced", "onPremisesSyncEnabled": true})
	guest := put(t, w.Environment, map[string]any{"userPrincipalName": "g_home.example#EXT#@" + w.InitialDomain(), "displayName": "Guest", "mail": "g@home.example", "creationType": "Invitation"})
	refused := func(id, want string) {
		t.Helper()
		if errs := w.Import(t.Context(), "jan", id).Errors(); !errs.Has(want) {
			t.Errorf("%s: got %s", id, errs)
		}
	}
	refused(synced, "A synchronised account cannot be imported")
	refused(guest, "This account is a guest")
	refused("nobody@"+w.Domain(), "There is no such specialist")
	refused("somebody", "Invalid import id")
	w.shield(id)
	refused(name, "This person is protected")
	if err := others(w.Environment, id, synced, guest)(nil); err != nil || len(w.State) > 0 {
		t.Errorf("%d in the state, %v", len(w.State), err)
	}
}

// Whether somebody holds a directory role shows after the import; the next plan refuses.
func TestPrivilegedImport(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.imported()
	id := w.State["jan"].Text("object_id")
	w.SetRoleHolder(w.TenantID(), id, true)
	delete(w.State, "jan")
	if errs := w.Import(t.Context(), "jan", "jan.novak@"+w.Domain()).Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if errs := w.Run(t.Context(), w.jan(), options{}).Errors(); !errs.Has("A privileged account was imported") {
		t.Errorf("got %s", errs)
	}
	allowed := w.jan(attributes{"allow_privileged": true, "on_destroy": "keep"})
	w.Must(allowed, options{})
	w.Settled(allowed)
	w.Must(configuration{}, options{})
	if err := others(w.Environment, id)(nil); err != nil {
		t.Error(err)
	}
}

func TestProtectedSpecialistIsNotTouched(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.jan(), options{})
	w.shield(w.State["jan"].Text("object_id"))
	for _, try := range []struct {
		config configuration
		how    options
	}{
		{w.jan(attributes{"job_title": "Boss"}), options{}},
		{w.jan(), options{Destroy: true}},
	} {
		if errs := w.Run(t.Context(), try.config, try.how).Errors(); !errs.Has("This person is protected") {
			t.Errorf("%v: got %s", try.how, errs)
		}
	}
	w.accounts("jan.novak")
	delete(w.ProviderArguments, "protected_group_id")
	w.Settled(w.jan())
}

// shield puts somebody into a group that the provider is told to protect.
func (w *walker) shield(id string) {
	w.t.Helper()
	group := fmt.Sprint(w.Groups(w.TenantID())[0]["id"])
	if err := w.AddMember(w.TenantID(), group, id); err != nil {
		w.t.Fatal(err)
	}
	w.ProviderArguments["protected_group_id"] = group
}

// The brakes count specialists as they count guests.
func TestBrakesHoldForSpecialists(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.ProviderArguments["max_removals"] = 1
	two := w.jan()
	two["two"] = attributes{"given_name": "Ada", "surname": "Lovelace", "domain": w.Domain()}
	w.Must(two, options{})
	if errs := w.Run(t.Context(), configuration{}, options{}).Errors(); !errs.Has("Too many persons would go") {
		t.Errorf("got %s", errs)
	}
	w.accounts("ada.lovelace", "jan.novak")
	w.ProviderArguments["max_removals"] = 2
	w.Must(configuration{}, options{})
	if left := w.Users(w.TenantID()); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

func TestDomainRulesHoldForContacts(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.ProviderArguments["denied_email_domains"] = []string{"rival.example"}
	w.Refuses(w.jan(attributes{"contact_email": "jan@rival.example"}), "contact_email", "This domain is not allowed")
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
