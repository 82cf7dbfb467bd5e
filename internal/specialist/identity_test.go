package specialist_test

import (
	"fmt"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

const lost = "A person would be deleted and created again"

var reached = attributes{"contact_email": contact}

// A login is made once, and the rule changes. Who somebody is, the contact address tells,
// and where there is none, the name.
func TestKeyAndLoginChangeAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before, after attributes
		prefix        string
	}{
		"the surname":             {before: reached, after: attributes{"surname": "Svoboda"}},
		"the rule":                {before: reached, prefix: "ext-"},
		"another spelling":        {before: reached, after: attributes{"surname": "Svoboda", "contact_email": "JAN@fabrikam.example"}},
		"an unknown name":         {before: reached, after: attributes{"surname": acceptance.Unknown}},
		"no contact, the rule":    {prefix: "ext-"},
		"no contact, as shown":    {before: attributes{"display_name": "Jan N."}, after: attributes{"surname": "Svoboda"}},
		"a contact is added":      {after: reached, prefix: "ext-"},
		"a contact is dropped":    {before: reached, after: attributes{"contact_email": nil}, prefix: "ext-"},
		"a contact comes in time": {before: reached, after: attributes{"contact_email": acceptance.Unknown}, prefix: "ext-"},
	}
	for name, test := range tests {
		for _, key := range []string{"aaa", "zzz"} {
			for _, stale := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/%t", name, key, stale), func(t *testing.T) {
					t.Parallel()
					w := walk(t)
					w.Must(w.jan(test.before), options{})
					if test.prefix != "" {
						w.ProviderArguments["user_principal_name_prefix"] = test.prefix
					}
					diags := w.Run(t.Context(), under(key, w.jan(test.before, test.after)), options{NoRefresh: stale})
					if errs := diags.Errors(); !errs.Has(lost) || !errs.Has("from = entraguest_specialist_user.OLD_NAME") {
						t.Errorf("got %s", diags)
					}
					w.accounts("jan.novak")
				})
			}
		}
	}
}

// Who comes is known only after apply: whoever is made then is not let go under the old
// key.
func TestKeyChangesAndTheRestIsUnknown(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.jan(reached), options{})
	unknown := acceptance.Unknown
	config := under("aaa", w.jan(attributes{"given_name": unknown, "surname": unknown, "contact_email": unknown}))
	plan := w.MustPlan(config, options{})
	config["aaa"] = w.jan(reached, attributes{"surname": "Svoboda"})["jan"]
	if errs := w.Apply(t.Context(), plan).Errors(); !errs.Has(lost) {
		t.Errorf("got %s", errs)
	}
	w.accounts("jan.novak", "jan.svoboda")
	if w.State["jan"].Text("contact_email") != contact {
		t.Error("the account left the state")
	}
}

// An address that somebody has taken out of the directory tells all the same.
func TestContactIsRememberedWhenItIsTakenOut(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.jan(reached), options{})
	if err := w.PatchUser(w.TenantID(), w.State["jan"].Text("object_id"), map[string]any{"otherMails": []any{}}); err != nil {
		t.Fatal(err)
	}
	w.Refuses(under("zzz", w.jan(reached, attributes{"surname": "Svoboda"})), "contact_email", lost)
	w.accounts("jan.novak")
}

// One leaves and a namesake comes: two contact addresses tell them apart.
func TestNamesakeWithAnotherContact(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.jan(reached), options{})
	w.ProviderArguments["user_principal_name_prefix"] = "ext-"
	w.Must(under("other", w.jan(attributes{"contact_email": "novak@home.example"})), options{})
	if deleted := len(w.DeletedUsers(w.TenantID())); deleted != 1 {
		t.Errorf("%d deletions", deleted)
	}
}

