package graph

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRosterServesForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var writes atomic.Uint64
		r := newRoster[int](&writes)
		fetched := 0
		fetch := func(context.Context) (map[string]int, error) {
			fetched++
			return map[string]int{"a": fetched}, pause(t.Context(), 10*time.Second)
		}
		r.fill(t.Context(), fetch)
		r.fill(t.Context(), fetch) // it is there
		if got, ok := r.find("A"); !ok || got != 1 || fetched != 1 {
			t.Errorf("found %d, %t after %d lists", got, ok, fetched)
		}
		// The list is as old as its first page.
		if err := pause(t.Context(), 49*time.Second); err != nil {
			t.Error(err)
		}
		if _, ok := r.find("a"); !ok {
			t.Error("the list is gone before its time")
		}
		if err := pause(t.Context(), time.Second); err != nil {
			t.Error(err)
		}
		if _, ok := r.find("a"); ok {
			t.Error("the list serves for ever")
		}
	})
}

// A list that was read while something was written is void, as is one read before.
func TestRosterIsVoidedByAWrite(t *testing.T) {
	t.Parallel()
	var writes atomic.Uint64
	r := newRoster[int](&writes)
	r.charge(5)
	r.sized(999, nil)
	if !r.due(1) {
		t.Error("a list of one page is not worth five requests")
	}
	r.fill(t.Context(), func(context.Context) (map[string]int, error) {
		writes.Add(1)
		return map[string]int{"a": 1}, nil
	})
	if _, ok := r.find("a"); ok {
		t.Error("a list read while something was written is believed")
	}
	if r.due(0.5) {
		t.Error("what was spent on the list before counts for the next")
	}
}

func TestRosterThatCannotBeRead(t *testing.T) {
	t.Parallel()
	var writes atomic.Uint64
	r := newRoster[int](&writes)
	r.charge(5)
	r.sized(10, nil)
	r.fill(contextThatEnded(t), func(ctx context.Context) (map[string]int, error) { return nil, ctx.Err() })
	if !r.due(1) {
		t.Error("an interruption is taken for a refusal")
	}
	r.fill(t.Context(), func(context.Context) (map[string]int, error) { return nil, errors.New("refused") })
	if r.due(1) || r.unsized() {
		t.Error("a list that was refused is tried again")
	}
}

// Waiting for a list that another caller reads, and is throttled meanwhile, is no time of
// one's own.
func TestRosterHoldsWhoWaitsForAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var writes atomic.Uint64
		r := newRoster[int](&writes)
		fetch := func(ctx context.Context) (map[string]int, error) {
			release := holding(ctx)
			defer release()
			return map[string]int{"a": 1}, pause(ctx, 9*time.Second)
		}
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				ctx, cancel := WithBudget(t.Context(), 5*time.Second)
				defer cancel()
				r.fill(ctx, fetch)
				if _, ok := r.find("a"); !ok || ctx.Err() != nil {
					t.Errorf("found %t, %v", ok, ctx.Err())
				}
			})
		}
		callers.Wait()
	})
}

// A list that could not be counted or read at the moment is tried again, when single reads
// have cost as much once more.
func TestRosterThatFailsForTheMoment(t *testing.T) {
	t.Parallel()
	unavailable := describe(&Unavailable{&Refusal{Status: http.StatusServiceUnavailable}}, operation{})
	for name, test := range map[string]struct {
		err    error
		barred bool
	}{
		"503":                 {unavailable, false},
		"429":                 {&Throttled{Refusal: &Refusal{Status: http.StatusTooManyRequests}}, false},
		"left out":            {describe(errUnanswered, operation{}), false},
		"no connection":       {describe(errReset, operation{}), false},
		"501":                 {&Unavailable{&Refusal{Status: http.StatusNotImplemented}}, true},
		"403":                 {&Forbidden{&Refusal{Status: http.StatusForbidden}}, true},
		"no list":             {describe(errNoList, operation{}), true},
		"no count":            {errNoCount, true},
		"a proxy's page":      {&Malformed{Refusal: &Refusal{Status: http.StatusOK}, Err: errNoList}, true},
		"a list of strangers": {describe(errNoRelation, operation{}), true},
	} {
		var writes atomic.Uint64
		r := newRoster[int](&writes)
		r.charge(3)
		r.sized(0, test.err)
		if r.unsized() == test.barred {
			t.Errorf("%s: counting it again: %t", name, r.unsized())
		}
		r = newRoster[int](&writes)
		r.charge(5)
		r.sized(999, nil)
		fetched := 0
		r.fill(t.Context(), func(context.Context) (map[string]int, error) {
			fetched++
			return nil, test.err
		})
		if r.due(0.5) {
			t.Errorf("%s: it is tried again at once", name)
		}
		r.charge(5)
		if r.due(1) == test.barred {
			t.Errorf("%s: it is tried again later: %t", name, r.due(1))
		}
	}
}

// What nobody asks for any more is not kept, and a list that is too long never is.
func TestRosterForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var writes atomic.Uint64
		r := newRoster[int](&writes)
		r.fill(t.Context(), func(context.Context) (map[string]int, error) { return map[string]int{"a": 1}, nil })
		if err := pause(t.Context(), rosterAge+time.Second); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		kept := r.entries != nil
		r.mu.Unlock()
		if kept {
			t.Error("an old list is kept")
		}
		r.charge(10000)
		r.sized(maxListPages*pageSize, nil)
		if !r.due(1) {
			t.Error("the longest list is not read")
		}
		r.sized(maxListPages*pageSize+1, nil)
		if r.due(1) {
			t.Error("a list that is too long is read")
		}
	})
}
