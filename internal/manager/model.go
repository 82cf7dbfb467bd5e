package manager

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// model is the configuration, plan and state of one user's manager.
type model struct {
	UserID    types.String   `tfsdk:"user_id"`
	ManagerID types.String   `tfsdk:"manager_id"`
	TenantID  types.String   `tfsdk:"tenant_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// identity is the resource identity.
type identity struct {
	TenantID types.String `tfsdk:"tenant_id"`
	UserID   types.String `tfsdk:"user_id"`
}

// setIdentity stores the identity where Terraform knows of identities (1.12 and later).
func (m *model) setIdentity(ctx context.Context, target *tfsdk.ResourceIdentity) diag.Diagnostics {
	if target == nil {
		return nil
	}
	return target.Set(ctx, identity{TenantID: m.TenantID, UserID: m.UserID})
}

func (m *model) user() string    { return strings.ToLower(m.UserID.ValueString()) }
func (m *model) manager() string { return strings.ToLower(m.ManagerID.ValueString()) }

// whose names the user in a sentence.
func (m *model) whose() string {
	return "the manager of user " + diagnostic.Quote(m.UserID.ValueString())
}
