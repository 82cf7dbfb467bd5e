// Package tenant is the data source entraguest_tenant: the tenant that is signed in to.
package tenant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// DataSource is entraguest_tenant.
type DataSource struct{ session.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// NewDataSource returns the data source, not yet configured.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// model is what the data source shows.
type model struct {
	TenantID        types.String `tfsdk:"tenant_id"`
	DisplayName     types.String `tfsdk:"display_name"`
	InitialDomain   types.String `tfsdk:"initial_domain"`
	DefaultDomain   types.String `tfsdk:"default_domain"`
	VerifiedDomains []string     `tfsdk:"verified_domains"`
}

// Metadata names the data source type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_tenant"
}

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A tenant: its id and its verified domains. People with an address of a verified domain are no guests.",
		Attributes: map[string]schema.Attribute{
			"tenant_id":      session.TenantAttribute(),
			"display_name":   computed("Name of the organisation. Graph: `displayName`."),
			"initial_domain": computed("The `onmicrosoft.com` domain the tenant began with; the sign-in names of guests are on it. Graph: `verifiedDomains`, `isInitial`."),
			"default_domain": computed("The domain new users get by default. Graph: `verifiedDomains`, `isDefault`."),
			"verified_domains": schema.ListAttribute{
				MarkdownDescription: "Names of all domains the tenant has proven to own, in Graph's order. Graph: `verifiedDomains`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		},
	}
}

func computed(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// Read asks Graph for the tenant.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var tenantID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("tenant_id"), &tenantID)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	client, _, ok := d.Reading(ctx, tenantID, &resp.Diagnostics)
	if !ok {
		return
	}
	tenant, err := client.Tenant(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Reading the tenant failed", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, fromTenant(tenant))...)
}

func fromTenant(tenant graph.Tenant) model {
	m := model{
		TenantID:        types.StringValue(tenant.ID),
		DisplayName:     types.StringValue(tenant.DisplayName),
		VerifiedDomains: []string{},
	}
	for _, domain := range tenant.VerifiedDomains {
		m.VerifiedDomains = append(m.VerifiedDomains, domain.Name)
		if domain.IsInitial {
			m.InitialDomain = types.StringValue(domain.Name)
		}
		if domain.IsDefault {
			m.DefaultDomain = types.StringValue(domain.Name)
		}
	}
	return m
}
