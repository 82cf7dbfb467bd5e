package report

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// signInTimeout bounds a report with sign-ins, which Graph serves slowly.
const signInTimeout = time.Hour

// DataSource is entraguest_guest_report.
type DataSource struct{ session.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

// NewDataSource returns the data source, not yet configured.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_guest_report"
}

// Read counts the people and renders what is asked for.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, tenantID, ok := d.Reading(ctx, m.TenantID, &resp.Diagnostics)
	if !ok {
		return
	}
	limit := session.DefaultTimeout
	if m.IncludeSignInActivity.ValueBool() {
		limit = signInTimeout
	}
	limit, diags := m.Timeouts.Read(ctx, limit)
	resp.Diagnostics.Append(diags...)
	dates, diags := m.dates()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	people, err := gather(ctx, client, m.question(dates))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Reading the people of the report failed", err, remedies(err, m)...))
		return
	}
	m.show(tenantID, people, m.rules(client.Now()))
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// remedies says what sign-ins need besides a permission.
func remedies(err error, m model) []string {
	refusal, refused := graph.RefusalOf(err)
	if !refused || refusal.Status != 403 || !m.IncludeSignInActivity.ValueBool() {
		return nil
	}
	return []string{"Sign-ins need a licence of Entra ID P1 in the tenant as well; leave include_sign_in_activity out to go without."}
}
