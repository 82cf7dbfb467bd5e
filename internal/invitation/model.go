package invitation

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// model is the configuration, plan and state of one guest.
type model struct {
	person.Profile
	account.Record

	Email                 types.String `tfsdk:"email"`
	RedirectURL           types.String `tfsdk:"redirect_url"`
	SendInvitationMessage types.Bool   `tfsdk:"send_invitation_message"`
	Message               types.Object `tfsdk:"message"`
	ExistingUser          types.String `tfsdk:"existing_user"`
	ExistingUserID        types.String `tfsdk:"existing_user_id"`
	RestoreDeleted        types.Bool   `tfsdk:"restore_deleted"`
	AllowMove             types.Bool   `tfsdk:"allow_move"`
	ResendTrigger         types.String `tfsdk:"resend_trigger"`
	AcceptBy              types.String `tfsdk:"accept_by"`

	InvitationID             types.String `tfsdk:"invitation_id"`
	RedemptionState          types.String `tfsdk:"redemption_state"`
	RedemptionStateChangedAt types.String `tfsdk:"redemption_state_changed_at"`
	InvitedAt                types.String `tfsdk:"invited_at"`
	RedeemURL                types.String `tfsdk:"redeem_url"`
}

// message is the nested attribute of the same name.
type message struct {
	Body         types.String `tfsdk:"body"`
	Language     types.String `tfsdk:"language"`
	CCRecipients types.List   `tfsdk:"cc_recipients"`
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

// subject is the person for the steps shared with other resources.
func (m *model) subject() account.Subject {
	return account.Subject{Record: &m.Record, Key: m.Email.ValueString()}
}

// pending reports whether the invitation is not accepted yet.
func (m *model) pending() bool { return m.RedemptionState.ValueString() == pendingAcceptance }

// expiredAt judges by a moment on Graph's clock.
func (m *model) expiredAt(now time.Time) bool {
	return person.Expired(m.ExpiresAt, m.AcceptBy, m.pending(), now)
}

// ended returns which date of an expired guest has passed at a moment on Graph's clock.
func (m *model) ended(now time.Time) (argument string, date types.String) {
	if person.Expired(m.ExpiresAt, types.StringNull(), false, now) {
		return "expires_at", m.ExpiresAt
	}
	return "accept_by", m.AcceptBy
}

// fallBack gives send_invitation_message its default: Microsoft mails, unless a mail of
// the organisation's own goes.
func (m *model) fallBack(config *model) {
	switch {
	case !config.SendInvitationMessage.IsNull():
	case config.WelcomeEmail.IsUnknown():
		m.SendInvitationMessage = types.BoolUnknown()
	default:
		m.SendInvitationMessage = types.BoolValue(config.WelcomeEmail.IsNull())
	}
}

// expectLink plans an invitation that is about to be sent. With a mail of our own the
// link travels in it, and stays out of the state.
func (m *model) expectLink() {
	m.InvitationID, m.InvitedAt, m.RedeemURL = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	if !m.WelcomeEmail.IsNull() && !m.WelcomeEmail.IsUnknown() {
		m.RedeemURL = types.StringNull()
	}
}

// keepLink takes a redeem link into the state, unless our own mail carries it.
func (m *model) keepLink(link string) {
	m.RedeemURL = optional(link)
	if !m.WelcomeEmail.IsNull() {
		m.RedeemURL = types.StringNull()
	}
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

// dates are those that end the person's time.
func (m *model) dates() account.Dates {
	return account.Dates{Unknown: m.ExpiresAt.IsUnknown() || m.AcceptBy.IsUnknown(), Passed: m.expiredAt}
}

// who names the person in diagnostics.
func (m *model) who() string { return m.subject().Who() }

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
	m.Profile.Settle()
	m.Record.Settle()
	account.Settle(&m.RedirectURL, &m.InvitationID, &m.RedemptionState, &m.RedemptionStateChangedAt, &m.InvitedAt, &m.RedeemURL)
}

// read brings the computed attributes up to what Graph shows.
func (m *model) read(found person.Found) {
	m.Read(found, m.Email.ValueString())
	user := found.User
	m.Show(user)
	m.RedemptionState = types.StringPointerValue(user.ExternalUserState)
	m.RedemptionStateChangedAt = account.Time(user.ExternalUserStateChangeDateTime)
	if m.RedemptionState.ValueString() == accepted {
		m.RedeemURL = types.StringNull()
	}
}
