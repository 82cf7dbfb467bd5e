package graph

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// gatherWindow is how long callers wait for another to share a request with. On a
	// busy machine Terraform takes tens of milliseconds from one resource to the next.
	gatherWindow = 100 * time.Millisecond
	// firstWindow is the same for the very first gathering, which cannot know whether
	// anybody else will come.
	firstWindow = 20 * time.Millisecond
	// gatherPatience bounds the wait for callers who are being served: they come back
	// with their next question when they have their answer.
	gatherPatience = time.Second
)

// gatherer collects concurrent callers of one kind and sends their inputs together.
//
// A gathering closes when limit callers wait in it, or when as many wait as were ever
// in flight at once: that learns how many callers there are, so that a lone caller is
// sent at once. Otherwise it closes when nobody has come for gatherWindow and no answer is on
// its way, after gatherPatience at the latest: callers that fell out of step with each
// other meet again instead of sending two half-empty requests for ever.
type gatherer[In, Out any] struct {
	limit int
	// eager is how many callers there may be at once without waiting for each other.
	eager int
	// send carries out the inputs together and returns one outcome for each, in order.
	// Its context ends when the last caller has gone.
	send func(ctx context.Context, inputs []In) []outcome[Out]

	mu      sync.Mutex
	waiting []*ask[In, Out]
	// inFlight counts the callers, waiting and being served; highWater is the most there
	// ever were. flights counts the calls of send under way.
	inFlight, highWater, flights int
	flown                        bool // there was a first flight
	// opened is when the first of waiting came; closes is when the window ends.
	opened, closes time.Time
	timer          *time.Timer
}

// outcome is what one caller gets.
type outcome[Out any] struct {
	value Out
	err   error
}

// ask is one caller.
type ask[In, Out any] struct {
	ctx    context.Context // each caller keeps his own context while others carry his question
	input  In
	answer chan outcome[Out]
	flight *flight // nil while waiting
}

// flight is one call of send. It is cancelled when all who asked have gone.
type flight struct {
	passengers int
	cancel     context.CancelFunc
}

// do sends the input together with those of other callers. The error is that of the
// context, which ends the wait of this caller alone; everything else is in the outcome.
func (g *gatherer[In, Out]) do(ctx context.Context, input In) (outcome[Out], error) {
	if err := ctx.Err(); err != nil {
		return outcome[Out]{}, err
	}
	a := &ask[In, Out]{ctx: ctx, input: input, answer: make(chan outcome[Out], 1)}
	g.join(a)
	defer g.leave(a)
	select {
	case result := <-a.answer:
		return result, nil
	case <-ctx.Done():
		return outcome[Out]{}, ctx.Err()
	}
}

func (g *gatherer[In, Out]) join(a *ask[In, Out]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight++
	g.highWater = max(g.highWater, g.inFlight)
	g.waiting = append(g.waiting, a)
	window, full := gatherWindow, g.highWater
	if !g.flown {
		// How many will come is not known yet.
		window, full = firstWindow, g.limit
	}
	if g.highWater <= g.eager || len(g.waiting) >= min(g.limit, full) {
		g.depart()
		return
	}
	now := time.Now()
	if len(g.waiting) == 1 {
		g.opened = now
	}
	latest := g.opened.Add(gatherPatience)
	if closes := now.Add(window); g.flights == 0 && closes.Before(latest) {
		latest = closes
	}
	g.closeAt(latest)
}

func (g *gatherer[In, Out]) leave(a *ask[In, Out]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	if a.flight != nil {
		a.flight.passengers--
		if a.flight.passengers == 0 {
			a.flight.cancel()
		}
		return
	}
	g.waiting = slices.DeleteFunc(g.waiting, func(other *ask[In, Out]) bool { return other == a })
	if len(g.waiting) == 0 {
		g.timer.Stop()
	}
}

// closeAt ends the gathering at the given time. The caller holds mu.
func (g *gatherer[In, Out]) closeAt(at time.Time) {
	g.closes = at
	if g.timer == nil {
		g.timer = time.AfterFunc(time.Until(at), g.expire)
		return
	}
	g.timer.Reset(time.Until(at))
}

// expire is called by the timer, also by one that was set anew a moment too late.
func (g *gatherer[In, Out]) expire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) > 0 && !time.Now().Before(g.closes) {
		g.depart()
	}
}

// depart sends what is waiting. The caller holds mu.
func (g *gatherer[In, Out]) depart() {
	asks := g.waiting
	g.waiting, g.flown = nil, true
	if g.timer != nil {
		g.timer.Stop()
	}
	callers := make([]context.Context, 0, len(asks))
	for _, a := range asks {
		callers = append(callers, a.ctx)
	}
	ctx, cancel := jointly(callers)
	shared := &flight{passengers: len(asks), cancel: cancel}
	inputs := make([]In, len(asks))
	for i, a := range asks {
		a.flight = shared
		inputs[i] = a.input
	}
	g.flights++
	go func() {
		defer cancel()
		outcomes := g.send(ctx, inputs)
		g.land()
		for i, a := range asks {
			a.answer <- outcomes[i]
		}
	}()
}

// land notes that a flight is over: its callers are given the window to come back.
func (g *gatherer[In, Out]) land() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flights--
	if len(g.waiting) == 0 {
		return
	}
	closes, latest := time.Now().Add(gatherWindow), g.opened.Add(gatherPatience)
	if closes.After(latest) {
		closes = latest
	}
	g.closeAt(closes)
}
