package graph

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// echo answers every input with itself after a while and records the flights.
type echo struct {
	latency time.Duration

	mu      sync.Mutex
	flights [][]int
	ends    []error // of each flight's context
}

func (e *echo) send(ctx context.Context, inputs []int, deliver func(int, outcome[int])) {
	e.mu.Lock()
	e.flights = append(e.flights, slices.Clone(inputs))
	e.mu.Unlock()
	err := pause(ctx, e.latency)
	e.mu.Lock()
	e.ends = append(e.ends, err)
	e.mu.Unlock()
	for i, input := range inputs {
		deliver(i, outcome[int]{value: input, err: err})
	}
}

func (e *echo) sizes() []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	sizes := make([]int, len(e.flights))
	for i, flight := range e.flights {
		sizes[i] = len(flight)
	}
	return sizes
}

func (e *echo) gatherer() *gatherer[int, int] {
	return &gatherer[int, int]{limit: 20, send: e.send}
}

// asks sends the input and fails the test unless it comes back.
func asks(t *testing.T, g *gatherer[int, int], input int) {
	t.Helper()
	got, err := g.do(t.Context(), input)
	if err != nil || got.err != nil || got.value != input {
		t.Errorf("input %d: got %d, %v, %v", input, got.value, got.err, err)
	}
}

// crowd lets so many callers ask at once.
func (e *echo) crowd(t *testing.T, g *gatherer[int, int], callers int) {
	t.Helper()
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() { asks(t, g, i) })
	}
	group.Wait()
}

// The very first caller is sent at once, and so is one who is alone again: a moment after
// a crowd, the first one waits the window once.
func TestGatherSendsALoneCallerAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		lone := func() time.Duration {
			start := time.Now()
			for i := range 3 {
				asks(t, g, i)
			}
			return time.Since(start)
		}
		if took := lone(); took != 150*time.Millisecond {
			t.Errorf("three calls in a row took %s", took)
		}
		e.crowd(t, g, 10)
		if took := lone(); took != maxWindow+150*time.Millisecond {
			t.Errorf("behind a crowd three calls in a row took %s", took)
		}
		e.crowd(t, g, 10)
		if err := pause(t.Context(), gatherMemory+time.Millisecond); err != nil {
			t.Error(err)
		}
		if took := lone(); took != 150*time.Millisecond {
			t.Errorf("a while after a crowd three calls in a row took %s", took)
		}
	})
}

// The first few inputs are sent at once, each alone.
func TestGatherEagerly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		g.eager = 3
		start := time.Now()
		e.crowd(t, g, 3)
		if took := time.Since(start); took != e.latency {
			t.Errorf("the first three took %s", took)
		}
		e.crowd(t, g, 3)
		if sizes := e.sizes(); !slices.Equal(sizes, []int{1, 1, 1, 3}) {
			t.Errorf("flights %v", sizes)
		}
	})
}

// Whoever comes behind the first one waits for company, but not for the first answer.
func TestGatherFirstCrowd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: time.Minute}
		g := e.gatherer()
		start := time.Now()
		e.crowd(t, g, 10)
		if took := time.Since(start); took != gatherWindow+e.latency {
			t.Errorf("took %s", took)
		}
		if sizes := e.sizes(); !slices.Equal(sizes, []int{1, 9}) {
			t.Errorf("flights %v", sizes)
		}
	})
}

// On a busy machine callers take their time from one question to the next: the window
// learns that, and forgets it again.
func TestGatherWindowLearns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		rounds := func(late time.Duration) (flights int) {
			before := len(e.sizes())
			var group sync.WaitGroup
			for caller := range 10 {
				group.Go(func() {
					for round := range 10 {
						// Half of them take a while from one question to the next.
						if err := pause(t.Context(), time.Duration(caller/5)*late); err != nil {
							t.Error(err)
						}
						asks(t, g, caller*1000+round)
					}
				})
			}
			group.Wait()
			return len(e.sizes()) - before
		}
		if flights := rounds(40 * time.Millisecond); flights > 13 {
			t.Errorf("%d flights of ten callers who come 40 ms apart: %v", flights, e.sizes())
		}
		rounds(0)
		if g.lull > gatherWindow/2 {
			t.Errorf("a lull of %s is remembered when everybody comes at once again", g.lull)
		}
	})
}

