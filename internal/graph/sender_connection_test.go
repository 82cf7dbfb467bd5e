package graph

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// post sends a POST that must not be repeated once it may have happened.
func post(t *testing.T, base http.RoundTripper, target string) error {
	t.Helper()
	s := &sender{base: base, governor: newGovernor(), clock: &serverClock{}, pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	request.GetBody = nil // the SDK sets none
	response, err := s.RoundTrip(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusAccepted {
		t.Errorf("status %d", response.StatusCode)
	}
	return nil
}

// accepting is a server that takes everything with the body "body".
func accepting(t *testing.T) (server *httptest.Server, taken *atomic.Int64) {
	t.Helper()
	taken = &atomic.Int64{}
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err != nil || string(body) != "body" {
			t.Errorf("the body is %q, %v", body, err)
		}
		taken.Add(1)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	return server, taken
}

func trusting(t *testing.T, server *httptest.Server) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	transport := NewTransport(roots)
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// A proxy that is down, or that refuses to connect, has sent nothing: that is known.
func TestNothingIsSentThroughADeadProxy(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(refusing.Close)
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	for name, proxy := range map[string]string{"down": down.URL, "refusing": refusing.URL} {
		transport := NewTransport(nil)
		transport.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
		err := post(t, transport, "https://graph.example/v1.0/users/desk/sendMail")
		if _, lost := errors.AsType[*Uncertain](err); lost || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// slamming closes the first connections in the middle of the handshake.
type slamming struct {
	net.Listener
	left atomic.Int64
}

func (l *slamming) Accept() (net.Conn, error) {
	for {
		connection, err := l.Listener.Accept()
		if err != nil || l.left.Add(-1) < 0 {
			return connection, err
		}
		_ = connection.Close()
	}
}

// Until the handshake is done nothing is sent, so it may be tried again.
func TestAFailedHandshakeSendsNothing(t *testing.T) {
	t.Parallel()
	server, taken := accepting(t)
	listener := &slamming{Listener: server.Listener}
	listener.left.Store(2)
	server.Listener = listener
	server.StartTLS()
	if err := post(t, trusting(t, server), server.URL); err != nil || taken.Load() != 1 {
		t.Errorf("%v, taken %d times", err, taken.Load())
	}
}

// fading is a connection that takes nothing any more once it has been idle.
type fading struct {
	net.Conn
	faded *atomic.Bool
}

func (c fading) Write(content []byte) (int, error) {
	if c.faded.Load() {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(content)
}

// What an idle connection did not take goes out on another one.
func TestAnIdleConnectionThatIsClosed(t *testing.T) {
	t.Parallel()
	server, taken := accepting(t)
	server.Start()
	transport := NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	var mu sync.Mutex
	var opened []*atomic.Bool
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
		mu.Lock()
		defer mu.Unlock()
		opened = append(opened, &atomic.Bool{})
		return fading{connection, opened[len(opened)-1]}, err
	}
	for range 2 {
		if err := post(t, transport, server.URL); err != nil {
			t.Error(err)
		}
		mu.Lock()
		for _, faded := range opened {
			faded.Store(true)
		}
		mu.Unlock()
	}
	if taken.Load() != 2 || len(opened) != 2 {
		t.Errorf("taken %d times over %d connections", taken.Load(), len(opened))
	}
}

// The time for which one mailbox is throttled does not count against a mail's own.
func TestThrottlingApartIsNotTheOperationsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base := &script{answers: []func(*http.Request) (*http.Response, error){status(429, "Retry-After", "180"), status(202)}}
		s := &sender{base: base, governor: newGovernor(), clock: &serverClock{}}
		ctx, cancel := WithBudget(apart(t.Context()), time.Minute)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://graph.example/v1.0/users/desk/sendMail", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		response, err := s.RoundTrip(request)
		if err != nil || response.StatusCode != http.StatusAccepted {
			t.Fatalf("got %v, %v", response, err)
		}
		_ = response.Body.Close()
	})
}
