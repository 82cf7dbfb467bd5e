package graph

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// script is a transport that answers try after try from a list.
type script struct {
	mu      sync.Mutex
	answers []func(*http.Request) (*http.Response, error)
	bodies  []string
}

func (s *script) RoundTrip(request *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := ""
	if request.Body != nil {
		content, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		body = string(content)
	}
	s.bodies = append(s.bodies, body)
	if len(s.answers) == 0 {
		return nil, errors.New("more tries than answers")
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return connecting(answer)(request)
}

// connecting tells of the connection as the transport does: there is none for errDial.
func connecting(answer func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(request *http.Request) (*http.Response, error) {
		trace := httptrace.ContextClientTrace(request.Context())
		trace.GetConn(request.URL.Host)
		response, err := answer(request)
		if !errors.Is(err, errDial) {
			trace.GotConn(httptrace.GotConnInfo{})
		}
		return response, err
	}
}

func status(code int, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		recorder := httptest.NewRecorder()
		for i := 0; i+1 < len(headers); i += 2 {
			recorder.Header().Set(headers[i], headers[i+1])
		}
		recorder.WriteHeader(code)
		return recorder.Result(), nil
	}
}

// met is Graph's refusal of a write that met another one.
func met(headers ...string) func(*http.Request) (*http.Response, error) {
	return func(request *http.Request) (*http.Response, error) {
		response, err := status(http.StatusConflict, headers...)(request)
		response.Body = io.NopCloser(strings.NewReader(`{"error":{"code":"Directory_ConcurrencyViolation","message":"m"}}`))
		return response, err
	}
}

// unavailable is a 503 that asks for seven seconds, with an error code of Graph's unless
// that is "".
func unavailable(code string) func(*http.Request) (*http.Response, error) {
	return func(request *http.Request) (*http.Response, error) {
		response, err := status(http.StatusServiceUnavailable, "Retry-After", "7")(request)
		response.Body = io.NopCloser(strings.NewReader(`{"error":{"code":"` + code + `"}}`))
		return response, err
	}
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

var (
	errReset = &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
	errDial  = &net.OpError{Op: "dial", Err: errors.New("connection refused")}
)

func TestSender(t *testing.T) {
	t.Parallel()
	type answers = []func(*http.Request) (*http.Response, error)
	tests := map[string]struct {
		method     string
		repeatable bool
		untaken    bool
		answers    answers
		wantTries  int
		wantStatus int
		wantLost   bool
		wantWait   time.Duration // the longest single pause, at least
	}{
		"success":                    {method: "GET", answers: answers{status(200)}, wantTries: 1, wantStatus: 200},
		"a refusal is handed on":     {method: "GET", answers: answers{status(404)}, wantTries: 1, wantStatus: 404},
		"501 is handed on":           {method: "GET", answers: answers{status(501)}, wantTries: 1, wantStatus: 501},
		"429 on a POST":              {method: "POST", answers: answers{status(429, "Retry-After", "0.05"), status(201)}, wantTries: 2, wantStatus: 201},
		"429 without a header":       {method: "GET", answers: answers{status(429), status(200)}, wantTries: 2, wantStatus: 200},
		"503 on a GET":               {method: "GET", answers: answers{status(503), status(503), status(200)}, wantTries: 3, wantStatus: 200},
		"503 honours Retry-After":    {method: "GET", answers: answers{status(503, "Retry-After", "7"), status(200)}, wantTries: 2, wantStatus: 200, wantWait: 7 * time.Second},
		"reset on a PATCH":           {method: "PATCH", answers: answers{broken(errReset), status(204)}, wantTries: 2, wantStatus: 204},
		"reset on a POST":            {method: "POST", answers: answers{broken(errReset)}, wantTries: 1, wantLost: true},
		"503 on a POST":              {method: "POST", answers: answers{status(503)}, wantTries: 1, wantLost: true},
		"reset on a repeatable POST": {method: "POST", repeatable: true, answers: answers{broken(errReset), status(204)}, wantTries: 2, wantStatus: 204},
		"a POST that was never sent": {method: "POST", answers: answers{broken(errDial), status(201)}, wantTries: 2, wantStatus: 201},
		"two writes met, PATCH":      {method: "PATCH", answers: answers{met(), met("Retry-After", "3"), status(204)}, wantTries: 3, wantStatus: 204, wantWait: 3 * time.Second},
		"two writes met, POST":       {method: "POST", answers: answers{met(), status(201)}, wantTries: 2, wantStatus: 201},
		"another conflict":           {method: "PATCH", answers: answers{status(409)}, wantTries: 1, wantStatus: 409},
		"two writes meet for ever":   {method: "DELETE", answers: answers{met(), met(), met(), met(), met(), met(), met()}, wantTries: maxFailures, wantStatus: 409},
		"503 of Graph on a POST that it has not taken then": {
			method: "POST", untaken: true, answers: answers{unavailable("ServiceUnavailable"), status(202)}, wantTries: 2, wantStatus: 202, wantWait: 7 * time.Second,
		},
		"503 of a proxy on such a POST":  {method: "POST", untaken: true, answers: answers{unavailable("")}, wantTries: 1, wantLost: true},
		"reset on such a POST":           {method: "POST", untaken: true, answers: answers{broken(errReset)}, wantTries: 1, wantLost: true},
		"503 of Graph on any other POST": {method: "POST", answers: answers{unavailable("ServiceUnavailable")}, wantTries: 1, wantLost: true},
		"502 for ever": {
			method: "GET", answers: answers{status(502), status(502), status(502), status(502), status(502), status(502), status(502)},
			wantTries: maxFailures, wantStatus: 502,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := &script{answers: test.answers}
			var longest time.Duration
			s := &sender{base: base, governor: newGovernor(), clock: &serverClock{}, pause: func(ctx context.Context, wait time.Duration) error {
				longest = max(longest, wait)
				if wait > 100*time.Millisecond {
					return ctx.Err() // the test does not wait; the governor's holds are short here
				}
				return pause(ctx, wait)
			}}
			ctx := t.Context()
			if test.repeatable {
				ctx = repeatable(ctx)
			}
			if test.untaken {
				ctx = untaken(ctx)
			}
			request, err := http.NewRequestWithContext(ctx, test.method, "https://graph.example/v1.0/users", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			response, err := s.RoundTrip(request)
			var lost *Uncertain
			if errors.As(err, &lost) != test.wantLost {
				t.Fatalf("error %v, want uncertain %t", err, test.wantLost)
			}
			if !test.wantLost {
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = response.Body.Close() }()
				if response.StatusCode != test.wantStatus {
					t.Errorf("status %d, want %d", response.StatusCode, test.wantStatus)
				}
			}
			if len(base.bodies) != test.wantTries {
				t.Errorf("%d tries, want %d", len(base.bodies), test.wantTries)
			}
			for i, body := range base.bodies {
				if body != "body" {
					t.Errorf("try %d sent the body %q", i+1, body)
				}
			}
			if longest < test.wantWait {
				t.Errorf("paused %s at most, want %s", longest, test.wantWait)
			}
		})
	}
}

