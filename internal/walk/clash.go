package walk

import (
	"context"
	"sync/atomic"
)

type clashKey struct{}

// clashes are what one call has met.
type clashes struct{ twin, held atomic.Bool }

// watch returns a context for one call, and what it meets.
func watch(ctx context.Context) (watched context.Context, met *clashes) {
	met = &clashes{}
	return context.WithValue(ctx, clashKey{}, met), met
}

// Twin is called where a plan refuses an instance because another one that is planned in this
// walk is about the same person or thing. In a process that serves several walks the other
// one may be of another walk, or the same one: the instance is planned again in a walk of its
// own, and the refusal is dropped. The context is that of the call of the framework; without
// NewServer around it Twin does nothing.
func Twin(ctx context.Context) {
	if met, ok := ctx.Value(clashKey{}).(*clashes); ok {
		met.twin.Store(true)
	}
}

// Held is Twin where an instance of the state has the person, or had in this walk.
func Held(ctx context.Context) {
	if met, ok := ctx.Value(clashKey{}).(*clashes); ok {
		met.held.Store(true)
	}
}
