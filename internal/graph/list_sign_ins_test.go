package graph_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestListSignIns(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{Throttle: graphemulator.ThrottleLarge})
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, []string{"User.Read.All", "AuditLog.Read.All"})
	ada := d.putUser(t, map[string]any{"userType": "Guest", "signInActivity": map[string]any{
		"lastSignInDateTime": "2026-02-01T00:00:00Z", "lastNonInteractiveSignInDateTime": "2026-05-01T00:00:00Z",
	}})
	bob := d.putUser(t, map[string]any{"userType": "Guest"})
	cid := d.putUser(t, map[string]any{"userType": "Member", "signInActivity": map[string]any{"lastSuccessfulSignInDateTime": "2026-03-01T00:00:00Z"}})
	collect := func(into map[string]string) func(string, time.Time) {
		return func(id string, last time.Time) { into[id] = last.UTC().Format(time.DateOnly) }
	}
	never := time.Time{}.Format(time.DateOnly)
	guests, some := map[string]string{}, map[string]string{}
	if err := d.client.ListGuestSignIns(t.Context(), collect(guests)); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(map[string]string{ada: "2026-05-01", bob: never}, guests); diff != "" {
		t.Error(diff)
	}
	if err := d.client.ListSignIns(t.Context(), []string{cid, bob}, collect(some)); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(map[string]string{bob: never, cid: "2026-03-01"}, some); diff != "" {
		t.Error(diff)
	}
}

func TestSignInsNeedAPermission(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	err := d.client.ListGuestSignIns(t.Context(), func(string, time.Time) {})
	var forbidden *graph.Forbidden
	if !errors.As(err, &forbidden) || !strings.Contains(strings.Join(forbidden.Needs, " "), "AuditLog.Read.All") {
		t.Errorf("got %v", err)
	}
}

// signInLog serves sign-ins as Graph does: ten requests a minute, from a bucket that fills
// evenly, 500 users each.
type signInLog struct {
	users, requests, refused int
	level                    float64
	filled                   time.Time
	loop                     bool
}

func (l *signInLog) RoundTrip(request *http.Request) (*http.Response, error) {
	now := time.Now()
	if l.filled.IsZero() {
		l.level = 10
	} else {
		l.level = min(10, l.level+now.Sub(l.filled).Seconds()/6)
	}
	l.filled = now
	l.requests++
	// Ten requests a minute add up to rounding errors.
	if l.level < 0.999 {
		l.refused++
		return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"6"}}, Body: http.NoBody, Request: request}, nil
	}
	l.level--
	top, _ := strconv.Atoi(request.URL.Query().Get("$top"))
	from, _ := strconv.Atoi(request.URL.Query().Get("$skiptoken"))
	var body bytes.Buffer
	body.WriteString(`{"value":[`)
	for i := from; i < min(from+top, l.users); i++ {
		if i > from {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":"%d","signInActivity":{"lastSignInDateTime":"2026-01-15T09:00:00Z"}}`, i)
	}
	body.WriteByte(']')
	if next := from + top; next < l.users {
		if l.loop {
			next = top
		}
		fmt.Fprintf(&body, `,"@odata.nextLink":"https://graph.example/v1.0/users?$top=%d&$skiptoken=%d"`, top, next)
	}
	body.WriteByte('}')
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(&body), Request: request}, nil
}

func (l *signInLog) client(t *testing.T) *graph.Client {
	t.Helper()
	client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "s", Credential: reader{}, Transport: l, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// The reader keeps to the limit by itself: nobody is ever asked to wait. It takes three
// minutes, which pass at once here.
func TestSignInsKeepToTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, begin, people := &signInLog{users: 20_000}, time.Now(), 0
		if err := log.client(t).ListGuestSignIns(t.Context(), func(string, time.Time) { people++ }); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); people != 20_000 || log.requests != 40 || log.refused != 0 || took != 3*time.Minute {
			t.Errorf("%d people, %d requests, %d refused, in %v", people, log.requests, log.refused, took)
		}
	})
}

// What cannot be read in time fails at once, not when the time is over.
func TestSignInsBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, begin := &signInLog{users: 20_000}, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := log.client(t).ListGuestSignIns(ctx, func(string, time.Time) {})
		if !errors.Is(err, context.DeadlineExceeded) || log.requests != 10 || time.Since(begin) > time.Second {
			t.Errorf("after %d requests and %v: %v", log.requests, time.Since(begin), err)
		}
	})
}

func TestSignInsInALoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &signInLog{users: 20_000, loop: true}
		if err := log.client(t).ListGuestSignIns(t.Context(), func(string, time.Time) {}); err == nil {
			t.Error("a list without end was read to the end")
		}
	})
}
