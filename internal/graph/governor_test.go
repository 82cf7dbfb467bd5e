package graph

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		header string
		date   string
		want   time.Duration
		ok     bool
	}{
		"absent":                     {},
		"seconds":                    {header: "90", want: 90 * time.Second, ok: true},
		"decimal seconds":            {header: "2.128", want: 2128 * time.Millisecond, ok: true},
		"zero":                       {header: "0", ok: true},
		"negative":                   {header: "-1"},
		"not a number":               {header: "NaN"},
		"absurd":                     {header: "1e300"},
		"garbage":                    {header: "soon"},
		"date":                       {header: "Sat, 21 Nov 2026 12:00:30 GMT", want: 30 * time.Second, ok: true},
		"date on the server's clock": {header: "Sat, 21 Nov 2026 09:00:30 GMT", date: "Sat, 21 Nov 2026 09:00:00 GMT", want: 30 * time.Second, ok: true},
		"date in the past":           {header: "Sat, 21 Nov 2026 11:00:00 GMT", ok: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			header.Set("Retry-After", test.header)
			header.Set("Date", test.date)
			got, ok := retryAfter(header, now)
			if got != test.want || ok != test.ok {
				t.Errorf("got %s, %t; want %s, %t", got, ok, test.want, test.ok)
			}
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("90", "")
	f.Add("Sat, 21 Nov 2026 12:00:30 GMT", "Sat, 21 Nov 2026 12:00:00 GMT")
	f.Fuzz(func(t *testing.T, value, date string) {
		header := http.Header{"Retry-After": {value}, "Date": {date}}
		if wait, _ := retryAfter(header, time.Now()); wait < 0 {
			t.Errorf("a negative wait of %s for %q", wait, value)
		}
	})
}

func TestGovernorHoldsEverybody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGovernor()
		g.refused(nil, 5*time.Second)
		g.refused(nil, time.Second) // a shorter wait does not end a longer one
		start := time.Now()
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				if err := g.wait(t.Context(), load{reads: 1}, pause); err != nil {
					t.Error(err)
				}
				if waited := time.Since(start); waited < 5*time.Second {
					t.Errorf("went on after %s, before the hold ended", waited)
				}
			})
		}
		group.Wait()
	})
}

// Who throttles the writes says so; reads go on.
func TestGovernorTellsWritesFromReads(t *testing.T) {
	t.Parallel()
	for scope, wantRead := range map[string]time.Duration{
		"":                                    time.Minute,
		"Tenant_Application/Write/app/tenant": 0,
		"Tenant_Application/ReadWrite/app/tenant": time.Minute,
		"nonsense": time.Minute,
	} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := newGovernor()
				g.refused(http.Header{"X-Ms-Throttle-Scope": {scope}}, time.Minute)
				start := time.Now()
				if err := g.wait(t.Context(), load{reads: 1}, pause); err != nil || time.Since(start) != wantRead {
					t.Errorf("a read waited %s, %v", time.Since(start), err)
				}
				if err := g.wait(t.Context(), load{reads: 1, writes: 1}, pause); err != nil || time.Since(start) < time.Minute {
					t.Errorf("a batch with a write waited %s, %v", time.Since(start), err)
				}
			})
		})
	}
}

func TestGovernorRefusesToOutwaitTheContext(t *testing.T) {
	t.Parallel()
	g := newGovernor()
	g.refused(nil, 2*time.Hour)
	plain, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	budgeted, cancelBudget := WithBudget(t.Context(), time.Minute)
	defer cancelBudget()
	for name, ctx := range map[string]context.Context{"timeout": plain, "budget": budgeted} {
		var throttled *Throttled
		if err := g.wait(ctx, load{writes: 1}, pause); !errors.As(err, &throttled) {
			t.Fatalf("%s: got %v, want *Throttled at once", name, err)
		}
		if throttled.RetryAfter < 119*time.Minute {
			t.Errorf("%s: RetryAfter is %s", name, throttled.RetryAfter)
		}
	}
	if err := g.wait(contextThatEnded(t), load{reads: 1}, pause); !errors.Is(err, context.Canceled) {
		t.Errorf("an operation that was interrupted: %v", err)
	}
}
