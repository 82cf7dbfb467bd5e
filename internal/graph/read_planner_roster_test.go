package graph

import (
	"context"
	"errors"
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
