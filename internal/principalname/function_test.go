package principalname_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// withFunctions is the first Terraform that knows provider functions.
var withFunctions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)}

func outputs(want map[string]string) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, value := range want {
		checks = append(checks, statecheck.ExpectKnownOutputValue(name, knownvalue.StringExact(value)))
	}
	return checks
}

// The functions answer at plan, without a provider block and without a request.
func TestFunctions(t *testing.T) {
	t.Parallel()
	acceptance.Run(t, resource.TestCase{
		TerraformVersionChecks: withFunctions,
		Steps: []resource.TestStep{{
			Config: `
locals {
  options = { prefix = "ext-", suffix = null }
}

output "plain" { value = provider::entraguest::user_principal_name("Jan", "Novák", "Contoso.com") }
output "other_name" { value = provider::entraguest::user_principal_name("Pelé", "", "contoso.com") }
output "options" { value = provider::entraguest::user_principal_name("Jörg", "Müller", "contoso.com", local.options) }
output "all_options" {
  value = provider::entraguest::user_principal_name("Jörg", "Müller", "contoso.com", { prefix = "ext-", suffix = ".x", transliteration = "de" })
}
output "no_options" { value = provider::entraguest::user_principal_name("Jörg", "Müller", "contoso.com", {}) }
output "map" {
  value = provider::entraguest::user_principal_name("Jan", "Novák", "contoso.com", tomap({ prefix = "a-" }))
}
output "numbers" { value = provider::entraguest::user_principal_name("Louis", 14, "contoso.com", { suffix = 2 }) }
output "guest" { value = provider::entraguest::guest_user_principal_name("Ada@fabrikam.com", "contoso.onmicrosoft.com") }
`,
			ConfigStateChecks: outputs(map[string]string{
				"plain":       "jan.novak@Contoso.com",
				"other_name":  "pele@contoso.com",
				"options":     "ext-jorg.muller@contoso.com",
				"all_options": "ext-joerg.mueller.x@contoso.com",
				"no_options":  "jorg.muller@contoso.com",
				"map":         "a-jan.novak@contoso.com",
				"numbers":     "louis.142@contoso.com",
				"guest":       "Ada_fabrikam.com#EXT#@contoso.onmicrosoft.com",
			}),
		}},
	})
}

// OpenTofu 1.12 sends nothing at all for an argument that is null, which the plugin framework refuses.
func TestFunctionsOfNull(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC_PROVIDER_HOST") == "registry.opentofu.org" {
		t.Skip("OpenTofu cannot hand null to a function of a provider")
	}
	acceptance.Run(t, resource.TestCase{
		TerraformVersionChecks: withFunctions,
		Steps: []resource.TestStep{
			{
				Config: `
locals {
  absent = null
}

output "one_name" { value = provider::entraguest::user_principal_name(null, "Müller", "contoso.com") }
output "null_options" { value = provider::entraguest::user_principal_name("Jörg", "Müller", "contoso.com", local.absent) }
`,
				ConfigStateChecks: outputs(map[string]string{"one_name": "muller@contoso.com", "null_options": "jorg.muller@contoso.com"}),
			},
			{
				Config:      `output "name" { value = provider::entraguest::user_principal_name(null, null, "contoso.com") }`,
				ExpectError: said(`Invalid value for "surname" parameter: `, "neither has a letter or a digit"),
			},
		},
	})
}

// What is known only after apply makes the name so, in an option as well.
func TestFunctionsOfUnknownValues(t *testing.T) {
	t.Parallel()
	acceptance.Run(t, resource.TestCase{
		TerraformVersionChecks: withFunctions,
		Steps: []resource.TestStep{{
			Config: `
resource "terraform_data" "later" { input = "ext-" }

output "option" {
  value = provider::entraguest::user_principal_name("Jan", "Novák", "contoso.com", { prefix = terraform_data.later.output })
}
output "argument" { value = provider::entraguest::user_principal_name("Jan", terraform_data.later.output, "contoso.com") }
output "guest" { value = provider::entraguest::guest_user_principal_name("${terraform_data.later.output}a@x.example", "contoso.onmicrosoft.com") }
`,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownOutputValue("option"), plancheck.ExpectUnknownOutputValue("argument"), plancheck.ExpectUnknownOutputValue("guest"),
			}},
			ConfigStateChecks: outputs(map[string]string{
				"option":   "ext-jan.novak@contoso.com",
				"argument": "jan.ext@contoso.com",
				"guest":    "ext-a_x.example#EXT#@contoso.onmicrosoft.com",
			}),
		}},
	})
}

