package graph

import (
	"context"
	"time"
)

// crowd is the context of a request that several callers share: it has the values of
// the first caller's, the latest deadline of all, and ends by its own cancel alone.
// Callers' deadlines move while the governor holds them, so they are asked each time.
type crowd struct {
	context.Context

	callers []context.Context
}

// jointly returns the context of a request on behalf of all callers.
func jointly(callers []context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(callers[0]))
	return &crowd{Context: ctx, callers: callers}, cancel
}

// Deadline is the latest of the callers'; none when one of them has none.
func (c *crowd) Deadline() (time.Time, bool) {
	var latest time.Time
	for _, caller := range c.callers {
		deadline, ok := caller.Deadline()
		if !ok {
			return time.Time{}, false
		}
		if deadline.After(latest) {
			latest = deadline
		}
	}
	return latest, true
}

// Value answers for the budgets of all callers.
func (c *crowd) Value(key any) any {
	if key != (budgetKey{}) {
		return c.Context.Value(key)
	}
	for _, caller := range c.callers {
		if _, ok := caller.Value(key).(holder); ok {
			return c
		}
	}
	return nil
}

// hold stops the time of all callers.
func (c *crowd) hold() (release func()) {
	releases := make([]func(), len(c.callers))
	for i, caller := range c.callers {
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
	for _, caller := range c.callers {
		if !outlasts(caller, wait) {
			return true
		}
	}
	return false
}
