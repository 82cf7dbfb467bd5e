package acceptance

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/bulk"
	"github.com/entraguest/terraform-provider-entraguest/internal/provider"
	"github.com/entraguest/terraform-provider-entraguest/internal/walk"
)

// Diagnostic is what the provider, or Terraform core about the provider, reports.
type Diagnostic struct {
	// Error tells an error from a warning.
	Error           bool
	Summary, Detail string
	// Attribute is the attribute to blame, such as "welcome_email.to", or "".
	Attribute string
}

// Diagnostics are reported in the order of their arrival.
type Diagnostics []Diagnostic

// Errors returns the errors alone.
func (d Diagnostics) Errors() Diagnostics {
	return slices.DeleteFunc(slices.Clone(d), func(one Diagnostic) bool { return !one.Error })
}

// Has reports whether the text is part of a summary or a detail.
func (d Diagnostics) Has(text string) bool {
	return slices.ContainsFunc(d, func(one Diagnostic) bool {
		return strings.Contains(one.Summary, text) || strings.Contains(one.Detail, text)
	})
}

// String lists them one after the other.
func (d Diagnostics) String() string {
	var text strings.Builder
	for _, one := range d {
		kind := "Warning"
		if one.Error {
			kind = "Error"
		}
		fmt.Fprintf(&text, "%s: %s\n%s\n", kind, one.Summary, one.Detail)
	}
	return text.String()
}

func (d *Diagnostics) add(received []*tfprotov6.Diagnostic) {
	for _, one := range received {
		*d = append(*d, Diagnostic{
			Error: one.Severity == tfprotov6.DiagnosticSeverityError, Summary: one.Summary, Detail: one.Detail, Attribute: blamed(one.Attribute),
		})
	}
}

// blamed writes the names in a path, without keys and indices.
func blamed(path *tftypes.AttributePath) string {
	var names []string
	for _, step := range path.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

func (d *Diagnostics) fail(summary, format string, arguments ...any) {
	*d = append(*d, Diagnostic{Error: true, Summary: summary, Detail: fmt.Sprintf(format, arguments...)})
}

func (d Diagnostics) failed() bool { return len(d.Errors()) > 0 }

// Summaries under which Terraform core reports a provider that breaks its rules.
const (
	InvalidPlan           = "Provider produced invalid plan"
	InconsistentFinalPlan = "Provider produced inconsistent final plan"
	InconsistentResult    = "Provider produced inconsistent result after apply"
	InvalidObject         = "Provider produced invalid object"
	UnknownResult         = "Provider returned invalid result object after apply"
	IdentityChanged       = "Provider changed the identity"
)

// Object is what Terraform keeps of one resource instance between walks.
type Object struct {
	// Value is null when there is nothing.
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
	// Tainted is an object that Terraform replaces with the next apply.
	Tainted bool
}

// Exists reports whether there is an object.
func (o Object) Exists() bool { return o.Value.Type() != nil && !o.Value.IsNull() }

// Get returns an attribute as a Go value: string, bool, []string (a list or a set),
// map[string]any (a map or a nested object), Unknown, or nil for null.
func (o Object) Get(name string) any { return attributeOf(o.Value, name) }

// Text returns a string attribute, "" for null.
func (o Object) Text(name string) string {
	text, _ := o.Get(name).(string)
	return text
}

// process is one pass of Terraform over the resources, for which core starts a provider
// process of its own: nothing is remembered from one walk to the next.
type process struct {
	server   tfprotov6.ProviderServer
	typeName string
	schema   *tfprotov6.Schema
	// identified says that the type has a resource identity.
	identified bool
}

// open starts a provider and configures it.
func (w *Workspace) open(ctx context.Context) (*process, Diagnostics) {
	var diags Diagnostics
	typeName, arguments := w.Type, w.ProviderArguments
	server := walk.NewServer(func() tfprotov6.ProviderServer { return bulk.NewServer(provider.NewPrepared("test", w.Prepare)()) })
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		diags.fail("The schema cannot be read", "%v", err)
		return nil, diags
	}
	diags.add(schemas.Diagnostics)
	schema := cmp.Or(schemas.ResourceSchemas[typeName], schemas.DataSourceSchemas[typeName])
	if schema == nil {
		diags.fail("Unknown type", "%s", typeName)
	}
	config, err := configValue(schemas.Provider, arguments)
	if err != nil {
		diags.fail("Bad provider arguments", "%v", err)
	}
	if diags.failed() {
		return nil, diags
	}
	dynamic, err := tfprotov6.NewDynamicValue(schemas.Provider.ValueType(), config)
	if err != nil {
		diags.fail("Bad provider arguments", "%v", err)
		return nil, diags
	}
	validated, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: &dynamic})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return nil, diags
	}
	diags.add(validated.Diagnostics)
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: &dynamic})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return nil, diags
	}
	diags.add(configured.Diagnostics)
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		diags.fail("The identities cannot be read", "%v", err)
		return nil, diags
	}
	_, identified := identities.IdentitySchemas[typeName]
	return &process{server: server, typeName: typeName, schema: schema, identified: identified}, diags
}

func (w *process) valueType() tftypes.Type { return w.schema.ValueType() }

func (w *process) null() tftypes.Value { return tftypes.NewValue(w.valueType(), nil) }

// encode makes the wire form of a value; what this package has made always encodes.
func (w *process) encode(value tftypes.Value) *tfprotov6.DynamicValue {
	dynamic, err := tfprotov6.NewDynamicValue(w.valueType(), value)
	if err != nil {
		panic(err)
	}
	return &dynamic
}

// decode reads the wire form; a value that is left out is null.
func (w *process) decode(dynamic *tfprotov6.DynamicValue, diags *Diagnostics) tftypes.Value {
	if dynamic == nil {
		return w.null()
	}
	value, err := dynamic.Unmarshal(w.valueType())
	if err != nil {
		diags.fail(InvalidObject, "%v", err)
		return w.null()
	}
	return value
}

// sameIdentity reports whether an identity is what it was; there may have been none.
func sameIdentity(before, after *tfprotov6.ResourceIdentityData) bool {
	if before == nil || before.IdentityData == nil {
		return true
	}
	if after == nil || after.IdentityData == nil {
		return false
	}
	return slices.Equal(before.IdentityData.MsgPack, after.IdentityData.MsgPack)
}
