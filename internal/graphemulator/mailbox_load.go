package graphemulator

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of Exchange per mailbox. Sources:
// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits and
// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits.
const (
	// mailboxConcurrency is how many requests of one application one mailbox takes at a time.
	mailboxConcurrency = 4
	// messagesPerMinute is how many messages one mailbox may send.
	messagesPerMinute = 30
)

// mailboxLoad knows what mailboxes are doing.
type mailboxLoad struct {
	mu sync.Mutex
	// open counts requests under way by application and mailbox.
	open map[string]int
	// sent are the times of the messages of the last minute, by mailbox.
	sent map[string][]time.Time
}

func newMailboxLoad() *mailboxLoad {
	return &mailboxLoad{open: map[string]int{}, sent: map[string][]time.Time{}}
}

// openMailbox counts a request that works on a mailbox from now until leave is called,
// and notes in the call how many there are with it.
func (e *Emulator) openMailbox(c *call) (leave func()) {
	segments := canonical(c.segments)
	if c.method != http.MethodPost || len(segments) != 3 || !strings.EqualFold(segments[2], "sendMail") {
		return func() {}
	}
	g, err := e.authenticate(c.header)
	if err != nil {
		return func() {}
	}
	key := g.clientID + "/" + e.mailboxKey(g.tenantID, segments[1])
	load := e.mailboxes
	load.mu.Lock()
	defer load.mu.Unlock()
	load.open[key]++
	c.mailboxOpen = load.open[key]
	return func() {
		load.mu.Lock()
		defer load.mu.Unlock()
		load.open[key]--
	}
}

// mailboxKey names a mailbox, however the path does.
func (e *Emulator) mailboxKey(tenantID, user string) string {
	key := tenantID + "/" + strings.ToLower(user)
	e.inspect(tenantID, func(t *tenant) {
		if o := t.user(user); o != nil {
			key = tenantID + "/" + o.id
		}
	})
	return key
}

// accept counts a message of a mailbox, or says how long the mailbox has to wait.
func (l *mailboxLoad) accept(mailbox string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	recent := l.sent[mailbox]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	l.sent[mailbox] = recent
	if len(recent) >= messagesPerMinute {
		return mailboxBusy("ErrorExceededMessageLimit", "The mailbox has exceeded the number of messages it may send in a minute.",
			recent[0].Add(time.Minute).Sub(now))
	}
	l.sent[mailbox] = append(recent, now)
	return nil
}

func tooManyAtOnce() *failure {
	return mailboxBusy("ApplicationThrottled", "Application is over its MailboxConcurrency limit.", time.Second)
}

func mailboxBusy(code, message string, wait time.Duration) *failure {
	failed := fail(http.StatusTooManyRequests, code, message)
	failed.header = http.Header{"Retry-After": {strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))}}
	return failed
}

// GrantMailbox lets an application send from one mailbox by Exchange RBAC for
// Applications, which no token shows.
// Source: https://learn.microsoft.com/exchange/permissions-exo/application-rbac.
func (e *Emulator) GrantMailbox(tenantID, clientID, user string) error {
	return e.with(tenantID, func(t *tenant) error {
		o, a := t.user(user), t.application(clientID)
		if !o.exists() || a == nil {
			return notFound(user)
		}
		if a.mailboxes == nil {
			a.mailboxes = map[string]bool{}
		}
		a.mailboxes[o.id] = true
		return nil
	})
}

// maySendAs reports whether the token, or a grant in Exchange, lets the application send
// from the mailbox of a user.
func (c *call) maySendAs(user string) bool {
	if c.permitted(maySendMail) {
		return true
	}
	o, a := c.tenant.user(user), c.tenant.application(c.grant.clientID)
	return o != nil && a != nil && a.mailboxes[o.id]
}
