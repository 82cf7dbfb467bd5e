package graph

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// governor makes all goroutines of the process wait when Graph has asked one of them
// to: its limits are per application and tenant, not per connection.
// Source: https://learn.microsoft.com/graph/throttling.
type governor struct {
	mu    sync.Mutex
	until time.Time
}

// hold makes everybody wait until the given time, unless they already wait longer.
func (g *governor) hold(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until.After(g.until) {
		g.until = until
	}
}

// wait returns when requests may be sent, at once with *Throttled when that is later
// than the context allows, or with the context's error.
func (g *governor) wait(ctx context.Context, pause func(context.Context, time.Duration) error) error {
	for {
		g.mu.Lock()
		rest := time.Until(g.until)
		g.mu.Unlock()
		if rest <= 0 {
			return ctx.Err()
		}
		if exceeds(ctx, rest) {
			return &Throttled{
				Refusal: &Refusal{
					Status:  http.StatusTooManyRequests,
					Code:    "TooManyRequests",
					Message: fmt.Sprintf("Graph asked to wait %s, longer than this operation may take", rest.Round(time.Second)),
				},
				RetryAfter: rest,
			}
		}
		if err := pause(ctx, rest); err != nil {
			return err
		}
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
