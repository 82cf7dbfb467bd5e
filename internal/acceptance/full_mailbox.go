package acceptance

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

const (
	// FullMailboxTimeout is a timeout for a resource that ends before FullMailbox takes
	// another mail.
	FullMailboxTimeout = "4s"
	fullMailboxWait    = 5 * time.Second
	// mailsAMinute is the limit of a mailbox.
	mailsAMinute = 30
)

// FullMailbox prepares sessions in which a mailbox has sent what it may within a minute,
// and in which the minute passes faster than it does.
func FullMailbox(t testing.TB, name string) func(*session.Session) {
	t.Helper()
	return func(s *session.Session) {
		s.Mails = mail.NewQueueAt(&hastyClock{now: time.Now()})
		for range mailsAMinute {
			if err := s.Mails.Do(t.Context(), name, func(context.Context) error { return nil }); err != nil {
				t.Error(err)
			}
		}
	}
}

// hastyClock is a clock on which any wait takes fullMailboxWait.
type hastyClock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time on the clock.
func (c *hastyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc moves the clock by the duration when the wait is over.
func (c *hastyClock) AfterFunc(after time.Duration, wake func()) {
	time.AfterFunc(fullMailboxWait, func() {
		c.mu.Lock()
		c.now = c.now.Add(after)
		c.mu.Unlock()
		wake()
	})
}
