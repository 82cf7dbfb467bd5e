// Package acceptance is the stage of the acceptance tests: one emulated tenant per
// test, the provider in-process, and the real Terraform CLI. Only tests import it.
package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/bulk"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
	"github.com/entraguest/terraform-provider-entraguest/internal/provider"
	"github.com/entraguest/terraform-provider-entraguest/internal/walk"
)

// Environment is one emulated tenant with one application, alone for one test.
type Environment struct {
	*graphemulator.Emulator
	t testing.TB
}

// Start starts an emulator that lives as long as the test. Every other request for a
// fresh object meets a lagging replica, unless the test configures something else.
func Start(t testing.TB, configure ...func(*graphemulator.Config)) *Environment {
	t.Helper()
	config := graphemulator.Config{ReplicationLag: 200 * time.Millisecond}
	for _, change := range configure {
		change(&config)
	}
	emulator, err := graphemulator.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Environment{Emulator: emulator, t: t}
}

// TenantID returns the id of the first tenant.
func (e *Environment) TenantID() string { return e.Ready().Tenants[0].TenantID }

// InitialDomain returns the onmicrosoft.com domain of the first tenant.
func (e *Environment) InitialDomain() string { return e.Ready().Tenants[0].InitialDomain }

// Domain returns a verified domain of the first tenant that is not the initial one.
func (e *Environment) Domain() string {
	for _, domain := range e.Ready().Tenants[0].VerifiedDomains {
		if domain != e.InitialDomain() {
			return domain
		}
	}
	e.t.Fatal("the tenant has only the initial domain")
	return ""
}

// Provider returns the provider block that signs in to the first tenant; lines are
// added to it.
func (e *Environment) Provider(lines ...string) string {
	ready := e.Ready()
	application := ready.Tenants[0].Applications[0]
	return fmt.Sprintf(`
provider "entraguest" {
  tenant_id            = %q
  client_id            = %q
  client_secret        = %q
  graph_endpoint       = %q
  authority_host       = %q
  ca_certificates_path = %q
  %s
}
`, ready.Tenants[0].TenantID, application.ClientID, application.ClientSecret,
		ready.GraphEndpoint, ready.AuthorityHost, ready.CACertificatesPath, strings.Join(lines, "\n  "))
}

// Config returns a configuration with the provider block.
func (e *Environment) Config(hcl string) string { return e.Provider() + hcl }

// Guest returns a configuration with one guest, entraguest_invitation.test, for
// ada@fabrikam.example; lines are added to the resource.
func (e *Environment) Guest(lines ...string) string {
	return e.Config(fmt.Sprintf(`
resource "entraguest_invitation" "test" {
  email = "ada@fabrikam.example"
  %s
}
`, strings.Join(lines, "\n  ")))
}

// Test runs the steps with the real Terraform CLI. Factories and the check that nobody
// is left behind are filled in where the case has none.
func (e *Environment) Test(test resource.TestCase) {
	t, ok := e.t.(*testing.T)
	if !ok {
		e.t.Fatal("acceptance tests are tests, not benchmarks")
	}
	t.Helper()
	if test.CheckDestroy == nil {
		test.CheckDestroy = e.NobodyLeft
	}
	Run(t, test)
	// The test framework asks nobody when the last step has left nothing in the state.
	if t.Failed() {
		return
	}
	if err := test.CheckDestroy(nil); err != nil {
		t.Errorf("after the last step: %v", err)
	}
}

// Run runs the steps with the real Terraform CLI and the provider in-process.
func Run(t *testing.T, test resource.TestCase) {
	t.Helper()
	test.ProtoV6ProviderFactories = Factories()
	resource.UnitTest(t, test)
}

// Factories serves the provider in-process.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	served := provider.New("test")()
	serve := func() tfprotov6.ProviderServer { return bulk.NewServer(served) }
	return map[string]func() (tfprotov6.ProviderServer, error){
		"entraguest": func() (tfprotov6.ProviderServer, error) { return walk.NewServer(serve), nil },
	}
}

// NobodyLeft asks the directory, not the state, whether a user is left.
func (e *Environment) NobodyLeft(*terraform.State) error {
	for _, user := range e.Users(e.TenantID()) {
		return fmt.Errorf("the user %v is still there", user["userPrincipalName"])
	}
	return nil
}

// Only returns the user whose mail is the given address, and fails the test when there
// is none or more than one.
func (e *Environment) Only(address string) map[string]any {
	e.t.Helper()
	var found []map[string]any
	for _, user := range e.Users(e.TenantID()) {
		if mail, _ := user["mail"].(string); strings.EqualFold(mail, address) {
			found = append(found, user)
		}
	}
	if len(found) != 1 {
		e.t.Fatalf("%d users have the address %s, want one", len(found), address)
	}
	return found[0]
}

// Sent returns the Graph requests, as "METHOD /path", that the filter lets through. A
// batch shows as what is in it; signing in is left out.
func (e *Environment) Sent(keep func(graphemulator.Request) bool) []string {
	var sent []string
	for _, request := range e.Requests() {
		if strings.HasPrefix(request.Path, "/v1.0/") && request.Path != "/v1.0/$batch" && keep(request) {
			sent = append(sent, request.Method+" "+request.Path)
		}
	}
	return sent
}

// Writes lets everything through but reads.
func Writes(request graphemulator.Request) bool { return request.Method != http.MethodGet }

// Everything lets every request through.
func Everything(graphemulator.Request) bool { return true }
