package photo

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// model is the configuration, plan and state of one photo.
type model struct {
	UserID        types.String   `tfsdk:"user_id"`
	ContentBase64 types.String   `tfsdk:"content_base64"`
	Source        types.String   `tfsdk:"source"`
	CopyFrom      types.Object   `tfsdk:"copy_from"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`

	ContentSHA256 types.String `tfsdk:"content_sha256"`
	ETag          types.String `tfsdk:"etag"`
	TenantID      types.String `tfsdk:"tenant_id"`
	Complete      types.Bool   `tfsdk:"complete"`
}

// copyFrom is the nested attribute of the same name.
type copyFrom struct {
	TenantID types.String `tfsdk:"tenant_id"`
	UserID   types.String `tfsdk:"user_id"`
}

// identity is the resource identity.
type identity struct {
	TenantID types.String `tfsdk:"tenant_id"`
	UserID   types.String `tfsdk:"user_id"`
}

// copied returns the user to copy from; ok is false when there is none, or when it is
// not known yet.
func (m *model) copied(ctx context.Context) (from copyFrom, ok bool, diags diag.Diagnostics) {
	if m.CopyFrom.IsNull() || m.CopyFrom.IsUnknown() {
		return copyFrom{}, false, nil
	}
	diags = m.CopyFrom.As(ctx, &from, basetypes.ObjectAsOptions{})
	return from, !diags.HasError() && !from.TenantID.IsUnknown() && !from.UserID.IsUnknown(), diags
}

// setIdentity stores the identity where Terraform knows of identities (1.12 and later).
func (m *model) setIdentity(ctx context.Context, target *tfsdk.ResourceIdentity) diag.Diagnostics {
	if target == nil {
		return nil
	}
	return target.Set(ctx, identity{TenantID: m.TenantID, UserID: m.UserID})
}
