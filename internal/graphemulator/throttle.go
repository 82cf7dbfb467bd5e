package graphemulator

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// cost is what a request takes from the buckets.
type cost struct{ units, writes, signIns int }

// cost follows the published table: each operation has a base, which $select and a small
// $top lower and $expand raises; it is never below 1. Writes count once as such.
func (c *call) cost() cost {
	result := cost{units: max(c.route.units, 1)}
	if c.query.asksSignIns() {
		result.signIns = 1
	}
	if c.method != http.MethodGet && !c.route.readOnly() {
		result.writes = 1
		return result
	}
	if c.query.selects != nil {
		result.units--
	}
	if c.query.expand != "" {
		result.units++
	}
	if c.query.top > 0 && c.query.top < 20 {
		result.units--
	}
	result.units = max(result.units, 1)
	return result
}

// readOnly marks the POSTs that change nothing.
func (r *route) readOnly() bool { return r.pattern == "directoryObjects/getByIds" }

func (c cost) headers(header http.Header, load float64) http.Header {
	if header == nil {
		header = http.Header{}
	}
	header.Set("X-Ms-Resource-Unit", strconv.Itoa(c.units))
	if load >= 0.8 {
		header.Set("X-Ms-Throttle-Limit-Percentage", strconv.FormatFloat(math.Min(load, 1.8), 'f', 2, 64))
	}
	return header
}

// bucket is a token bucket: it holds capacity and fills once per period.
type bucket struct {
	capacity float64
	period   time.Duration
	level    float64
	filled   time.Time
}

func newBucket(capacity int, period time.Duration) *bucket {
	return &bucket{capacity: float64(capacity), period: period, level: float64(capacity)}
}

func (b *bucket) fill(now time.Time) {
	if !b.filled.IsZero() {
		b.level = math.Min(b.capacity, b.level+b.capacity*now.Sub(b.filled).Seconds()/b.period.Seconds())
	}
	b.filled = now
}

// wait is how long it takes until the bucket holds n.
func (b *bucket) wait(n int) time.Duration {
	missing := float64(n) - b.level
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / b.capacity * float64(b.period))
}

func (b *bucket) load() float64 { return 1 - b.level/b.capacity }

// limit is one published limit: a bucket for everything that has the same key.
type limit struct {
	scope       string // as in x-ms-throttle-scope
	kind        string
	information string
	capacity    int
	period      time.Duration
	// amount is what a request takes from this limit.
	amount func(cost) int
	key    func(grant) string
}

// limiter counts requests against the published limits.
type limiter struct {
	mu      sync.Mutex
	limits  []limit
	buckets map[string]*bucket
}

// newLimiter knows the limits of one tenant size.
// Source: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits.
func newLimiter(size Throttle) *limiter {
	units := map[Throttle]int{ThrottleSmall: 3500, ThrottleMedium: 5000, ThrottleLarge: 8000}[size]
	if units == 0 {
		return &limiter{}
	}
	both := func(g grant) string { return g.clientID + "/" + g.tenantID }
	application := func(g grant) string { return g.clientID }
	tenant := func(g grant) string { return g.tenantID }
	all := func(c cost) int { return c.units }
	writes := func(c cost) int { return c.writes }
	signIns := func(c cost) int { return c.signIns }
	return &limiter{
		buckets: map[string]*bucket{},
		limits: []limit{
			{"Tenant_Application", "ReadWrite", "ResourceUnitLimitExceeded", units, 10 * time.Second, all, both},
			{"Tenant_Application", "Write", "WriteLimitExceeded", 3000, 150 * time.Second, writes, both},
			{"Application", "ReadWrite", "ResourceUnitLimitExceeded", 150000, 20 * time.Second, all, application},
			{"Application", "Write", "WriteLimitExceeded", 35000, 5 * time.Minute, writes, application},
			{"Tenant", "Write", "WriteLimitExceeded", 18000, 5 * time.Minute, writes, tenant},
			// The sign-in log is joined to the users, and slow.
			{"Tenant_Application", "Read", "ResourceUnitLimitExceeded", 10, time.Minute, signIns, both},
		},
	}
}

// take pays for a request from every bucket, or from none and says how long to wait. It
// returns how full the fullest limit is, 0 to 1.
func (l *limiter) take(g grant, c cost, now time.Time) (load float64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	type due struct {
		*bucket
		amount int
	}
	dues := make([]due, 0, len(l.limits))
	for _, limit := range l.limits {
		amount := limit.amount(c)
		key := limit.scope + "/" + limit.kind + "/" + limit.key(g)
		b := l.buckets[key]
		if b == nil {
			b = newBucket(limit.capacity, limit.period)
			l.buckets[key] = b
		}
		b.fill(now)
		if wait := b.wait(amount); wait > 0 {
			return b.load(), tooManyRequests(limit, g, wait)
		}
		dues = append(dues, due{b, amount})
	}
	for _, d := range dues {
		d.level -= float64(d.amount)
		load = math.Max(load, d.load())
	}
	return load, nil
}

func tooManyRequests(l limit, g grant, wait time.Duration) *failure {
	failed := fail(http.StatusTooManyRequests, "TooManyRequests", "Please retry again later.")
	failed.inner = map[string]any{"code": "429", "message": "Please retry after", "status": "429"}
	failed.header = http.Header{
		"Retry-After":                    {strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))},
		"X-Ms-Throttle-Scope":            {fmt.Sprintf("%s/%s/%s/%s", l.scope, l.kind, g.clientID, g.tenantID)},
		"X-Ms-Throttle-Information":      {l.information},
		"X-Ms-Throttle-Limit-Percentage": {"1.00"},
	}
	return failed
}
