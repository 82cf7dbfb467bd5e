package graph

import (
	"context"
	"time"
)

// Bounds of waiting for replication. Graph publishes no figure for its lag; Microsoft
// speaks of seconds, and the field has seen minutes for invited guests.
// Source: https://learn.microsoft.com/entra/architecture/designing-for-eventual-consistency.
const (
	// settleLimit bounds the wait for an object that was just written.
	settleLimit = 2 * time.Minute
	// youth is how long an object counts as fresh: its absence then proves nothing.
	youth     = 5 * time.Minute
	firstLook = 100 * time.Millisecond
	lastLook  = 5 * time.Second
)

// Poll calls look until it reports done, fails, or limit has passed; then it returns
// look's last error, or nil. The waits double from firstLook to lastLook. Time for which
// throttling holds a context made by WithBudget does not count.
func Poll(ctx context.Context, limit time.Duration, look func(context.Context) (done bool, err error)) error {
	elapsed := stopwatch(ctx)
	for wait := firstLook; ; wait = min(2*wait, lastLook) {
		done, err := look(ctx)
		if done {
			return err
		}
		if elapsed()+wait > limit || exceeds(ctx, wait) {
			return err
		}
		if pauseErr := pause(ctx, wait); pauseErr != nil {
			if err != nil {
				return err
			}
			return pauseErr
		}
	}
}

// Fresh reports whether what was written at the given time, on Graph's clock, may still
// be unknown to some replicas. Ask after an answer of Graph: only then its clock is known.
func (c *Client) Fresh(writtenAt time.Time) bool { return c.Now().Sub(writtenAt) < youth }

// settle sends a write, and repeats it while replicas answer that a fresh object is not
// there.
func (c *Client) settle(ctx context.Context, writtenAt time.Time, write func(context.Context) error) error {
	err := write(ctx)
	if !IsNotFound(err) || !c.Fresh(writtenAt) {
		return err
	}
	return Poll(ctx, settleLimit, func(ctx context.Context) (bool, error) {
		err := write(ctx)
		return !IsNotFound(err), err
	})
}
