package graph_test

import (
	"context"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Who says beforehand how much will be read pays for the lists alone, and for asking how
// long they are; and only where they cost less than what is read.
func TestExpectedReads(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		guests, expected int
		counts, pages    int
	}{
		"all of the tenant":          {guests: 3000, expected: 3000, counts: 1, pages: 4},
		"few of a large tenant":      {guests: 3000, expected: 25},
		"some of a large tenant":     {guests: 5000, expected: 1000, counts: 1},
		"as many as one list or two": {guests: 600, expected: 600},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startMasses(t, test.guests, graphemulator.Config{})
			c.client.Expect(t.Context(), graph.ProfileReads("Guest", test.expected))
			if got := c.sent(`\$batch`); got != test.counts {
				t.Errorf("%d batches to ask how many there are, want %d", got, test.counts)
			}
			if got := c.sent("top=999"); got != test.pages {
				t.Errorf("%d pages of the list, want %d", got, test.pages)
			}
			sent := c.onTheWire()
			// The planner keeps its rule: twice the better way at most, and the first callers do not wait.
			each(t, test.expected, c.guests[:test.expected], c.read)
			if got := c.onTheWire() - sent; test.pages > 0 && got != 0 {
				t.Errorf("%d requests for what the list has", got)
			} else if most := 2*(test.expected+299)/300 + 4; got > most {
				t.Errorf("%d requests, want %d at most", got, most)
			}
		})
	}
}

// One list for each relation; how many there are is asked once.
func TestExpectedRelations(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 1500, graphemulator.Config{})
	boss := c.putUser(t, map[string]any{"userPrincipalName": "boss@" + c.tenant.InitialDomain, "mailNickname": "boss"})
	for _, id := range c.guests {
		if err := c.SetManager(c.tenant.TenantID, id, boss); err != nil {
			t.Fatal(err)
		}
	}
	// No guest has a sponsor, so that this list is not believed.
	c.client.Expect(t.Context(), graph.ProfileReads("Guest", 1500), graph.ManagerReads("Guest", 1500), graph.SponsorReads("Guest", 1500))
	if got := c.onTheWire(); got != 1+3*2 {
		t.Errorf("%d requests", got)
	}
	c.ResetRequests()
	each(t, 300, c.guests, func(ctx context.Context, id string) error {
		if manager, err := c.client.Manager(ctx, id); err != nil || manager != boss {
			t.Errorf("the manager is %q: %v", manager, err)
		}
		return c.read(ctx, id)
	})
	if got := c.onTheWire(); got != 0 {
		t.Errorf("%d requests for what the lists have", got)
	}
}

func TestExpectedMembers(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 3000, graphemulator.Config{})
	group, err := c.PutGroup(c.tenant.TenantID, map[string]any{"displayName": "Team", "mailNickname": "team", "members": c.guests})
	if err != nil {
		t.Fatal(err)
	}
	c.client.ExpectMembers(t.Context(), group, 300)
	if got := c.onTheWire(); got != 0 {
		t.Errorf("%d requests for as many as one batch takes", got)
	}
	c.client.ExpectMembers(t.Context(), group, 3000)
	each(t, 300, c.guests, func(ctx context.Context, id string) error {
		standing, err := c.client.Standing(ctx, group, id)
		if err == nil && standing != graph.In {
			t.Errorf("%s is not in the group", id)
		}
		return err
	})
	if got := c.onTheWire(); got != 1+4 {
		t.Errorf("%d requests", got)
	}
	c.client.ExpectMembers(t.Context(), "not/a/group", 3000)
}
