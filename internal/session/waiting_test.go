package session_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

func TestWaitingAtAGateIsNoTimeOfOnesOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := session.NewGate()
		leave, err := gate.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Minute, leave)
		defer timer.Stop()
		ctx, cancel := session.Deadline(t.Context(), 5*time.Second)
		defer cancel()
		leave, err = gate.Enter(ctx)
		if err != nil {
			t.Fatalf("waiting has used the time up: %v", err)
		}
		defer leave()
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) != 5*time.Second {
			t.Errorf("%s are left", time.Until(deadline))
		}
		interrupted, interrupt := context.WithCancel(t.Context())
		interrupt()
		if _, err := gate.Enter(interrupted); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

type passport struct{}

func (passport) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"tid":"00000000-0000-0000-0000-000000000001"}`))
	return azcore.AccessToken{Token: "h." + claims + ".s", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// throttled asks the first request to wait for nine seconds.
type throttled struct {
	mu       sync.Mutex
	requests int
}

func (s *throttled) RoundTrip(request *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	response := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: request}
	body := `{"value":[{"id":"ada","initialDomain":"","verifiedDomains":[]}]}`
	if s.requests == 1 {
		response.StatusCode, body = http.StatusTooManyRequests, "{}"
		response.Header.Set("Retry-After", "9")
	}
	response.Body = io.NopCloser(strings.NewReader(body))
	return response, nil
}

// One caller reads for all and is throttled meanwhile: nobody runs out of time, and who is
// interrupted goes at once.
func TestWaitingForWhatAnotherReads(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(context.Context, *session.Session) error{
		"the tenant": func(ctx context.Context, s *session.Session) error { _, err := s.Tenant(ctx); return err },
		"the protected": func(ctx context.Context, s *session.Session) error {
			_, err := s.Protected(ctx, "grace")
			return err
		},
		"a group": func(ctx context.Context, s *session.Session) error { _, err := s.Group(ctx, "team"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &throttled{}
				client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "s", Credential: passport{}, Transport: service})
				if err != nil {
					t.Fatal(err)
				}
				s := session.New(client)
				s.Rules.ProtectedGroupID = "protected"
				start := time.Now()
				var callers sync.WaitGroup
				for range 10 {
					callers.Go(func() {
						ctx, cancel := session.Deadline(t.Context(), 5*time.Second)
						defer cancel()
						if err := read(ctx, s); err != nil {
							t.Errorf("after %s: %v", time.Since(start), err)
						}
						if ctx.Err() != nil {
							t.Error("the time is used up")
						}
					})
				}
				synctest.Wait()
				interrupted, interrupt := context.WithCancel(t.Context())
				callers.Go(func() {
					if err := read(interrupted, s); !errors.Is(err, context.Canceled) || time.Since(start) > time.Second {
						t.Errorf("after %s: %v", time.Since(start), err)
					}
				})
				synctest.Wait()
				interrupt()
				callers.Wait()
				if service.requests != 2 {
					t.Errorf("%d requests", service.requests)
				}
			})
		})
	}
}
