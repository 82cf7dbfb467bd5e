package invitation

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// model is the configuration, plan and state of one guest.
type model struct {
	person.Profile

	Email                 types.String   `tfsdk:"email"`
	RedirectURL           types.String   `tfsdk:"redirect_url"`
	SendInvitationMessage types.Bool     `tfsdk:"send_invitation_message"`
	Message               types.Object   `tfsdk:"message"`
	Justification         types.String   `tfsdk:"justification"`
	OnDestroy             types.String   `tfsdk:"on_destroy"`
	ExistingUser          types.String   `tfsdk:"existing_user"`
	ExistingUserID        types.String   `tfsdk:"existing_user_id"`
	RestoreDeleted        types.Bool     `tfsdk:"restore_deleted"`
	AllowMove             types.Bool     `tfsdk:"allow_move"`
	ResendTrigger         types.String   `tfsdk:"resend_trigger"`
	ExpiresAt             types.String   `tfsdk:"expires_at"`
	AcceptBy              types.String   `tfsdk:"accept_by"`
	Timeouts              timeouts.Value `tfsdk:"timeouts"`

	ObjectID                 types.String `tfsdk:"object_id"`
	TenantID                 types.String `tfsdk:"tenant_id"`
	UserPrincipalName        types.String `tfsdk:"user_principal_name"`
	InvitationID             types.String `tfsdk:"invitation_id"`
	RedemptionState          types.String `tfsdk:"redemption_state"`
	RedemptionStateChangedAt types.String `tfsdk:"redemption_state_changed_at"`
	CreatedAt                types.String `tfsdk:"created_at"`
	InvitedAt                types.String `tfsdk:"invited_at"`
	RedeemURL                types.String `tfsdk:"redeem_url"`
	Origin                   types.String `tfsdk:"origin"`
	Expired                  types.Bool   `tfsdk:"expired"`
	Complete                 types.Bool   `tfsdk:"complete"`
}

// message is the nested attribute of the same name.
type message struct {
	Body         types.String `tfsdk:"body"`
	Language     types.String `tfsdk:"language"`
	CCRecipients types.List   `tfsdk:"cc_recipients"`
}

// identity is the resource identity.
type identity struct {
	TenantID types.String `tfsdk:"tenant_id"`
	ObjectID types.String `tfsdk:"object_id"`
}

// Values of existing_user.
const (
	existingAdopt = "adopt"
	existingError = "error"
)

// Values of redemption_state, Graph's externalUserState.
const (
	pendingAcceptance = "PendingAcceptance"
	accepted          = "Accepted"
)

// wayOut resolves on_destroy = "auto" by the person's origin.
func (m *model) wayOut() string { return person.WayOut(m.OnDestroy.ValueString(), m.origin()) }

func (m *model) origin() person.Origin { return person.Origin(m.Origin.ValueString()) }

// pending reports whether the invitation is not accepted yet.
func (m *model) pending() bool { return m.RedemptionState.ValueString() == pendingAcceptance }

// expiredAt judges by a moment on Graph's clock.
func (m *model) expiredAt(now time.Time) bool {
	return person.Expired(m.ExpiresAt, m.AcceptBy, m.pending(), now)
}

// wish returns what the configuration wants of the address.
func (m *model) wish() person.Wish {
	return person.Wish{
		Address:        m.Email.ValueString(),
		AdoptExisting:  m.ExistingUser.ValueString() != existingError,
		ExistingID:     m.ExistingUserID.ValueString(),
		RestoreDeleted: m.RestoreDeleted.ValueBool(),
		Enable:         m.AccountEnabled.ValueBool() || m.AccountEnabled.IsUnknown() && m.ExpiresAt.ValueString() != "",
	}
}

// who names the person in diagnostics.
func (m *model) who() string {
	return diagnostic.Quote(m.Email.ValueString()) + " (object id " + m.ObjectID.ValueString() + ")"
}

// invitation returns what is sent to Graph.
func (m *model) invitation(ctx context.Context) (graph.Invitation, diag.Diagnostics) {
	invitation := graph.Invitation{
		EmailAddress: m.Email.ValueString(),
		RedirectURL:  m.RedirectURL.ValueString(),
		DisplayName:  m.DisplayName.ValueString(),
		UserType:     m.UserType.ValueString(),
		SendMessage:  m.SendInvitationMessage.ValueBool(),
		SponsorIDs:   m.Sponsors(),
	}
	if m.Message.IsNull() || m.Message.IsUnknown() {
		return invitation, nil
	}
	var text message
	diags := m.Message.As(ctx, &text, basetypes.ObjectAsOptions{})
	var recipients []string
	if !text.CCRecipients.IsNull() {
		diags.Append(text.CCRecipients.ElementsAs(ctx, &recipients, false)...)
	}
	invitation.Message = &graph.InvitationMessage{
		Body:         text.Body.ValueString(),
		Language:     text.Language.ValueString(),
		CCRecipients: recipients,
	}
	return invitation, diags
}

// settle replaces what is still unknown after a create: state is the plan with nothing
// but its unknown values filled in. The next refresh brings what only Graph knows.
func (m *model) settle() {
	m.Settle()
	for _, field := range []*types.String{
		&m.RedirectURL, &m.ObjectID, &m.TenantID, &m.UserPrincipalName, &m.InvitationID, &m.RedemptionState,
		&m.RedemptionStateChangedAt, &m.CreatedAt, &m.InvitedAt, &m.RedeemURL, &m.Origin, &m.OnDestroy,
	} {
		if field.IsUnknown() {
			*field = types.StringNull()
		}
	}
}

// read brings the computed attributes up to what Graph shows.
func (m *model) read(found person.Found) {
	m.Read(found, m.Email.ValueString())
	user := found.User
	m.ObjectID = types.StringValue(user.ID)
	if !strings.EqualFold(m.UserPrincipalName.ValueString(), user.UserPrincipalName) {
		m.UserPrincipalName = types.StringValue(user.UserPrincipalName)
	}
	m.RedemptionState = types.StringPointerValue(user.ExternalUserState)
	m.RedemptionStateChangedAt = timeValue(user.ExternalUserStateChangeDateTime)
	m.CreatedAt = timeValue(user.CreatedDateTime)
	if m.RedemptionState.ValueString() == accepted {
		m.RedeemURL = types.StringNull()
	}
}

func (m *model) identity() identity {
	return identity{TenantID: m.TenantID, ObjectID: m.ObjectID}
}

// setIdentity stores the identity where Terraform knows of identities (1.12 and later).
func (m *model) setIdentity(ctx context.Context, target *tfsdk.ResourceIdentity) diag.Diagnostics {
	if target == nil {
		return nil
	}
	return target.Set(ctx, m.identity())
}

func timeValue(at *time.Time) types.String {
	if at == nil {
		return types.StringNull()
	}
	return types.StringValue(at.UTC().Format(time.RFC3339))
}
