package graph

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// limitedService answers after 50 ms and has one limit, a token bucket like Graph's.
type limitedService struct {
	capacity, perSecond float64
	// silent services tell nothing before they refuse; mute ones not even how long to wait.
	silent, mute bool

	mu       sync.Mutex
	level    float64
	filled   time.Time
	served   int
	refusals int
}

const serviceLatency = 50 * time.Millisecond

func (s *limitedService) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := pause(request.Context(), serviceLatency); err != nil {
		return nil, err
	}
	code, header := s.charge()
	pairs := []string{}
	for name := range header {
		pairs = append(pairs, name, header.Get(name))
	}
	return status(code, pairs...)(request)
}

// charge takes a request from the limit and says what the answer is.
func (s *limitedService) charge() (code int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.filled.IsZero() {
		s.level = s.capacity
	} else {
		s.level = min(s.capacity, s.level+s.perSecond*now.Sub(s.filled).Seconds())
	}
	s.filled = now
	header = http.Header{}
	if s.level < 1 {
		s.refusals++
		if !s.mute {
			header.Set("Retry-After", strconv.Itoa(int(math.Ceil((1-s.level)/s.perSecond))))
		}
		return http.StatusTooManyRequests, header
	}
	s.level--
	s.served++
	if used := 1 - s.level/s.capacity; used >= warned && !s.silent {
		header.Set("X-Ms-Throttle-Limit-Percentage", strconv.FormatFloat(used, 'f', 2, 64))
	}
	return http.StatusOK, header
}

// ideal is how long the service takes for so many requests when it is never idle.
func (s *limitedService) ideal(requests int) time.Duration {
	return time.Duration(max(0, float64(requests)-s.capacity) / s.perSecond * float64(time.Second))
}

// TestPaceReachesTheLimit lets 100 callers, each with a minute for each request, work
// against the published limits of a small tenant, and against worse services.
func TestPaceReachesTheLimit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		service     *limitedService
		method      string
		requests    int
		share       float64 // of what the service can do
		maxRefusals int
		callers     int
	}{
		"writes":               {service: &limitedService{capacity: 3000, perSecond: 20}, method: http.MethodPatch, requests: 12000, callers: 100, share: 0.9, maxRefusals: 0},
		"reads":                {service: &limitedService{capacity: 3500, perSecond: 350}, method: http.MethodGet, requests: 50000, callers: 100, share: 0.9, maxRefusals: 0},
		"few callers":          {service: &limitedService{capacity: 3000, perSecond: 20}, method: http.MethodPatch, requests: 8000, callers: 10, share: 0.9, maxRefusals: 0},
		"a very small limit":   {service: &limitedService{capacity: 50, perSecond: 2}, method: http.MethodPatch, requests: 1000, callers: 100, share: 0.9, maxRefusals: 300},
		"no warning":           {service: &limitedService{capacity: 3000, perSecond: 20, silent: true}, method: http.MethodPatch, requests: 12000, callers: 100, share: 0.5, maxRefusals: 2000},
		"no warning, no word":  {service: &limitedService{capacity: 300, perSecond: 20, silent: true, mute: true}, method: http.MethodPatch, requests: 2000, callers: 20, share: 0.4, maxRefusals: 1000},
		"far below the limit":  {service: &limitedService{capacity: 1e9, perSecond: 1e6}, method: http.MethodGet, requests: 10000, callers: 100, share: 0, maxRefusals: 0},
		"a single slow caller": {service: &limitedService{capacity: 10, perSecond: 1}, method: http.MethodPatch, requests: 200, callers: 1, share: 0.9, maxRefusals: 100},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &sender{base: test.service, governor: newGovernor(), clock: &serverClock{}}
				start := time.Now()
				var group sync.WaitGroup
				for caller := range test.callers {
					group.Go(func() {
						for number := caller; number < test.requests; number += test.callers {
							operate(t, s, test.method)
						}
					})
				}
				group.Wait()
				took, ideal := time.Since(start), test.service.ideal(test.requests)
				t.Logf("%d requests in %s, ideally %s: %.0f %%; %d refusals", test.service.served, took, ideal, 100*ideal.Seconds()/took.Seconds(), test.service.refusals)
				if test.service.served != test.requests {
					t.Errorf("%d of %d requests were served", test.service.served, test.requests)
				}
				if ideal.Seconds() < test.share*took.Seconds() {
					t.Errorf("took %s, want %.0f %% of the limit", took, 100*test.share)
				}
				if unpaced := time.Duration(test.requests/test.callers) * serviceLatency; test.share == 0 && took > unpaced {
					t.Errorf("took %s instead of %s, although no limit is near", took, unpaced)
				}
				if test.service.refusals > test.maxRefusals {
					t.Errorf("%d refusals, want %d at most", test.service.refusals, test.maxRefusals)
				}
			})
		})
	}
}

// operate sends one request as an operation of a minute.
func operate(t *testing.T, s *sender, method string) {
	t.Helper()
	ctx, cancel := WithBudget(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "https://graph.example/v1.0/users/1", nil)
	if err != nil {
		t.Error(err)
		return
	}
	response, err := s.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("failed: %v, %v", response, err)
		return
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
}

// Once the limit is far away again nobody waits any more.
func TestPaceRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGovernor()
		wait := func() time.Duration {
			start := time.Now()
			for range 10 {
				if err := g.wait(t.Context(), load{writes: 1}, pause); err != nil {
					t.Error(err)
				}
			}
			return time.Since(start)
		}
		if took := wait(); took != 0 {
			t.Errorf("ten writes waited %s before any sign of a limit", took)
		}
		g.learn(load{writes: 1}, http.Header{"X-Ms-Throttle-Limit-Percentage": {"0.99"}})
		slow := wait()
		g.learn(load{writes: 1}, http.Header{"X-Ms-Throttle-Limit-Percentage": {"0.85"}})
		faster := wait()
		if slow < 5*time.Second || faster <= 0 || faster >= slow {
			t.Errorf("ten writes waited %s at 99 %% and %s at 85 %%", slow, faster)
		}
		start := time.Now()
		if err := g.wait(t.Context(), load{reads: 1}, pause); err != nil || time.Since(start) != 0 {
			t.Errorf("a read waited %s for the limit of writes", time.Since(start))
		}
		if err := pause(t.Context(), forgetting+time.Second); err != nil {
			t.Error(err)
		}
		if took := wait(); took != 0 {
			t.Errorf("ten writes waited %s long after the last sign", took)
		}
	})
}

func TestPaceIgnoresNonsense(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"NaN", "-1", "much", "", "0.5"} {
		g := newGovernor()
		g.learn(load{reads: 1, writes: 1}, http.Header{"X-Ms-Throttle-Limit-Percentage": {value}})
		if g.reads.rate != 0 || g.writes.rate != 0 {
			t.Errorf("%q slows everybody down", value)
		}
	}
}

// Whoever leaves the queue does not take others along.
func TestPaceQueueEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGovernor()
		g.learn(load{writes: 1}, http.Header{"X-Ms-Throttle-Limit-Percentage": {"1.00"}})
		var group sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 20 {
			group.Go(func() {
				own := t.Context()
				if i%2 == 0 {
					own = ctx
				}
				if err := g.wait(own, load{writes: 1}, pause); (err != nil) && i%2 == 1 {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		cancel()
		group.Wait()
		if err := g.wait(t.Context(), load{writes: 1}, pause); err != nil {
			t.Error(err)
		}
	})
}
