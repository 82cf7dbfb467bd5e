package graph

import (
	"context"
	"errors"
	"net/http"
	"slices"
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
	// barred lists were refused, or cannot be believed.
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

// knows answers from the list whether somebody is in it; known is false when there is none.
func (r *roster[V]) knows(id string) (in, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.valid() {
		return false, false
	}
	_, in = r.entries[strings.ToLower(id)]
	return in, true
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

// sized notes what the answer to a question for the size tells: a list that is refused is
// barred, one that could not be counted at the moment stays unknown.
func (r *roster[V]) sized(objects int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.barred = r.barred || !isMomentary(err)
		return
	}
	r.cost = pagesOf(objects)
}

// unsized reports whether it is not known how long the list is, but would help.
func (r *roster[V]) unsized() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.barred && r.cost == 0
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
	return !r.valid() && !r.barred && r.cost > 0 && r.cost <= maxListPages && next > 0 && worthListing(r.spent, next, r.cost)
}

// fill reads the list with fetch, unless another caller has meanwhile. Where that fails,
// single reads go on. Waiting for another caller's list is no time of one's own.
func (r *roster[V]) fill(ctx context.Context, fetch func(context.Context) (map[string]V, error)) {
	release := Hold(ctx)
	select {
	case r.filling <- struct{}{}:
		release()
	case <-ctx.Done():
		release()
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
		// What nobody asks for any more is not kept.
		time.AfterFunc(rosterAge, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.valid()
		})
	case ctx.Err() != nil:
	case isMomentary(err):
		// Single reads go on until they have cost as much once more.
		r.spent = 0
	default:
		r.barred = true
	}
}

// unbelievable are answers that are no list, or no number.
var unbelievable = []error{errLoop, errElsewhere, errNoList, errNoCount, errNoRelation, errNobodyListed}

// isMomentary reports whether a request has failed in a way that may pass: there was no
// answer or no time, or Graph has failed.
func isMomentary(err error) bool {
	refused, ok := RefusalOf(err)
	if !ok {
		return !slices.ContainsFunc(unbelievable, func(target error) bool { return errors.Is(err, target) })
	}
	return refused.Status == http.StatusTooManyRequests ||
		refused.Status >= http.StatusInternalServerError && refused.Status != http.StatusNotImplemented
}
