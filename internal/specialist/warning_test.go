package specialist_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// may gives the application these permissions and no others.
func (w *walker) may(roles ...string) {
	w.SetRoles(w.TenantID(), w.Ready().Tenants[0].Applications[0].ClientID, roles)
}

// imported brings in an account of Jan Novak that somebody else has made.
func (w *walker) imported() {
	w.t.Helper()
	id := put(w.t, w.Environment, map[string]any{
		"userPrincipalName": "jan.novak@" + w.Domain(), "displayName": "Jan Novak", "givenName": "Jan", "surname": "Novak",
	})
	if errs := w.Import(w.t.Context(), "jan", id).Errors(); len(errs) > 0 {
		w.t.Fatal(errs)
	}
}

// What only warns, told to whoever reviews the plan.
func TestWhatAPlanSays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(w *walker)
		plan   func(w *walker) attributes
		at     string
		says   string
	}{
		"mixed scripts":        {plan: just("given_name", "J\u0430n"), at: "given_name", says: "A name mixes scripts"},
		"mixed scripts, shown": {plan: just("display_name", "Jan Nov\u0430k"), at: "display_name", says: "A name mixes scripts"},
		"somebody deleted":     {before: (*walker).deleted, plan: just("on_conflict", "error"), says: "An older account is among the deleted users"},
		"a numbered name":      {before: (*walker).another, plan: just("on_conflict", "suffix"), at: "user_principal_name", says: "A numbered user principal name"},
		"a name not known yet": {plan: just("surname", acceptance.Unknown), at: "user_principal_name", says: "The user principal name is decided at apply"},
		"a login": {
			before: (*walker).made, plan: func(w *walker) attributes { return attributes{"user_principal_name": "novak@" + w.Domain()} },
			at: "user_principal_name", says: "A login is renamed",
		},
		"another domain": {
			before: (*walker).made, plan: func(w *walker) attributes { return attributes{"domain": w.InitialDomain()} },
			at: "domain", says: "A login is renamed",
		},
		"an end":                {before: (*walker).made, plan: just("expires_at", "2020-01-01T00:00:00Z"), at: "expires_at", says: "The time of a person is over"},
		"a password":            {before: (*walker).made, plan: just("password_wo_version", 2), at: "password_wo_version", says: "A password is set"},
		"a version of imported": {before: (*walker).imported, plan: just("password_wo_version", 2), at: "password_wo_version", says: "The version is only recorded"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			if test.before != nil {
				test.before(w)
			}
			w.says(w.jan(test.plan(w)), test.at, test.says)
		})
	}
}

func just(name string, value any) func(*walker) attributes {
	return func(*walker) attributes { return attributes{name: value} }
}

// The attribute to blame is the one that decides, and none where the provider's rule does.
func TestWhatAPlanBlames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(w *walker)
		plan   attributes
		rule   attributes
		at     string
		says   string
	}{
		"given name":         {plan: attributes{"given_name": "\U00012000"}, at: "given_name", says: "No user principal name can be made"},
		"surname":            {plan: attributes{"surname": "\U00012000"}, at: "surname", says: "No user principal name can be made"},
		"nothing left":       {plan: attributes{"given_name": "!", "surname": "?"}, at: "given_name", says: "No user principal name can be made"},
		"prefix":             {plan: attributes{"user_principal_name_prefix": ".x"}, at: "user_principal_name_prefix", says: "No user principal name can be made"},
		"suffix":             {plan: attributes{"user_principal_name_suffix": "x."}, at: "user_principal_name_suffix", says: "No user principal name can be made"},
		"provider's prefix":  {rule: attributes{"user_principal_name_prefix": ".x"}, says: "No user principal name can be made"},
		"domain":             {plan: attributes{"domain": "elsewhere.example"}, at: "domain", says: "This is no domain of the tenant"},
		"domain, afterwards": {before: (*walker).made, plan: attributes{"domain": "elsewhere.example"}, at: "domain", says: "This is no domain of the tenant"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			if test.before != nil {
				test.before(w)
			}
			maps.Copy(w.ProviderArguments, test.rule)
			w.Refuses(w.jan(test.plan), test.at, test.says)
		})
	}
}

func (w *walker) made() {
	w.t.Helper()
	w.Must(w.jan(), options{})
}

func (w *walker) another() {
	w.t.Helper()
	put(w.t, w.Environment, map[string]any{"userPrincipalName": "jan.novak@" + w.Domain(), "displayName": "Another Jan"})
}

func (w *walker) deleted() {
	w.t.Helper()
	w.made()
	w.Must(configuration{}, options{})
}

