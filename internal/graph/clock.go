package graph

import (
	"net/http"
	"sync/atomic"
	"time"
)

// serverClock estimates Graph's clock from the Date headers it sends, so that nothing
// depends on how well the clock of this machine is set.
type serverClock struct{ offset atomic.Int64 }

// observe notes the Date header of an answer that has just arrived.
func (c *serverClock) observe(header http.Header, now time.Time) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.offset.Store(int64(date.Sub(now)))
}

func (c *serverClock) at(local time.Time) time.Time {
	return local.Add(time.Duration(c.offset.Load())).UTC()
}

// Now returns the time on Graph's clock, to the second; before the first answer, the
// time on this machine's clock.
func (c *Client) Now() time.Time { return c.clock.at(time.Now()).Truncate(time.Second) }