func TestTwoOfOneContact(t *testing.T) {
	t.Parallel()
	w := walk(t)
	both := w.jan(reached)
	both["zoe"] = attributes{"given_name": "Ada", "surname": "Lovelace", "domain": w.Domain(), "contact_email": "JAN@fabrikam.example"}
	w.Refuses(both, "contact_email", "Two resources have the contact address")
	w.accounts()
	// One who is there already, and one who comes, or changes to it.
	w.Must(w.jan(reached), options{})
	w.Refuses(both, "contact_email", "both have the contact address")
	both["zoe"]["contact_email"] = "ada@home.example"
	w.Must(both, options{})
	both["zoe"]["contact_email"] = contact
	w.Refuses(both, "contact_email", "Two resources have the contact address")
	// The way out for two people of one mailbox.
	both["zoe"]["contact_email"], both["zoe"]["other_mails"] = "ada@home.example", []string{contact}
	w.Must(both, options{})
	w.Settled(both)
	w.accounts("ada.lovelace", "jan.novak")
}

// However Terraform is brought to replace an instance, the account stays.
func TestNobodyIsReplaced(t *testing.T) {
	t.Parallel()
	suffix := attributes{"on_conflict": "suffix"}
	tests := map[string]struct {
		before, after attributes
		taint, apply  bool // apply: the plan cannot tell, and the apply refuses
		made          []string
		o             options
	}{
		"-replace":                            {o: options{Replace: []string{"jan"}}},
		"-replace, create first":              {o: options{Replace: []string{"jan"}, CreateBeforeDestroy: true}},
		"no refresh, -replace":                {o: options{Replace: []string{"jan"}, NoRefresh: true}},
		"taint":                               {taint: true},
		"taint, create first":                 {taint: true, o: options{CreateBeforeDestroy: true}},
		"taint, contact":                      {taint: true, before: reached, after: attributes{"surname": "Svoboda"}},
		"taint, contact, create first":        {taint: true, before: reached, after: attributes{"surname": "Svoboda"}, o: options{CreateBeforeDestroy: true}},
		"taint, other name":                   {taint: true, apply: true, after: attributes{"surname": "Svoboda"}},
		"taint, other name, create first":     {taint: true, apply: true, after: attributes{"surname": "Svoboda"}, o: options{CreateBeforeDestroy: true}, made: []string{"jan.svoboda"}},
		"taint, numbered":                     {taint: true, apply: true, before: suffix},
		"taint, numbered, create first":       {taint: true, apply: true, before: suffix, o: options{CreateBeforeDestroy: true}, made: []string{"jan.novak2"}},
		"no refresh, taint, contact":          {taint: true, apply: true, before: reached, after: attributes{"surname": "Svoboda"}, o: options{NoRefresh: true}},
		"no refresh, taint, contact, create":  {taint: true, apply: true, before: reached, after: attributes{"surname": "Svoboda"}, o: options{NoRefresh: true, CreateBeforeDestroy: true}, made: []string{"jan.svoboda"}},
		"no refresh, taint":                   {taint: true, o: options{NoRefresh: true}},
		"no refresh, taint, disable, created": {taint: true, apply: true, before: attributes{"on_destroy": "disable"}, after: attributes{"surname": "Svoboda"}, o: options{NoRefresh: true, CreateBeforeDestroy: true}, made: []string{"jan.svoboda"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			w.Must(w.jan(test.before), options{})
			if test.taint {
				w.Taint("jan")
			}
			after := w.jan(test.before, test.after)
			plan, diags := w.Plan(t.Context(), after, test.o)
			if test.apply {
				if plan == nil {
					t.Fatalf("planning: %s", diags)
				}
				diags = w.Apply(t.Context(), plan)
			} else if plan != nil {
				t.Error("the plan says nothing")
			}
			if len(diags.Errors()) == 0 {
				t.Errorf("got %s", diags)
			}
			w.accounts(append([]string{"jan.novak"}, test.made...)...)
			if account(t, w.Environment, "jan.novak@"+w.Domain())["accountEnabled"] != true {
				t.Error("the account is disabled")
			}
			if len(test.made) > 0 {
				// Nor is the account let go that Terraform keeps as a deposed object.
				w.Refuses(after, "", "terraform state rm")
				w.accounts(append([]string{"jan.novak"}, test.made...)...)
			}
		})
	}
}
