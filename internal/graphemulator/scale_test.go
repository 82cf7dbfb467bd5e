package graphemulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// A tenant of 30,000 guests lists and searches quickly enough for benchmarks.
func TestLargeTenant(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 30_000)
	c := start(t, graphemulator.Config{Seed: seed})

	begin, path, n := time.Now(), "/v1.0/users?$top=999&$select=id,mail,userType", 0
	for path != "" {
		a := c.do(http.MethodGet, path, nil)
		n += len(a.values())
		path = a.text("@odata.nextLink")
	}
	listing := time.Since(begin)
	if n != 30_000 {
		t.Errorf("%d users are listed", n)
	}

	begin = time.Now()
	const searches = 10
	for range searches {
		a := c.expect(http.StatusOK, http.MethodGet, "users?$select=id&$filter=mail eq 'guest29999@partner18.example' or "+
			"proxyAddresses/any(p:p eq 'SMTP:guest29999@partner18.example') or otherMails/any(m:m eq 'guest29999@partner18.example')", nil)
		if len(a.values()) != 1 {
			t.Fatalf("found %s", a.raw)
		}
	}
	search := time.Since(begin) / searches
	t.Logf("listing all: %v, one search: %v", listing, search)
	if listing > 20*time.Second || search > 3*time.Second {
		t.Errorf("listing all took %v, one search %v", listing, search)
	}
}
