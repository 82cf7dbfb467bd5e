package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
)

// Resource is entraguest_invitation.
type Resource struct{ account.Keeper }

// The framework's optional interfaces the resource implements.
var (
	_ resource.ResourceWithConfigure        = (*Resource)(nil)
	_ resource.ResourceWithIdentity         = (*Resource)(nil)
	_ resource.ResourceWithImportState      = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan       = (*Resource)(nil)
	_ resource.ResourceWithConfigValidators = (*Resource)(nil)
)

// New returns the resource, not yet configured.
func New() resource.Resource {
	return &Resource{account.Keeper{Kind: account.Kind{
		Type: "entraguest_invitation", Noun: "guest", Plural: "guests", Made: "invited",
		Back: "by a new invitation or, with restore_deleted, from the deleted users",
	}}}
}

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_invitation"
}

// ConfigValidators returns the rules over more than one attribute.
func (r *Resource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{bodyWithoutLanguage{path.Root("message")}, account.ExpiryWithoutEnabled("expires_at", "accept_by"), mail.Rule(mail.Guests)}
}
