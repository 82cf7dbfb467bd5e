package graphemulator

import (
	"sync"
	"time"
)

// clock is the base clock plus an offset that can be moved.
type clock struct {
	base func() time.Time

	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.offset).UTC()
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = t.Sub(c.base())
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// graphTime is how Graph writes a time: UTC, to the second.
func graphTime(t time.Time) string {
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

// Now is the time on the emulator's clock.
func (e *Emulator) Now() time.Time { return e.clock.now() }

// SetClock moves the clock, from where it goes on. Tokens and replication are not
// affected: they live in real time.
func (e *Emulator) SetClock(t time.Time) { e.clock.set(t) }

// AdvanceClock moves the clock by d, which may be negative.
func (e *Emulator) AdvanceClock(d time.Duration) { e.clock.advance(d) }
