package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

const guest = `
resource "entraguest_invitation" "test" {
  email = "ada@fabrikam.example"
}
`

func words(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│|]+`))
}

// A plan without our resources signs in nowhere.
func TestNothingIsSentWithoutNeed(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{Config: e.Config(`resource "terraform_data" "other" {}`)}},
	})
	if requests := e.Requests(); len(requests) > 0 {
		t.Errorf("%d requests were sent, the first to %s", len(requests), requests[0].Path)
	}
}

func TestSignInErrors(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	application := e.Ready().Tenants[0].Applications[0]
	tests := map[string]struct{ old, new, want string }{
		"wrong secret":        {application.ClientSecret, "planted-wrong-secret", "AADSTS7000215"},
		"unknown application": {application.ClientID, "cbb896f9-8306-49d0-b56b-b8e39cd28825", "AADSTS700016"},
		"unknown tenant":      {e.TenantID(), "cbb896f9-8306-49d0-b56b-b8e39cd28825", "AADSTS90002"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{
				Steps: []resource.TestStep{{Config: strings.Replace(e.Config(guest), test.old, test.new, 1), ExpectError: words(test.want)}},
			})
		})
	}
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	tests := map[string]struct{ line, want string }{
		"unknown environment": {`environment = "moon"`, `environment`},
		"redirect is no URL":  {`redirect_url = "my.example"`, `redirect_url`},
		"missing certificate": {`client_certificate_path = "/nonexistent.pfx"`, `client_certificate_path`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{
				Steps: []resource.TestStep{{Config: e.Provider(test.line) + guest, ExpectError: regexp.MustCompile(test.want)}},
			})
		})
	}
}

// A secret that another resource makes is known only at apply: the plan goes without,
// the apply signs in.
func TestSecretKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	secret := e.Ready().Tenants[0].Applications[0].ClientSecret
	late := strings.Replace(e.Provider(), fmt.Sprintf("%q", secret), "terraform_data.secret.output", 1)
	made := fmt.Sprintf("resource \"terraform_data\" \"secret\" {\n  input = %q\n}\n", secret)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: late + made + guest,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("entraguest_invitation.test", plancheck.ResourceActionCreate),
				}},
			},
		},
	})
}

func TestTenantDataSource(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	ready := e.Ready().Tenants[0]
	is := func(name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.entraguest_tenant.this", tfjsonpath.New(name), want)
	}
	domains := make([]knownvalue.Check, 0, len(ready.VerifiedDomains))
	for _, domain := range ready.VerifiedDomains {
		domains = append(domains, knownvalue.StringExact(domain))
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{{
			Config: e.Config(`data "entraguest_tenant" "this" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				is("tenant_id", knownvalue.StringExact(ready.TenantID)),
				is("initial_domain", knownvalue.StringExact(ready.InitialDomain)),
				is("verified_domains", knownvalue.ListExact(domains)),
				is("default_domain", knownvalue.NotNull()),
				is("display_name", knownvalue.NotNull()),
			},
		}},
	})
}

func TestProviderRedirectURL(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: e.Provider(`redirect_url = "https://welcome.example"`) + guest,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("entraguest_invitation.test", tfjsonpath.New("redirect_url"), knownvalue.StringExact("https://welcome.example")),
				},
			},
			{
				// A later change of the default concerns later invitations.
				Config:           e.Provider(`redirect_url = "https://other.example"`) + guest,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}
