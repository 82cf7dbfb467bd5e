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

// Values of on_destroy.
const (
	onDestroyAuto    = "auto"
	onDestroyDelete  = "delete"
	onDestroyDisable = "disable"
	onDestroyKeep    = "keep"
	onDestroyPurge   = "purge"
)

// Values of redemption_state, Graph's externalUserState.
const (
	pendingAcceptance = "PendingAcceptance"
	accepted          = "Accepted"
)

// wayOut resolves on_destroy = "auto" by the person's origin.
func (m *model) wayOut() string {
	way := m.OnDestroy.ValueString()
	if way != onDestroyAuto && way != "" {
		return way
	}
	if person.Origin(m.Origin.ValueString()) == person.Invited {
		return onDestroyDelete
	}
	return onDestroyDisable
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
