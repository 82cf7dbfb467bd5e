package graph_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Managers come 300 with one request; who is not listed is read singly.
func TestManagersInBatches(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	boss := d.putUser(t, map[string]any{"displayName": "boss"})
	ids := []string{boss}
	want := map[string]string{}
	for i := range 600 {
		person := map[string]any{"displayName": strconv.Itoa(i)}
		if i%3 == 0 {
			person["manager"] = boss
		}
		id := d.putUser(t, person)
		ids = append(ids, id)
		if i%3 == 0 {
			want[id] = boss
		}
	}
	managers, err := d.client.Managers(t.Context(), ids)
	if diff := cmp.Diff(want, managers); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if n := d.onTheWire(); n != 3 {
		t.Errorf("%d requests", n)
	}
}

// A list that leaves the relation out, or somebody, says nothing.
func TestManagersThatAreNotListed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"nobody's": `{"value":[{"id":"ADA"},{"id":"BOB"}]}`, "nobody": `{"value":[]}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDirectory(t, graphemulator.Config{})
			boss := d.putUser(t, map[string]any{"displayName": "boss"})
			ada, bob := d.putUser(t, map[string]any{"displayName": "ada", "manager": boss}), d.putUser(t, map[string]any{"displayName": "bob"})
			d.AddFaults(graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusOK, Body: []byte(strings.NewReplacer("ADA", ada, "BOB", bob).Replace(body))})
			managers, err := d.client.Managers(t.Context(), []string{ada, bob, "00000000-0000-0000-0000-00000000dead"})
			if diff := cmp.Diff(map[string]string{ada: boss}, managers); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

func TestManagersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/users$", "/manager$"} {
		d := startDirectory(t, graphemulator.Config{})
		ada := d.putUser(t, map[string]any{"displayName": "ada"})
		d.AddFaults(graphemulator.Fault{PathRegexp: path, Status: http.StatusForbidden})
		if managers, err := d.client.Managers(t.Context(), []string{ada}); err == nil {
			t.Errorf("%s: nobody is said to have a manager: %v", path, managers)
		}
	}
}

// Sponsors of the people of a group: 300 with one request.
func TestSponsorsInBatches(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	sponsor := d.putUser(t, map[string]any{"displayName": "sponsor"})
	var ids []string
	for i := range 601 {
		guest := map[string]any{"displayName": strconv.Itoa(i)}
		if i%3 == 0 {
			guest["sponsors"] = []string{sponsor}
		}
		ids = append(ids, d.putUser(t, guest))
	}
	sponsored, err := d.client.Sponsored(t.Context(), ids)
	if err != nil || len(sponsored) != 201 {
		t.Errorf("%d have a sponsor: %v", len(sponsored), err)
	}
	if n := d.onTheWire(); n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestSponsorsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	ada := d.putUser(t, map[string]any{"displayName": "ada"})
	d.AddFaults(graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusForbidden})
	if _, err := d.client.Sponsored(t.Context(), []string{ada}); err == nil {
		t.Error("nobody is said to have a sponsor")
	}
}
