package bulk

import (
	"context"
	"sync/atomic"
	"time"
)

// lent is a context that is given back at the end of a call: from then on it is cancelled,
// as the one behind it is, and holds nothing of it, whoever still holds it.
type lent struct {
	from atomic.Pointer[context.Context]
}

// lend returns a context for the time of one call.
func lend(ctx context.Context) (borrowed context.Context, back func()) {
	l := &lent{}
	l.from.Store(&ctx)
	return l, func() { l.from.Store(&over) }
}

// over is what is behind a context that was given back.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// Deadline is that of the context behind.
func (l *lent) Deadline() (deadline time.Time, ok bool) { return (*l.from.Load()).Deadline() }

// Done is closed at the end of the call at the latest.
func (l *lent) Done() <-chan struct{} { return (*l.from.Load()).Done() }

// Err says why the context is done.
func (l *lent) Err() error { return (*l.from.Load()).Err() }

// Value finds nothing after the end of the call.
func (l *lent) Value(key any) any { return (*l.from.Load()).Value(key) }
