package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// passport issues tokens for the tenant that is asked for; a stubborn one for its own.
type passport struct {
	own      string
	stubborn bool
}

func (p passport) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	tenant := options.TenantID
	if tenant == "" || p.stubborn {
		tenant = p.own
	}
	payload, err := json.Marshal(map[string]string{"tid": tenant})
	token := "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln"
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

// wire answers every request with the authorization it came with.
type wire struct{ seen []string }

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	w.seen = append(w.seen, request.Header.Get("Authorization"))
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: request}, nil
}

func TestInTenant(t *testing.T) {
	t.Parallel()
	const own, other = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-00000000000A"
	transport := &wire{}
	client, err := New(Options{Endpoint: "https://graph.example", Scope: "s", Credential: passport{own: own}, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	abroad, err := client.InTenant(other)
	if err != nil {
		t.Fatal(err)
	}
	if identity, err := abroad.Identity(t.Context()); err != nil || identity.TenantID != other {
		t.Errorf("%+v, %v", identity, err)
	}
	if identity, err := client.Identity(t.Context()); err != nil || identity.TenantID != own {
		t.Errorf("the provider's own client: %+v, %v", identity, err)
	}
	if abroad.governor != client.governor || abroad.sender != client.sender {
		t.Error("the clients do not share governor and connections")
	}
	for _, c := range []*Client{client, abroad} {
		if _, err := c.PhotoContent(t.Context(), "ada"); err != nil {
			t.Fatal(err)
		}
	}
	if len(transport.seen) != 2 || transport.seen[0] == transport.seen[1] {
		t.Errorf("tokens sent: %q", transport.seen)
	}
}

// A credential that knows its own tenant only must not have that one read instead.
func TestInTenantOfAnotherTenantsToken(t *testing.T) {
	t.Parallel()
	client, err := New(Options{Endpoint: "https://graph.example", Scope: "s", Credential: passport{own: "home", stubborn: true}, Transport: &wire{}})
	if err != nil {
		t.Fatal(err)
	}
	abroad, err := client.InTenant("abroad")
	if err != nil {
		t.Fatal(err)
	}
	_, err = abroad.PhotoContent(t.Context(), "ada")
	if _, ok := errors.AsType[*SignInError](err); !ok {
		t.Errorf("got %v", err)
	}
}
