package membership

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// model is the configuration, plan and state of one membership.
type model struct {
	GroupID             types.String   `tfsdk:"group_id"`
	MemberID            types.String   `tfsdk:"member_id"`
	ExpiresAt           types.String   `tfsdk:"expires_at"`
	AllowRoleAssignable types.Bool     `tfsdk:"allow_role_assignable"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`

	Active   types.Bool   `tfsdk:"active"`
	Expired  types.Bool   `tfsdk:"expired"`
	TenantID types.String `tfsdk:"tenant_id"`
}

// identity is the resource identity.
type identity struct {
	TenantID types.String `tfsdk:"tenant_id"`
	GroupID  types.String `tfsdk:"group_id"`
	MemberID types.String `tfsdk:"member_id"`
}

// setIdentity stores the identity where Terraform knows of identities (1.12 and later).
func (m *model) setIdentity(ctx context.Context, target *tfsdk.ResourceIdentity) diag.Diagnostics {
	if target == nil {
		return nil
	}
	return target.Set(ctx, identity{TenantID: m.TenantID, GroupID: m.GroupID, MemberID: m.MemberID})
}

// known reports whether both ids are known.
func (m *model) known() bool { return !m.GroupID.IsUnknown() && !m.MemberID.IsUnknown() }

// same reports whether a plan is about the membership of a state; case is no difference.
func (m *model) same(state *model) bool {
	return m.known() && strings.EqualFold(m.GroupID.ValueString(), state.GroupID.ValueString()) &&
		strings.EqualFold(m.MemberID.ValueString(), state.MemberID.ValueString())
}

func (m *model) key() string { return Key(m.GroupID.ValueString(), m.MemberID.ValueString()) }

// who names the membership in a sentence.
func (m *model) who() string {
	return fmt.Sprintf("member %s of group %s", diagnostic.Quote(m.MemberID.ValueString()), diagnostic.Quote(m.GroupID.ValueString()))
}

// expiredAt reports whether the time is over at a moment on Graph's clock.
func (m *model) expiredAt(now time.Time) bool {
	return person.Expired(m.ExpiresAt, types.StringNull(), false, now)
}
