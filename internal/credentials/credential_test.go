package credentials

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
)

func TestClientSecret(t *testing.T) {
	t.Parallel()
	for name, configure := range map[string]func(*Arguments){
		"value": func(a *Arguments) { a.ClientSecret = new(testSecret) },
		"file":  func(a *Arguments) { a.ClientSecretFilePath = new(writeFile(t, "secret", testSecret+"\n")) },
		"both agreeing": func(a *Arguments) {
			a.ClientSecret = new(testSecret)
			a.ClientSecretFilePath = new(writeFile(t, "secret", testSecret))
		},
		"client id from a file": func(a *Arguments) {
			a.ClientSecret, a.ClientID, a.ClientIDFilePath = new(testSecret), nil, new(writeFile(t, "client", testClient+"\n"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
			a := service.arguments()
			configure(&a)
			credential, method := newCredential(t, a, service.Client())
			if method != MethodClientSecret {
				t.Errorf("method is %q", method)
			}
			if sent := service.count(); sent != 0 {
				t.Errorf("New sent %d requests", sent)
			}
			for range 2 {
				if token, err := getToken(t, credential); err != nil || token != "the-token" {
					t.Fatalf("got %q, %v", token, err)
				}
			}
			form := service.lastForm(t)
			if form.Get("client_secret") != testSecret || form.Get("client_id") != testClient || !strings.HasPrefix(form.Get("scope"), "https://graph.example/.default") {
				t.Errorf("sent %v", form)
			}
			if sent := service.count(); sent != 2 {
				t.Errorf("two tokens took %d requests, want discovery and one token", sent)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
	a := service.arguments()
	a.ClientCertificate = new(other().certificatePEM() + leaf().certificatePEM() + leaf().keyPEM())
	credential, method := newCredential(t, a, service.Client())
	if method != MethodClientCertificate {
		t.Errorf("method is %q", method)
	}
	if token, err := getToken(t, credential); err != nil || token != "the-token" {
		t.Fatalf("got %q, %v", token, err)
	}
	header, _, _ := strings.Cut(service.lastForm(t).Get("client_assertion"), ".")
	decoded, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(decoded, &claims); err != nil {
		t.Fatal(err)
	}
	if claims["x5t"] == nil && claims["x5t#S256"] == nil {
		t.Errorf("the assertion names no certificate: %s", decoded)
	}
}

func TestOIDCTokenFileIsReadAgain(t *testing.T) {
	t.Parallel()
	for method, configure := range map[Method]func(*Arguments){
		MethodOIDCToken:           func(a *Arguments) { a.UseOIDC = new(true) },
		MethodAKSWorkloadIdentity: func(a *Arguments) { a.UseAKSWorkloadIdentity = new(true) },
	} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			// Tokens that end at once make each call of GetToken a request.
			service := newSignInService(t, func(form url.Values) answer {
				return answer{http.StatusOK, fmt.Sprintf(`{"token_type":"Bearer","expires_in":1,"access_token":"for %s"}`, form.Get("client_assertion"))}
			})
			path := writeFile(t, "token", "first\n")
			a := service.arguments()
			a.OIDCTokenFilePath = &path
			configure(&a)
			credential, got := newCredential(t, a, service.Client())
			if got != method {
				t.Errorf("method is %q", got)
			}
			for _, content := range []string{"first", "second"} {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				if token, err := getToken(t, credential); err != nil || token != "for "+content {
					t.Errorf("got %q, %v", token, err)
				}
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			_, err := getToken(t, credential)
			wantBlame(t, err, "oidc_token_file_path", "does not exist")
		})
	}
}

func TestOIDCTokenValue(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
	a := service.arguments()
	a.UseOIDC, a.OIDCToken = new(true), new("the-assertion")
	credential, _ := newCredential(t, a, service.Client())
	if _, err := getToken(t, credential); err != nil {
		t.Fatal(err)
	}
	if got := service.lastForm(t).Get("client_assertion"); got != "the-assertion" {
		t.Errorf("sent the assertion %q", got)
	}
}

func TestPipelineOIDC(t *testing.T) {
	t.Parallel()
	const connection = "cccccccc-0000-0000-0000-000000000000"
	for method, test := range map[Method]struct {
		connection, verb, query, body string
	}{
		MethodGitHubOIDC:      {"", http.MethodGet, "audience=api%3A%2F%2FAzureADTokenExchange&run=7", `{"value":"the-assertion"}`},
		MethodAzureDevOpsOIDC: {connection, http.MethodPost, "api-version=7.1&run=7&serviceConnectionId=" + connection, `{"oidcToken":"the-assertion"}`},
	} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
			service.elsewhere = func(r *http.Request) answer {
				if r.Method != test.verb || r.URL.RawQuery != test.query || r.Header.Get("Authorization") != "Bearer request-token" {
					return answer{http.StatusBadRequest, r.Method + " " + r.URL.RawQuery}
				}
				return answer{http.StatusOK, test.body}
			}
			a := service.arguments()
			a.UseOIDC, a.OIDCRequestToken, a.OIDCRequestURL = new(true), new("request-token"), new(service.URL+"/oidc?run=7")
			a.ADOPipelineServiceConnectionID = &test.connection
			credential, got := newCredential(t, a, service.Client())
			if got != method {
				t.Errorf("method is %q", got)
			}
			if sent := service.count(); sent != 0 {
				t.Errorf("New sent %d requests", sent)
			}
			if token, err := getToken(t, credential); err != nil || token != "the-token" {
				t.Fatalf("got %q, %v", token, err)
			}
			if got := service.lastForm(t).Get("client_assertion"); got != "the-assertion" {
				t.Errorf("sent the assertion %q", got)
			}
		})
	}
}

func TestPipelineOIDCErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		connection string
		answer     answer
		words      []string
	}{
		"GitHub refuses":            {"", answer{http.StatusForbidden, "eyJhbGciOi.plantedsecret.x"}, []string{"HTTP 403", "id-token: write", "ado_pipeline_service_connection_id"}},
		"GitHub fails":              {"", answer{http.StatusBadGateway, "plantedsecret"}, []string{"HTTP 502"}},
		"GitHub answers a page":     {"", answer{http.StatusOK, "<html>plantedsecret"}, []string{"cannot be read"}},
		"GitHub has no token":       {"", answer{http.StatusOK, `{"oidcToken":"plantedsecret"}`}, []string{"without a token"}},
		"Azure DevOps refuses":      {"sc", answer{http.StatusUnauthorized, "plantedsecret"}, []string{"HTTP 401", "SYSTEM_ACCESSTOKEN"}},
		"Azure DevOps has no token": {"sc", answer{http.StatusOK, `{}`}, []string{"without a token"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, nil)
			service.elsewhere = func(*http.Request) answer { return test.answer }
			a := service.arguments()
			a.UseOIDC, a.OIDCRequestToken, a.OIDCRequestURL = new(true), new("rt-plantedsecret"), new(service.URL+"/oidc")
			a.ADOPipelineServiceConnectionID = &test.connection
			credential, _ := newCredential(t, a, service.Client())
			_, err := getToken(t, credential)
			wantBlame(t, err, "oidc_request_url", test.words...)
		})
	}
}

// leaveAzure hides the variables by which azidentity recognises Azure hosts.
func leaveAzure(t *testing.T) {
	t.Helper()
	for _, name := range []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET"} {
		t.Setenv(name, "")
	}
}

func TestPipelineOIDCUnreachable(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, nil)
	closed := httptest.NewTLSServer(nil)
	closed.Close()
	a := service.arguments()
	a.UseOIDC, a.OIDCRequestToken, a.OIDCRequestURL = new(true), new("rt-plantedsecret"), new(closed.URL)
	credential, _ := newCredential(t, a, service.Client())
	_, err := getToken(t, credential)
	wantBlame(t, err, "oidc_request_url", "OIDC token service not reachable", strings.TrimPrefix(closed.URL, "https://"))
}

// freshResource is one that no test has a token for: azidentity caches tokens of managed
// identities for the whole process.
func freshResource() string { return "https://" + strings.ToLower(rand.Text()) + ".example" }

