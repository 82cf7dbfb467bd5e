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
	*acceptance.Stage
	t testing.TB
}

func walk(t testing.TB, configure ...func(*graphemulator.Config)) *walker {
	t.Helper()
	e := acceptance.Start(t, append([]func(*graphemulator.Config){steady}, configure...)...)
	return &walker{Environment: e, Stage: e.Stage(t, "entraguest_specialist_user"), t: t}
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

// says plans without an error, and wants a warning about an attribute, which may be "".
func (w *walker) says(config configuration, attribute, text string) {
	w.t.Helper()
	w.Blames(w.MustPlan(config, options{}).Diagnostics, attribute, text)
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
