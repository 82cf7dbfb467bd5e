package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	bulkRefresh     = "bulk_refresh"
	bulkRefreshAuto = "auto"
	bulkRefreshOff  = "off"
)

func bulkRefreshAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "How a refresh reads many persons and memberships: `auto` lets them share requests, and reads one list of them once that costs less; `off` reads each with a request of its own. Default: `auto`.",
		Optional:            true,
		Validators:          []validator.String{stringvalidator.OneOf(bulkRefreshAuto, bulkRefreshOff)},
	}
}

// readBulkRefresh reports whether every object is to be read with a request of its own; a
// value known only after apply is not.
func readBulkRefresh(ctx context.Context, config tfsdk.Config) (directly bool, diags diag.Diagnostics) {
	var text types.String
	diags = config.GetAttribute(ctx, path.Root(bulkRefresh), &text)
	return text.ValueString() == bulkRefreshOff, diags
}