//nolint:paralleltest // the environment of the process is changed
func TestManagedIdentity(t *testing.T) {
	leaveAzure(t)
	for clientID, path := range map[string]string{
		"":                                     "/somewhere/token",
		"dddddddd-0000-0000-0000-000000000001": "/somewhere/token",
		"dddddddd-0000-0000-0000-000000000002": "",
	} {
		t.Run("client id "+clientID, func(t *testing.T) {
			service := newSignInService(t, nil)
			service.elsewhere = func(*http.Request) answer {
				return answer{http.StatusOK, `{"access_token":"the-token","expires_in":"3599","resource":"https://graph.example","token_type":"Bearer"}`}
			}
			a := Arguments{UseMSI: new(true), MSIEndpoint: new(service.URL + path), ClientID: &clientID}
			credential, method := newCredential(t, a, service.Client())
			if method != MethodManagedIdentity {
				t.Errorf("method is %q", method)
			}
			resource := freshResource()
			if token, err := getTokenFor(t, credential, resource+"/.default"); err != nil || token != "the-token" {
				t.Fatalf("got %q, %v", token, err)
			}
			asked := service.lastRequest(t)
			want := path
			if want == "" {
				want = "/metadata/identity/oauth2/token"
			}
			query := asked.URL.Query()
			if asked.URL.Path != want || asked.Header.Get("Metadata") != "true" || query.Get("resource") != resource || query.Get("client_id") != clientID {
				t.Errorf("asked %s with %v", asked.URL, asked.Header)
			}
		})
	}
}

