package credentials

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
)

// attempt collects what azidentity drops on the way of one token request: it turns causes
// into text, and whoever wants to explain a failure needs the cause.
type attempt struct {
	mu      sync.Mutex
	cause   error
	secrets []string
}

type attemptKey struct{}

func withAttempt(ctx context.Context) (context.Context, *attempt) {
	started := &attempt{}
	return context.WithValue(ctx, attemptKey{}, started), started
}

// note keeps the outcome of a step; a later success clears an earlier failure, because
// then the failure was not what made the request fail.
func note(ctx context.Context, err error) {
	if current, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		current.mu.Lock()
		defer current.mu.Unlock()
		current.cause = err
	}
}

// noteSecret keeps a value that must not appear in an explanation.
func noteSecret(ctx context.Context, secret string) {
	if current, ok := ctx.Value(attemptKey{}).(*attempt); ok && secret != "" {
		current.mu.Lock()
		defer current.mu.Unlock()
		current.secrets = append(current.secrets, secret)
	}
}

func (a *attempt) outcome() (secrets []string, cause error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.secrets, a.cause
}

// transporter sends requests on the given client and notes how each went.
type transporter struct {
	client *http.Client
}

// Do implements policy.Transporter.
func (t transporter) Do(request *http.Request) (*http.Response, error) {
	response, err := t.client.Do(request) //nolint:gosec // the hosts are the ones that the practitioner configures
	note(request.Context(), err)
	if err != nil && isPermanent(err) {
		return nil, permanentError{err}
	}
	return response, err //nolint:wrapcheck // a transport hands on what its client says
}

// isPermanent reports failures that trying again does not cure, so that a wrong setting
// is reported at once.
func isPermanent(err error) bool {
	var (
		untrusted *tls.CertificateVerificationError
		unknown   *net.DNSError
	)
	return errors.As(err, &untrusted) || errors.As(err, &unknown) && unknown.IsNotFound
}

// permanentError is an error that azcore's retry policy does not retry.
type permanentError struct{ error }

// NonRetriable marks the error for azcore.
func (permanentError) NonRetriable() {}

// Unwrap returns the cause.
func (p permanentError) Unwrap() error { return p.error }
