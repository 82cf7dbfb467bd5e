package mail_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
)

// window is a service that keeps the limits: at most four at a time, thirty a minute.
type window struct {
	mu      sync.Mutex
	open    int
	most    int
	arrived []time.Time
	order   []int
}

func (w *window) send(number int, way time.Duration, err error) func(context.Context) error {
	return func(context.Context) error {
		w.mu.Lock()
		w.open++
		w.most = max(w.most, w.open)
		w.order = append(w.order, number)
		w.mu.Unlock()
		time.Sleep(way / 2)
		w.mu.Lock()
		w.arrived = append(w.arrived, time.Now())
		w.mu.Unlock()
		time.Sleep(way / 2)
		w.mu.Lock()
		w.open--
		w.mu.Unlock()
		return err
	}
}

// densest is the largest number of messages that arrived within less than a minute.
func (w *window) densest() int {
	slices.SortFunc(w.arrived, time.Time.Compare)
	most := 0
	for i := range w.arrived {
		count := 0
		for _, other := range w.arrived[i:] {
			if other.Sub(w.arrived[i]) < time.Minute {
				count++
			}
		}
		most = max(most, count)
	}
	return most
}

func TestQueueKeepsTheLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue, box := mail.NewQueue(), &window{}
		start := time.Now()
		var wait sync.WaitGroup
		for i := range 100 {
			wait.Go(func() {
				// Every way takes its own time.
				if err := queue.Do(t.Context(), []string{"Desk@x.example", "desk@x.example"}[i%2], box.send(i, time.Duration(50+37*(i%11))*time.Millisecond, nil)); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if box.most != 4 {
			t.Errorf("%d at a time", box.most)
		}
		if got := box.densest(); got != 30 {
			t.Errorf("%d within a minute", got)
		}
		if took := time.Since(start); took < 3*time.Minute || took > 3*time.Minute+30*time.Second {
			t.Errorf("100 mails took %s", took)
		}
	})
}

func TestQueueIsFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue, box := mail.NewQueue(), &window{}
		var wait sync.WaitGroup
		for i := range 50 {
			wait.Go(func() { _ = queue.Do(t.Context(), "desk", box.send(i, time.Second, nil)) })
			synctest.Wait()
		}
		wait.Wait()
		for at, number := range box.order {
			// Those who go in the same moment may overtake each other.
			if number-at >= 4 || at-number >= 4 {
				t.Errorf("the order was %v", box.order)
				break
			}
		}
	})
}

func TestQueueDoesNotMixMailboxes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue, box := mail.NewQueue(), &window{}
		start := time.Now()
		var wait sync.WaitGroup
		for i := range 60 {
			wait.Go(func() {
				_ = queue.Do(t.Context(), []string{"desk", "help"}[i%2], box.send(i, 100*time.Millisecond, nil))
			})
		}
		wait.Wait()
		if box.most != 8 {
			t.Errorf("%d at a time from two mailboxes", box.most)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("60 mails from two mailboxes took %s", took)
		}
	})
}

// A mail that was refused does not count, so that a missing mailbox does not hold up a
// bulk apply; one that may have been taken does.
func TestQueueCountsWhatMayHaveBeenTaken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		slow bool
	}{
		"refused":   {&graph.Forbidden{Refusal: &graph.Refusal{}}, false},
		"lost":      {&graph.Uncertain{Err: errors.New("x")}, true},
		"throttled": {&graph.Throttled{Refusal: &graph.Refusal{}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				queue, box := mail.NewQueue(), &window{}
				start := time.Now()
				for i := range 31 {
					if err := queue.Do(t.Context(), "desk", box.send(i, 0, test.err)); !errors.Is(err, test.err) {
						t.Errorf("got %v", err)
					}
				}
				if slow := time.Since(start) >= time.Minute; slow != test.slow {
					t.Errorf("waited a minute: %t", slow)
				}
			})
		})
	}
}

func TestQueueHonoursTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue, box := mail.NewQueue(), &window{}
		var wait sync.WaitGroup
		var sent, left atomic.Int64
		for i := range 40 {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			if i%2 == 1 {
				cancel()
				ctx, cancel = context.WithTimeout(t.Context(), 10*time.Minute)
			}
			wait.Go(func() {
				defer cancel()
				err := queue.Do(ctx, "desk", box.send(i, 8*time.Second, nil))
				var notSent *mail.NotSent
				switch {
				case err == nil:
					sent.Add(1)
				case errors.As(err, &notSent) && errors.Is(err, context.DeadlineExceeded):
					left.Add(1)
				default:
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wait.Wait()
		// Of the impatient, those in the first two rounds of four were sent.
		if sent.Load() != 24 || left.Load() != 16 || len(box.order) != 24 {
			t.Errorf("%d sent, %d left", sent.Load(), left.Load())
		}
	})
}

// What ends in the moment of its turn hands the turn on: a send that ends interrupts the
// next, which may have got its turn by the time it notices.
func TestQueueLosesNoTurn(t *testing.T) {
	t.Parallel()
	queue, refused := mail.NewQueue(), errors.New("refused")
	limit, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	for range 300 {
		ctx, cancel := context.WithCancel(limit)
		var wait, begun sync.WaitGroup
		release := make(chan struct{})
		begun.Add(4)
		for range 4 {
			wait.Go(func() {
				_ = queue.Do(limit, "desk", func(context.Context) error {
					begun.Done()
					<-release
					cancel()
					return refused
				})
			})
		}
		begun.Wait()
		for range 4 {
			wait.Go(func() { _ = queue.Do(ctx, "desk", func(context.Context) error { return refused }) })
		}
		close(release)
		wait.Wait()
		cancel()
	}
	if err := queue.Do(limit, "desk", func(context.Context) error { return nil }); err != nil {
		t.Errorf("a turn was lost: %v", err)
	}
}

func TestQueueSurvivesAPanic(t *testing.T) {
	t.Parallel()
	queue := mail.NewQueue()
	for range 5 {
		func() {
			defer func() { _ = recover() }()
			_ = queue.Do(t.Context(), "desk", func(context.Context) error { panic("x") })
		}()
	}
	if err := queue.Do(t.Context(), "desk", func(context.Context) error { return nil }); err != nil {
		t.Error(err)
	}
}

// manualClock moves on when somebody waits.
type manualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *manualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *manualClock) AfterFunc(after time.Duration, wake func()) {
	go func() {
		c.mu.Lock()
		c.now = c.now.Add(after)
		c.mu.Unlock()
		wake()
	}()
}

func TestQueueLivesByItsClock(t *testing.T) {
	t.Parallel()
	clock := &manualClock{now: time.Now()}
	begin := clock.Now()
	queue := mail.NewQueueAt(clock)
	for range 61 {
		if err := queue.Do(t.Context(), "desk", func(context.Context) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if passed := clock.Now().Sub(begin); passed != 2*time.Minute {
		t.Errorf("%s passed on the clock", passed)
	}
}
