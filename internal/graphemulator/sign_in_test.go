package graphemulator_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/golang-jwt/jwt/v5"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// secretForm is a correct token request of the first application.
func (c *client) secretForm() url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {c.tenant.Applications[0].ClientID},
		"client_secret": {c.tenant.Applications[0].ClientSecret}, "scope": {"https://graph.microsoft.com/.default"},
	}
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].Applications = append(seed.Tenants[0].Applications,
		graphemulator.SeedApplication{ClientID: "11111111-1111-4111-8111-111111111111", ClientSecret: "old", SecretExpired: true})
	c := start(t, graphemulator.Config{Seed: seed})

	tests := map[string]struct {
		tenant string
		change url.Values
		status int
		name   string
		code   float64
	}{
		"right":               {status: 200},
		"by domain":           {tenant: c.tenant.VerifiedDomains[1], status: 200},
		"own scope":           {change: url.Values{"scope": {c.ready.GraphEndpoint + "/.default"}}, status: 200},
		"double slash":        {change: url.Values{"scope": {"https://graph.microsoft.com//.default"}}, status: 200},
		"with openid":         {change: url.Values{"scope": {"https://graph.microsoft.com/.default openid offline_access profile"}}, status: 200},
		"wrong secret":        {change: url.Values{"client_secret": {"x"}}, status: 401, name: "invalid_client", code: 7000215},
		"expired secret":      {change: url.Values{"client_id": {"11111111-1111-4111-8111-111111111111"}, "client_secret": {"old"}}, status: 401, name: "invalid_client", code: 7000222},
		"no secret":           {change: url.Values{"client_secret": {""}}, status: 401, name: "invalid_client", code: 7000218},
		"unknown application": {change: url.Values{"client_id": {"22222222-2222-4222-8222-222222222222"}}, status: 400, name: "unauthorized_client", code: 700016},
		"unknown tenant":      {tenant: "nowhere.example", status: 400, name: "invalid_request", code: 90002},
		"other resource":      {change: url.Values{"scope": {"https://vault.example/.default"}}, status: 400, name: "invalid_scope", code: 70011},
		"no default":          {change: url.Values{"scope": {"https://graph.microsoft.com/User.Read"}}, status: 400, name: "invalid_scope", code: 1002012},
		"no scope":            {change: url.Values{"scope": {""}}, status: 400, name: "invalid_scope", code: 70011},
		"other grant":         {change: url.Values{"grant_type": {"password"}}, status: 400, name: "unsupported_grant_type", code: 70003},
		"no client":           {change: url.Values{"client_id": {""}}, status: 400, name: "invalid_request", code: 900144},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := c.secretForm()
			maps.Copy(form, test.change)
			tenant := c.tenant.TenantID
			if test.tenant != "" {
				tenant = test.tenant
			}
			a := c.tokenRequest(tenant, form)
			if a.status != test.status {
				t.Fatalf("got %d %s, want %d", a.status, a.raw, test.status)
			}
			if test.status == 200 {
				if a.body["token_type"] != "Bearer" || a.body["expires_in"] != 3599.0 {
					t.Errorf("unexpected token answer: %s", a.raw)
				}
				return
			}
			codes, _ := a.body["error_codes"].([]any)
			if a.body["error"] != test.name || len(codes) != 1 || codes[0] != test.code {
				t.Errorf("got %s, want %s %v", a.raw, test.name, test.code)
			}
		})
	}
}

func TestTokenClaims(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{}).as("User.Read.All", "User.Invite.All")
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(c.token, claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"tid": c.tenant.TenantID, "appid": c.tenant.Applications[0].ClientID, "idtyp": "app", "aud": "https://graph.microsoft.com",
	} {
		if claims[name] != want {
			t.Errorf("%s = %v, want %v", name, claims[name], want)
		}
	}
	roles, _ := claims["roles"].([]any)
	if len(roles) != 2 || roles[0] != "User.Read.All" {
		t.Errorf("roles = %v", roles)
	}
	// An application without roles is signed in all the same, with no such claim.
	claims = jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(c.as().token, claims); err != nil {
		t.Fatal(err)
	}
	if _, there := claims["roles"]; there {
		t.Error("a token without roles has the claim")
	}
}

