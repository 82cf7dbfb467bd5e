package specialist_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

type (
	attributes    = acceptance.Attributes
	configuration = acceptance.Configuration
	options       = acceptance.Options
)

// walker is a directory whose specialists are planned and applied without the CLI, so
// that every diagnostic can be seen.
type walker struct {
	*acceptance.Environment
	*acceptance.Workspace
	t testing.TB
}

func walk(t testing.TB, configure ...func(*graphemulator.Config)) *walker {
	t.Helper()
	e := acceptance.Start(t, append([]func(*graphemulator.Config){steady}, configure...)...)
	return &walker{Environment: e, Workspace: e.Workspace("entraguest_specialist_user"), t: t}
}

// jan is a configuration with one specialist, Jan Novak; more attributes are added.
func (w *walker) jan(more ...attributes) configuration {
	all := attributes{"given_name": "Jan", "surname": "Novak", "domain": w.Domain()}
	for _, some := range more {
		maps.Copy(all, some)
	}
	return configuration{"jan": all}
}

// under is the same under another address.
func under(key string, config configuration) configuration { return configuration{key: config["jan"]} }

func (w *walker) must(config configuration, o options) acceptance.Diagnostics {
	w.t.Helper()
	diags := w.Run(w.t.Context(), config, o)
	if errs := diags.Errors(); len(errs) > 0 {
		w.t.Fatalf("unexpected errors:\n%s", errs)
	}
	return diags
}

func (w *walker) mustPlan(config configuration, o options) (*acceptance.SavedPlan, acceptance.Diagnostics) {
	w.t.Helper()
	plan, diags := w.Plan(w.t.Context(), config, o)
	if plan == nil {
		w.t.Fatalf("unexpected errors:\n%s", diags.Errors())
	}
	return plan, diags
}

// says plans without an error, and wants a warning about an attribute, which may be "".
func (w *walker) says(config configuration, attribute, text string) {
	w.t.Helper()
	_, diags := w.mustPlan(config, options{})
	w.blames(diags, attribute, text)
}

// refuses carries a configuration out and wants an error at an attribute.
func (w *walker) refuses(config configuration, attribute, text string) {
	w.t.Helper()
	w.blames(w.Run(w.t.Context(), config, options{}).Errors(), attribute, text)
}

func (w *walker) blames(diags acceptance.Diagnostics, attribute, text string) {
	w.t.Helper()
	for _, one := range diags {
		if one.Attribute == attribute && (acceptance.Diagnostics{one}).Has(text) {
			return
		}
	}
	w.t.Errorf("nothing at %q says %q:\n%s", attribute, text, diags)
}

// plans wants one change to Jan, or none.
func (w *walker) plans(config configuration, action acceptance.Action) *acceptance.SavedPlan {
	w.t.Helper()
	plan, diags := w.mustPlan(config, options{})
	if action == acceptance.NoOp && len(plan.Changes) == 0 {
		return plan
	}
	if len(plan.Changes) != 1 || plan.Changes[0].Action != action {
		w.t.Fatalf("not one change of the kind %d: %s", action, diags)
	}
	return plan
}

// apply carries a plan out, without an error.
func (w *walker) apply(plan *acceptance.SavedPlan) {
	w.t.Helper()
	if errs := w.Apply(w.t.Context(), plan).Errors(); len(errs) > 0 {
		w.t.Fatalf("unexpected errors:\n%s", errs)
	}
}

// settled fails unless a refresh and a plan find nothing to do.
func (w *walker) settled(config configuration) {
	w.t.Helper()
	plan, _ := w.mustPlan(config, options{})
	for _, change := range plan.Changes {
		w.t.Errorf("something is left to do with %s: action %d", change.Name, change.Action)
	}
}

// accounts fails unless just these accounts are there, named by what is before the @, and
// nobody was deleted.
func (w *walker) accounts(want ...string) {
	w.t.Helper()
	var got []string
	for _, user := range w.Users(w.TenantID()) {
		name, _ := user["userPrincipalName"].(string)
		local, _, _ := strings.Cut(name, "@")
		got = append(got, local)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.t.Errorf("the accounts are %v, want %v", got, want)
	}
	if deleted := w.DeletedUsers(w.TenantID()); len(deleted) > 0 {
		w.t.Errorf("deleted: %v", deleted)
	}
}

// others are the other mails of Jan Novak in the directory.
func (w *walker) others() []any {
	w.t.Helper()
	mails, _ := account(w.t, w.Environment, "jan.novak@"+w.Domain())["otherMails"].([]any)
	return mails
}
