package graph

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// gatherWindow is how long callers wait for each one who is missing.
	gatherWindow = 15 * time.Millisecond
	// maxWindow bounds that for many who are missing, busyWindow where callers have lately
	// taken their time: on a busy machine Terraform takes tens of milliseconds from one
	// resource to the next.
	maxWindow  = 100 * time.Millisecond
	busyWindow = 250 * time.Millisecond
	// gatherPatience bounds the wait for callers whose request is under way: they come back
	// with their next question when they have their answer.
	gatherPatience = time.Second
	// gatherMemory is how long after the last caller it is remembered how many there were.
	gatherMemory = 250 * time.Millisecond
)

// gatherer collects concurrent callers of one kind and sends their inputs together.
//
// A lone caller is sent at once. A gathering closes when limit callers wait in it, or all
// that are expected: as many as were in flight at once lately, without those whose
// neighbours have got their answers already; of a team, those who are still to come.
// Otherwise it closes when nobody has come for a while, gatherWindow for each who is
// missing. A few wait longer for many whose request is under way, and for their team,
// gatherPatience at most: callers that fell out of step with each other meet again instead
// of sending two half-empty requests for ever.
type gatherer[In, Out any] struct {
	limit int
	// eager is how many inputs are still sent before any waits for another.
	eager int
	// few is how many callers there may be at once without waiting for each other.
	few int
	// patient gatherings wait the window for the second caller, too, after a pause.
	patient bool
	// send carries out the inputs together and delivers the outcome of each, by its index,
	// as soon as it is known. Its context ends when nobody waits for an outcome any more.
	send func(ctx context.Context, inputs []In, deliver func(int, outcome[Out]))

	mu      sync.Mutex
	waiting []*ask[In, Out]
	// inFlight counts the callers, waiting and being served; highWater is the most there
	// were lately. air counts those in flights without any outcome yet, aboard those whose
	// neighbours have theirs.
	inFlight, highWater, air, aboard int
	// fresh says that nobody has come for a while before those who wait.
	fresh bool
	// opened is when the first of waiting came; closes is when the window ends.
	opened, closes time.Time
	timer          *time.Timer
	// came is when a caller came, or could come back, last; left is when one went.
	came, left time.Time
	// gap is the longest time that a caller has let the others wait for since the last
	// departure, lull the same lately.
	gap, lull time.Duration
}

// outcome is what one caller gets.
type outcome[Out any] struct {
	value Out
	err   error
}

// ask is one caller.
type ask[In, Out any] struct {
	ctx    context.Context // each caller keeps his own context while others carry his question
	worker *worker         // nil for a caller who is in no team
	input  In
	answer chan outcome[Out]
	flight *flight // nil while waiting
	seat   int
	// done says that the caller has an answer, or has gone.
	done bool
}

// flight is one call of send. It is cancelled when nobody in it waits any more.
type flight struct {
	crowd      *crowd
	cancel     context.CancelFunc
	passengers int
	// landed says that some have their outcome.
	landed bool
}

// do sends the input together with those of other callers. The error is that of the
// context, which ends the wait of this caller alone; everything else is in the outcome.
func (g *gatherer[In, Out]) do(ctx context.Context, input In) (outcome[Out], error) {
	if err := ctx.Err(); err != nil {
		return outcome[Out]{}, err
	}
	a := &ask[In, Out]{ctx: ctx, worker: workerOf(ctx), input: input, answer: make(chan outcome[Out], 1)}
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
	now := time.Now()
	if g.inFlight == 0 && now.Sub(g.left) > gatherMemory {
		g.highWater, g.fresh = 0, true
	}
	g.inFlight++
	g.highWater = max(g.highWater, g.inFlight)
	if gap := now.Sub(g.came); g.highWater > 1 && gap <= gatherMemory {
		g.gap = max(g.gap, gap)
	}
	g.came = now
	g.waiting = append(g.waiting, a)
	if a.worker != nil {
		a.worker.team.arrive(g, a.worker)
	}
	if g.ready() {
		g.eager = max(0, g.eager-1)
		g.depart()
		return
	}
	if len(g.waiting) == 1 {
		g.opened = now
	}
	closes := g.opened.Add(gatherPatience)
	if g.air < len(g.waiting) && g.missing() == 0 {
		closes = earlier(closes, now.Add(g.window()))
	}
	g.closeAt(closes)
}

// ready reports whether there is nobody to wait for. The caller holds mu.
func (g *gatherer[In, Out]) ready() bool {
	if g.patient && g.fresh {
		return len(g.waiting) >= g.limit
	}
	return g.eager > 0 || g.highWater <= g.few || len(g.waiting) >= g.full()
}

