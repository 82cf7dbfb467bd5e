package credentials

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

func TestExplainRefusals(t *testing.T) {
	t.Parallel()
	secret := func(a *Arguments) { a.ClientSecret = new(testSecret) }
	secretFile := func(a *Arguments) { a.ClientSecretFilePath = new(writeFile(t, "secret", testSecret)) }
	certificate := func(a *Arguments) { a.ClientCertificate = new(leaf().certificatePEM() + leaf().keyPEM()) }
	token := func(a *Arguments) { a.UseOIDC, a.OIDCToken = new(true), new("eyJhbGciOi.plantedsecret.sig") }
	for name, test := range map[string]struct {
		configure func(*Arguments)
		status    int
		kind      string
		code      int
		message   string
		blamed    string
		words     []string
	}{
		"wrong secret":           {secret, 401, "invalid_client", 7000215, "Invalid client secret provided.", "client_secret", []string{"Invalid client secret:", "not its id"}},
		"wrong secret in a file": {secretFile, 401, "invalid_client", 7000215, "Invalid client secret provided.", "client_secret_file_path", []string{"Invalid client secret:"}},
		"expired secret":         {secret, 401, "invalid_client", 7000222, "The provided client secret keys for app '" + testClient + "' are expired.", "client_secret", []string{"Expired client secret:", "new secret"}},
		"no secret":              {secret, 401, "invalid_client", 7000216, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.", "client_secret", []string{"not empty"}},
		"unknown application":    {secret, 400, "unauthorized_client", 700016, "Application with identifier '" + testClient + "' was not found in the directory 'Contoso'.", "client_id", []string{"Application not found:", "tenant_id", "Contoso"}},
		"disabled application":   {secret, 401, "invalid_client", 7000112, "Application is disabled.", "client_id", []string{"Application disabled:"}},
		"unknown tenant":         {secret, 400, "invalid_request", 90002, "Tenant 'x' not found.", "tenant_id", []string{"Tenant not found:", "environment"}},
		"certificate":            {certificate, 401, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not registered on application.", "client_certificate", []string{"Upload"}},
		"wrong scope":            {secret, 400, "invalid_scope", 70011, "The provided value for scope is not valid.", "graph_endpoint", []string{"same cloud"}},
		"federated subject":      {token, 401, "invalid_client", 700213, "No matching federated identity record found for presented assertion subject 'repo:a/b:ref:refs/heads/main'.", "oidc_token", []string{"repo:a/b:ref:refs/heads/main", "to the letter"}},
		"federated credential":   {token, 401, "invalid_client", 70021, "No matching federated identity record found for presented assertion.", "oidc_token", []string{"federated credential"}},
		"expired assertion":      {token, 401, "invalid_client", 700024, "Client assertion is not within its valid time range.", "oidc_token", []string{"clock"}},
		"an unknown code":        {secret, 400, "invalid_request", 999999, "Something else.", "client_secret", []string{"Sign-in refused:", "Something else.", "https://login.microsoftonline.com/error"}},
		"a code for people":      {secret, 400, "invalid_grant", 50034, "The user account does not exist.", "client_secret", []string{"Sign-in refused:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, func(url.Values) answer {
				return refusalAnswer(test.status, test.kind, test.code, test.message)
			})
			a := service.arguments()
			test.configure(&a)
			credential, _ := newCredential(t, a, service.Client())
			_, err := getToken(t, credential)
			code := fmt.Sprintf("AADSTS%d: %s Trace ID: trace-1 Correlation ID: correlation-1 Timestamp: 2026-01-02 03:04:05Z.", test.code, test.message)
			wantBlame(t, err, test.blamed, append(test.words, code)...)
		})
	}
}

func TestExplainTenantNotFoundInDiscovery(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, nil)
	service.discovery = func() answer {
		return refusalAnswer(http.StatusBadRequest, "invalid_tenant", 90002, "Tenant 'x' not found.")
	}
	a := service.arguments()
	a.ClientSecret = new(testSecret)
	credential, _ := newCredential(t, a, service.Client())
	_, err := getToken(t, credential)
	wantBlame(t, err, "tenant_id", "Tenant not found:", "AADSTS90002", "Correlation ID: correlation-1")
}

