package membership_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const summaryLeaves = "A member leaves a group"

// leaves returns the warnings of a plan about those who leave.
func (w *walker) leaves(config configuration) (texts []string) {
	w.t.Helper()
	_, diags := w.Plan(w.t.Context(), config, options{Parallelism: 10})
	for _, d := range diags {
		if d.Summary == summaryLeaves {
			texts = append(texts, d.Detail)
		}
	}
	return texts
}

// expectLeaver wants one warning with all of the texts.
func (w *walker) expectLeaver(got []string, texts ...string) {
	w.t.Helper()
	if len(got) != 1 || slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(got[0], text) }) {
		w.t.Errorf("%q, want one with %q", got, texts)
	}
}

// Terraform shows two object ids: the warning says who leaves which group.
func TestRemovalNamesWhoLeaves(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.one(), options{})
	if got := w.leaves(w.one()); len(got) > 0 {
		t.Errorf("nobody leaves: %q", got)
	}
	w.expectLeaver(w.leaves(configuration{}), `"ada" ("ada_x.example#EXT#@`, w.ada, `is taken out of group "Circle" (object id `+w.group)
	// Another person in the place of this one; the workspace does not go on to replace.
	w.expectLeaver(w.leaves(w.one(attributes{"member_id": w.grace})), `"ada"`, `"Circle"`)
	ends := attributes{"expires_at": w.Now().Add(time.Hour).UTC().Format(time.RFC3339)}
	w.Must(w.one(ends), options{})
	w.AdvanceClock(2 * time.Hour)
	w.expectLeaver(w.leaves(w.one(ends)), `"ada"`, `"Circle"`, "because the time is over: expires_at was "+ends["expires_at"].(string))
}

// Whom nobody may name leaves all the same.
func TestRemovalOfTheUnnamed(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.one(), options{})
	w.AddFaults(
		graphemulator.Fault{Method: http.MethodGet, PathRegexp: "/users/" + w.ada + "$", Status: http.StatusForbidden},
		graphemulator.Fault{Method: http.MethodGet, PathRegexp: "/groups/" + w.group + "$", Status: http.StatusForbidden},
	)
	w.expectLeaver(w.leaves(configuration{}), w.ada, "is taken out of group", w.group)
	if diags := w.Run(t.Context(), configuration{}, options{}); len(diags.Errors()) > 0 {
		t.Error(diags)
	}
	w.expectIn()
}

// However many leave, the names cost few requests.
func TestNamesOfManyCostFewRequests(t *testing.T) {
	t.Parallel()
	w := walk(t)
	config := w.people(250)
	w.Must(config, options{Parallelism: 100})
	names := 0
	w.ResetRequests()
	for _, text := range w.leaves(configuration{}) {
		if strings.Contains(text, "x.example#EXT#") {
			names++
		}
	}
	if names != 100 {
		t.Errorf("%d are named", names)
	}
	asked := 0
	for _, request := range w.Requests() {
		if request.Batched && strings.HasPrefix(request.Path, "/v1.0/users/") && !acceptance.Writes(request) {
			asked++
		}
	}
	if asked > 100 {
		t.Errorf("%d people were looked up", asked)
	}
	t.Logf("%d requests on the wire", w.onTheWire())
}
