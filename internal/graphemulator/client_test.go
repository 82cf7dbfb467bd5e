package graphemulator_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

type object = map[string]any

// client talks to an emulator as one application, over real TLS and with a real token.
type client struct {
	*graphemulator.Emulator
	t      *testing.T
	http   *http.Client
	ready  graphemulator.Ready
	tenant graphemulator.ReadyTenant
	token  string
	// headers go along with every request.
	headers map[string]string
}

// start starts an emulator and signs in as the first application of the first tenant.
func start(t *testing.T, config graphemulator.Config) *client {
	t.Helper()
	emulator, err := graphemulator.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Error(err)
		}
	})
	ready := emulator.Ready()
	c := &client{Emulator: emulator, t: t, ready: ready, tenant: ready.Tenants[0], http: httpClient(t, ready)}
	c.signIn()
	emulator.ResetRequests()
	return c
}

func httpClient(t *testing.T, ready graphemulator.Ready) *http.Client {
	t.Helper()
	content, err := os.ReadFile(ready.CACertificatesPath)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(content) {
		t.Fatal("the CA file holds no certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// as returns the same client with only the given roles in its token.
func (c *client) as(roles ...string) *client {
	c.t.Helper()
	other := *c
	c.SetRoles(c.tenant.TenantID, c.tenant.Applications[0].ClientID, roles)
	other.signIn()
	c.SetRoles(c.tenant.TenantID, c.tenant.Applications[0].ClientID, c.tenant.Applications[0].Roles)
	return &other
}

// with returns the same client sending a header with every request.
func (c *client) with(name, value string) *client {
	other := *c
	other.headers = maps.Clone(c.headers)
	if other.headers == nil {
		other.headers = map[string]string{}
	}
	other.headers[name] = value
	return &other
}

func (c *client) eventual() *client { return c.with("ConsistencyLevel", "eventual") }

func (c *client) signIn() {
	c.t.Helper()
	application := c.tenant.Applications[0]
	answer := c.tokenRequest(c.tenant.TenantID, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {application.ClientID}, "client_secret": {application.ClientSecret},
		"scope": {"https://graph.microsoft.com/.default openid offline_access profile"},
	})
	if answer.status != http.StatusOK {
		c.t.Fatalf("sign-in: %d %v", answer.status, answer.body)
	}
	c.token = answer.body["access_token"].(string)
}

func (c *client) tokenRequest(tenant string, form url.Values) answer {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost,
		c.ready.AuthorityHost+"/"+tenant+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(request)
}

// answer is what came back; body is nil when it was no JSON object.
type answer struct {
	status int
	header http.Header
	raw    string
	body   object
}

func (a answer) code() string {
	failed, _ := a.body["error"].(object)
	code, _ := failed["code"].(string)
	return code
}

func (a answer) message() string {
	failed, _ := a.body["error"].(object)
	message, _ := failed["message"].(string)
	return message
}

func (a answer) text(name string) string {
	text, _ := a.body[name].(string)
	return text
}

// values are the elements of a list answer.
func (a answer) values() []object {
	list, _ := a.body["value"].([]any)
	var values []object
	for _, element := range list {
		value, _ := element.(object)
		values = append(values, value)
	}
	return values
}

// column is one string property of every element of a list answer.
func (a answer) column(name string) []string {
	values := []string{}
	for _, element := range a.values() {
		text, _ := element[name].(string)
		values = append(values, text)
	}
	return values
}

// graph sends a request below /v1.0; body is a string, or something to encode as JSON.
func (c *client) graph(method, path string, body any) answer {
	c.t.Helper()
	return c.do(method, "/v1.0/"+path, body)
}

func (c *client) do(method, path string, body any) answer {
	c.t.Helper()
	return c.send(c.request(method, path, body))
}

func (c *client) request(method, path string, body any) *http.Request {
	c.t.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	target := path
	if !strings.HasPrefix(path, "https://") {
		target = c.ready.GraphEndpoint + path
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, strings.ReplaceAll(target, " ", "%20"), content)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	for name, value := range c.headers {
		request.Header.Set(name, value)
		if value == "" {
			request.Header.Del(name)
		}
	}
	return request
}

func (c *client) send(request *http.Request) answer {
	c.t.Helper()
	response, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, raw: string(content)}
	if strings.HasPrefix(a.raw, "{") {
		if err := json.Unmarshal(content, &a.body); err != nil {
			c.t.Fatalf("the answer is no JSON: %v: %s", err, a.raw)
		}
	}
	return a
}

// expect sends a request and fails the test at once when the status is another.
func (c *client) expect(status int, method, path string, body any) answer {
	c.t.Helper()
	a := c.graph(method, path, body)
	if a.status != status {
		c.t.Fatalf("%s %s: got %d %s, want %d", method, path, a.status, a.raw, status)
	}
	return a
}

// invite invites an address and returns the id of the guest.
func (c *client) invite(address string) string {
	c.t.Helper()
	a := c.expect(http.StatusCreated, http.MethodPost, "invitations", invitation(address))
	return a.body["invitedUser"].(object)["id"].(string)
}

func invitation(address string) object {
	return object{"invitedUserEmailAddress": address, "inviteRedirectUrl": "https://myapps.microsoft.com"}
}

// group is the id of the empty security group of the default seed.
func (c *client) group() string { return c.Groups(c.tenant.TenantID)[0]["id"].(string) }

func (c *client) reference(id string) object {
	return object{"@odata.id": c.ready.GraphEndpoint + "/v1.0/directoryObjects/" + id}
}

// put puts a user into the directory and returns the id.
func (c *client) put(user object) string {
	c.t.Helper()
	id, err := c.PutUser(c.tenant.TenantID, user)
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *client) putGroup(group object) string {
	c.t.Helper()
	id, err := c.PutGroup(c.tenant.TenantID, group)
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *client) user(id string) object {
	c.t.Helper()
	user, ok := c.User(c.tenant.TenantID, id)
	if !ok {
		c.t.Fatalf("user %s is not in the directory", id)
	}
	return user
}

func readFile(path string) ([]byte, error) { return os.ReadFile(path) }
