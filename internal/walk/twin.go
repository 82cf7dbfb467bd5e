package walk

import (
	"context"
	"sync/atomic"
)

type twinKey struct{}

// watchTwins returns a context for one call, and whether Twin was called with it.
func watchTwins(ctx context.Context) (watched context.Context, seen *atomic.Bool) {
	seen = new(atomic.Bool)
	return context.WithValue(ctx, twinKey{}, seen), seen
}

// Twin is called where a plan refuses an instance because an earlier plan of this walk is
// about the same person or thing. If the earlier one belongs to another walk after all, the
// instance is planned again in its own, and the refusal is dropped. The context is that of
// the call of the framework; without a Server around it Twin does nothing.
func Twin(ctx context.Context) {
	if seen, ok := ctx.Value(twinKey{}).(*atomic.Bool); ok {
		seen.Store(true)
	}
}
