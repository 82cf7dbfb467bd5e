package graph

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

const (
	// writeLimit bounds one try of a write. A write, once sent, is not cut off by an
	// interrupted Terraform: its fate would be unknown.
	writeLimit = 30 * time.Second
	// readLimit bounds one try of a read.
	readLimit = 60 * time.Second
	// maxFailures is how often one request may meet a broken connection, a 5xx or
	// another write.
	maxFailures = 6
	// firstBackoff doubles with each failure up to maxBackoff.
	firstBackoff = 300 * time.Millisecond
	maxBackoff   = 10 * time.Second
)

// sender is the http.RoundTripper below the SDK. It waits for the governor, repeats
// what may be repeated, buffers answers and logs every try.
type sender struct {
	base     http.RoundTripper
	governor *governor
	clock    *serverClock
	agent    string
	pause    func(context.Context, time.Duration) error // nil: pause
	// writes counts the beginnings and ends of writes: what was listed before is void.
	writes atomic.Uint64
}

type repeatableKey struct{}

// repeatable marks a POST whose repetition does no harm.
func repeatable(ctx context.Context) context.Context {
	return context.WithValue(ctx, repeatableKey{}, true)
}

// startKey is the context key of an *atomic.Int64 that takes the time of the last try,
// in nanoseconds of Unix time: what came before it was refused unseen.
type startKey struct{}

type untakenKey struct{}

// untaken marks a POST that Graph has not acted on when it answers 503 itself, with an
// error code: that is as good as never sent. A proxy's own 503 has no code.
func untaken(ctx context.Context) context.Context {
	return context.WithValue(ctx, untakenKey{}, true)
}

// wasUntaken reports whether an answer says so.
func wasUntaken(ctx context.Context, response *http.Response) bool {
	marked, _ := ctx.Value(untakenKey{}).(bool)
	if !marked || response.StatusCode != http.StatusServiceUnavailable {
		return false
	}
	content, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(content))
	return err == nil && newRefusal(response, content).Code != ""
}

type lossKey struct{}

type apartKey struct{}

// apart marks a request whose limit is one of its own, such as that of a mailbox or of
// sign-in activity: when Graph throttles it, or is about to, nobody else has to wait.
func apart(ctx context.Context) context.Context { return context.WithValue(ctx, apartKey{}, true) }

func isApart(ctx context.Context) bool {
	marked, _ := ctx.Value(apartKey{}).(bool)
	return marked
}

// noticing returns a context in which the sender notes whether the answer to a try was
// lost, before it repeats the request: the first try may have had its effect.
func noticing(ctx context.Context) (context.Context, *atomic.Bool) {
	lost := &atomic.Bool{}
	return context.WithValue(ctx, lossKey{}, lost), lost
}

func noteLoss(ctx context.Context, unsent bool) {
	if lost, ok := ctx.Value(lossKey{}).(*atomic.Bool); ok && !unsent {
		lost.Store(true)
	}
}

// mayRepeat reports whether a request whose fate is unknown may simply be sent again.
// Every PATCH, PUT and DELETE of this package sets absolute values.
func mayRepeat(request *http.Request) bool {
	marked, _ := request.Context().Value(repeatableKey{}).(bool)
	return marked || request.Method != http.MethodPost
}

// RoundTrip sends the request until there is an answer worth handing on.
func (s *sender) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := buffer(request)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", s.agent)
	ctx, weight := request.Context(), loadOf(request)
	if weight.writes > 0 {
		s.writes.Add(1)
		defer s.writes.Add(1)
	}
	failures := 0
	for {
		if err := s.admit(ctx, weight); err != nil {
			return nil, err
		}
		response, unsent, err := s.try(ctx, request, body)
		switch {
		case err == nil && response.StatusCode == http.StatusTooManyRequests:
			again, err := s.throttled(ctx, response, &failures)
			if err != nil {
				return nil, err
			}
			if !again {
				return response, nil
			}
		case err == nil && !worthRepeating(response):
			return response, nil
		default:
			again, err := s.failed(request, response, unsent, err, &failures)
			if err != nil {
				return nil, err
			}
			if !again {
				return response, nil
			}
		}
	}
}

// failed deals with a broken connection, where err is set, and with an answer that may be
// another one in a while: it waits, where the request may be sent again. Where it may not,
// again is false, and the answer is handed on unless there is an error. unsent says that
// nothing can have come of the request.
func (s *sender) failed(request *http.Request, response *http.Response, unsent bool, err error, failures *int) (again bool, _ error) {
	ctx := request.Context()
	wait := backoff(*failures)
	*failures++
	if err == nil {
		if after, ok := retryAfter(response.Header, time.Now()); ok {
			wait = max(wait, after)
		}
	}
	// What met another write was refused: it has had no effect, a POST neither.
	refused := err == nil && response.StatusCode == http.StatusConflict
	unsent = unsent || refused
	switch {
	case distrusted(err):
		return false, err
	case !unsent && !mayRepeat(request):
		return false, &Uncertain{Err: failureOf(response, err)}
	case *failures >= maxFailures, exceeds(ctx, wait), ctx.Err() != nil:
		return false, err
	}
	noteLoss(ctx, unsent)
	if !refused {
		// Microsoft asks to repeat after a 503 over a new connection.
		closeIdle(s.base)
	}
	return true, s.waiter()(ctx, wait)
}

