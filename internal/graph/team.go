package graph

import (
	"context"
	"maps"
	"sync"
)

// Each calls do for every item, by so many workers at once, and returns when all are done.
// What the workers ask at the same time shares requests without a doubt: a gathering knows
// who of them is still to come, and waits for gatherPatience at most. It is meant for items
// that all ask the same.
func Each[T any](ctx context.Context, items []T, workers int, do func(ctx context.Context, item T)) {
	crew := &team{turnouts: map[gathering]*turnout{}, present: map[*worker]bool{}, left: len(items)}
	queue := make(chan T, len(items))
	for _, item := range items {
		queue <- item
	}
	close(queue)
	var all sync.WaitGroup
	hired := make([]*worker, min(workers, len(items)))
	for i := range hired {
		hired[i] = &worker{team: crew}
		crew.present[hired[i]] = true
	}
	for _, one := range hired {
		all.Go(func() {
			defer crew.leave(one)
			ctx := context.WithValue(ctx, workerKey{}, one)
			for item := range queue {
				crew.begin(one)
				do(ctx, item)
			}
		})
	}
	all.Wait()
}

// gathering is what workers come to.
type gathering interface {
	// fewer says that there are fewer to wait for.
	fewer()
}

type workerKey struct{}

// worker is one of a team.
type worker struct{ team *team }

// workerOf returns who asks with a context, nil for nobody in a team.
func workerOf(ctx context.Context) *worker {
	one, _ := ctx.Value(workerKey{}).(*worker)
	return one
}

// team are workers who ask the same at the same time.
type team struct {
	mu      sync.Mutex
	present map[*worker]bool
	// left is how many items nobody has begun with.
	left     int
	turnouts map[gathering]*turnout
}

// turnout is that of a team at a gathering: who is still to come with what he has begun, and
// who has come with it. Whom it has been waited for in vain is in neither.
type turnout struct{ awaited, come map[*worker]bool }

// begin says that a worker has something new to ask.
func (t *team) begin(one *worker) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left--
	for _, some := range t.turnouts {
		delete(some.come, one)
		some.awaited[one] = true
	}
}

// arrive says that a worker has come.
func (t *team) arrive(g gathering, one *worker) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.turnouts[g]
	if !ok {
		p = &turnout{awaited: maps.Clone(t.present), come: map[*worker]bool{}}
		t.turnouts[g] = p
	}
	delete(p.awaited, one)
	p.come[one] = true
}

// missing is how many may still come while so many wait: who has begun, and who will begin
// with what is left when he has his answer.
func (t *team) missing(g gathering, waiting int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.turnouts[g]
	return len(p.awaited) + max(0, min(t.left, len(p.come)-waiting))
}

// writeOff waits for nobody who is not waiting himself, until he begins something new.
func (t *team) writeOff(g gathering, waiting map[*worker]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.turnouts[g] = turnout{awaited: map[*worker]bool{}, come: waiting}
}

// leave says that a worker has nothing more to ask.
func (t *team) leave(one *worker) {
	t.mu.Lock()
	delete(t.present, one)
	places := make([]gathering, 0, len(t.turnouts))
	for g, p := range t.turnouts {
		delete(p.awaited, one)
		delete(p.come, one)
		places = append(places, g)
	}
	t.mu.Unlock()
	for _, g := range places {
		g.fewer()
	}
}
