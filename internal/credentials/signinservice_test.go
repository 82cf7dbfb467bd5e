package credentials

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// answer is what the stand-in says to a token request.
type answer struct {
	status int
	body   string
}

func tokenAnswer(token string) answer {
	return answer{http.StatusOK, fmt.Sprintf(`{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":%q}`, token)}
}

// refusalAnswer is an error as Microsoft Entra ID words it.
func refusalAnswer(status int, kind string, code int, message string) answer {
	description := fmt.Sprintf("AADSTS%d: %s\r\nTrace ID: trace-1\r\nCorrelation ID: correlation-1\r\nTimestamp: 2026-01-02 03:04:05Z", code, message)
	body, err := json.Marshal(map[string]any{
		"error": kind, "error_description": description, "error_codes": []int{code},
		"trace_id": "trace-1", "correlation_id": "correlation-1",
	})
	if err != nil {
		panic(err)
	}
	return answer{status, string(body)}
}

// signInService stands in for Microsoft Entra ID, for pipelines' OIDC services and for the
// instance metadata service. It records what it is asked.
type signInService struct {
	*httptest.Server

	mu       sync.Mutex
	requests []*http.Request
	forms    []url.Values
	// token answers token requests, discovery those for metadata unless it is nil, and
	// elsewhere all other paths.
	token     func(form url.Values) answer
	discovery func() answer
	elsewhere func(*http.Request) answer
}

func newSignInService(t *testing.T, token func(form url.Values) answer) *signInService {
	t.Helper()
	service := &signInService{token: token}
	service.Server = httptest.NewUnstartedServer(service)
	// Handshakes that clients refuse are what some tests want.
	service.Config.ErrorLog = log.New(io.Discard, "", 0)
	service.StartTLS()
	t.Cleanup(service.Close)
	return service
}

func (s *signInService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.requests = append(s.requests, r)
	s.mu.Unlock()

	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	var reply answer
	switch {
	case rest == "v2.0/.well-known/openid-configuration" && s.discovery != nil:
		reply = s.discovery()
	case rest == "v2.0/.well-known/openid-configuration":
		base := s.URL + "/" + tenant
		reply = answer{http.StatusOK, fmt.Sprintf(`{"authorization_endpoint":"%s/oauth2/v2.0/authorize","token_endpoint":"%s/oauth2/v2.0/token","issuer":"%s/v2.0"}`, base, base, base)}
	case rest == "oauth2/v2.0/token":
		s.mu.Lock()
		s.forms = append(s.forms, r.PostForm)
		s.mu.Unlock()
		reply = s.token(r.PostForm)
	case s.elsewhere != nil:
		reply = s.elsewhere(r)
	default:
		reply = answer{http.StatusNotFound, "not here"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(reply.status)
	if _, err := w.Write([]byte(reply.body)); err != nil {
		return // the client has gone
	}
}

// count returns how many requests came.
func (s *signInService) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// lastRequest returns the last request of any kind.
func (s *signInService) lastRequest(t *testing.T) *http.Request {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) == 0 {
		t.Fatal("nothing was asked")
	}
	return s.requests[len(s.requests)-1]
}

// lastForm returns the last token request.
func (s *signInService) lastForm(t *testing.T) url.Values {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.forms) == 0 {
		t.Fatal("no token was asked for")
	}
	return s.forms[len(s.forms)-1]
}

// arguments sign in at the service.
func (s *signInService) arguments() Arguments {
	return Arguments{
		TenantID: new(testTenant), ClientID: new(testClient),
		AuthorityHost: new(s.URL), GraphEndpoint: new("https://graph.example"),
	}
}

// newCredential makes a credential whose requests go out on client.
func newCredential(t *testing.T, a Arguments, client *http.Client) (azcore.TokenCredential, Method) {
	t.Helper()
	cloud, err := a.Cloud()
	if err != nil {
		t.Fatal(err)
	}
	credential, method, err := New(a, cloud, client)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return credential, method
}

// getToken asks for a token; failed requests are sent again without a pause.
func getToken(t *testing.T, credential azcore.TokenCredential) (string, error) {
	t.Helper()
	return getTokenFor(t, credential, "https://graph.example/.default")
}

func getTokenFor(t *testing.T, credential azcore.TokenCredential, scope string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ctx = policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: 1, RetryDelay: time.Millisecond})
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	return token.Token, err
}
