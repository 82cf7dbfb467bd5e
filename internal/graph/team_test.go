package graph

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// team lets so many workers ask for all items; each takes a while before he asks.
func (e *echo) team(t *testing.T, g *gatherer[int, int], workers, items int, before func(item int) time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	all := make([]int, items)
	for i := range all {
		all[i] = i
	}
	Each(t.Context(), all, workers, func(ctx context.Context, item int) {
		if err := pause(ctx, before(item)); err != nil {
			t.Error(err)
		}
		if got, err := g.do(ctx, item); err != nil || got.err != nil || got.value != item {
			t.Errorf("item %d: got %d, %v, %v", item, got.value, got.err, err)
		}
	})
	return time.Since(began)
}

func TestTeamsShareFullFlights(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		workers, items int
		before         func(int) time.Duration
		flights        int
	}{
		"at once":     {40, 100, func(int) time.Duration { return 0 }, 5},
		"the rest":    {40, 50, func(int) time.Duration { return 0 }, 3},
		"one by one":  {20, 20, func(item int) time.Duration { return time.Duration(item) * 40 * time.Millisecond }, 1},
		"two clumsy":  {20, 20, func(item int) time.Duration { return time.Duration(item/10) * 500 * time.Millisecond }, 1},
		"a lone one":  {20, 1, func(int) time.Duration { return 0 }, 1},
		"one at once": {1, 3, func(int) time.Duration { return 0 }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := &echo{latency: 50 * time.Millisecond}
				e.team(t, e.gatherer(), test.workers, test.items, test.before)
				if got := e.sizes(); len(got) != test.flights {
					t.Errorf("flights of %v, not %d of them", got, test.flights)
				}
			})
		})
	}
}

// Who takes his time is waited for once, and again with the next thing he asks.
func TestTeamsDoNotWaitForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		began := time.Now()
		var last atomic.Int64 // when the last of the others began
		took := e.team(t, e.gatherer(), 10, 28, func(item int) time.Duration {
			if item == 3 {
				return time.Minute
			}
			last.Store(int64(time.Since(began)))
			return 0
		})
		if got, want := e.sizes(), []int{9, 9, 9, 1}; !slices.Equal(got, want) {
			t.Errorf("flights of %v, not %v", got, want)
		}
		others := time.Duration(last.Load())
		if limit := gatherPatience + 2*(e.latency+busyWindow); others > limit || took > time.Minute+limit {
			t.Errorf("the last of the others began after %s, everybody was done after %s", others, took)
		}
	})
}

// Who has his answer first waits for those who will get theirs, as long as there is something
// left to ask.
func TestTeamsWaitForThoseWhoAreStillAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var flights []int
		g := &gatherer[int, int]{limit: 20, send: func(ctx context.Context, inputs []int, deliver func(int, outcome[int])) {
			flights = append(flights, len(inputs))
			for i, input := range inputs {
				err := pause(ctx, 10*time.Millisecond)
				deliver(i, outcome[int]{value: input, err: err})
			}
		}}
		(&echo{}).team(t, g, 10, 15, func(int) time.Duration { return 0 })
		if !slices.Equal(flights, []int{10, 5}) {
			t.Errorf("flights of %v", flights)
		}
	})
}

// Who finds an answer elsewhere does not come, and is not waited for.
func TestTeamsWaitForNobodyWhoIsDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		began := time.Now()
		Each(t.Context(), []int{0, 1, 2, 3, 4, 5}, 6, func(ctx context.Context, item int) {
			if item%2 == 0 {
				if _, err := g.do(ctx, item); err != nil {
					t.Error(err)
				}
				return
			}
			if err := pause(ctx, 200*time.Millisecond); err != nil {
				t.Error(err)
			}
		})
		if got := e.sizes(); !slices.Equal(got, []int{3}) {
			t.Errorf("flights of %v", got)
		}
		if took := time.Since(began); took > 200*time.Millisecond+maxWindow+e.latency {
			t.Errorf("took %s", took)
		}
	})
}
