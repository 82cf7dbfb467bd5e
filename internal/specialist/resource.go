// Package specialist is the resource entraguest_specialist_user: a temporary member
// account of the tenant for an external specialist.
package specialist

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
)

// Resource is entraguest_specialist_user.
type Resource struct{ account.Keeper }

// The framework's optional interfaces the resource implements.
var (
	_ resource.ResourceWithConfigure        = (*Resource)(nil)
	_ resource.ResourceWithIdentity         = (*Resource)(nil)
	_ resource.ResourceWithImportState      = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan       = (*Resource)(nil)
	_ resource.ResourceWithConfigValidators = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig   = (*Resource)(nil)
)

// New returns the resource, not yet configured.
func New() resource.Resource {
	return &Resource{account.Keeper{Kind: account.Kind{
		Type: "entraguest_specialist_user", Noun: "specialist", Plural: "specialists", Made: "created", Back: "as a new account",
	}}}
}

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_specialist_user"
}

// ConfigValidators returns the rules over more than one attribute.
func (r *Resource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{account.ExpiryWithoutEnabled("expires_at"), mail.Rule(mail.Specialists)}
}
