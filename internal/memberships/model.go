package memberships

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// model is the configuration, plan and state of the memberships of one group.
type model struct {
	GroupID             types.String   `tfsdk:"group_id"`
	MemberIDs           types.List     `tfsdk:"member_ids"`
	Exclusive           types.Bool     `tfsdk:"exclusive"`
	AllowEmpty          types.Bool     `tfsdk:"allow_empty"`
	AllowRoleAssignable types.Bool     `tfsdk:"allow_role_assignable"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`

	Removals types.List   `tfsdk:"removals"`
	Complete types.Bool   `tfsdk:"complete"`
	TenantID types.String `tfsdk:"tenant_id"`
}

// identity is the resource identity.
type identity struct {
	TenantID types.String `tfsdk:"tenant_id"`
	GroupID  types.String `tfsdk:"group_id"`
}

// setIdentity stores the identity where Terraform knows of identities (1.12 and later).
func (m *model) setIdentity(ctx context.Context, target *tfsdk.ResourceIdentity) diag.Diagnostics {
	if target == nil {
		return nil
	}
	return target.Set(ctx, identity{TenantID: m.TenantID, GroupID: m.GroupID})
}

// members returns the known ids of member_ids.
func (m *model) members() idSet {
	ids, _ := setOf(m.MemberIDs)
	return ids
}

// who names the group in a sentence.
func (m *model) who() string { return "group " + diagnostic.Quote(m.GroupID.ValueString()) }