// A pull request is planned with an identity that may only read.
func TestPlanWithReadPermissions(t *testing.T) {
	t.Parallel()
	with := func(placeholder, trigger string) func(*walker) attributes {
		return func(w *walker) attributes {
			all := attributes{"contact_email": contact, "welcome_email": attributes{
				"from": "welcome@" + w.Domain(), "subject": "Hello", "body_text": "{{" + placeholder + "}}", "trigger": trigger,
			}}
			if placeholder == "temporary_access_pass" {
				all["temporary_access_pass"] = attributes{}
			}
			return all
		}
	}
	tests := map[string]struct {
		made    func(w *walker) attributes
		plan    func(w *walker) attributes
		missing []string
	}{
		"creating":              {plan: just("job_title", "Welder"), missing: []string{"User.Create"}},
		"changing":              {made: just("job_title", ""), plan: just("job_title", "Welder"), missing: []string{"User.ReadUpdate.All"}},
		"a password":            {made: just("job_title", ""), plan: just("password_wo_version", 2), missing: []string{"User-PasswordProfile.ReadWrite.All"}},
		"a mailed pass":         {plan: with("temporary_access_pass", "1"), missing: []string{"User.Create", "UserAuthMethod-TAP.ReadWrite.All"}},
		"another mailed pass":   {made: with("temporary_access_pass", "1"), plan: with("temporary_access_pass", "2"), missing: []string{"UserAuthMethod-TAP.ReadWrite.All"}},
		"a mailed password":     {made: with("password", "1"), plan: with("password", "2"), missing: []string{"User-PasswordProfile.ReadWrite.All"}},
		"a password at first":   {plan: with("password", "1"), missing: []string{"User.Create"}},
		"a mail without secret": {made: with("given_name", "1"), plan: with("given_name", "2")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			sender(t, w.Environment)
			if test.made != nil {
				w.Must(w.jan(test.made(w)), options{})
			}
			w.may("User.Read.All")
			for check, want := range map[string]struct{ says, fails bool }{"warn": {says: true}, "error": {says: true, fails: true}, "off": {}} {
				w.ProviderArguments["permission_check"] = check
				_, diags := w.Plan(t.Context(), w.jan(test.plan(w)), options{})
				if test.missing == nil {
					want = struct{ says, fails bool }{}
				}
				if said := diags.Has("application permissions"); said != want.says || len(diags.Errors()) > 0 != want.fails {
					t.Errorf("%s: got %s", check, diags)
				}
				if want.says && strings.Count(diags.String(), "A permission is missing") != len(test.missing) {
					t.Errorf("%s: got %s", check, diags)
				}
				for _, permission := range test.missing {
					if want.says && !diags.Has(permission) {
						t.Errorf("%s does not name %s: %s", check, permission, diags)
					}
				}
			}
		})
	}
}

// The least permission to change users is enough.
func TestLeastPermissionToChange(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.made()
	w.may("User.Read.All", "User.ReadUpdate.All")
	if diags := w.Must(w.jan(attributes{"job_title": "Welder"}), options{}); len(diags) > 0 {
		t.Errorf("got %s", diags)
	}
}

// What may not be read is not held against anybody: Graph refuses what is wrong.
func TestPlanWithoutReadPermissions(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.another()
	w.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/v1\.0/(users|organization|domains)`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	both := w.jan(attributes{"domain": "elsewhere.example"})
	both["ada"] = attributes{"given_name": "Ada", "domain": "elsewhere.example"}
	plan := w.MustPlan(both, options{})
	diags := plan.Diagnostics
	if strings.Count(diags.String(), "Whether user principal names are taken cannot be seen") != 1 {
		t.Errorf("got %s", diags)
	}
	w.ClearFaults()
	if errs := w.Apply(t.Context(), plan).Errors(); !errs.Has("This is no domain of the tenant") {
		t.Errorf("got %s", errs)
	}
	w.accounts("jan.novak")
}

// Roles that may not be read are no reason to refuse; a failure is asked again, and until
// then nothing is changed.
func TestRolesOfAnImportThatCannotBeRead(t *testing.T) {
	t.Parallel()
	const roles = `/transitiveMemberOf`
	for name, holds := range map[string]bool{"holds one": true, "holds none": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			w.AddFaults(graphemulator.Fault{PathRegexp: roles, Status: http.StatusInternalServerError})
			w.imported()
			w.SetRoleHolder(w.TenantID(), w.State["jan"].Text("object_id"), holds)
			titled := w.jan(attributes{"job_title": "Welder"})
			diags := w.Run(t.Context(), titled, options{})
			w.Blames(diags, "", "Directory roles cannot be read")
			w.Blames(diags.Errors(), "allow_privileged", "Whether a privileged account was imported is not known")
			w.ClearFaults()
			if holds {
				w.Refuses(titled, "allow_privileged", "A privileged account was imported")
				return
			}
			w.Must(titled, options{})
			w.Settled(titled)
		})
	}
	t.Run("forbidden", func(t *testing.T) {
		t.Parallel()
		w := walk(t)
		w.AddFaults(graphemulator.Fault{PathRegexp: roles, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
		w.imported()
		if diags := w.Must(w.jan(attributes{"job_title": "Welder"}), options{}); len(diags) > 0 {
			t.Errorf("got %s", diags)
		}
	})
}
