package graph

import (
	"context"
	"sync"
	"time"
)

// Graph answers ten requests a minute that ask for sign-ins, whatever else it is asked.
// Source: https://learn.microsoft.com/graph/throttling-limits.
const (
	signInBurst    = 10
	signInInterval = time.Minute / signInBurst
)

// signInPace keeps all requests of a client for sign-ins together below Graph's limit: it
// is so low that it would be met all the time.
type signInPace struct {
	mu sync.Mutex
	// next is when the bucket that Graph fills evenly holds a request more than those
	// that went.
	next time.Time
}

// wait returns when n more requests may be sent, or with the context's error, at once
// when that is later than the context allows. n is signInBurst at most.
func (p *signInPace) wait(ctx context.Context, n int, pause pauser) error {
	if err := ctx.Err(); err != nil || n == 0 {
		return err
	}
	rest, ok := p.reserve(ctx, n)
	switch {
	case !ok:
		return context.DeadlineExceeded
	case rest <= 0:
		return nil
	default:
		return pause(ctx, rest)
	}
}

func (p *signInPace) reserve(ctx context.Context, n int) (rest time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if full := now.Add(-(signInBurst - 1) * signInInterval); p.next.Before(full) {
		p.next = full
	}
	last := p.next.Add(time.Duration(n-1) * signInInterval)
	if rest = last.Sub(now); rest > 0 && exceeds(ctx, rest) {
		return rest, false
	}
	p.next = last.Add(signInInterval)
	return rest, true
}

type paceKey struct{}

// turn is the share of a pace that one request takes.
type turn struct {
	pace *signInPace
	n    int
}

// pacing returns a context whose request asks for sign-ins n times.
func (c *Client) pacing(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, paceKey{}, turn{c.signIns, n})
}

// askingSignIns returns a context for single requests that ask for sign-ins.
func (c *Client) askingSignIns(ctx context.Context) context.Context { return c.pacing(apart(ctx), 1) }

// signInsAmong counts the requests that ask for sign-ins.
func signInsAmong(requests []batchRequest) int {
	count := 0
	for _, request := range requests {
		if request.signIns {
			count++
		}
	}
	return count
}

// admit returns when a request may be sent: when it is its turn among those for sign-ins,
// and the governor lets it.
func (s *sender) admit(ctx context.Context, weight load) error {
	if own, ok := ctx.Value(paceKey{}).(turn); ok {
		if err := own.pace.wait(ctx, own.n, s.waiter()); err != nil {
			return err
		}
	}
	return s.governor.wait(ctx, weight, s.waiter())
}
