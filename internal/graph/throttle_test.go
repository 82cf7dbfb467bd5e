package graph_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// smallTenantReads is the published limit of a small tenant: so many resource units at
// once, and as many every ten seconds.
// Source: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits.
const smallTenantReads = 3500

// TestHundredCallersAtTheLimit reads more than the limit allows, as -parallelism=100
// does: nothing fails, although no operation has the time to wait.
func TestHundredCallersAtTheLimit(t *testing.T) {
	t.Parallel()
	c := startMasses(t, 1, graphemulator.Config{Throttle: graphemulator.ThrottleSmall})
	took := hammer(t, c, smallTenantReads+700)
	t.Logf("%d reads in %s, %d refusals", smallTenantReads+700, took, c.refusals())
	if refusals := c.refusals(); refusals > 100 {
		t.Errorf("Graph refused %d requests: nobody slowed down", refusals)
	}
}

// hammer sends so many direct reads as a hundred callers, each with five seconds that
// throttling does not use up.
func hammer(tb testing.TB, c *masses, reads int) time.Duration {
	tb.Helper()
	start := time.Now()
	var all sync.WaitGroup
	var next atomic.Int64
	for range 100 {
		all.Go(func() {
			for next.Add(1) <= int64(reads) {
				ctx, cancel := graph.WithBudget(tb.Context(), 5*time.Second)
				if _, err := c.client.User(ctx, c.guests[0]); err != nil {
					tb.Error(err)
				}
				cancel()
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

func (c *masses) refusals() (count int) {
	for _, request := range c.Requests() {
		if request.Status == 429 {
			count++
		}
	}
	return count
}

// BenchmarkThroughput reports how much of a small tenant's limit a hundred callers reach.
func BenchmarkThroughput(b *testing.B) {
	for b.Loop() {
		c := startMasses(b, 1, graphemulator.Config{Throttle: graphemulator.ThrottleSmall, Latency: 50 * time.Millisecond})
		const reads = 4 * smallTenantReads
		took := hammer(b, c, reads)
		possible := (1 + took.Seconds()/10) * smallTenantReads
		b.ReportMetric(100*reads/possible, "%_of_limit")
		b.ReportMetric(float64(c.refusals()), "refusals")
	}
}

// BenchmarkWrites compares changes of as many callers as Terraform has, which go singly,
// with those of many, and with memberships, which share requests.
func BenchmarkWrites(b *testing.B) {
	change := func(c *masses, ctx context.Context, _, id string) error {
		return c.client.UpdateUser(ctx, id, graph.Changes{"jobTitle": "Boss"}, time.Time{})
	}
	add := func(c *masses, ctx context.Context, group, id string) error {
		return c.client.AddMember(ctx, group, id, time.Time{})
	}
	for name, test := range map[string]struct {
		callers int
		write   func(*masses, context.Context, string, string) error
	}{"10 callers, changes": {10, change}, "64 callers, changes": {64, change}, "10 callers, memberships": {10, add}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := startMasses(b, 500, graphemulator.Config{Latency: 50 * time.Millisecond})
				group, err := c.PutGroup(c.tenant.TenantID, map[string]any{"displayName": "Team", "mailNickname": "team"})
				if err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				each(b, test.callers, c.guests, func(ctx context.Context, id string) error { return test.write(c, ctx, group, id) })
				b.ReportMetric(float64(time.Since(start).Milliseconds())/500, "ms/write")
				b.ReportMetric(float64(c.onTheWire())/500, "requests/write")
			}
		})
	}
}

// BenchmarkRefresh is a refresh of 10,000 guests by ten callers, for the profiler.
func BenchmarkRefresh(b *testing.B) {
	c := startMasses(b, 10000, graphemulator.Config{})
	b.ReportAllocs()
	for b.Loop() {
		c.ResetRequests()
		fresh := c.again(b)
		each(b, 10, c.guests, func(ctx context.Context, id string) error {
			_, err := fresh.User(ctx, id)
			return err
		})
		b.ReportMetric(float64(c.onTheWire()), "requests")
	}
}