// teams are those of the callers who wait. The caller holds mu.
func (g *gatherer[In, Out]) teams() map[*team]map[*worker]bool {
	teams := map[*team]map[*worker]bool{}
	for _, a := range g.waiting {
		one := a.worker
		switch {
		case one == nil:
		case teams[one.team] == nil:
			teams[one.team] = map[*worker]bool{one: true}
		default:
			teams[one.team][one] = true
		}
	}
	return teams
}

// missing is how many of their teams are still to come. The caller holds mu.
func (g *gatherer[In, Out]) missing() int {
	missing := 0
	for some, waiting := range g.teams() {
		missing += some.missing(g, len(waiting))
	}
	return missing
}

// fewer says that there are fewer of a team to wait for.
func (g *gatherer[In, Out]) fewer() {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case len(g.waiting) == 0:
	case g.ready():
		g.depart()
	case g.missing() == 0:
		g.closeAt(earlier(g.closes, time.Now().Add(g.window())))
	}
}

// full is how many callers fill a flight: all that are expected, in as few flights of the
// same size as the limit allows. The caller holds mu.
func (g *gatherer[In, Out]) full() int {
	expected := max(1, g.highWater-g.aboard)
	if missing := g.missing(); missing > 0 {
		expected = len(g.waiting) + missing
	}
	flights := (expected + g.limit - 1) / g.limit
	return (expected + flights - 1) / flights
}

// window is how long nobody may come before a gathering closes. The caller holds mu.
func (g *gatherer[In, Out]) window() time.Duration {
	missing := g.full() - len(g.waiting)
	window := min(time.Duration(missing)*gatherWindow, maxWindow)
	return max(gatherWindow, window, min(2*max(g.gap, g.lull), busyWindow))
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (g *gatherer[In, Out]) leave(a *ask[In, Out]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	g.left = time.Now()
	switch {
	case a.done:
	case a.flight != nil:
		g.disembark(a)
		if a.flight.passengers == 0 && !a.flight.landed {
			g.land()
		}
	default:
		g.waiting = slices.DeleteFunc(g.waiting, func(other *ask[In, Out]) bool { return other == a })
		if len(g.waiting) == 0 {
			g.timer.Stop()
		}
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
		// Somebody has not come: there are fewer by now, or some take their time.
		for some, waiting := range g.teams() {
			some.writeOff(g, waiting)
		}
		fewer := (g.highWater + g.inFlight) / 2
		if g.inFlight == 1 {
			fewer = 1
		}
		g.highWater = max(g.inFlight, fewer)
		g.depart()
	}
}

// depart sends what is waiting. The caller holds mu.
func (g *gatherer[In, Out]) depart() {
	asks := g.waiting
	g.waiting, g.fresh = nil, false
	g.gap, g.lull = 0, max(g.gap, g.lull*3/4)
	if g.timer != nil {
		g.timer.Stop()
	}
	callers := make([]context.Context, 0, len(asks))
	for _, a := range asks {
		callers = append(callers, a.ctx)
	}
	shared := &flight{passengers: len(asks)}
	shared.crowd, shared.cancel = jointly(callers)
	inputs := make([]In, len(asks))
	for i, a := range asks {
		a.flight, a.seat = shared, i
		inputs[i] = a.input
	}
	g.air += len(asks)
	go func() {
		defer shared.cancel()
		g.send(shared.crowd, inputs, func(i int, result outcome[Out]) { g.deliver(asks[i], result) })
		for _, a := range asks {
			g.deliver(a, outcome[Out]{err: errUnanswered}) // whom send has forgotten
		}
	}()
}

// deliver hands a caller his outcome. With the first one of a flight the others are not
// waited for any more, and its callers are given the window to come back.
func (g *gatherer[In, Out]) deliver(a *ask[In, Out], result outcome[Out]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a.done {
		return
	}
	a.answer <- result
	first := !a.flight.landed
	if first {
		a.flight.landed = true
		g.air -= a.flight.passengers
		g.aboard += a.flight.passengers
	}
	g.disembark(a)
	if first {
		g.land()
	}
}

// disembark lets a caller go who has an outcome, or does not wait for one. The caller
// holds mu.
func (g *gatherer[In, Out]) disembark(a *ask[In, Out]) {
	a.done = true
	f := a.flight
	f.crowd.leave(a.seat)
	f.passengers--
	if f.landed {
		g.aboard--
	} else {
		g.air--
	}
	if f.passengers == 0 {
		f.cancel()
	}
}

// land notes that callers can come back. The caller holds mu.
func (g *gatherer[In, Out]) land() {
	g.came = time.Now()
	if len(g.waiting) > 0 && g.missing() == 0 {
		g.closeAt(earlier(g.closes, g.came.Add(g.window())))
	}
}