func TestExplainAnswersOfSomethingElse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer answer
		blamed string
		words  []string
	}{
		"a proxy's page":         {answer{http.StatusProxyAuthRequired, "<html>plantedsecret\x1b[31m"}, "authority_host", []string{"HTTP 407", "proxy"}},
		"nothing":                {answer{http.StatusForbidden, ""}, "authority_host", []string{"HTTP 403"}},
		"no token":               {answer{http.StatusOK, `{"token_type":"Bearer"}`}, "client_secret", []string{"Signing in failed"}},
		"hostile text":           {answer{http.StatusBadRequest, `{"error":"x","error_description":"a\r\n::error::b\u202ec\u001b[31m"}`}, "client_secret", []string{"a ::error::bc [31m"}},
		"a code only in a text":  {answer{http.StatusUnauthorized, `{"error":"x","error_description":"AADSTS7000222: expired"}`}, "client_secret", []string{"Expired client secret"}},
		"the request sent back":  {answer{http.StatusBadRequest, `{"error":"x","error_description":"client_secret=` + url.QueryEscape(testSecret) + ` or ` + testSecret + `"}`}, "client_secret", []string{"(sensitive value)"}},
		"a token sent back":      {answer{http.StatusBadRequest, `{"error":"x","error_description":"assertion eyJhbGciOi.cGxhbnRlZA.c2ln refused"}`}, "client_secret", []string{"assertion (sensitive value) refused"}},
		"a very long text":       {answer{http.StatusBadRequest, `{"error":"x","error_description":"` + strings.Repeat("long ", 10000) + `"}`}, "client_secret", []string{"…"}},
		"unavailable afterwards": {answer{http.StatusServiceUnavailable, `{"error":"temporarily_unavailable","error_description":"AADSTS90033: unavailable","error_codes":[90033]}`}, "", []string{"temporarily unavailable"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, func(url.Values) answer { return test.answer })
			a := service.arguments()
			a.ClientSecret = new(testSecret)
			credential, _ := newCredential(t, a, service.Client())
			_, err := getToken(t, credential)
			wantBlame(t, err, test.blamed, test.words...)
			if length := len(err.Error()); length > 3000 {
				t.Errorf("the text has %d bytes", length)
			}
		})
	}
}

func TestExplainUntrustedCertificates(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, nil)
	trusting, ok := service.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("the test server's client has another transport")
	}
	misnamed := trusting.Clone()
	misnamed.TLSClientConfig.ServerName = "elsewhere.test"
	outdated := trusting.Clone()
	outdated.TLSClientConfig.Time = func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }
	for name, test := range map[string]struct {
		transport *http.Transport
		blamed    string
		words     []string
	}{
		"unknown authority": {&http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}}, "ca_certificates_path", []string{"ENTRAGUEST_CA_CERTIFICATES_PATH"}},
		"another host":      {misnamed, "authority_host", []string{"elsewhere.test"}},
		"expired":           {outdated, "", []string{"clock"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := service.arguments()
			a.ClientSecret = new(testSecret)
			credential, _ := newCredential(t, a, &http.Client{Transport: test.transport})
			// The transport looks for a proxy whenever it connects.
			var connections atomic.Int32
			test.transport.Proxy = func(*http.Request) (*url.URL, error) {
				connections.Add(1)
				return nil, nil //nolint:nilnil // this is how a transport is told that there is no proxy
			}
			_, err := getToken(t, credential)
			wantBlame(t, err, test.blamed, append(test.words, strings.TrimPrefix(service.URL, "https://"))...)
			if got := connections.Load(); got != 1 {
				t.Errorf("it was tried %d times, want once", got)
			}
			if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
				t.Error("the cause is not in the chain")
			}
		})
	}
}