// throttled deals with an answer that asks to wait. All of the application wait then, or
// this request alone where the limit is one of its own. again is false when the wait is
// longer than the request may take.
func (s *sender) throttled(ctx context.Context, response *http.Response, failures *int) (again bool, err error) {
	wait, ok := retryAfter(response.Header, time.Now())
	if !ok {
		wait = backoff(*failures)
		*failures++
	}
	own := isApart(ctx)
	if !own {
		s.governor.refused(response.Header, wait)
	}
	if outlasts(ctx, wait) {
		return false, nil
	}
	if own {
		defer holding(ctx)()
		return true, s.waiter()(ctx, wait)
	}
	return true, nil
}

func (s *sender) waiter() func(context.Context, time.Duration) error {
	if s.pause != nil {
		return s.pause
	}
	return pause
}

// try sends the request once and reads the whole answer, so that a connection that
// breaks in the middle of a body is seen here, where it can be repeated. unsent says
// that nothing can have come of the request: without a connection it has not left, or
// Graph has not taken it.
func (s *sender) try(ctx context.Context, request *http.Request, body []byte) (response *http.Response, unsent bool, err error) {
	limit := readLimit
	if request.Method != http.MethodGet {
		ctx, limit = context.WithoutCancel(ctx), writeLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var kept atomic.Bool
	clone := request.Clone(keeping(ctx, &kept))
	if body != nil {
		// With GetBody the transport itself repeats what it knows was not sent, on a
		// connection that the server has closed, for one.
		clone.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		clone.Body, _ = clone.GetBody()
		clone.ContentLength = int64(len(body))
	}
	start := time.Now()
	if tried, ok := ctx.Value(startKey{}).(*atomic.Int64); ok {
		tried.Store(start.UnixNano())
	}
	response, err = s.base.RoundTrip(clone)
	if err == nil {
		var content []byte
		content, err = io.ReadAll(response.Body)
		if closeErr := response.Body.Close(); err == nil {
			err = closeErr
		}
		response.Body = io.NopCloser(bytes.NewReader(content))
		s.clock.observe(response.Header, time.Now())
		if !isApart(ctx) {
			s.governor.observe(loadOf(request), response)
		}
	}
	logTry(ctx, request, response, err, time.Since(start))
	if err != nil {
		return nil, kept.Load(), err
	}
	return response, wasUntaken(ctx, response), nil
}

// keeping returns a context in which the transport notes that a request cannot have left:
// it has looked for a connection and has got none. It looks again only for what it knows
// was not sent on the first, or may be sent twice.
func keeping(ctx context.Context, kept *atomic.Bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { kept.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { kept.Store(false) },
	})
}

// buffer takes the body out of the request, so that it can be sent more than once.
func buffer(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(request.Body)
	if closeErr := request.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("reading the request body: %w", err)
	}
	return body, nil
}

// worthRepeating reports whether an answer may be another one in a while: Graph has failed,
// or the write met another one.
func worthRepeating(response *http.Response) bool {
	switch response.StatusCode {
	case http.StatusConflict:
		return collided(response)
	case http.StatusNotImplemented:
		return false
	default:
		return response.StatusCode >= http.StatusInternalServerError
	}
}

// collided reports whether a write met another one. The answer can still be read.
func collided(response *http.Response) bool {
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && newRefusal(response, body).Code == codeConcurrencyViolation
}

func failureOf(response *http.Response, err error) error {
	if err != nil {
		return err
	}
	return decode(response, nil)
}

// distrusted reports whether the server's certificate was refused: waiting mends nothing.
func distrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

func closeIdle(base http.RoundTripper) {
	if pool, ok := base.(interface{ CloseIdleConnections() }); ok {
		pool.CloseIdleConnections()
	}
}

// backoff returns the wait after the given number of earlier failures: exponential,
// between half and all of the step, so that goroutines do not come back in step.
func backoff(failures int) time.Duration {
	step := firstBackoff << min(failures, 10)
	step = min(step, maxBackoff)
	return step/2 + rand.N(step/2)
}

// exceeds reports whether waiting would outlast the context.
func exceeds(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Now().Add(wait).After(deadline)
}

// pause waits, or returns the context's error.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
