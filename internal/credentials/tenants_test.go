package credentials

import (
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// A token for another tenant is asked for at that tenant, if it is one of those named.
func TestAdditionalTenants(t *testing.T) {
	t.Parallel()
	const named, stranger = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
	for name, configure := range map[string]func(*Arguments){
		"client secret": func(a *Arguments) { a.ClientSecret = new(testSecret) },
		"client certificate": func(a *Arguments) {
			a.ClientCertificate = new(leaf().certificatePEM() + leaf().keyPEM())
		},
		"OIDC token": func(a *Arguments) { a.UseOIDC, a.OIDCToken = new(true), new("federated") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newSignInService(t, func(url.Values) answer { return tokenAnswer("the-token") })
			a := service.arguments()
			a.AdditionalTenantIDs = []string{named}
			configure(&a)
			credential, _ := newCredential(t, a, service.Client())
			options := policy.TokenRequestOptions{Scopes: []string{"https://graph.example/.default"}, TenantID: named}
			if _, err := credential.GetToken(t.Context(), options); err != nil {
				t.Fatal(err)
			}
			if path := service.lastRequest(t).URL.Path; !strings.HasPrefix(path, "/"+named+"/") {
				t.Errorf("the token was asked for at %s", path)
			}
			sent := service.count()
			options.TenantID = stranger
			if _, err := credential.GetToken(t.Context(), options); err == nil {
				t.Error("a token for a tenant that is not named was issued")
			}
			if service.count() != sent {
				t.Error("a tenant that is not named was asked")
			}
		})
	}
}
