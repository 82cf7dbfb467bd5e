package graph

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
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
	var g governor
	g.hold(time.Now().Add(50 * time.Millisecond))
	g.hold(time.Now()) // a shorter wait does not end a longer one
	start := time.Now()
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if err := g.wait(t.Context(), pause); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if waited := time.Since(start); waited < 50*time.Millisecond {
		t.Errorf("went on after %s, before the hold ended", waited)
	}
}

func TestGovernorRefusesToOutwaitTheContext(t *testing.T) {
	t.Parallel()
	var g governor
	g.hold(time.Now().Add(time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var throttled *Throttled
	if err := g.wait(ctx, pause); !errors.As(err, &throttled) {
		t.Fatalf("got %v, want *Throttled at once", err)
	}
	if throttled.RetryAfter < 59*time.Minute {
		t.Errorf("RetryAfter is %s", throttled.RetryAfter)
	}
}
