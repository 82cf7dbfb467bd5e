package photo

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

func TestAgain(t *testing.T) {
	t.Parallel()
	looks := 0
	seen, err := again(t.Context(), time.Minute, func(context.Context) (int, bool, error) {
		looks++
		return looks, looks == 2, nil
	})
	if err != nil || seen != 2 {
		t.Errorf("got %d, %v", seen, err)
	}
	// No time for a second look is not the same as having seen nothing.
	hurried, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := again(hurried, time.Minute, func(context.Context) (int, bool, error) {
		t.Error("looked without waiting")
		return 0, true, nil
	}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestRecordTellsDriftFromLag(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rec            record
		etag           string
		drifted, stale bool
	}{
		"as written":           {record{ETag: "b", Before: "a"}, "b", false, false},
		"of before":            {record{ETag: "b", Before: "a"}, "a", true, true},
		"another":              {record{ETag: "b", Before: "a"}, "c", true, false},
		"not recorded yet":     {record{Before: "a"}, "b", false, false},
		"not recorded, before": {record{Before: "a"}, "a", false, true},
		"first photo":          {record{}, "b", false, false},
		"same picture again":   {record{ETag: "a", Before: "a"}, "a", false, false},
		"nothing in the state": {record{ETag: "b"}, "", false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if drifted, stale := test.rec.drifted(test.etag), test.rec.stale(test.etag); drifted != test.drifted || stale != test.stale {
				t.Errorf("drifted %t, stale %t", drifted, stale)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	answered := func(status int) *graph.Refusal { return &graph.Refusal{Status: status} }
	tests := map[string]struct {
		err  error
		want bool
	}{
		"success":           {nil, false},
		"forbidden":         {&graph.Forbidden{Refusal: answered(403)}, true},
		"no such user":      {&graph.NotFound{Refusal: answered(404)}, true},
		"too young":         {errors.Join(errTooYoung, &graph.NotFound{Refusal: answered(404)}), false},
		"throttled":         {&graph.Throttled{Refusal: answered(429)}, true},
		"no token":          {&graph.Failure{Err: &graph.SignInError{Err: errors.New("x")}}, true},
		"failing":           {&graph.Unavailable{Refusal: answered(503)}, false},
		"lost":              {&graph.Failure{Err: errors.New("connection reset")}, false},
		"lost, then denied": {&graph.Uncertain{Err: &graph.Forbidden{Refusal: answered(403)}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := refused(test.err); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