// The token verifies with the published key, as a resource server would do it.
func TestTokenSignature(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	discovery := c.do(http.MethodGet, "/"+c.tenant.TenantID+"/v2.0/.well-known/openid-configuration?", nil)
	if discovery.text("issuer") != c.ready.AuthorityHost+"/"+c.tenant.TenantID+"/v2.0" || discovery.text("token_endpoint") == "" || discovery.text("authorization_endpoint") == "" {
		t.Errorf("discovery: %s", discovery.raw)
	}
	keys := c.do(http.MethodGet, discovery.text("jwks_uri"), nil)
	var set struct {
		Keys []struct{ Kid, N, E string }
	}
	if err := json.Unmarshal([]byte(keys.raw), &set); err != nil || len(set.Keys) != 1 {
		t.Fatalf("keys: %s", keys.raw)
	}
	_, err := jwt.Parse(c.token, func(token *jwt.Token) (any, error) {
		if token.Header["kid"] != set.Keys[0].Kid {
			t.Errorf("kid %v is not published", token.Header["kid"])
		}
		n, err := jwt.NewParser().DecodeSegment(set.Keys[0].N)
		if err != nil {
			return nil, err
		}
		return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}, nil
	})
	if err != nil {
		t.Error(err)
	}
	unknown := c.do(http.MethodGet, "/nowhere.example/v2.0/.well-known/openid-configuration", nil)
	if unknown.status != 400 || unknown.text("error") != "invalid_tenant" || !strings.Contains(unknown.text("error_description"), "AADSTS90002") {
		t.Errorf("unknown tenant: %d %s", unknown.status, unknown.raw)
	}
}