func TestSenderGivesUpOnALongRetryAfter(t *testing.T) {
	t.Parallel()
	base := &script{answers: []func(*http.Request) (*http.Response, error){status(429, "Retry-After", "90")}}
	s := &sender{base: base, governor: newGovernor(), clock: &serverClock{}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://graph.example/v1.0/users", nil)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	response, err := s.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusTooManyRequests {
		t.Fatalf("got %v, %v; want the 429", response, err)
	}
	_ = response.Body.Close()
	if waited := time.Since(start); waited > 10*time.Second {
		t.Errorf("waited %s although the context would end first", waited)
	}
}

func TestSenderDoesNotCutOffAWrite(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	base := &script{answers: []func(*http.Request) (*http.Response, error){func(request *http.Request) (*http.Response, error) {
		cancel() // Terraform is interrupted while the write is under way
		if err := request.Context().Err(); err != nil {
			return nil, err
		}
		return status(201)(request)
	}}}
	s := &sender{base: base, governor: newGovernor(), clock: &serverClock{}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://graph.example/v1.0/invitations", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.RoundTrip(request)
	if err != nil {
		t.Fatalf("the write was cut off: %v", err)
	}
	_ = response.Body.Close()

	request, err = http.NewRequestWithContext(ctx, http.MethodPost, "https://graph.example/v1.0/invitations", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.RoundTrip(request); !errors.Is(err, context.Canceled) { //nolint:bodyclose // there is no response
		t.Errorf("a write begun after the interruption: %v", err)
	}
}

func TestSenderDoesNotRepeatAnUntrustedConnection(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	s := &sender{base: NewTransport(nil), governor: newGovernor(), clock: &serverClock{}, pause: func(context.Context, time.Duration) error {
		t.Error("waited to try again")
		return nil
	}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.RoundTrip(request); !distrusted(err) { //nolint:bodyclose // there is no response
		t.Errorf("got %v, want the certificate's refusal", err)
	}
}

// A long Retry-After is waited out where the operation's timeout allows it.
func TestSenderWaitsOutALongRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base := &script{answers: []func(*http.Request) (*http.Response, error){status(429, "Retry-After", "90"), status(201)}}
		s := &sender{base: base, governor: newGovernor(), clock: &serverClock{}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://graph.example/v1.0/invitations", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		response, err := s.RoundTrip(request)
		if err != nil || response.StatusCode != http.StatusCreated {
			t.Fatalf("got %v, %v", response, err)
		}
		_ = response.Body.Close()
		if waited := time.Since(start); waited != 90*time.Second {
			t.Errorf("waited %s", waited)
		}
	})
}
