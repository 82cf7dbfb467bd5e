package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

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
	if err := d.client.ListGuestSignIns(t.Context(), 0, collect(guests)); err != nil {
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
	err := d.client.ListGuestSignIns(t.Context(), 0, func(string, time.Time) {})
	var forbidden *graph.Forbidden
	if !errors.As(err, &forbidden) || !strings.Contains(strings.Join(forbidden.Needs, " "), "AuditLog.Read.All") {
		t.Errorf("got %v", err)
	}
}

// signInLog serves users and, as Graph does, their sign-ins: ten requests a minute, from a
// bucket that fills evenly, 500 users each. What asks for no sign-ins is not counted.
type signInLog struct {
	mu                       sync.Mutex
	users, requests, refused int
	level                    float64
	filled                   time.Time
	loop                     bool
}

func (l *signInLog) RoundTrip(request *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	answer := func(status int, header http.Header, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	}
	if !strings.HasSuffix(request.URL.Path, "/$batch") {
		return answer(l.serve(request.URL))
	}
	var batch struct {
		Requests []struct{ ID, URL string }
	}
	if err := json.NewDecoder(request.Body).Decode(&batch); err != nil {
		return nil, err
	}
	answers := make([]string, len(batch.Requests))
	for i, one := range batch.Requests {
		target, err := url.Parse(one.URL)
		if err != nil {
			return nil, err
		}
		status, header, body := l.serve(target)
		answers[i] = fmt.Sprintf(`{"id":%q,"status":%d,"headers":{"Retry-After":%q,"X-Ms-Throttle-Limit-Percentage":%q},"body":%s}`,
			one.ID, status, header.Get("Retry-After"), header.Get("X-Ms-Throttle-Limit-Percentage"), body)
	}
	return answer(http.StatusOK, http.Header{}, `{"responses":[`+strings.Join(answers, ",")+`]}`)
}

func (l *signInLog) serve(target *url.URL) (status int, header http.Header, body string) {
	header = http.Header{}
	if !strings.Contains(target.RawQuery, "signInActivity") {
		return http.StatusOK, header, `{"id":"1","value":[]}`
	}
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
		header.Set("Retry-After", "6")
		return http.StatusTooManyRequests, header, `{}`
	}
	l.level--
	header.Set("X-Ms-Throttle-Limit-Percentage", fmt.Sprintf("%.2f", 1-l.level/10))
	top, _ := strconv.Atoi(target.Query().Get("$top"))
	from, _ := strconv.Atoi(target.Query().Get("$skiptoken"))
	users := []string{}
	for i := from; i < min(from+top, l.users); i++ {
		users = append(users, fmt.Sprintf(`{"id":"%d","signInActivity":{"lastSignInDateTime":"2026-01-15T09:00:00Z"}}`, i))
	}
	body = `{"id":"1","value":[` + strings.Join(users, ",") + `]`
	if next := from + top; next < l.users && top > 0 {
		if l.loop {
			next = top
		}
		body += fmt.Sprintf(`,"@odata.nextLink":"https://graph.example/v1.0/users?$select=signInActivity&$top=%d&$skiptoken=%d"`, top, next)
	}
	return http.StatusOK, header, body + "}"
}

func (l *signInLog) client(t *testing.T) *graph.Client {
	t.Helper()
	client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "s", Credential: reader{}, Transport: l, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Whoever asks for sign-ins keeps to the limit by himself: nobody is ever asked to wait,
// and others are not slowed down. It takes minutes, which pass at once here.
func TestSignInsKeepToTheLimit(t *testing.T) {
	t.Parallel()
	ids := make([]graph.Key, 300)
	for i := range ids {
		ids[i] = graph.Key{Kind: graph.ByObjectID, Value: fmt.Sprintf("00000000-0000-0000-0000-%012d", i)}
	}
	before := time.Now()
	for name, test := range map[string]struct {
		read     func(ctx context.Context, c *graph.Client, take func()) error
		people   int
		requests int
		took     time.Duration
	}{
		"all guests": {func(ctx context.Context, c *graph.Client, take func()) error {
			return c.ListGuestSignIns(ctx, 20_000, func(string, time.Time) { take() })
		}, 20_000, 40, 3 * time.Minute},
		"users by a criterion": {func(ctx context.Context, c *graph.Client, take func()) error {
			return c.ListUsers(ctx, graph.Criteria{LastSignInBefore: &before}, nil, func(graph.User) { take() })
		}, 20_000, 40, 3 * time.Minute},
		"named users": {func(ctx context.Context, c *graph.Client, _ func()) error {
			_, err := c.FindUsers(ctx, ids, graph.SignIns)
			return err
		}, 0, 20, time.Minute},
		"users one by one": {func(ctx context.Context, c *graph.Client, _ func()) error {
			errs := make([]error, 25)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() { _, errs[i] = c.UserDetails(ctx, ids[i].Value, graph.SignIns) })
			}
			all.Wait()
			return errors.Join(errs...)
		}, 0, 25, 90 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				log, begin, people := &signInLog{users: 20_000}, time.Now(), 0
				client := log.client(t)
				stop := readOn(t, client)
				if err := test.read(t.Context(), client, func() { people++ }); err != nil {
					t.Error(err)
				}
				took := time.Since(begin)
				stop()
				if people != test.people || log.requests != test.requests || log.refused != 0 || took != test.took {
					t.Errorf("%d people, %d requests, %d refused, in %v", people, log.requests, log.refused, took)
				}
			})
		})
	}
}

