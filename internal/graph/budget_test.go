package graph

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestBudgetEndsLikeATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := WithBudget(t.Context(), time.Minute)
		defer cancel()
		child, cancelChild := context.WithTimeout(ctx, time.Hour)
		defer cancelChild()
		start := time.Now()
		if deadline, ok := child.Deadline(); !ok || !deadline.Equal(start.Add(time.Minute)) {
			t.Errorf("a child's deadline is %s, %t", deadline, ok)
		}
		<-child.Done()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("ended after %s", took)
		}
		for name, one := range map[string]context.Context{"budget": ctx, "child": child} {
			if !errors.Is(one.Err(), context.DeadlineExceeded) || !errors.Is(context.Cause(one), context.DeadlineExceeded) {
				t.Errorf("%s: %v, %v", name, one.Err(), context.Cause(one))
			}
		}
	})
}

func TestBudgetEndsWithItsParent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, cancelParent := context.WithCancel(t.Context())
		ctx, cancel := WithBudget(parent, time.Minute)
		defer cancel()
		child, cancelChild := context.WithCancel(ctx)
		defer cancelChild()
		release := holding(ctx)
		cancelParent()
		<-child.Done()
		release()
		if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(child.Err(), context.Canceled) {
			t.Errorf("ended with %v, %v", ctx.Err(), child.Err())
		}
		outer, cancelOuter := context.WithTimeout(t.Context(), time.Second)
		defer cancelOuter()
		inner, cancelInner := WithBudget(outer, time.Minute)
		defer cancelInner()
		if deadline, _ := inner.Deadline(); time.Until(deadline) != time.Second {
			t.Errorf("the deadline is later than the parent's: %s", time.Until(deadline))
		}
	})
}

func TestBudgetStopsWhileHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := WithBudget(t.Context(), time.Minute)
		defer cancel()
		start, elapsed := time.Now(), stopwatch(ctx)
		rest := func(d time.Duration) {
			t.Helper()
			if err := pause(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		rest(10 * time.Second)
		first, second := holding(ctx), holding(ctx) // two requests of one operation
		rest(5 * time.Minute)
		first()
		rest(5 * time.Minute)
		if deadline, _ := ctx.Deadline(); time.Until(deadline) != 50*time.Second {
			t.Errorf("while held, %s are left", time.Until(deadline))
		}
		second()
		if passed := elapsed(); passed != 10*time.Second {
			t.Errorf("%s have passed", passed)
		}
		<-ctx.Done()
		if took := time.Since(start); took != 11*time.Minute || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("ended after %s with %v", took, ctx.Err())
		}
		second2 := holding(ctx) // too late: nothing comes back to life
		rest(time.Second)
		second2()
		if ctx.Err() == nil {
			t.Error("the budget lives again")
		}
	})
}

// Nobody is held for ever.
func TestBudgetAllowanceIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := WithBudget(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		release := holding(ctx)
		<-ctx.Done()
		release()
		if took := time.Since(start); took != maxHeld+time.Minute {
			t.Errorf("ended after %s", took)
		}
		if !outlasts(ctx, time.Second) {
			t.Error("an allowance that is used up bears another second")
		}
	})
}

// Callers who share a request are held together, and each keeps his own time.
func TestCrowdHoldsEveryCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		short, cancelShort := WithBudget(t.Context(), time.Minute)
		defer cancelShort()
		long, cancelLong := WithBudget(t.Context(), time.Hour)
		defer cancelLong()
		ctx, cancel := jointly([]context.Context{short, context.WithoutCancel(long)})
		defer cancel()
		if _, ok := ctx.Deadline(); ok {
			t.Error("there is a deadline although one caller has none")
		}
		ctx, cancel = jointly([]context.Context{short, long})
		defer cancel()
		start := time.Now()
		release := holding(ctx)
		if err := pause(ctx, 30*time.Minute); err != nil {
			t.Error(err)
		}
		release()
		if deadline, ok := ctx.Deadline(); !ok || deadline.Sub(start) != 90*time.Minute {
			t.Errorf("the deadline is %s after the start, %t", deadline.Sub(start), ok)
		}
		<-short.Done()
		if took := time.Since(start); took != 31*time.Minute || ctx.Err() != nil {
			t.Errorf("the first caller's time ended after %s, the shared request with %v", took, ctx.Err())
		}
		if outlasts(ctx, 9*time.Minute) || !outlasts(ctx, 11*time.Minute) {
			t.Error("what can be waited for is wrong")
		}
		plain, cancelPlain := jointly([]context.Context{t.Context()})
		defer cancelPlain()
		if outlasts(plain, 24*time.Hour) {
			t.Error("a caller without end has no time")
		}
	})
}

type noteKey struct{}

// forgetful has a note until it is nil.
type forgetful struct {
	context.Context

	note *string
}

func (f *forgetful) Value(key any) any {
	if _, ok := key.(noteKey); !ok {
		return f.Context.Value(key)
	}
	if f.note == nil {
		return nil
	}
	return *f.note
}

// A request of several has a log for as long as one of them waits.
func TestAnothersValues(t *testing.T) {
	t.Parallel()
	one, two := "one", "two"
	first, second := &forgetful{t.Context(), &one}, &forgetful{t.Context(), &two}
	crowd, cancel := jointly([]context.Context{first, second})
	defer cancel()
	note := func() any { return context.WithValue(crowd, workerKey{}, nil).Value(noteKey{}) }
	if note() != "one" {
		t.Errorf("%v, want that of the first", note())
	}
	first.note = nil
	if note() != "two" {
		t.Errorf("%v, want that of the second", note())
	}
	crowd.leave(1)
	if note() != nil {
		t.Errorf("%v of somebody who has gone", note())
	}
}
