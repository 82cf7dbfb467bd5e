package graph

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is the context of a request that several callers share: it has the values of
// the first caller's, the latest deadline of all, and ends by its own cancel alone.
// Callers' deadlines move while the governor holds them, so they are asked each time.
type crowd struct {
	context.Context

	callers []context.Context

	mu sync.Mutex
	// gone are the indices of callers who do not wait for an answer any more.
	gone map[int]bool
}

// jointly returns the context of a request on behalf of all callers.
func jointly(callers []context.Context) (*crowd, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(callers[0]))
	return &crowd{Context: ctx, callers: callers, gone: map[int]bool{}}, cancel
}

// whileAny returns a context that ends when the last of the callers' has ended, or ctx has.
func whileAny(ctx context.Context, callers []context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	var left atomic.Int64
	left.Store(int64(len(callers)))
	stops := make([]func() bool, 0, len(callers))
	for _, caller := range callers {
		stops = append(stops, context.AfterFunc(caller, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		}))
	}
	return &crowd{Context: ctx, callers: callers}, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// leave takes out a caller who has an answer, or waits no more: what the others wait for
// is none of his time.
func (c *crowd) leave(caller int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone[caller] = true
}

// present are the callers who still wait.
func (c *crowd) present() []context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	present := make([]context.Context, 0, len(c.callers))
	for i, caller := range c.callers {
		if !c.gone[i] {
			present = append(present, caller)
		}
	}
	return present
}

// Deadline is the latest of the callers'; none when one of them has none.
func (c *crowd) Deadline() (time.Time, bool) {
	var latest time.Time
	present := c.present()
	for _, caller := range present {
		deadline, ok := caller.Deadline()
		if !ok {
			return time.Time{}, false
		}
		if deadline.After(latest) {
			latest = deadline
		}
	}
	return latest, len(present) > 0
}

// Value answers for the budgets of all callers. The crowd is nobody's worker. What the first
// caller's context has forgotten, such as the log, because he is done, another's may have.
func (c *crowd) Value(key any) any {
	switch key {
	case budgetKey{}:
	case workerKey{}:
		return nil
	default:
		value := c.Context.Value(key)
		for _, caller := range c.present() {
			if value != nil {
				break
			}
			value = caller.Value(key)
		}
		return value
	}
	for _, caller := range c.present() {
		if _, ok := caller.Value(key).(holder); ok {
			return c
		}
	}
	return nil
}

// hold stops the time of all callers.
func (c *crowd) hold() (release func()) {
	present := c.present()
	releases := make([]func(), len(present))
	for i, caller := range present {
		releases[i] = holding(caller)
	}
	return func() {
		for _, release := range releases {
			release()
		}
	}
}

// bears reports whether one caller at least can be held for so long.
func (c *crowd) bears(wait time.Duration) bool {
	for _, caller := range c.present() {
		if !outlasts(caller, wait) {
			return true
		}
	}
	return false
}