//nolint:paralleltest // the environment of the process is changed
func TestManagedIdentityErrors(t *testing.T) {
	leaveAzure(t)
	notFound := answer{http.StatusBadRequest, `{"error":"invalid_request","error_description":"Identity not found"}`}
	for name, test := range map[string]struct {
		clientID string
		blamed   string
		words    []string
	}{
		"user-assigned":   {"dddddddd-0000-0000-0000-000000000003", "client_id", []string{"Identity not found", "assigned to the resource"}},
		"system-assigned": {"", "use_msi", []string{"Identity not found", "system-assigned"}},
	} {
		t.Run(name, func(t *testing.T) {
			service := newSignInService(t, nil)
			service.elsewhere = func(*http.Request) answer { return notFound }
			a := Arguments{UseMSI: new(true), MSIEndpoint: new(service.URL), ClientID: &test.clientID}
			credential, _ := newCredential(t, a, service.Client())
			_, err := getTokenFor(t, credential, freshResource()+"/.default")
			wantBlame(t, err, test.blamed, test.words...)
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		service := newSignInService(t, nil)
		client := service.Client()
		service.Close()
		a := Arguments{UseMSI: new(true), MSIEndpoint: new(service.URL)}
		credential, _ := newCredential(t, a, client)
		_, err := getTokenFor(t, credential, freshResource()+"/.default")
		wantBlame(t, err, "msi_endpoint", "cannot be reached", strings.TrimPrefix(service.URL, "https://"))
	})
}

func TestNewErrors(t *testing.T) {
	t.Parallel()
	file := func(content string) *string { return new(writeFile(t, "file", content)) }
	secret := func(change func(*Arguments)) Arguments {
		a := Arguments{TenantID: new(testTenant), ClientID: new(testClient), ClientSecret: new(testSecret)}
		change(&a)
		return a
	}
	oidc := func(change func(*Arguments)) Arguments {
		return secret(func(a *Arguments) {
			a.ClientSecret, a.UseOIDC = nil, new(true)
			change(a)
		})
	}
	certificate := leaf().certificatePEM() + leaf().keyPEM()
	for name, test := range map[string]struct {
		arguments Arguments
		blamed    string
		words     string
	}{
		"no way in":                     {Arguments{UseCLI: new(false)}, "", "No way"},
		"secrets that differ":           {secret(func(a *Arguments) { a.ClientSecretFilePath = file("other-plantedsecret") }), "client_secret_file_path", "both set"},
		"missing secret file":           {secret(func(a *Arguments) { a.ClientSecret, a.ClientSecretFilePath = nil, new("/missing/secret") }), "client_secret_file_path", "does not exist"},
		"empty secret file":             {secret(func(a *Arguments) { a.ClientSecret, a.ClientSecretFilePath = nil, file("\n") }), "client_secret_file_path", "empty"},
		"client ids that differ":        {secret(func(a *Arguments) { a.ClientIDFilePath = file(testTenant) }), "client_id_file_path", "both set"},
		"malformed client id":           {secret(func(a *Arguments) { a.ClientID = new("plantedsecret") }), "client_id", "GUID"},
		"malformed client id in a file": {secret(func(a *Arguments) { a.ClientID, a.ClientIDFilePath = nil, file("plantedsecret") }), "client_id_file_path", "GUID"},
		"client id with braces":         {secret(func(a *Arguments) { a.ClientID = new("{" + testClient[2:] + "}") }), "client_id", "GUID"},
		"no client id":                  {secret(func(a *Arguments) { a.ClientID = nil }), "client_id", "ARM_CLIENT_ID"},
		"no tenant":                     {secret(func(a *Arguments) { a.TenantID = nil }), "tenant_id", "ARM_TENANT_ID"},
		"malformed tenant":              {secret(func(a *Arguments) { a.TenantID = new("contoso") }), "tenant_id", `"contoso"`},
		"tenant that is a path":         {secret(func(a *Arguments) { a.TenantID = new("contoso.com/x") }), "tenant_id", "domain"},
		"tenant that is an address":     {secret(func(a *Arguments) { a.TenantID = new("10.0.0.1") }), "tenant_id", "domain"},
		"malformed tenant for CLI":      {Arguments{TenantID: new("a;id")}, "tenant_id", "domain"},
		"certificate without client id": {Arguments{TenantID: new(testTenant), ClientCertificate: &certificate}, "client_id", "client certificate"},
		"certificate without tenant":    {Arguments{ClientID: new(testClient), ClientCertificate: &certificate}, "tenant_id", "client certificate"},
		"unusable certificate":          {secret(func(a *Arguments) { a.ClientCertificate = new("x") }), "client_certificate", "neither PEM"},
		"no OIDC source":                {oidc(func(*Arguments) {}), "use_oidc", "use_oidc is true"},
		"missing OIDC token file":       {oidc(func(a *Arguments) { a.OIDCTokenFilePath = new("/missing/token") }), "oidc_token_file_path", "does not exist"},
		"OIDC tokens that differ":       {oidc(func(a *Arguments) { a.OIDCToken, a.OIDCTokenFilePath = new("x"), file("eyJ.plantedsecret") }), "oidc_token_file_path", "both set"},
		"OIDC without client id":        {oidc(func(a *Arguments) { a.OIDCToken, a.ClientID = new("x"), nil }), "client_id", "OIDC token"},
		"OIDC request without TLS":      {oidc(func(a *Arguments) { a.OIDCRequestToken, a.OIDCRequestURL = new("x"), new("http://x/?plantedsecret") }), "oidc_request_url", "https"},
		"OIDC request to nowhere":       {oidc(func(a *Arguments) { a.OIDCRequestToken, a.OIDCRequestURL = new("x"), new("plantedsecret") }), "oidc_request_url", "URL"},
		"no workload identity":          {secret(func(a *Arguments) { a.ClientSecret, a.UseAKSWorkloadIdentity = nil, new(true) }), "use_aks_workload_identity", "AZURE_FEDERATED_TOKEN_FILE"},
		"malformed msi_endpoint":        {Arguments{UseMSI: new(true), MSIEndpoint: new("ftp://x")}, "msi_endpoint", "http"},
		"malformed client id for MSI":   {Arguments{UseMSI: new(true), ClientID: new("name")}, "client_id", "GUID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, err := test.arguments.Cloud()
			if err != nil {
				t.Fatal(err)
			}
			credential, method, err := New(test.arguments, cloud, &http.Client{})
			if credential != nil || method != "" {
				t.Errorf("got a credential (%s) besides the error", method)
			}
			wantBlame(t, err, test.blamed, test.words)
		})
	}
}

func TestTenantMayBeADomain(t *testing.T) {
	t.Parallel()
	service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
	a := service.arguments()
	a.ClientSecret, a.TenantID = new(testSecret), new("Contoso.onmicrosoft.com")
	credential, _ := newCredential(t, a, service.Client())
	if _, err := getToken(t, credential); err != nil {
		t.Fatal(err)
	}
}
