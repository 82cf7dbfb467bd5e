// Package provider is the front door: the provider's arguments, signing in, and the one
// list of everything it offers.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/group"
	"github.com/entraguest/terraform-provider-entraguest/internal/guests"
	"github.com/entraguest/terraform-provider-entraguest/internal/invitation"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/manager"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/memberships"
	"github.com/entraguest/terraform-provider-entraguest/internal/photo"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
	"github.com/entraguest/terraform-provider-entraguest/internal/report"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
	"github.com/entraguest/terraform-provider-entraguest/internal/specialist"
	"github.com/entraguest/terraform-provider-entraguest/internal/tenant"
	"github.com/entraguest/terraform-provider-entraguest/internal/user"
)

// Provider is entraguest.
type Provider struct {
	version string
	// prepare has a hand in every session, nil in the released provider.
	prepare func(*session.Session)
}

var _ provider.ProviderWithFunctions = (*Provider)(nil)

// New returns a factory of the provider; version is shown to Terraform and to Graph.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &Provider{version: version} }
}

// NewPrepared is New for tests that change something about every session, such as the
// clock by which mails wait.
func NewPrepared(version string, prepare func(*session.Session)) func() provider.Provider {
	return func() provider.Provider { return &Provider{version: version, prepare: prepare} }
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "entraguest"
	resp.Version = p.version
}

// Resources lists the resources.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		guests.New,
		invitation.New,
		manager.New,
		membership.New,
		memberships.New,
		photo.New,
		specialist.New,
	}
}

// DataSources lists the data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		report.NewDataSource,
		tenant.NewDataSource,
		user.NewDataSource,
		user.NewManyDataSource,
		group.NewDataSource,
		group.NewMembersDataSource,
	}
}

// Functions lists the functions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		mail.NewRenderFunction,
		principalname.NewFunction,
		principalname.NewGuestFunction,
	}
}
