package graph

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// maxPosts is how many batches of one call are under way at once.
const maxPosts = 4

// errand is one request that shares batches with others, and what becomes of its answer.
type errand struct {
	batchRequest

	// ctx is that of the one caller whose request it is; it bounds the waits between two
	// tries. nil is that of the call.
	ctx context.Context
	// take is given the answer as soon as it is final, whatever the others still wait for,
	// and returns what is to be asked because of it. It is called by one goroutine.
	take func(batchAnswer) []errand
}

// carry sends requests together, 20 in one POST. Each answer is taken as soon as it is
// final. Requests that Graph throttles, that fail at its end or that met another write are
// repeated in a further batch as long as the context allows, each when its own wait is over;
// the others neither wait nor are sent again. A POST that is not harmless ends with
// *Uncertain where it may have happened.
// Source: https://learn.microsoft.com/graph/json-batching.
func (c *Client) carry(ctx context.Context, errands []errand) {
	r := &courier{client: c, ctx: ctx, back: make(chan []*parcel, maxPosts), ended: make(chan struct{}, 1)}
	r.load(errands)
	for r.post(); r.underWay > 0 || len(r.waiting) > 0; r.post() {
		r.next()
	}
}

// courier is one call of carry.
type courier struct {
	client *Client
	ctx    context.Context // that of the call
	// ready are to be sent now, waiting when their time has come.
	ready, waiting []*parcel
	// underWay counts the batches whose answers will come to back.
	underWay int
	back     chan []*parcel
	// ended tells that the context of somebody who waits has ended.
	ended chan struct{}
}

// parcel is an errand on its way.
type parcel struct {
	errand

	answer   batchAnswer
	failures int
	// lost says that the answer to a try was lost.
	lost bool
	// due is when it is sent again; unwatch ends the watch over its context.
	due     time.Time
	unwatch func() bool
}

func (r *courier) load(errands []errand) {
	for _, one := range errands {
		if one.ctx == nil {
			one.ctx = r.ctx
		}
		r.ready = append(r.ready, &parcel{errand: one})
	}
}

// post sends what is ready.
func (r *courier) post() {
	for len(r.ready) > 0 && r.underWay < maxPosts {
		some := slices.Clone(r.ready[:min(maxBatch, len(r.ready))])
		r.ready = r.ready[len(some):]
		r.underWay++
		go func() {
			r.send(some)
			r.back <- some
		}()
	}
}

// send sends parcels in one POST and notes their answers.
func (r *courier) send(some []*parcel) {
	requests := make([]batchRequest, len(some))
	callers := make([]context.Context, len(some))
	for i, one := range some {
		requests[i], callers[i] = one.batchRequest, one.ctx
	}
	ctx := r.ctx
	if slices.ContainsFunc(callers, func(caller context.Context) bool { return caller != r.ctx }) {
		var cancel context.CancelFunc
		ctx, cancel = whileAny(r.ctx, callers)
		defer cancel()
	}
	for i, answer := range r.client.post(ctx, requests) {
		answer.share += some[i].answer.share
		some[i].lost = some[i].lost || answer.lost
		answer.lost = some[i].lost
		some[i].answer = answer
	}
}

// next waits until something has happened: answers have come, somebody's wait is over, or
// his context has ended.
func (r *courier) next() {
	var due <-chan time.Time
	if len(r.waiting) > 0 {
		earliest := slices.MinFunc(r.waiting, func(a, b *parcel) int { return a.due.Compare(b.due) })
		timer := time.NewTimer(time.Until(earliest.due))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case some := <-r.back:
		r.underWay--
		r.review(some)
	case <-due:
	case <-r.ended:
	}
	now := time.Now()
	r.waiting = slices.DeleteFunc(r.waiting, func(one *parcel) bool {
		switch {
		case one.ctx.Err() != nil:
			r.load(one.take(one.answer)) // which stays what it was
		case !now.Before(one.due):
			r.ready = append(r.ready, one)
		default:
			return false
		}
		one.unwatch()
		return true
	})
}

// review hands on the answers that are final, and puts the others aside. Those that failed
// together are sent again together.
func (r *courier) review(some []*parcel) {
	waits := map[int]time.Duration{} // by number of failures
	now := time.Now()
	for _, one := range some {
		step, ok := waits[one.failures]
		if !ok {
			step = backoff(one.failures)
			waits[one.failures] = step
		}
		wait, again := r.client.review(one, step)
		if !again {
			r.load(one.take(one.answer))
			continue
		}
		one.due = now.Add(wait)
		one.unwatch = context.AfterFunc(one.ctx, func() {
			select {
			case r.ended <- struct{}{}:
			default:
			}
		})
		r.waiting = append(r.waiting, one)
	}
}

// review decides whether a request is sent again, and after which wait, at least step where
// Graph does not say. What must not be repeated although it may have happened becomes
// *Uncertain.
func (c *Client) review(one *parcel, step time.Duration) (wait time.Duration, again bool) {
	answer := &one.answer
	switch {
	case answer.final:
		return 0, false
	case answer.status == http.StatusTooManyRequests:
		wait, ok := retryAfter(answer.header, time.Now())
		if !ok {
			wait = step
			one.failures++
		}
		if one.signIns {
			return wait, !exceeds(one.ctx, wait)
		}
		// The limits are the application's: everybody waits, and the next batch too.
		c.governor.refused(answer.header, wait)
		return 0, !outlasts(one.ctx, wait)
	case answer.err != nil, answer.status >= http.StatusInternalServerError && answer.status != http.StatusNotImplemented:
		if !one.mayRepeat() {
			cause := answer.err
			if cause == nil {
				cause = decode(answer.response(), nil)
			}
			*answer = batchAnswer{err: &Uncertain{Err: cause}, tried: answer.tried, share: answer.share}
			return 0, false
		}
		one.lost = true
	case answer.status == http.StatusConflict && answer.code() == codeConcurrencyViolation:
	default:
		return 0, false
	}
	one.failures++
	wait = step
	if after, ok := retryAfter(answer.header, time.Now()); ok {
		wait = max(wait, after)
	}
	return wait, one.failures < maxFailures && !exceeds(one.ctx, wait)
}
