package user

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// DataSource is entraguest_user.
type DataSource struct{ session.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// NewDataSource returns the data source, not yet configured.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

// Read finds the user and reads the profile.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config types.Object
	var limits timeouts.Value
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	if resp.Diagnostics.HasError() {
		return
	}
	values := config.Attributes()
	tenant, _ := values["tenant_id"].(types.String)
	client, tenantID, ok := d.Reading(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	seeker := newSeeker(client, values)
	limit := session.DefaultTimeout
	if seeker.asks(graph.SignIns) {
		// Many such data sources wait for each other.
		limit = signInTimeout
	}
	limit, diags := limits.Read(ctx, limit)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found, err := seeker.seek(ctx)
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Looking for the user failed", err))
		return
	case found.fault != "":
		resp.Diagnostics.AddAttributeError(path.Root(seeker.attribute), found.summary, found.fault)
		return
	}
	values["tenant_id"] = types.StringValue(tenantID)
	show(found.details, seeker, values)
	state, diags := types.ObjectValue(config.AttributeTypes(ctx), values)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