func TestExplainUnreachableHosts(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, nil)
	closed := httptest.NewTLSServer(nil)
	closed.Close()
	unknown := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "login.test", IsNotFound: true}}
	}}
	hanging := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	for name, test := range map[string]struct {
		client    *http.Client
		authority string
		words     []string
	}{
		"refused":      {closed.Client(), closed.URL, []string{"not reachable", "HTTPS_PROXY", strings.TrimPrefix(closed.URL, "https://")}},
		"unknown name": {&http.Client{Transport: unknown}, "login.test", []string{"Sign-in service not found", "no such host"}},
		"no answer":    {&http.Client{Transport: hanging, Timeout: 50 * time.Millisecond}, service.URL, []string{"no answer in time"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := service.arguments()
			a.ClientSecret, a.AuthorityHost = new(testSecret), &test.authority
			credential, _ := newCredential(t, a, test.client)
			_, err := getToken(t, credential)
			wantBlame(t, err, "authority_host", test.words...)
		})
	}
}

func TestExplainInterruption(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{})
	var once sync.Once
	hanging := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		once.Do(func() { close(waiting) })
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	a := Arguments{TenantID: new(testTenant), ClientID: new(testClient), ClientSecret: new(testSecret)}
	credential, _ := newCredential(t, a, &http.Client{Transport: hanging})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-waiting
		cancel()
	}()
	_, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
	wantBlame(t, err, "", "interrupted")
	if !errors.Is(err, context.Canceled) {
		t.Error("the cancellation is not in the chain")
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	a := Arguments{ClientSecret: new(testSecret)}
	if got := Explain(nil, a); got != nil {
		t.Errorf("no error gives %v", got)
	}
	known := &ArgumentError{Summary: "s", Detail: "d"}
	if got := Explain(fmt.Errorf("signing in: %w", known), a); got != known {
		t.Errorf("what is explained is explained again: %v", got)
	}
	cause := errors.New("something with " + testSecret + " and\n::error:: " + url.QueryEscape(testSecret))
	got := Explain(cause, a)
	wantBlame(t, got, "client_secret", "something with (sensitive value) and ::error:: (sensitive value).")
	if !errors.Is(got, cause) {
		t.Error("the cause is not in the chain")
	}
}

// TestNoSecretFromAFileIsShown covers secrets that are in no argument.
func TestNoSecretFromAFileIsShown(t *testing.T) {
	t.Parallel()
	echo := func(form url.Values) answer {
		return answer{http.StatusBadRequest, fmt.Sprintf(`{"error":"x","error_description":"got %s%s"}`, form.Get("client_secret"), form.Get("client_assertion"))}
	}
	for name, configure := range map[string]func(*Arguments){
		"client secret": func(a *Arguments) { a.ClientSecretFilePath = new(writeFile(t, "secret", testSecret)) },
		"opaque token": func(a *Arguments) {
			a.UseOIDC, a.OIDCTokenFilePath = new(true), new(writeFile(t, "token", "opaque-plantedsecret"))
		},
		"web token": func(a *Arguments) {
			a.UseAKSWorkloadIdentity, a.OIDCTokenFilePath = new(true), new(writeFile(t, "token", "eyJhbGciOi.plantedsecret.x"))
		},
		"certificate": func(a *Arguments) {
			a.ClientCertificatePath = new(writeFile(t, "certificate", leaf().certificatePEM()+leaf().keyPEM()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, echo)
			a := service.arguments()
			configure(&a)
			credential, _ := newCredential(t, a, service.Client())
			_, err := getToken(t, credential)
			if !strings.Contains(err.Error(), "got (sensitive value)") {
				t.Errorf("got %v", err)
			}
			wantNoSecret(t, err)
		})
	}
}

func TestTokensForManyGoroutines(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
	path := writeFile(t, "token", "the-assertion")
	a := service.arguments()
	a.UseOIDC, a.OIDCTokenFilePath = new(true), &path
	credential, _ := newCredential(t, a, service.Client())
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := getToken(t, credential); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := getToken(t, credential); err != nil {
		t.Errorf("a token that is cached was asked for again: %v", err)
	}
}
