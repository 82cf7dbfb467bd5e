package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const sourceTenantIDs = "source_tenant_ids"

func sourceTenantsAttribute() schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: "Ids of other tenants, GUIDs, that may be read with the same application, which has to be multi-tenant and consented to there. Nothing is ever written to them. Default: none.",
		ElementType:         types.StringType,
		Optional:            true,
		Validators:          []validator.Set{setvalidator.ValueStringsAre(person.ObjectID())},
	}
}

// sourceTenants takes the source tenants out of the configuration; known is false while
// any of them is known only after apply.
func sourceTenants(ctx context.Context, config tfsdk.Config) (ids []string, known bool, diags diag.Diagnostics) {
	var values types.Set
	diags = config.GetAttribute(ctx, path.Root(sourceTenantIDs), &values)
	if values.IsUnknown() {
		return nil, false, diags
	}
	for _, element := range values.Elements() {
		if element.IsUnknown() {
			return nil, false, diags
		}
		if id, ok := element.(types.String); ok {
			ids = append(ids, id.ValueString())
		}
	}
	return ids, true, diags
}
