package mail

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Limits of one sending mailbox. Sources:
// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits and
// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#sending-limits.
const (
	// atOnce is how many requests of one application a mailbox takes at a time.
	atOnce = 4
	// perMinute is how many messages a mailbox sends in any minute.
	perMinute = 30
	// rest is how long a message counts, from when it was answered.
	rest = time.Minute
)

// Clock tells the time and wakes up; tests bring their own.
type Clock interface {
	Now() time.Time
	// AfterFunc calls wake, on a goroutine of its own, when the duration has passed.
	AfterFunc(duration time.Duration, wake func())
}

type systemClock struct{}

// Now is the time on this machine.
func (systemClock) Now() time.Time { return time.Now() }

// AfterFunc is time's.
func (systemClock) AfterFunc(after time.Duration, wake func()) { time.AfterFunc(after, wake) }

// Queue lets mails wait for their turn: four at a time and thirty a minute from one
// mailbox, first come, first served. There is one per process. It is safe for concurrent
// use.
type Queue struct {
	clock Clock
	mu    sync.Mutex
	boxes map[string]*outbox
}

// NewQueue returns an empty queue.
func NewQueue() *Queue { return NewQueueAt(systemClock{}) }

// NewQueueAt returns an empty queue that lives by another clock.
func NewQueueAt(clock Clock) *Queue { return &Queue{clock: clock, boxes: map[string]*outbox{}} }

// outbox is what one mailbox is doing.
type outbox struct {
	// waiting are those whose turn has not come, in order; closing one is its turn.
	waiting []chan struct{}
	// open counts the sends under way.
	open int
	// answered are the times at which messages of the last minute were answered, in order.
	answered []time.Time
	// waking says that a wake-up is on its way.
	waking bool
}

// NotSent is a mail whose turn did not come: it was not sent, for certain.
type NotSent struct{ Err error }

// Error says why.
func (n *NotSent) Error() string {
	return "the mail was not sent, its turn did not come: " + n.Err.Error()
}

// Unwrap returns the context's error.
func (n *NotSent) Unwrap() error { return n.Err }

// Do calls send when it is the mailbox's turn, and returns its error, or *NotSent when
// the context ended first. A bulk apply waits here for minutes, so the context should be
// one without the resource's own timeout: send gets it as it is.
func (q *Queue) Do(ctx context.Context, mailbox string, send func(context.Context) error) (err error) {
	// Names of mailboxes are compared without regard to case.
	mailbox = strings.ToLower(mailbox)
	if err := q.enter(ctx, mailbox); err != nil {
		return &NotSent{Err: err}
	}
	counts := true // also when send panics
	defer func() { q.leave(mailbox, counts) }()
	err = send(ctx)
	counts = mayCount(err)
	return err
}

// mayCount reports whether Exchange may have counted a message that ended so.
func mayCount(err error) bool {
	if err == nil {
		return true
	}
	if _, lost := errors.AsType[*graph.Uncertain](err); lost {
		return true
	}
	_, throttled := errors.AsType[*graph.Throttled](err)
	return throttled
}

// enter waits for the turn.
func (q *Queue) enter(ctx context.Context, mailbox string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	turn := make(chan struct{})
	q.mu.Lock()
	box := q.boxes[mailbox]
	if box == nil {
		box = &outbox{}
		q.boxes[mailbox] = box
	}
	box.waiting = append(box.waiting, turn)
	q.serve(box)
	q.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, other := range box.waiting {
		if other == turn {
			box.waiting = append(box.waiting[:i:i], box.waiting[i+1:]...)
			return ctx.Err()
		}
	}
	// The turn came in the same moment: it passes to the next.
	box.open--
	q.serve(box)
	return ctx.Err()
}

// leave ends a send; counts says that the message counts for a minute.
func (q *Queue) leave(mailbox string, counts bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	box := q.boxes[mailbox]
	box.open--
	if counts {
		// Counted from the answer, the minute is over at Exchange as well, whatever the
		// way there takes.
		box.answered = append(box.answered, q.clock.Now())
	}
	q.serve(box)
}

// serve gives turns to those who wait, as many as the limits allow. The caller holds mu.
func (q *Queue) serve(box *outbox) {
	now := q.clock.Now()
	for len(box.answered) > 0 && now.Sub(box.answered[0]) >= rest {
		box.answered = box.answered[1:]
	}
	for len(box.waiting) > 0 && box.open < atOnce && box.open+len(box.answered) < perMinute {
		box.open++
		close(box.waiting[0])
		box.waiting = box.waiting[1:]
	}
	if len(box.waiting) == 0 || box.waking || len(box.answered) == 0 || box.open >= atOnce {
		// Nobody waits, or a send that ends or a wake-up on its way will serve the next.
		return
	}
	box.waking = true
	q.clock.AfterFunc(box.answered[0].Add(rest).Sub(now), func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		box.waking = false
		q.serve(box)
	})
}
