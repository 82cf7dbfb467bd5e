package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// greeting is the welcome mail of an instance in the state.
func greeting(plan, state *model, evidence person.Evidence) account.Greeting {
	return account.Greeting{
		Subject: state.subject(), Before: &state.Record, After: &plan.Record, Profile: &plan.Profile, Quiet: evidence.Quiet,
		To: plan.Email, Attribute: "email", Over: plan.Expired.ValueBool() || evidence.Gone,
	}
}

// planFirstGreeting plans the welcome mail of somebody new. While it is not known who is
// there, somebody is invited.
func (r *Resource) planFirstGreeting(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	due := r.PlanGreeting(ctx, account.Greeting{
		Subject: plan.subject(), After: &plan.Record, Profile: &plan.Profile, Creates: plan.Origin.IsUnknown(), To: plan.Email, Attribute: "email",
	}, diags)
	if due {
		plan.warnLinkless(ctx, diags)
	}
}

// planGreeting plans the welcome mail. Its link comes by another invitation, which Graph
// refuses to somebody disabled.
func (r *Resource) planGreeting(ctx context.Context, plan, state *model, evidence person.Evidence, resp *resource.ModifyPlanResponse) (due bool) {
	due = r.PlanGreeting(ctx, greeting(plan, state, evidence), &resp.Diagnostics)
	plan.hideLink()
	moving, resending := moves(plan, state, evidence), resends(plan, state, evidence)
	if uses, known := plan.mailsLink(ctx); plan.WelcomeEmailStatus.IsUnknown() && (uses || !known) && !moving && !resending {
		plan.InvitationID, plan.InvitedAt = types.StringUnknown(), types.StringUnknown()
	}
	if !evidence.Gone {
		r.planSilence(plan, state, moving, resending, &resp.Diagnostics)
	}
	if !due {
		return false
	}
	if moving || state.pending() {
		plan.warnLinkless(ctx, &resp.Diagnostics)
	}
	if uses, _ := plan.mailsLink(ctx); uses && staysDisabled(plan, state) {
		resp.Diagnostics.AddAttributeError(path.Root(mail.AttributeName), "A disabled guest cannot be invited", state.who()+
			" is disabled, and Microsoft Graph refuses the invitation that makes another link for the mail. Set account_enabled = true, or a later expires_at, in the same change.")
	}
	return true
}

// mailsLink reports whether a mail of our own carries the redeem link; known is false
// while the mail is not known.
func (m *model) mailsLink(ctx context.Context) (uses, known bool) {
	welcome, _ := mail.Read(ctx, m.WelcomeEmail)
	if welcome == nil {
		return false, !m.WelcomeEmail.IsUnknown()
	}
	return welcome.Uses(mail.RedeemURL)
}

// hideLink plans that a link of an earlier invitation leaves the state: with a mail of our
// own it is nobody's business but the guest's.
func (m *model) hideLink() {
	switch {
	case m.WelcomeEmail.IsUnknown() && !m.RedeemURL.IsNull():
		m.RedeemURL = types.StringUnknown()
	case !m.WelcomeEmail.IsUnknown() && !m.WelcomeEmail.IsNull():
		m.RedeemURL = types.StringNull()
	}
}

// planSilence reports an invitation that nobody would hear of: Microsoft sends no mail, no
// mail of our own is due, and the link is in no state.
func (r *Resource) planSilence(plan, state *model, moving, resending bool, diags *diag.Diagnostics) {
	if plan.WelcomeEmail.IsNull() || plan.WelcomeEmailStatus.IsUnknown() || plan.SendInvitationMessage.IsUnknown() || plan.SendInvitationMessage.ValueBool() {
		return
	}
	switch {
	case moving:
		diags.AddAttributeWarning(path.Root("email"), "Nobody is mailed about the move", state.who()+
			" has to accept again and gets no mail with the link. Change welcome_email.trigger in the same change: that mail carries the new link.")
	case resending:
		diags.AddAttributeError(path.Root("resend_trigger"), "Nobody would be mailed", "With welcome_email Microsoft sends no mail, and the new link would be lost. "+
			"Change welcome_email.trigger instead: that mail carries a new link. Or set send_invitation_message = true for a mail of Microsoft's.")
	}
}

// warnLinkless warns of a first mail that leads nowhere.
func (m *model) warnLinkless(ctx context.Context, diags *diag.Diagnostics) {
	welcome, _ := mail.Read(ctx, m.WelcomeEmail)
	if welcome == nil || m.SendInvitationMessage.IsUnknown() || m.SendInvitationMessage.ValueBool() {
		return
	}
	for _, name := range []string{mail.RedeemURL, mail.SignInURL} {
		if uses, known := welcome.Uses(name); uses || !known {
			return
		}
	}
	diags.AddAttributeWarning(path.Root(mail.AttributeName), "The welcome mail has no link",
		"The mail has neither {{redeem_url}} nor {{sign_in_url}}, and Microsoft sends none (send_invitation_message), so the guest does not learn how to accept the invitation.")
}