// The Azure SDK signs in without knowing that it talks to an emulator.
func TestAzureIdentity(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	options := policy.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: c.ready.AuthorityHost},
		Transport: c.http,
	}
	application := c.tenant.Applications[0]
	credential, err := azidentity.NewClientSecretCredential(c.tenant.TenantID, application.ClientID, application.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{c.ready.GraphEndpoint + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	c.token = token.Token
	c.expect(http.StatusOK, http.MethodGet, "users", nil)
}

func newCertificate(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "app"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestClientAssertion(t *testing.T) {
	t.Parallel()
	key, certificate := newCertificate(t)
	stranger, _ := newCertificate(t)
	seed := graphemulator.DefaultSeed()
	application := &seed.Tenants[0].Applications[0]
	application.Certificates = []string{certificate}
	application.FederatedCredentials = []graphemulator.FederatedCredential{
		{Issuer: "https://token.actions.example", Subject: "repo:contoso/guests:ref:refs/heads/main", Audience: "api://AzureADTokenExchange"},
	}
	c := start(t, graphemulator.Config{Seed: seed})
	own := jwt.MapClaims{
		"iss": application.ClientID, "sub": application.ClientID, "exp": time.Now().Add(time.Minute).Unix(),
		"aud": c.ready.AuthorityHost + "/" + c.tenant.TenantID + "/oauth2/v2.0/token",
	}
	federated := jwt.MapClaims{
		"iss": "https://token.actions.example", "sub": "repo:contoso/guests:ref:refs/heads/main",
		"aud": "api://AzureADTokenExchange", "exp": time.Now().Add(time.Minute).Unix(),
	}
	with := func(claims jwt.MapClaims, name string, value any) jwt.MapClaims {
		changed := jwt.MapClaims{name: value}
		for key, old := range claims {
			if key != name {
				changed[key] = old
			}
		}
		return changed
	}
	tests := map[string]struct {
		key    *rsa.PrivateKey
		claims jwt.MapClaims
		code   string
	}{
		"certificate":       {key: key, claims: own},
		"other key":         {key: stranger, claims: own, code: "AADSTS700027"},
		"other subject":     {key: key, claims: with(own, "sub", "x"), code: "AADSTS700021"},
		"other audience":    {key: key, claims: with(own, "aud", "https://login.example"), code: "AADSTS700023"},
		"expired":           {key: key, claims: with(own, "exp", time.Now().Add(-time.Minute).Unix()), code: "AADSTS700024"},
		"federation":        {key: stranger, claims: federated},
		"federated subject": {key: stranger, claims: with(federated, "sub", "repo:contoso/other"), code: "AADSTS700213"},
		"federated issuer":  {key: stranger, claims: with(federated, "iss", "https://elsewhere.example"), code: "AADSTS700213"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertion, err := jwt.NewWithClaims(jwt.SigningMethodRS256, test.claims).SignedString(test.key)
			if err != nil {
				t.Fatal(err)
			}
			form := c.secretForm()
			form.Del("client_secret")
			form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
			form.Set("client_assertion", assertion)
			a := c.tokenRequest(c.tenant.TenantID, form)
			if test.code == "" {
				if a.status != http.StatusOK {
					t.Errorf("refused: %s", a.raw)
				}
				return
			}
			if a.status != http.StatusUnauthorized || !strings.Contains(a.text("error_description"), test.code) {
				t.Errorf("got %d %s, want %s", a.status, a.raw, test.code)
			}
		})
	}
}

func TestUnauthenticated(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	expired := *c
	c.ExpireTokens()
	c.signIn()
	for name, token := range map[string]string{
		"none": "", "garbled": "x.y.z", "tampered": c.token[:len(c.token)-8] + "AAAAAAAA", "expired": expired.token,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := c.with("Authorization", strings.TrimSpace("Bearer "+token)).graph(http.MethodGet, "users", nil)
			if a.status != http.StatusUnauthorized || a.code() != "InvalidAuthenticationToken" || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("got %d %s", a.status, a.raw)
			}
		})
	}
	c.expect(http.StatusOK, http.MethodGet, "users", nil)
}

// A multi-tenant application signs in to each tenant and sees that tenant alone.
func TestTenantsAreSeparate(t *testing.T) {
	t.Parallel()
	seed, second := graphemulator.DefaultSeed(), graphemulator.DefaultSeed()
	second.Tenants[0].Applications = seed.Tenants[0].Applications
	seed.Tenants = append(seed.Tenants, second.Tenants[0])
	c := start(t, graphemulator.Config{Seed: seed})
	other := *c
	other.tenant = c.ready.Tenants[1]
	other.signIn()

	id := c.invite("ada@partner.example")
	if a := other.graph(http.MethodGet, "users/"+id, nil); a.status != http.StatusNotFound {
		t.Errorf("the other tenant answers %d %s", a.status, a.raw)
	}
	if id == other.invite("ada@partner.example") {
		t.Error("both tenants have the same user")
	}
	organization := other.expect(http.StatusOK, http.MethodGet, "organization", nil)
	if got := organization.column("id"); !slices.Equal(got, []string{other.tenant.TenantID}) {
		t.Errorf("organization = %v", got)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	a := c.do(http.MethodGet, "/metadata/endpoints?api-version=2022-09-01", nil)
	authentication, _ := a.body["authentication"].(object)
	if a.text("microsoftGraphResourceId") != c.ready.GraphEndpoint+"/" || authentication["loginEndpoint"] != c.ready.AuthorityHost {
		t.Errorf("metadata: %s", a.raw)
	}
	if a := c.do(http.MethodGet, "/metadata/endpoints", nil); a.status != http.StatusBadRequest {
		t.Errorf("without api-version: %d", a.status)
	}
}
