package graph_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// reported is everybody the report of all guests is about, with a star for a sponsor.
func (d *directory) reported(t *testing.T) []string {
	t.Helper()
	var names []string
	err := d.client.ListGuests(t.Context(), []graph.Property{graph.DisplayName}, func(user graph.User, sponsored bool) {
		name := *user.DisplayName
		if sponsored {
			name += "*"
		}
		names = append(names, name)
	})
	if err != nil {
		t.Error(err)
	}
	slices.Sort(names)
	return names
}

// Guests are those called so and those invited; sponsors come along.
func TestListGuests(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		d := startDirectory(t, graphemulator.Config{Switches: graphemulator.Switches{EmptyPages: empty}})
		sponsor := d.putUser(t, map[string]any{"displayName": "sponsor"})
		ada := d.putUser(t, map[string]any{"displayName": "ada", "userType": "Guest", "creationType": "Invitation", "sponsors": []string{sponsor}})
		bob := d.putUser(t, map[string]any{"displayName": "bob", "userType": "Guest"})
		cid := d.putUser(t, map[string]any{"displayName": "cid", "userType": "Member", "creationType": "Invitation", "sponsors": []string{sponsor, bob}})
		if diff := cmp.Diff([]string{"ada*", "bob", "cid*"}, d.reported(t)); diff != "" {
			t.Error(diff)
		}
		sponsored, err := d.client.Sponsored(t.Context(), []string{ada, bob, cid, sponsor, "00000000-0000-0000-0000-00000000dead"})
		if diff := cmp.Diff(map[string]bool{ada: true, cid: true}, sponsored); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

// Twenty thousand guests with their sponsors: 21 requests.
func TestTwentyThousandGuests(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("about size, not about concurrency")
	}
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 20_000)
	d := startDirectory(t, graphemulator.Config{Seed: seed})
	if n := len(d.reported(t)); n != 20_000 {
		t.Errorf("%d guests are listed", n)
	}
	if n := d.onTheWire(); n != 21 {
		t.Errorf("%d requests", n)
	}
}