// Who has an outcome gets it, whatever the neighbours wait for, and does not wait for
// them with the next question either.
func TestGatherDeliversOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const slow = time.Minute
		var flights [][]int
		g := &gatherer[int, int]{limit: 20}
		g.send = func(ctx context.Context, inputs []int, deliver func(int, outcome[int])) {
			flights = append(flights, inputs)
			for i, input := range inputs {
				if input != 3 {
					deliver(i, outcome[int]{value: input})
				}
			}
			if at := slices.Index(inputs, 3); at >= 0 {
				deliver(at, outcome[int]{value: 3, err: pause(ctx, slow)})
			}
		}
		g.highWater, g.left = 10, time.Now()
		start := time.Now()
		var group, others sync.WaitGroup
		for i := range 10 {
			wait := &others
			if i == 3 {
				wait = &group
			}
			wait.Go(func() { asks(t, g, i) })
		}
		others.Wait()
		if took := time.Since(start); took != 0 {
			t.Errorf("the others had their answers after %s", took)
		}
		for i := range 9 {
			others.Go(func() { asks(t, g, 10+i) })
		}
		others.Wait()
		if took := time.Since(start); took != 0 {
			t.Errorf("the others had their next answers after %s", took)
		}
		group.Wait()
		if took := time.Since(start); took != slow {
			t.Errorf("the one had its answer after %s", took)
		}
		if len(flights) != 2 {
			t.Errorf("flights %v", flights)
		}
	})
}

// A flight whose last passenger has gone, or has an answer, ends; the time of those who
// have gone is not held for the others.
func TestGatherHoldsWhoWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gatherer[int, int]{limit: 20}
		g.highWater, g.left = 2, time.Now()
		g.send = func(ctx context.Context, inputs []int, deliver func(int, outcome[int])) {
			deliver(0, outcome[int]{value: inputs[0]})
			synctest.Wait()
			release := holding(ctx)
			err := pause(ctx, time.Minute)
			release()
			deliver(1, outcome[int]{value: inputs[1], err: err})
			if ctx.Err() == nil {
				t.Error("nobody waits any more, and the flight goes on")
			}
		}
		start := time.Now()
		var group sync.WaitGroup
		for i := range 2 {
			group.Go(func() {
				ctx, cancel := WithBudget(t.Context(), time.Second)
				defer cancel()
				if got, err := g.do(ctx, i); err != nil || got.err != nil {
					t.Errorf("%d: %v, %v", i, got.err, err)
				}
				if time.Since(start) > 0 {
					return // the second one, held for a minute
				}
				if err := pause(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
					t.Errorf("after %s: %v", time.Since(start), err)
				}
			})
		}
		group.Wait()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("took %s", took)
		}
	})
}

func TestGatherSendsFullFlights(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		callers, rounds int
		latency         time.Duration
		want            int // flights
	}{
		"ten callers, a hundred inputs":       {callers: 10, rounds: 10, latency: 50 * time.Millisecond, want: 11},
		"the same, with a slow answer":        {callers: 10, rounds: 10, latency: 700 * time.Millisecond, want: 11},
		"as many as fit":                      {callers: 20, rounds: 5, latency: 50 * time.Millisecond, want: 6},
		"one caller":                          {callers: 1, rounds: 10, latency: 50 * time.Millisecond, want: 10},
		"two callers":                         {callers: 2, rounds: 10, latency: 50 * time.Millisecond, want: 11},
		"many more than fit, one input apart": {callers: 60, rounds: 1, latency: 50 * time.Millisecond, want: 4},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := &echo{latency: test.latency}
				g := e.gatherer()
				var group sync.WaitGroup
				for caller := range test.callers {
					group.Go(func() {
						for round := range test.rounds {
							asks(t, g, caller*1000+round)
						}
					})
				}
				group.Wait()
				sizes := e.sizes()
				if len(sizes) > test.want {
					t.Errorf("%d flights %v, want %d at most", len(sizes), sizes, test.want)
				}
				if slices.Max(sizes) > 20 {
					t.Errorf("a flight is too large: %v", sizes)
				}
			})
		})
	}
}

func TestGatherWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		e.crowd(t, g, 3) // it has learned that there are three callers

		start, late := time.Now(), 5*time.Millisecond
		var group sync.WaitGroup
		group.Go(func() { asks(t, g, 10) })
		group.Go(func() {
			if err := pause(t.Context(), late); err != nil {
				t.Error(err)
			}
			asks(t, g, 11)
		})
		group.Wait()
		if took := time.Since(start); took != late+gatherWindow+e.latency {
			t.Errorf("the two were answered after %s", took)
		}
		if sizes := e.sizes(); sizes[len(sizes)-1] != 2 {
			t.Errorf("flights %v, want the last two together", sizes)
		}
		// It has learned that there are two.
		start = time.Now()
		e.crowd(t, g, 2)
		if took := time.Since(start); took != e.latency {
			t.Errorf("two callers were answered after %s", took)
		}
	})
}

func TestGatherPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: time.Minute}
		g := e.gatherer()
		go asks(t, g, 1)
		synctest.Wait()
		start := time.Now()
		asks(t, g, 2)
		if took := time.Since(start); took != gatherPatience+e.latency {
			t.Errorf("behind a slow flight the answer came after %s", took)
		}
	})
}

