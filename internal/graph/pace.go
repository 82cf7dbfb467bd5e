package graph

import (
	"context"
	"math"
	"sync"
	"time"
)

const (
	// warned is the share of a limit from which on Graph tells how much is used.
	// Source: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits.
	warned = 0.8
	// aim is the share that pacing steers below.
	aim = 0.9
	// slowest bounds the pace from below, in requests a second.
	slowest = 1.0
	// forgetting is how long after the last sign of a limit pacing ends.
	forgetting = 10 * time.Second
	// glance is how often somebody who waits looks whether the pace has changed.
	glance = 100 * time.Millisecond
	// memory is the time constant of the measured rate.
	memory = time.Second
)

// pauser waits, or returns the context's error.
type pauser = func(ctx context.Context, wait time.Duration) error

// lane is a queue of requests that share a limit. It is free until Graph gives a sign of
// the limit. Then a token bucket paces it, at the rate measured so far times a factor
// that falls to nothing as the limit is used up: the rate settles where Graph refills the
// limit, whatever that is and whoever else uses it. A refusal halves the rate, a use above
// the aim lowers it, answers without a sign raise it step by step.
type lane struct {
	turn chan struct{} // held by the first in the queue

	mu sync.Mutex
	// until is when Graph's wait ends.
	until time.Time
	// rate, in requests a second, is that at a use of 80 %; 0 is free.
	rate float64
	// used is the share of the limit, as Graph told last; sign is when it told.
	used float64
	sign time.Time
	// tokens are the requests that may go now, filled at the given time.
	tokens float64
	filled time.Time
	// recent is how many requests went, those long past counting less.
	recent  float64
	counted time.Time
}

// enter returns when n requests, one of which may be a batch, may be sent. The time of a
// budget does not run while they wait.
func (l *lane) enter(ctx context.Context, n int, pause pauser) error {
	if l.pass(n) {
		return nil
	}
	release := holding(ctx)
	defer release()
	return l.wait(ctx, n, pause)
}

// pass lets a request through where the lane is free.
func (l *lane) pass(n int) bool {
	if n == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.until.After(now) || l.paced(now) {
		return false
	}
	l.count(n, now)
	return true
}

// wait queues for n requests.
func (l *lane) wait(ctx context.Context, n int, pause pauser) error {
	if rest := l.stopped(); rest > 0 && outlasts(ctx, rest) {
		return tooLong(rest)
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.turn }()
	for {
		if rest := l.stopped(); rest > 0 && outlasts(ctx, rest) {
			return tooLong(rest)
		}
		rest := l.take(n)
		if rest <= 0 {
			return nil
		}
		if err := pause(ctx, rest); err != nil {
			return err
		}
	}
}

// stopped returns how long Graph's wait still takes.
func (l *lane) stopped() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.until)
}

// take lets n requests go, or returns when to look again. More requests than there are
// tokens go on credit, because a batch cannot be divided.
func (l *lane) take(n int) (again time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if rest := l.until.Sub(now); rest > 0 {
		return rest
	}
	if l.paced(now) {
		pace := l.pace()
		l.tokens = min(l.tokens+pace*now.Sub(l.filled).Seconds(), max(1, pace*glance.Seconds()))
		l.filled = now
		if l.tokens < 1 {
			// Rounded up: too short a wait would have to be repeated.
			return min(time.Duration((1-l.tokens)/pace*float64(time.Second))+time.Microsecond, glance)
		}
		l.tokens -= float64(n)
		// While a batch is paid off nobody else can meet a sign.
		l.signal(now.Add(time.Duration((1 - l.tokens) / pace * float64(time.Second))))
	}
	l.count(n, now)
	return 0
}

// signal notes until when there is a sign of the limit. The caller holds mu.
func (l *lane) signal(until time.Time) {
	if l.sign.Before(until) {
		l.sign = until
	}
}

// paced reports whether there has been a sign of the limit lately. The caller holds mu.
func (l *lane) paced(now time.Time) bool {
	if l.rate > 0 && now.Sub(l.sign) > forgetting {
		l.rate = 0
	}
	return l.rate > 0
}

// pace is the rate at the present use of the limit. The caller holds mu.
func (l *lane) pace() float64 {
	left := min(1, max(0, 1-l.used)/(1-warned))
	return max(slowest, l.rate*left*left)
}

// count measures the rate. The caller holds mu.
func (l *lane) count(n int, now time.Time) {
	l.recent = l.recent*math.Exp(-now.Sub(l.counted).Seconds()/memory.Seconds()) + float64(n)
	l.counted = now
}

// begin starts pacing at the rate measured so far. The caller holds mu.
func (l *lane) begin(now time.Time) {
	l.count(0, now)
	l.rate = max(slowest, l.recent/memory.Seconds())
	l.tokens, l.filled = 1, now
}

// stop notes a refusal: nobody goes before the given time. Those who were under way
// together are refused together, and slow the lane down once.
func (l *lane) stop(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !l.paced(now) {
		l.begin(now)
	}
	if !l.until.After(now) {
		l.rate = max(slowest, l.rate/2)
		// Whoever has waited goes at once; how much is used then shows in the answer.
		l.tokens, l.filled = 1, until
	}
	if until.After(l.until) {
		l.until = until
	}
	l.used = 1
	l.signal(l.until)
}

// learn notes how much of the limit is used, 0 where Graph does not say: then it is less
// than 80 %.
func (l *lane) learn(used float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case used >= warned:
		if !l.paced(now) {
			l.begin(now)
		}
		l.used = used
		l.signal(now)
		if used > aim {
			l.rate = max(slowest, l.rate*(1-(min(used, 1)-aim)/10))
		}
	case l.paced(now) && !l.until.After(now):
		l.used = 0
		l.rate++
	}
}
