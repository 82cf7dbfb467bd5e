package specialist_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

func TestRuleOfProviderAndResource(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	config := e.Provider(`user_principal_name_prefix = "ext-"`, `transliteration = "de"`) + person(e, "test", "Jörg", "Müller-Lüdenscheidt")
	own := e.Provider(`user_principal_name_prefix = "ext-"`) + person(e, "test", "Jörg", "Müller", `user_principal_name_prefix = ""`, `user_principal_name_suffix = ".ext"`)
	e.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config: config, ConfigStateChecks: []statecheck.StateCheck{value("user_principal_name", "ext-joerg.mueller-luedenscheidt@"+e.Domain())},
	}}})
	e.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config: own, ConfigStateChecks: []statecheck.StateCheck{value("user_principal_name", "jorg.muller.ext@"+e.Domain())},
	}}})
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lines, given, surname string
		want                  string
	}{
		"reserved":             {given: "Admin", want: "This user principal name is reserved"},
		"foreign domain":       {given: "Jan", surname: "Novak", lines: `user_principal_name = "jan@elsewhere.example"`, want: "is not that of user_principal_name"},
		"no letters":           {given: "!!!", surname: "???", want: "No user principal name can be made"},
		"guest-like":           {given: "Jan", surname: "Novak", lines: `user_principal_name = "jan_home.example#EXT#@contoso.example"`, want: "user_principal_name"},
		"nickname":             {given: "Jan", surname: "Novak", lines: `mail_nickname = "jan novak"`, want: "mail_nickname"},
		"enabled and a date":   {given: "Jan", surname: "Novak", lines: "account_enabled = true\n  expires_at = \"2999-01-01T00:00:00Z\"", want: "exclude each other"},
		"the date is past":     {given: "Jan", surname: "Novak", lines: `expires_at = "2001-01-01T00:00:00Z"`, want: "This date is in the past"},
		"a short password":     {given: "Jan", surname: "Novak", lines: `password_wo = "short"`, want: "password_wo"},
		"a contact that isn't": {given: "Jan", surname: "Novak", lines: `contact_email = "nobody"`, want: "is no e-mail address"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			e.Test(resource.TestCase{Steps: []resource.TestStep{{
				Config: e.Config(person(e, "test", test.given, test.surname, test.lines)), ExpectError: words(test.want),
			}}})
			if sent := e.Sent(acceptance.Writes); len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

func TestDomainOfSomebodyElse(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{
			Config: e.Config(`resource "entraguest_specialist_user" "test" {
  given_name = "Jan"
  domain     = "elsewhere.example"
}`),
			ExpectError: words("This is no domain of the tenant"),
		},
		{Config: e.Config(`resource "entraguest_specialist_user" "test" {
  given_name = "Jan"
}`), ExpectError: words("set domain, or write user_principal_name out")},
		{Config: e.Config(fmt.Sprintf(`resource "entraguest_specialist_user" "test" {
  domain = %q
}`, e.Domain())), ExpectError: words("set given_name and surname")},
	}})
}

// A reserved name that is written out is meant.
func TestReservedNameWrittenOut(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config: jan(e, fmt.Sprintf("user_principal_name = %q", "support@"+e.Domain())), ConfigStateChecks: []statecheck.StateCheck{value("mail_nickname", "support")},
	}}})
}

func TestTakenName(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	other := put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Another Jan", "otherMails": []any{"other@home.example"}})
	second := put(t, e, map[string]any{"userPrincipalName": "jan.novak2@" + e.Domain(), "displayName": "A third Jan"})
	free := "jan.novak3@" + e.Domain()
	e.Test(resource.TestCase{
		CheckDestroy: others(e, other, second),
		Steps: []resource.TestStep{
			{Config: jan(e), ExpectError: words("The user principal name is taken")},
			{Config: jan(e, fmt.Sprintf("user_principal_name = %q", name), `on_conflict = "suffix"`), ExpectError: words("belongs to \"" + name + "\" (object id " + other + ")")},
			// Somebody reached at the same address is this person.
			{Config: jan(e, `on_conflict = "suffix"`, `contact_email = "other@home.example"`), ExpectError: words("This person has an account already")},
			{
				Config:           jan(e, `on_conflict = "suffix"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plannedName(free)),
				ConfigStateChecks: []statecheck.StateCheck{
					value("user_principal_name", free), value("mail_nickname", "jan.novak3"),
				},
			},
			// Renaming it into a taken name is refused as well.
			{Config: jan(e, fmt.Sprintf("user_principal_name = %q", name)), ExpectError: words("The user principal name is taken")},
		},
	})
}

// Two new people of one name: which would get which cannot be decided.
func TestTwoOfOneName(t *testing.T) {
	t.Parallel()
	for _, conflict := range []string{"error", "suffix"} {
		t.Run(conflict, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			line := fmt.Sprintf("on_conflict = %q", conflict)
			both := e.Config(person(e, "one", "Jan", "Novak", line) + person(e, "two", "Jan", "Novák", line))
			apart := e.Config(person(e, "one", "Jan", "Novak", line) +
				person(e, "two", "Jan", "Novák", line, fmt.Sprintf("user_principal_name = %q", "jan.novak2@"+e.Domain())))
			e.Test(resource.TestCase{Steps: []resource.TestStep{
				{Config: both, ExpectError: words("Two specialists would get one user principal name")},
				{Config: apart},
			}})
		})
	}
}

// A deleted user does not hold the name.
func TestNameOfADeletedUser(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	name := "jan.novak@" + e.Domain()
	id := put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Jan"})
	if err := e.DeleteUser(e.TenantID(), id); err != nil {
		t.Fatal(err)
	}
	e.Test(resource.TestCase{Steps: []resource.TestStep{{Config: jan(e), ConfigStateChecks: []statecheck.StateCheck{value("user_principal_name", name)}}}})
}
