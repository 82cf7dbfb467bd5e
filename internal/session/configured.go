package session

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resource is embedded in resources: it receives the session of the configured provider.
type Resource struct {
	// Session is nil before the provider is configured, as in terraform validate.
	Session *Session
}

// Configure takes over the session of the configured provider.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	current, ok, diags := Of(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	if ok {
		r.Session = current
	}
}

// DataSource is embedded in data sources: it receives the session of the configured
// provider.
type DataSource struct{ Session *Session }

// Configure takes over the session of the configured provider.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	current, ok, diags := Of(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	if ok {
		d.Session = current
	}
}
