package graph_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// manyWrites lets 64 callers write to everybody, and returns the errors by person.
func manyWrites(ids []string, write func(id string) error) map[string]error {
	var mu sync.Mutex
	errs := map[string]error{}
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for at := int(next.Add(1)) - 1; at < len(ids); at = int(next.Add(1)) - 1 {
				if err := write(ids[at]); err != nil {
					mu.Lock()
					errs[ids[at]] = err
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return errs
}

func TestManyWritesShareRequests(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 320, graphemulator.Config{Latency: 100 * time.Millisecond})
	boss := c.putUser(t, map[string]any{"userPrincipalName": "boss@" + c.tenant.InitialDomain, "mailNickname": "boss"})
	ctx := t.Context()
	for _, test := range []struct {
		name  string
		write func(id string) error
	}{
		{"changes", func(id string) error {
			return c.client.UpdateUser(ctx, id, graph.Changes{"jobTitle": "O'Brien & <Söhne>"}, time.Time{})
		}},
		{"managers", func(id string) error { return c.client.SetManager(ctx, id, boss, time.Time{}) }},
		{"sponsors", func(id string) error { return c.client.AddSponsor(ctx, id, boss, time.Time{}) }},
		{"sponsors who are there", func(id string) error { return c.client.AddSponsor(ctx, id, boss, time.Time{}) }},
		{"no sponsors", func(id string) error { return c.client.RemoveSponsor(ctx, id, boss) }},
		{"no managers", func(id string) error { return c.client.SetManager(ctx, id, "", time.Time{}) }},
		{"deletions", func(id string) error { return c.client.DeleteUser(ctx, id, time.Time{}) }},
	} {
		c.ResetRequests()
		for id, err := range manyWrites(c.guests, test.write) {
			t.Errorf("%s of %s: %v", test.name, id, err)
		}
		t.Logf("%s: %d requests on the wire for 320 writes", test.name, c.onTheWire())
		if got := c.onTheWire(); got > 80 {
			t.Errorf("%s: %d requests on the wire for 320 writes", test.name, got)
		}
		for _, id := range c.guests {
			user, there := c.User(c.tenant.TenantID, id)
			manager, sponsors := c.Manager(c.tenant.TenantID, id), c.Sponsors(c.tenant.TenantID, id)
			if there != (test.name != "deletions") || there && user["jobTitle"] != "O'Brien & <Söhne>" ||
				(manager == boss) != slices.Contains([]string{"managers", "sponsors", "sponsors who are there", "no sponsors"}, test.name) ||
				(len(sponsors) == 1) != slices.Contains([]string{"sponsors", "sponsors who are there"}, test.name) {
				t.Fatalf("after %s: %v, %q, %q", test.name, user, manager, sponsors)
			}
		}
	}
}

// What becomes of one write is its caller's alone.
func TestOneOutcomePerWrite(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 200, graphemulator.Config{Latency: 20 * time.Millisecond})
	denied, blocked, absent := c.guests[50], c.guests[100], c.guests[150]
	c.AddFaults(
		graphemulator.Fault{Method: http.MethodPatch, PathRegexp: denied, Status: http.StatusForbidden},
		graphemulator.Fault{Method: http.MethodPatch, PathRegexp: blocked, Status: http.StatusConflict, Code: "Request_MultipleObjectsWithSameKeyValue"},
		graphemulator.Fault{Method: http.MethodPatch, PathRegexp: c.guests[60], Times: 2, Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
		graphemulator.Fault{Method: http.MethodPatch, PathRegexp: c.guests[70], Times: 1, Status: http.StatusServiceUnavailable, AfterEffect: true},
		graphemulator.Fault{Method: http.MethodPatch, PathRegexp: c.guests[80], Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 1},
		graphemulator.Fault{Method: http.MethodPatch, PathRegexp: c.guests[90], Times: 1, DropConnection: true},
	)
	if err := c.DeleteUser(c.tenant.TenantID, absent); err != nil {
		t.Fatal(err)
	}
	errs := manyWrites(c.guests, func(id string) error {
		return c.client.UpdateUser(t.Context(), id, graph.Changes{"jobTitle": "Boss"}, time.Time{})
	})
	if len(errs) != 3 || !graph.IsForbidden(errs[denied]) || !isKind[*graph.Conflict](errs[blocked]) || !graph.IsNotFound(errs[absent]) {
		t.Errorf("got %v", errs)
	}
	for id, err := range errs {
		if refused, ok := graph.RefusalOf(err); !ok || refused.Subject != id || refused.RequestID == "" {
			t.Errorf("the error says %v", err)
		}
	}
	for _, id := range c.guests {
		user, there := c.User(c.tenant.TenantID, id)
		if there && (user["jobTitle"] == "Boss") != (errs[id] == nil) {
			t.Errorf("%s: %v", id, user["jobTitle"])
		}
	}
}

// Who is interrupted before his write is sent does not write; the others do.
func TestInterruptedSharedWrites(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 300, graphemulator.Config{Latency: 300 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(450*time.Millisecond, cancel)
	defer timer.Stop()
	began := time.Now()
	errs := manyWrites(c.guests, func(id string) error {
		own := t.Context()
		if id > c.guests[0] && id[len(id)-1]%2 == 0 {
			own = ctx
		}
		return c.client.UpdateUser(own, id, graph.Changes{"jobTitle": "Boss"}, time.Time{})
	})
	if len(errs) == 0 || time.Since(began) > 10*time.Second {
		t.Errorf("%d were interrupted, in %s", len(errs), time.Since(began))
	}
	for _, id := range c.guests {
		user, _ := c.User(c.tenant.TenantID, id)
		if (user["jobTitle"] == "Boss") != (errs[id] == nil) || errs[id] != nil && !errors.Is(errs[id], context.Canceled) {
			t.Errorf("%s: %v, %v", id, user["jobTitle"], errs[id])
		}
	}
}
