package graph

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// rosterAge is how long a list answers for single reads.
const rosterAge = time.Minute

// roster is a list of the directory that can stand in for single reads: the guests of
// the tenant, the members of a group. It is read once single reads have cost as much,
// and serves until it is a minute old or this process writes anything.
type roster[V any] struct {
	// writes counts the beginnings and ends of writes of this process.
	writes *atomic.Uint64
	// filling is held while the list is read.
	filling chan struct{}

	mu sync.Mutex
	// spent is what single reads have cost, in requests, since the last list.
	spent float64
	// cost is what the list costs, in requests; 0 is not known yet.
	cost float64
	// barred lists could not be read, or not be believed.
	barred bool
	// entries are by object id in lower case; nil while there is no list.
	entries map[string]V
	takenAt time.Time
	takenIn uint64 // the value of writes
}

func newRoster[V any](writes *atomic.Uint64) *roster[V] {
	return &roster[V]{writes: writes, filling: make(chan struct{}, 1)}
}

// find answers from the list.
func (r *roster[V]) find(id string) (value V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.valid() {
		return value, false
	}
	value, ok = r.entries[strings.ToLower(id)]
	return value, ok
}

// valid reports whether the list may still be used, and forgets it if not. The caller
// holds mu.
func (r *roster[V]) valid() bool {
	if r.entries == nil {
		return false
	}
	if r.takenIn == r.writes.Load() && time.Since(r.takenAt) < rosterAge {
		return true
	}
	r.entries, r.spent = nil, 0
	return false
}

// charge notes what single reads have cost that the list would have answered.
func (r *roster[V]) charge(requests float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spent += requests
}

// sized notes how many objects the list has; a negative number is a list that cannot be read.
func (r *roster[V]) sized(objects int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.barred = r.barred || objects < 0
	r.cost = pagesOf(objects)
}

// unsized reports whether somebody should ask how long the list is.
func (r *roster[V]) unsized() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.barred && r.cost == 0 && r.spent > 0
}

// soFar returns what single reads have cost.
func (r *roster[V]) soFar() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spent
}

// due reports whether the list is worth reading before single reads that would cost next.
func (r *roster[V]) due(next float64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.valid() && !r.barred && r.cost > 0 && next > 0 && worthListing(r.spent, next, r.cost)
}

// fill reads the list with fetch, unless another caller has meanwhile. Where that fails,
// single reads go on.
func (r *roster[V]) fill(ctx context.Context, fetch func(context.Context) (map[string]V, error)) {
	select {
	case r.filling <- struct{}{}:
	case <-ctx.Done():
		return
	}
	defer func() { <-r.filling }()
	r.mu.Lock()
	served, epoch, began := r.valid() || r.barred, r.writes.Load(), time.Now()
	r.mu.Unlock()
	if served {
		return
	}
	entries, err := fetch(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.entries, r.takenAt, r.takenIn = entries, began, epoch
		r.cost = pagesOf(len(entries))
	case ctx.Err() == nil:
		r.barred = true
	}
}
