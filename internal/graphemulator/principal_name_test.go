package graphemulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// The documented form of a user principal name: characters, 64 before the @, 48 after
// it, no dot before the @.
func TestPrincipalNameForm(t *testing.T) {
	t.Parallel()
	longDomain := strings.Repeat("d", 36) + ".example.com"
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].VerifiedDomains = append(seed.Tenants[0].VerifiedDomains, longDomain, "d"+longDomain)
	c := start(t, graphemulator.Config{Seed: seed})
	for name, test := range map[string]struct {
		local, domain string
		status        int
	}{
		"all characters":  {local: "A.z-0_9'!#^~", status: http.StatusCreated},
		"longest":         {local: strings.Repeat("a", 64), status: http.StatusCreated},
		"longest in all":  {local: strings.Repeat("b", 64), domain: longDomain, status: http.StatusCreated},
		"too long":        {local: strings.Repeat("a", 65), status: http.StatusBadRequest},
		"domain too long": {local: "a", domain: "d" + longDomain, status: http.StatusBadRequest},
		"dot at the end":  {local: "jan.", status: http.StatusBadRequest},
		"nothing":         {local: "", status: http.StatusBadRequest},
		"plus":            {local: "jan+novak", status: http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			domain := test.domain
			if domain == "" {
				domain = c.tenant.InitialDomain
			}
			body := c.member("jan")
			body["userPrincipalName"] = test.local + "@" + domain
			got := c.graph(http.MethodPost, "users", body)
			if got.status != test.status {
				t.Fatalf("status %d, want %d: %s", got.status, test.status, got.message())
			}
			if test.status == http.StatusBadRequest && got.message() != "Property userPrincipalName is invalid." {
				t.Errorf("message %q", got.message())
			}
		})
	}
}
