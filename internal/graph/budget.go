package graph

import (
	"context"
	"sync"
	"time"
)

const (
	// maxHeld bounds how long the governor may hold the requests of one operation on top
	// of its own time.
	maxHeld = time.Hour
	// maxWait bounds a single wait: the limits of Graph are refilled within five minutes.
	maxWait = 10 * time.Minute
)

// budget is a context whose time runs only while the governor does not hold one of its
// requests: what many operations wait for together is no fault of a single one.
type budget struct {
	context.Context // ends with the parent, or when the time is used up

	parent context.Context // for the values: its cancellation reaches this one by Context
	cancel context.CancelFunc

	mu    sync.Mutex
	timer *time.Timer
	// end is when the time is used up, if nothing holds it before.
	end time.Time
	// held is how often the time is held at the moment, since is from when on.
	held  int
	since time.Time
	// allowance is what is left of maxHeld.
	allowance time.Duration
	expired   bool
}

type budgetKey struct{}

// WithBudget returns a context that ends, like one of context.WithTimeout, when limit
// has passed; the time that throttling makes its requests wait, up to ten minutes at once and
// an hour in all, does not count. The caller calls cancel when the operation is over.
func WithBudget(parent context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancel(parent)
	b := &budget{Context: inner, parent: parent, cancel: cancel, end: time.Now().Add(limit), allowance: maxHeld}
	b.mu.Lock()
	b.timer = time.AfterFunc(limit, b.expire)
	b.mu.Unlock()
	return b, func() {
		cancel()
		b.mu.Lock()
		defer b.mu.Unlock()
		b.timer.Stop()
	}
}

// expire is called by the timer, also by one that was stopped a moment too late.
func (b *budget) expire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if !now.Before(b.endIfHeldUntil(now)) {
		b.expired = true
		b.cancel()
	}
}

// Deadline is when the time is used up if nothing holds it any more.
func (b *budget) Deadline() (time.Time, bool) {
	b.mu.Lock()
	end := b.endIfHeldUntil(time.Now())
	b.mu.Unlock()
	if outer, ok := b.parent.Deadline(); ok && outer.Before(end) {
		return outer, true
	}
	return end, true
}

// endIfHeldUntil is the end if a hold under way ends at the given time. The caller holds mu.
func (b *budget) endIfHeldUntil(now time.Time) time.Time {
	if b.held == 0 {
		return b.end
	}
	return b.end.Add(min(now.Sub(b.since), b.allowance))
}

// Err tells time that is used up from cancellation.
func (b *budget) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.expired {
		return context.DeadlineExceeded
	}
	return b.Context.Err()
}

// Value asks the parent, so that contexts made from this one take its Err for theirs.
func (b *budget) Value(key any) any {
	if key == (budgetKey{}) {
		return b
	}
	return b.parent.Value(key)
}

// AfterFunc lets package context follow this one without a goroutine.
func (b *budget) AfterFunc(f func()) func() bool { return context.AfterFunc(b.Context, f) }

// hold stops the time until release is called.
func (b *budget) hold() (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held++
	if b.held == 1 {
		b.since = time.Now()
		b.timer.Reset(time.Until(b.end) + b.allowance)
	}
	return b.release
}

func (b *budget) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held--
	if b.held > 0 {
		return
	}
	waited := min(time.Since(b.since), b.allowance)
	b.allowance -= waited
	b.end = b.end.Add(waited)
	if b.Context.Err() == nil { // the end of an expired budget does not matter any more
		b.timer.Reset(time.Until(b.end))
	}
}

// bears reports whether the time may be held for so long.
func (b *budget) bears(wait time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return wait <= min(maxWait, b.allowance)
}

// holder is a budget, or several that share a request.
type holder interface {
	hold() (release func())
	bears(wait time.Duration) bool
}

// holding stops the time of the context's budget, if it has one, until release is called.
func holding(ctx context.Context) (release func()) {
	if h, ok := ctx.Value(budgetKey{}).(holder); ok {
		return h.hold()
	}
	return func() {}
}

// Hold stops the time of a context made by WithBudget until release is called. It is for
// the wait for another operation, which may be held itself: its own time bounds it.
func Hold(ctx context.Context) (release func()) { return holding(ctx) }

// outlasts reports whether being held for so long would use up the context.
func outlasts(ctx context.Context, wait time.Duration) bool {
	if h, ok := ctx.Value(budgetKey{}).(holder); ok {
		return !h.bears(wait)
	}
	return exceeds(ctx, wait)
}

// stopwatch returns how much of the context's time has passed since: all time, less
// what the governor has held.
func stopwatch(ctx context.Context) (elapsed func() time.Duration) {
	start := time.Now()
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if !ok {
		return func() time.Duration { return time.Since(start) }
	}
	before := b.left()
	return func() time.Duration { return before - b.left() }
}

func (b *budget) left() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	return b.endIfHeldUntil(now).Sub(now)
}
