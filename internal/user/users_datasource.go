package user

import (
	"context"
	"errors"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ManyDataSource is entraguest_users.
type ManyDataSource struct{ session.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*ManyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*ManyDataSource)(nil)
)

// NewManyDataSource returns the data source, not yet configured.
func NewManyDataSource() datasource.DataSource { return &ManyDataSource{} }

// Metadata names the data source type.
func (d *ManyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

// Read finds the users.
func (d *ManyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config types.Object
	var limits timeouts.Value
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	if resp.Diagnostics.HasError() {
		return
	}
	values := config.Attributes()
	arguments := readArguments(values, &resp.Diagnostics)
	tenant, _ := values["tenant_id"].(types.String)
	if resp.Diagnostics.HasError() {
		return
	}
	client, tenantID, ok := d.Reading(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	limit := session.DefaultTimeout
	if arguments.signIns {
		limit = signInTimeout
	}
	limit, diags := limits.Read(ctx, limit)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found, err := arguments.find(ctx, client)
	if err != nil {
		resp.Diagnostics.Append(arguments.failure(err)...)
		return
	}
	if arguments.roll.Wants(person.ManagerID) {
		managers, err := client.Managers(ctx, person.IDs(found.users))
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error("Reading the managers of the users failed", err))
			return
		}
		maps.Copy(arguments.managers, managers)
	}
	values["tenant_id"] = types.StringValue(tenantID)
	resp.Diagnostics.Append(arguments.roll.Show(ctx, "users", found.users, found.asked, values)...)
	state, diags := types.ObjectValue(config.AttributeTypes(ctx), values)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// failure reports why nobody is shown, at the argument that is to blame.
func (a arguments) failure(err error) (diags diag.Diagnostics) {
	if _, long := errors.AsType[*graph.TooLong](err); long && a.criteria.Filter != "" {
		diags.AddAttributeError(path.Root("filter"), "The filter is too long", err.Error()+" Shorten the filter, or name fewer attributes.")
		return diags
	}
	var faulty *faults
	if !errors.As(err, &faulty) {
		diags.Append(diagnostic.Error("Looking for the users failed", err))
		return diags
	}
	for _, fault := range faulty.list {
		diags.AddAttributeError(path.Root(fault.attribute), fault.summary, fault.detail)
	}
	return diags
}

// rollOfUsers is what entraguest_users shows of each user.
func rollOfUsers(managers map[string]string) *person.Roll {
	return person.NewRoll(append(person.Columns(), lastSignIn(), person.ManagerColumn(managers)))
}

const lastSignInAt = "last_sign_in_at"

// lastSignIn is the column of the last sign-in.
func lastSignIn() person.Column {
	column := person.Column{Name: lastSignInAt, Properties: []graph.Property{graph.SignIns}, OnRequest: true}
	column.Attribute = described(map[string]string{lastSignInAt: "When the user last signed in, in whatever way, RFC 3339 in UTC; null for never, and unless `attributes` or `last_sign_in_before` asks for it. " +
		"Reading it needs `AuditLog.Read.All`. Graph: the latest time of `signInActivity`."})[lastSignInAt]
	column.Show = showLastSignIn
	return column
}
