package acceptance

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ReadData reads a data source of the given type and arguments as a plan does, without the
// CLI, signed in to the first tenant.
func (e *Environment) ReadData(ctx context.Context, typeName string, arguments Attributes) (Object, Diagnostics) {
	provider, diags := e.Workspace(typeName).open(ctx)
	if diags.failed() {
		return Object{}, diags
	}
	given, err := configValue(provider.schema, arguments)
	if err != nil {
		diags.fail("Bad arguments", "%v", err)
		return Object{}, diags
	}
	config := provider.encode(given)
	validated, err := provider.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return Object{}, diags
	}
	if diags.add(validated.Diagnostics); diags.failed() {
		return Object{}, diags
	}
	answer, err := provider.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return Object{}, diags
	}
	if diags.add(answer.Diagnostics); diags.failed() {
		return Object{}, diags
	}
	return Object{Value: provider.decode(answer.State, &diags)}, diags
}
