package guests

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

const (
	// writeTimeout is the default for creating, changing and letting go: Graph takes 20
	// writes a second of one application in one tenant, and a guest needs several.
	// Source: https://learn.microsoft.com/graph/throttling-limits.
	writeTimeout = 4 * time.Hour
	// readTimeout is the default for planning and refreshing.
	readTimeout = 30 * time.Minute
	// planners is how many addresses are looked up at once: they share batches of 20.
	planners = 100
	// readers is how many people are read at once: as many as share one request.
	readers = 300
	// workers is how many people are written at once: with two writes a guest, and two seconds
	// for both, as many as the published limit allows in the long run.
	workers = 40
)

// Resource is entraguest_guests.
type Resource struct {
	session.Resource

	// keeper is not embedded: a map of people has no identity as one person has.
	keeper account.Keeper
}

// The framework's optional interfaces the resource implements.
var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// New returns the resource, not yet configured.
func New() resource.Resource {
	return &Resource{keeper: account.Keeper{Kind: account.Kind{
		Type: "entraguest_guests", Noun: "guest", Plural: "guests", Made: "invited",
		Back: "by a new invitation or, with restore_deleted, from the deleted users",
	}}}
}

// Configure takes over the session of the configured provider.
func (r *Resource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Resource.Configure(ctx, req, resp)
	r.keeper.Session = r.Session
}

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_guests"
}
