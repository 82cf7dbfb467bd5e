package account

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Record is the part of a resource's model that is about the account. Embed it in the
// model of a resource whose schema contains Attributes().
type Record struct {
	Justification types.String   `tfsdk:"justification"`
	OnDestroy     types.String   `tfsdk:"on_destroy"`
	ExpiresAt     types.String   `tfsdk:"expires_at"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`

	ObjectID types.String `tfsdk:"object_id"`
	TenantID types.String `tfsdk:"tenant_id"`
	// Name repeats what names the person: Terraform shows an attribute of this name in every
	// difference, also where it does not change.
	Name              types.String `tfsdk:"name"`
	UserPrincipalName types.String `tfsdk:"user_principal_name"`
	CreatedAt         types.String `tfsdk:"created_at"`
	Origin            types.String `tfsdk:"origin"`
	Expired           types.Bool   `tfsdk:"expired"`
	Complete          types.Bool   `tfsdk:"complete"`

	WelcomeEmail       types.Object `tfsdk:"welcome_email"`
	WelcomeEmailStatus types.String `tfsdk:"welcome_email_status"`
}

// Identity is the resource identity.
type Identity struct {
	TenantID types.String `tfsdk:"tenant_id"`
	ObjectID types.String `tfsdk:"object_id"`
}

// From returns how the person came under the resource's care.
func (r *Record) From() person.Origin { return person.Origin(r.Origin.ValueString()) }

// WayOut resolves on_destroy = "auto" by the person's origin.
func (r *Record) WayOut() string { return person.WayOut(r.OnDestroy.ValueString(), r.From()) }

// Keep stores the identity where Terraform knows of identities (1.12 and later).
func (r *Record) Keep(ctx context.Context, target *tfsdk.ResourceIdentity) diag.Diagnostics {
	if target == nil {
		return nil
	}
	return target.Set(ctx, Identity{TenantID: r.TenantID, ObjectID: r.ObjectID})
}

// Show takes over what a read has found.
func (r *Record) Show(user graph.User) {
	r.ObjectID = types.StringValue(user.ID)
	if !strings.EqualFold(r.UserPrincipalName.ValueString(), user.UserPrincipalName) {
		r.UserPrincipalName = types.StringValue(user.UserPrincipalName)
	}
	r.CreatedAt = Time(user.CreatedDateTime)
}

// Settle replaces what is still unknown after an apply by null: the next refresh brings
// the truth.
func (r *Record) Settle() {
	Settle(&r.OnDestroy, &r.ObjectID, &r.TenantID, &r.UserPrincipalName, &r.CreatedAt, &r.Origin)
}

// Settle replaces unknown texts by null.
func Settle(fields ...*types.String) {
	for _, field := range fields {
		if field.IsUnknown() {
			*field = types.StringNull()
		}
	}
}

// Time writes a time the way all times in the state are written, RFC 3339 in UTC; nil is
// null.
func Time(at *time.Time) types.String {
	if at == nil {
		return types.StringNull()
	}
	return types.StringValue(at.UTC().Format(time.RFC3339))
}
