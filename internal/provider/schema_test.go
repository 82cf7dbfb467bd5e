package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/entraguest/terraform-provider-entraguest/internal/provider"
)

func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range response.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	return response
}

var (
	attributeName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	secretName    = regexp.MustCompile(`(password|secret|token|certificate|redeem_url)$`)
	negativeName  = regexp.MustCompile(`^(disable|no|not)_`)
)

// Every attribute of everything the provider offers is held to the same rules.
func TestSchemaRules(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	check := func(owner string, attributes []*tfprotov6.SchemaAttribute) {
		var walk func(string, []*tfprotov6.SchemaAttribute)
		walk = func(prefix string, attributes []*tfprotov6.SchemaAttribute) {
			for _, a := range attributes {
				where := prefix + "." + a.Name
				if !attributeName.MatchString(a.Name) || negativeName.MatchString(a.Name) || strings.HasPrefix(a.Name, "entraguest") {
					t.Errorf("%s: the name breaks the rules", where)
				}
				if !strings.HasSuffix(strings.TrimRight(a.Description, "*`"), ".") {
					t.Errorf("%s: the description does not end with a full stop: %q", where, a.Description)
				}
				if secretName.MatchString(a.Name) && !a.Sensitive && !a.WriteOnly {
					t.Errorf("%s: holds a secret and is not sensitive", where)
				}
				if a.NestedType != nil {
					walk(where, a.NestedType.Attributes)
				}
			}
		}
		walk(owner, attributes)
	}
	check("provider", all.Provider.Block.Attributes)
	for name, schema := range all.ResourceSchemas {
		check(name, schema.Block.Attributes)
		if schema.Block.Description == "" {
			t.Errorf("%s has no description", name)
		}
	}
	for name, schema := range all.DataSourceSchemas {
		check(name, schema.Block.Attributes)
	}
}

// withoutIdentity are resources that are about many things at once: nothing tells one
// instance from another but its address, so there is nothing to import them by but a text.
var withoutIdentity = map[string]bool{"entraguest_guests": true}

// What the registry needs of every object: an example, and for resources all three
// forms of import.
func TestEverythingHasExamples(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	exists := func(parts ...string) {
		path := filepath.Join(append([]string{"..", "..", "examples"}, parts...)...)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s is missing", path)
		}
	}
	exists("provider", "provider.tf")
	for name := range all.ResourceSchemas {
		for _, file := range []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
			if !withoutIdentity[name] || file != "import-by-identity.tf" {
				exists("resources", name, file)
			}
		}
	}
	for name := range all.DataSourceSchemas {
		exists("data-sources", name, "data-source.tf")
	}
	for name := range all.Functions {
		exists("functions", name, "function.tf")
	}
}

// Functions are held to the rules of attributes.
func TestFunctionRules(t *testing.T) {
	t.Parallel()
	for name, function := range schemas(t).Functions {
		parameters := function.Parameters
		if function.VariadicParameter != nil {
			parameters = append(parameters, function.VariadicParameter)
		}
		for _, parameter := range parameters {
			where := name + "." + parameter.Name
			if !attributeName.MatchString(parameter.Name) {
				t.Errorf("%s: the name breaks the rules", where)
			}
			if !strings.HasSuffix(parameter.Description, ".") {
				t.Errorf("%s: the description does not end with a full stop: %q", where, parameter.Description)
			}
		}
		if !attributeName.MatchString(name) || function.Summary == "" || !strings.HasSuffix(function.Description, ".") {
			t.Errorf("%s: name, summary or description breaks the rules", name)
		}
	}
}

func TestEveryResourceHasIdentityAndImport(t *testing.T) {
	t.Parallel()
	for _, factory := range provider.New("test")().Resources(t.Context()) {
		made := factory()
		var metadata resource.MetadataResponse
		made.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "entraguest"}, &metadata)
		if _, ok := made.(resource.ResourceWithIdentity); ok == withoutIdentity[metadata.TypeName] {
			t.Errorf("%s: identity %t", metadata.TypeName, ok)
		}
		if _, ok := made.(resource.ResourceWithImportState); !ok {
			t.Errorf("%s cannot be imported", metadata.TypeName)
		}
		if _, ok := made.(resource.ResourceWithModifyPlan); !ok {
			t.Errorf("%s checks nothing at plan", metadata.TypeName)
		}
	}
}