// TestGatherFallsBackIntoStep lets one of ten callers run out of step with the rest.
func TestGatherFallsBackIntoStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 300 * time.Millisecond}
		g := e.gatherer()
		var group sync.WaitGroup
		for caller := range 10 {
			group.Go(func() {
				for round := range 10 {
					if caller == 0 && round == 4 {
						if err := pause(t.Context(), 120*time.Millisecond); err != nil {
							t.Error(err)
						}
					}
					asks(t, g, caller*1000+round)
				}
			})
		}
		group.Wait()
		if sizes := e.sizes(); len(sizes) > 13 {
			t.Errorf("%d flights %v", len(sizes), sizes)
		}
	})
}

func TestGatherCallerLeavesWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		var group sync.WaitGroup
		group.Go(func() { asks(t, g, 1) })
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		group.Go(func() {
			if _, err := g.do(ctx, 2); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
		group.Go(func() { asks(t, g, 3) })
		synctest.Wait()
		cancel()
		group.Wait()
		for _, flight := range e.flights {
			if slices.Contains(flight, 2) {
				t.Errorf("the input of a caller who had left was sent: %v", e.flights)
			}
		}
		// A caller who leaves nobody behind leaves no timer behind either.
		ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := g.do(ctx, 4); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := pause(t.Context(), time.Second); err != nil {
			t.Error(err)
		}
		if len(e.flights) != 2 {
			t.Errorf("flights %v", e.flights)
		}
	})
}

func TestGatherCallerLeavesInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: time.Minute}
		g := e.gatherer()
		g.highWater, g.left = 2, time.Now()
		first, leave := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := g.do(first, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
		group.Go(func() { asks(t, g, 2) })
		synctest.Wait()
		leave()
		group.Wait()
		if len(e.flights) != 1 || e.ends[0] != nil {
			t.Errorf("flights %v ended with %v", e.flights, e.ends)
		}

		second, leaveToo := context.WithCancel(t.Context())
		for i := range 2 {
			group.Go(func() {
				if _, err := g.do(second, 10+i); !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
			})
		}
		synctest.Wait()
		leaveToo()
		group.Wait()
		synctest.Wait()
		if len(e.ends) != 2 || !errors.Is(e.ends[1], context.Canceled) {
			t.Errorf("a flight without callers went on: %v", e.ends)
		}
	})
}

func TestGatherDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 2 * time.Minute}
		g := e.gatherer()
		g.highWater, g.left = 2, time.Now()
		start := time.Now()
		var group sync.WaitGroup
		for _, limit := range []time.Duration{time.Second, time.Minute} {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				// The flight's own end may come in the same instant as its last caller's.
				if got, err := g.do(ctx, 1); !errors.Is(errors.Join(got.err, err), context.DeadlineExceeded) {
					t.Errorf("got %v, %v", got, err)
				}
				if waited := time.Since(start); waited != limit {
					t.Errorf("gave up after %s instead of %s", waited, limit)
				}
			})
		}
		group.Wait()
		synctest.Wait()
		if len(e.ends) != 1 || e.ends[0] == nil {
			t.Errorf("the flight outlived its last caller: %v", e.ends)
		}
		if _, err := g.do(contextThatEnded(t), 3); !errors.Is(err, context.Canceled) || len(e.flights) != 1 {
			t.Errorf("a caller who came too late: %v, flights %v", err, e.flights)
		}
	})
}

func contextThatEnded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// TestGatherCrowd runs on real time, for the race detector.
func TestGatherCrowd(t *testing.T) {
	t.Parallel()
	e := &echo{latency: time.Millisecond}
	g := e.gatherer()
	var group sync.WaitGroup
	for caller := range 50 {
		group.Go(func() {
			for round := range 20 {
				input := caller*1000 + round
				if input%7 == 0 {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(input%3)*time.Millisecond)
					if got, err := g.do(ctx, input); err == nil && got.err == nil && got.value != input {
						t.Errorf("input %d: got %d", input, got.value)
					}
					cancel()
					continue
				}
				asks(t, g, input)
			}
		})
	}
	group.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inFlight != 0 || len(g.waiting) != 0 {
		t.Errorf("%d in flight and %d waiting when all have gone", g.inFlight, len(g.waiting))
	}
}

// A patient gathering waits a moment for the second caller, too, but only after a pause.
func TestGatherPatiently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &echo{latency: 50 * time.Millisecond}
		g := e.gatherer()
		g.patient = true
		e.crowd(t, g, 10)
		if got := e.sizes(); !slices.Equal(got, []int{10}) {
			t.Errorf("flights of %v", got)
		}
		if err := pause(t.Context(), time.Second); err != nil {
			t.Error(err)
		}
		start := time.Now()
		for i := range 3 {
			asks(t, g, i)
		}
		if took := time.Since(start); took != gatherWindow+3*e.latency {
			t.Errorf("three calls in a row took %s", took)
		}
	})
}
