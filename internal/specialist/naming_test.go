package specialist_test

import (
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

func TestRuleOfProviderAndResource(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.ProviderArguments["user_principal_name_prefix"], w.ProviderArguments["transliteration"] = "ext-", "de"
	jorg := attributes{"given_name": "Jörg", "surname": "Müller-Lüdenscheidt"}
	w.Must(w.jan(jorg), options{})
	w.accounts("ext-joerg.mueller-luedenscheidt")
	own := walk(t)
	own.ProviderArguments["user_principal_name_prefix"] = "ext-"
	own.Must(own.jan(jorg, attributes{"surname": "Müller", "user_principal_name_prefix": "", "user_principal_name_suffix": ".ext"}), options{})
	own.accounts("jorg.muller.ext")
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		given    attributes
		at, want string
	}{
		"reserved":             {given: attributes{"given_name": "Admin", "surname": ""}, at: "user_principal_name", want: "This user principal name is reserved"},
		"foreign domain":       {given: attributes{"user_principal_name": "jan@elsewhere.example"}, at: "domain", want: "is not that of user_principal_name"},
		"no letters":           {given: attributes{"given_name": "!!!", "surname": "???"}, at: "given_name", want: "No user principal name can be made"},
		"guest-like":           {given: attributes{"user_principal_name": "jan_home.example#EXT#@contoso.example"}, at: "user_principal_name", want: "#EXT#"},
		"nickname":             {given: attributes{"mail_nickname": "jan novak"}, at: "mail_nickname"},
		"enabled and a date":   {given: attributes{"account_enabled": true, "expires_at": "2999-01-01T00:00:00Z"}, at: "account_enabled", want: "exclude each other"},
		"the date is past":     {given: attributes{"expires_at": "2001-01-01T00:00:00Z"}, at: "expires_at", want: "This date is in the past"},
		"a short password":     {given: attributes{"password_wo": "short"}, at: "password_wo"},
		"a contact that isn't": {given: attributes{"contact_email": "nobody"}, at: "contact_email", want: "is no e-mail address"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			w.Refuses(w.jan(test.given), test.at, test.want)
			if sent := w.Sent(acceptance.Writes); len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

func TestDomainOfSomebodyElse(t *testing.T) {
	t.Parallel()
	w := walk(t)
	for want, given := range map[string]attributes{
		"This is no domain of the tenant":              {"given_name": "Jan", "domain": "elsewhere.example"},
		"set domain, or write user_principal_name out": {"given_name": "Jan"},
		"set given_name and surname":                   {"domain": w.Domain()},
	} {
		if errs := w.Run(t.Context(), configuration{"jan": given}, options{}).Errors(); !errs.Has(want) {
			t.Errorf("no %q: %s", want, errs)
		}
	}
}

// A reserved name that is written out is meant.
func TestReservedNameWrittenOut(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.jan(attributes{"user_principal_name": "support@" + w.Domain()}), options{})
	w.accounts("support")
	if got := w.State["jan"].Text("mail_nickname"); got != "support" {
		t.Errorf("the nickname is %q", got)
	}
}

func TestTakenName(t *testing.T) {
	t.Parallel()
	w := walk(t)
	name, free := "jan.novak@"+w.Domain(), "jan.novak3@"+w.Domain()
	other := put(t, w.Environment, map[string]any{"userPrincipalName": name, "displayName": "Another Jan", "otherMails": []any{"other@home.example"}})
	second := put(t, w.Environment, map[string]any{"userPrincipalName": "jan.novak2@" + w.Domain(), "displayName": "A third Jan"})
	suffix, written := attributes{"on_conflict": "suffix"}, attributes{"user_principal_name": name}
	w.Refuses(w.jan(), "user_principal_name", "The user principal name is taken")
	w.Refuses(w.jan(suffix, written), "user_principal_name", "belongs to \""+name+"\" (object id "+other+")")
	// Somebody reached at the same address is this person.
	w.Refuses(w.jan(suffix, attributes{"contact_email": "other@home.example"}), "contact_email", "This person has an account already")
	plan := w.Plans(w.jan(suffix), acceptance.Create)
	if got := plan.Changes[0].Get("user_principal_name"); got != free {
		t.Errorf("planned is %v", got)
	}
	w.MustApply(plan)
	w.Settled(w.jan(suffix))
	if got := w.State["jan"]; got.Text("user_principal_name") != free || got.Text("mail_nickname") != "jan.novak3" {
		t.Errorf("got %s and %s", got.Text("user_principal_name"), got.Text("mail_nickname"))
	}
	// Renaming it into a taken name is refused as well.
	w.Refuses(w.jan(written), "user_principal_name", "The user principal name is taken")
	w.Must(configuration{}, options{})
	if err := others(w.Environment, other, second)(nil); err != nil {
		t.Error(err)
	}
}

// Two new people of one name: which would get which cannot be decided.
func TestTwoOfOneName(t *testing.T) {
	t.Parallel()
	for _, conflict := range []string{"error", "suffix"} {
		w := walk(t)
		both := w.jan(attributes{"on_conflict": conflict})
		both["two"] = attributes{"given_name": "Jan", "surname": "Novák", "domain": w.Domain(), "on_conflict": conflict}
		w.Refuses(both, "user_principal_name", "Two specialists would get one user principal name")
		w.accounts()
		both["two"]["user_principal_name"] = "jan.novak2@" + w.Domain()
		w.Must(both, options{})
		w.Settled(both)
		w.accounts("jan.novak", "jan.novak2")
	}
}

// A deleted user does not hold the name.
func TestNameOfADeletedUser(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.deleted()
	w.Must(w.jan(), options{})
	w.Settled(w.jan())
	account(t, w.Environment, "jan.novak@"+w.Domain())
}
