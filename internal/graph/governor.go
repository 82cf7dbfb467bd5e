package graph

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// governor is the one budget of all goroutines of the process: the limits of Graph are
// per application and tenant, not per connection. It makes everybody wait when Graph has
// asked one of them to, and slows everybody down before that, as Graph tells how much of
// a limit is used. Writes have a limit of their own and are paced apart.
// Source: https://learn.microsoft.com/graph/throttling.
type governor struct {
	reads, writes lane
}

// load is what a request takes from the limits: one each, but for a batch, whose requests
// Graph counts singly.
type load struct {
	reads, writes int
	// batched requests have the headers about limits in their own answers.
	batched bool
}

type loadKey struct{}

// weighing returns a context whose request, a batch, takes as much from the limits.
func weighing(ctx context.Context, l load) context.Context {
	return context.WithValue(ctx, loadKey{}, l)
}

func loadOf(request *http.Request) load {
	if l, ok := request.Context().Value(loadKey{}).(load); ok {
		return l
	}
	return loadBy(request.Method)
}

func loadBy(method string) load {
	if method == http.MethodGet {
		return load{reads: 1}
	}
	return load{writes: 1}
}

func newGovernor() *governor {
	g := &governor{}
	g.reads.turn, g.writes.turn = make(chan struct{}, 1), make(chan struct{}, 1)
	return g
}

// wait returns when a request may be sent, at once with *Throttled when Graph has asked
// for a longer wait than the context allows, or with the context's error. The time of a
// budget does not run meanwhile.
func (g *governor) wait(ctx context.Context, l load, pause pauser) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := g.reads.enter(ctx, l.reads, pause); err != nil {
		return err
	}
	if err := g.writes.enter(ctx, l.writes, pause); err != nil {
		return err
	}
	return ctx.Err()
}

// refused notes that Graph has throttled a request, and asks for the given wait: of
// writes alone, where it says so, else of everything.
func (g *governor) refused(header http.Header, wait time.Duration) {
	until := time.Now().Add(wait)
	scope := strings.Split(header.Get("X-Ms-Throttle-Scope"), "/")
	if len(scope) < 2 || !strings.EqualFold(scope[1], "Write") {
		g.reads.stop(until)
	}
	g.writes.stop(until)
}

// observe learns from an answer. Those to the requests of a batch say what the answer to
// the whole does not.
func (g *governor) observe(l load, response *http.Response) {
	if l.batched || response.StatusCode == http.StatusTooManyRequests {
		return
	}
	g.learn(l, response.Header)
}

// learn learns from the headers of an answer to a request that was not throttled.
func (g *governor) learn(l load, header http.Header) {
	used, err := strconv.ParseFloat(strings.TrimSpace(header.Get("X-Ms-Throttle-Limit-Percentage")), 64)
	if err != nil || math.IsNaN(used) || used < 0 {
		used = 0
	}
	if l.reads > 0 {
		g.reads.learn(used)
	}
	if l.writes > 0 {
		g.writes.learn(used)
	}
}

// tooLong is the refusal of a wait that the operation has no time for.
func tooLong(rest time.Duration) *Throttled {
	return &Throttled{
		Refusal: &Refusal{
			Status:  http.StatusTooManyRequests,
			Code:    "TooManyRequests",
			Message: fmt.Sprintf("Graph asked to wait %s, longer than this operation may take", rest.Round(time.Second)),
		},
		RetryAfter: rest,
	}
}

// retryAfter reads the Retry-After header, seconds (also decimal) or an HTTP date.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if math.IsNaN(seconds) || seconds < 0 || seconds > math.MaxInt32 {
			return 0, false
		}
		return time.Duration(seconds * float64(time.Second)), true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	// A date is on the server's clock: measure it against the server's own Date.
	if sent, err := http.ParseTime(header.Get("Date")); err == nil {
		now = sent
	}
	return max(0, date.Sub(now)), true
}