// Every error names the argument to blame.
func TestFunctionErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ call, parameter, message string }{
		"given name":      {`user_principal_name("ⴰⵎⵣ", "Novak", "contoso.com")`, "given_name", `the character "ⴰ" (U+2D30, Tifinagh) has no writing`},
		"surname":         {`user_principal_name("Jan", "𠮷野", "contoso.com")`, "surname", `from the surname "𠮷野"`},
		"nothing left":    {`user_principal_name("...", "-", "contoso.com")`, "surname", "neither has a letter or a digit"},
		"no names":        {`user_principal_name("", "", "contoso.com")`, "surname", "neither has a letter or a digit"},
		"domain":          {`user_principal_name("Jan", "Novak", "@contoso.com")`, "domain", `"@contoso.com" is no domain of a user principal name: it has the character "@"`},
		"null domain":     {`user_principal_name("Jan", "Novak", null)`, "domain", "argument must not be null"},
		"office":          {`user_principal_name("", "Admin", "contoso.com", { prefix = "ext-" })`, "surname", `the user name "ext-admin" is the name of an office`},
		"other office":    {`user_principal_name("Root", "", "contoso.com")`, "given_name", "reserved are abuse, admin, administrator"},
		"unknown option":  {`user_principal_name("Jan", "Novak", "contoso.com", { praefix = "ext-" })`, "options", `there is no option "praefix"; the options are "prefix", "suffix", "transliteration"`},
		"prefix":          {`user_principal_name("Jan", "Novak", "contoso.com", { prefix = "ext " })`, "options", `the prefix "ext " of the naming rule has a blank`},
		"transliteration": {`user_principal_name("Jan", "Novak", "contoso.com", { transliteration = "xx" })`, "options", `the transliteration "xx" of the naming rule is not one of`},
		"list as options": {`user_principal_name("Jan", "Novak", "contoso.com", ["ext-"])`, "options", "map of string required"},
		"options twice":   {`user_principal_name("Jan", "Novak", "contoso.com", { prefix = "a" }, { suffix = "b" })`, "options", "only one object of options may be given"},
		"address":         {`guest_user_principal_name("a+b@x.example", "contoso.onmicrosoft.com")`, "email", "contains a plus sign"},
		"null address":    {`guest_user_principal_name(null, "contoso.onmicrosoft.com")`, "email", "argument must not be null"},
		"initial domain":  {`guest_user_principal_name("a@x.example", "contoso")`, "initial_domain", "is a single word, without a dot"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{
				TerraformVersionChecks: withFunctions,
				Steps: []resource.TestStep{{
					Config:      `output "name" { value = provider::entraguest::` + test.call + ` }`,
					ExpectError: said(`Invalid value for "`+test.parameter+`" parameter: `, test.message),
				}},
			})
		})
	}
}

// said matches texts one after the other, wherever Terraform breaks its lines.
func said(texts ...string) *regexp.Regexp {
	var patterns []string
	for _, text := range texts {
		words := strings.Fields(text)
		for i, word := range words {
			words[i] = regexp.QuoteMeta(word)
		}
		patterns = append(patterns, strings.Join(words, `[\s│]+`))
	}
	return regexp.MustCompile(`(?s)` + strings.Join(patterns, `.*`))
}

// The name the function gives is the one the directory gives, for every address it
// accepts.
func TestGuestFunctionAgreesWithTheDirectory(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	// The longest address with a name of no more characters than a user may have.
	longest := "@partner.example"
	longest = strings.Repeat("a", principalname.MaxName-len(longest+"#EXT#@"+e.InitialDomain())) + longest
	e.Test(resource.TestCase{
		TerraformVersionChecks: withFunctions,
		Steps: []resource.TestStep{{
			Config: e.Config(`
data "entraguest_tenant" "this" {}

resource "entraguest_invitation" "test" {
  count = 5
  email = ["ada@fabrikam.example", "Grace.Hopper@Navy.example", "o'brien@x.example", "a_b-c@d-e.example", "` + longest + `"][count.index]
}

output "same" {
  value = alltrue([
    for guest in entraguest_invitation.test :
    guest.user_principal_name == provider::entraguest::guest_user_principal_name(guest.email, data.entraguest_tenant.this.initial_domain)
  ])
}
`),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true))},
			Check: func(*terraform.State) error {
				if n := len(e.Users(e.TenantID())); n != 5 {
					return fmt.Errorf("%d guests, want 5", n)
				}
				return nil
			},
		}},
	})
}

// The examples give the names that their comments promise.
func TestExamples(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	example := func(name string) string {
		content, err := os.ReadFile(filepath.Join("..", "..", "examples", "functions", name, "function.tf"))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	guest := "ada_fabrikam.com#EXT#@"
	e.Test(resource.TestCase{
		TerraformVersionChecks: withFunctions,
		Steps: []resource.TestStep{
			{
				Config: e.Config(example("user_principal_name")),
				ConfigStateChecks: append(outputs(map[string]string{"plain": "jan.novak@contoso.com", "external": "ext-joerg.mueller@contoso.com"}),
					statecheck.ExpectKnownOutputValue("names", knownvalue.MapExact(map[string]knownvalue.Check{
						"P-1001": knownvalue.StringExact("ext-sean.obrien@contoso.com"),
						"P-1002": knownvalue.StringExact("ext-christos.pavlou@contoso.com"),
						"P-1003": knownvalue.StringExact("ext-suharto@contoso.com"),
					}))),
			},
			{
				Config:            e.Config(example("guest_user_principal_name")),
				ConfigStateChecks: outputs(map[string]string{"written_out": guest + "contoso.onmicrosoft.com", "from_tenant": guest + e.InitialDomain()}),
			},
		},
	})
}