// Whoever waits for minutes can see in the log how far it is.
func TestSignInsShowTheirProgress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read  func(ctx context.Context, c *graph.Client) error
		users int
		want  []string
	}{
		"all guests": {func(ctx context.Context, c *graph.Client) error {
			return c.ListGuestSignIns(ctx, 1_200, func(string, time.Time) {})
		}, 1_200, []string{"500 of 1200, 12 s", "1000 of 1200, 6 s", "1200 of 1200, 0 s"}},
		"some left meanwhile": {func(ctx context.Context, c *graph.Client) error {
			return c.ListGuestSignIns(ctx, 1_300, func(string, time.Time) {})
		}, 1_200, []string{"500 of 1300, 12 s", "1000 of 1300, 6 s"}},
		"more came meanwhile": {func(ctx context.Context, c *graph.Client) error {
			return c.ListGuestSignIns(ctx, 900, func(string, time.Time) {})
		}, 1_200, []string{"500 of 900, 6 s", "900 of 900, 0 s", "1000 of 900, 0 s"}},
		"people of a group": {func(ctx context.Context, c *graph.Client) error {
			return c.ListSignIns(ctx, make([]string, 30), func(string, time.Time) {})
		}, 15, []string{"15 of 30, 6 s", "30 of 30, 0 s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				ctx := tflogtest.RootLogger(t.Context(), &log)
				if err := test.read(ctx, (&signInLog{users: test.users}).client(t)); err != nil {
					t.Error(err)
				}
				lines, err := tflogtest.MultilineJSONDecode(&log)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, line := range lines {
					if line["@level"] == "info" {
						got = append(got, fmt.Sprintf("%v of %v, %v s", line["people"], line["of"], line["seconds_left"]))
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// Somebody else uses the limit as well: who asks for sign-ins is refused, and waits alone.
func TestSignInsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, begin := &signInLog{users: 1, filled: time.Now()}, time.Now()
		client := log.client(t)
		stop := readOn(t, client)
		if _, err := client.UserDetails(t.Context(), "00000000-0000-0000-0000-000000000001", graph.SignIns); err != nil {
			t.Error(err)
		}
		took := time.Since(begin)
		stop()
		if log.refused != 1 || took != 6*time.Second {
			t.Errorf("%d refused, in %v", log.refused, took)
		}
	})
}

// readOn reads something else ten times a second, which takes no time, until stop is called.
func readOn(t *testing.T, client *graph.Client) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	reading.Go(func() {
		for ctx.Err() == nil {
			begin := time.Now()
			_, err := client.UserDetails(context.WithoutCancel(ctx), "00000000-0000-0000-0000-000000000002")
			if took := time.Since(begin); err != nil || took > 0 {
				t.Errorf("another reader waited %v: %v", took, err)
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	return func() {
		cancel()
		reading.Wait()
	}
}

// What cannot be read in time fails at once, not when the time is over.
func TestSignInsBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, begin := &signInLog{users: 20_000}, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := log.client(t).ListGuestSignIns(ctx, 0, func(string, time.Time) {})
		if !errors.Is(err, context.DeadlineExceeded) || log.requests != 10 || time.Since(begin) > time.Second {
			t.Errorf("after %d requests and %v: %v", log.requests, time.Since(begin), err)
		}
	})
}

func TestSignInsInALoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &signInLog{users: 20_000, loop: true}
		if err := log.client(t).ListGuestSignIns(t.Context(), 0, func(string, time.Time) {}); err == nil {
			t.Error("a list without end was read to the end")
		}
	})
}
