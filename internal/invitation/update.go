package invitation

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update writes what differs, in place: the address first, then the profile, then
// another invitation where one is asked for. What is done when a later step fails is
// kept in the state, so that the next plan shows what is left.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	whole := ctx
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Changing the guest was refused", err))
		return
	}
	r.Session.Register.Wrote(state.ObjectID.ValueString())
	u := update{r: r, plan: &plan, state: &state, config: &config, evidence: evidence, resp: resp}
	account.SettleExpiry(&plan.Record, &plan.Profile, &state.Profile, plan.dates(), evidence)
	mails := greeting(&plan, &state, evidence)
	due := mails.Due(ctx)
	plan.SettleGreeting(due)
	if !evidence.Gone {
		u.steps(ctx)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	u.evidence.Quiet = false
	if plan.RedemptionState.IsUnknown() {
		plan.RedemptionState = state.RedemptionState
	}
	plan.Complete = types.BoolValue(true)
	if due && u.met(ctx, mails) {
		if err := r.greet(ctx, whole, &plan, greeted{link: u.link}); err != nil {
			resp.Diagnostics.Append(mail.Error(err, account.MailLeft(plan.WelcomeEmailStatus)...))
		}
	}
	if plan.InvitationID.IsUnknown() {
		plan.InvitationID, plan.InvitedAt = state.InvitationID, state.InvitedAt
	}
	plan.settle()
	u.keep(ctx, &plan)
}

// met makes sure that a first mail made up for goes to nobody who was there before the
// invitation. Who changes the trigger means the person, whoever it is.
func (u *update) met(ctx context.Context, mails account.Greeting) bool {
	if u.evidence.Proven || !u.state.From().Own() || mails.Triggered(ctx) || !mail.Status(u.state.WelcomeEmailStatus.ValueString()).Open() {
		return true
	}
	// The plan has promised the origin: the next refresh corrects it.
	record, evidence := u.plan.Record, u.evidence
	_, err := u.r.Meet(ctx, account.Subject{Record: &record, Key: u.plan.Email.ValueString()}, &evidence, &u.resp.Diagnostics)
	if err != nil {
		u.plan.Complete = types.BoolValue(false)
		u.resp.Diagnostics.Append(diagnostic.Error(summaryWaits, err, waits(u.plan)...))
		return false
	}
	if !record.From().Own() {
		u.plan.WelcomeEmailStatus = record.WelcomeEmailStatus
		return false
	}
	u.evidence = evidence
	return true
}

// update is one Update under way.
type update struct {
	r           *Resource
	plan, state *model
	config      *model
	evidence    person.Evidence
	// link is the redeem link of an invitation this update has sent.
	link secret.Text
	resp *resource.UpdateResponse
}

// keep stores a state and the evidence.
func (u *update) keep(ctx context.Context, m *model) {
	m.Name = m.Email
	u.resp.Diagnostics.Append(u.resp.State.Set(ctx, m)...)
	u.resp.Diagnostics.Append(m.Keep(ctx, u.resp.Identity)...)
	u.resp.Diagnostics.Append(u.evidence.Save(ctx, u.resp.Private)...)
}

func (u *update) steps(ctx context.Context) {
	moving := moves(u.plan, u.state, u.evidence)
	if enables := u.plan.AccountEnabled.ValueBool() && !u.state.AccountEnabled.ValueBool(); moving && enables && !u.profile(ctx) {
		// Graph invites nobody whose account is disabled, so enabling comes first.
		return
	}
	if moving && !u.move(ctx) {
		return
	}
	if !u.profile(ctx) {
		return
	}
	if !moving && resends(u.plan, u.state, u.evidence) {
		u.resend(ctx)
	}
}

func (u *update) move(ctx context.Context) (ok bool) {
	// A move written half is seen by reads for a while as what it was.
	u.evidence.WrittenAt, u.evidence.Moving = u.r.Session.Graph.Now(), u.plan.Email.ValueString()
	u.resp.Diagnostics.Append(u.evidence.Save(ctx, u.resp.Private)...)
	invitation, diags := u.r.invitation(ctx, u.plan)
	u.resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return false
	}
	invited, err := u.r.Move(ctx, account.Move{
		ObjectID: u.state.ObjectID.ValueString(), From: u.state.Email.ValueString(), To: u.plan.Email.ValueString(),
		Others: u.plan.Others(), Invitation: invitation,
	})
	if err != nil {
		u.resp.Diagnostics.Append(diagnostic.ErrorAt("Moving the guest failed", err, person.AttributeOf, account.MoveRemedies(err)...))
		return false
	}
	u.evidence.WrittenAt, u.evidence.Addresses, u.evidence.Moving = u.r.Session.Graph.Now(), nil, ""
	u.plan.resent(invited)
	u.link = secret.New(invited.RedeemURL)
	u.plan.RedemptionState = types.StringValue(pendingAcceptance)
	u.state.Email, u.state.InvitationID, u.state.InvitedAt, u.state.RedeemURL = u.plan.Email, u.plan.InvitationID, u.plan.InvitedAt, u.plan.RedeemURL
	// The invitation of a move is also the one a changed trigger asks for.
	u.state.RedemptionState, u.state.ResendTrigger = u.plan.RedemptionState, u.plan.ResendTrigger
	u.keep(ctx, u.state)
	return true
}

// stillExpired makes sure that somebody who is to be disabled for not having accepted
// in time has not accepted since the plan was made.
func (u *update) stillExpired(ctx context.Context, difference person.Difference) bool {
	enabled, written := difference.Changes[graph.AccountEnabled].(bool)
	byAcceptance := person.Expired(types.StringNull(), u.plan.AcceptBy, true, u.evidence.ReadAt) &&
		!person.Expired(u.plan.ExpiresAt, types.StringNull(), false, u.evidence.ReadAt)
	if !written || enabled || !u.config.AccountEnabled.IsNull() || !byAcceptance {
		return true
	}
	user, err := u.r.Session.Graph.User(ctx, u.state.ObjectID.ValueString())
	if err != nil {
		u.resp.Diagnostics.Append(diagnostic.Error("Reading the guest failed", err))
		return false
	}
	if user.ExternalUserState != nil && *user.ExternalUserState == pendingAcceptance {
		return true
	}
	u.resp.Diagnostics.AddError("The guest has accepted in the meantime", u.state.who()+
		" was to be disabled for not having accepted in time, but has accepted since the plan was made. Plan again.")
	return false
}

// profile writes the difference.
func (u *update) profile(ctx context.Context) (ok bool) {
	return u.r.Write(ctx, account.Change{
		Subject: u.state.subject(), Plan: &u.plan.Profile, State: &u.state.Profile, Config: &u.config.Profile,
		Finished: u.state.Complete.ValueBool(), Own: u.plan.Email.ValueString(), Evidence: &u.evidence, AttributeOf: person.AttributeOf,
		Tell:  func() diag.Diagnostics { return u.evidence.Save(ctx, u.resp.Private) },
		Check: u.stillExpired,
	}, nil, &u.resp.Diagnostics)
}

// resend sends the invitation again to the person the state has, and nobody else: an
// invitation by an address that is not the person's any more would make a new guest.
func (u *update) resend(ctx context.Context) {
	client, id := u.r.Session.Graph, u.state.ObjectID.ValueString()
	user, err := client.User(ctx, id)
	if err != nil {
		u.failedResend(ctx, err)
		return
	}
	if user.ExternalUserState == nil || *user.ExternalUserState != pendingAcceptance {
		u.resp.Diagnostics.AddWarning("Nothing is sent again", u.state.who()+" has accepted the invitation in the meantime.")
		u.plan.InvitationID, u.plan.InvitedAt, u.plan.RedeemURL = u.state.InvitationID, u.state.InvitedAt, types.StringNull()
		return
	}
	invited, err := u.r.again(ctx, u.plan, &user, u.plan.SendInvitationMessage.ValueBool())
	if _, lost := errors.AsType[*graph.Uncertain](err); lost {
		// One mail too few is mended by another change of the trigger, one too many is not.
		u.resp.Diagnostics.Append(diagnostic.Warning("Whether the invitation was sent again is not known", err,
			"It is taken for sent. Change resend_trigger once more if "+u.state.who()+" has no mail."))
		u.plan.InvitationID, u.plan.RedeemURL = types.StringNull(), types.StringNull()
		u.plan.InvitedAt = rfc3339(client.Now())
		return
	}
	if err != nil {
		u.failedResend(ctx, err)
		return
	}
	u.plan.resent(invited)
	u.link = secret.New(invited.RedeemURL)
}

// failedResend keeps what was done before, so that the next plan shows the trigger again.
func (u *update) failedResend(ctx context.Context, err error) {
	if u.state.Expired = u.plan.Expired; u.state.Expired.IsUnknown() {
		u.state.Expired = types.BoolValue(false)
	}
	u.state.settle()
	u.keep(ctx, u.state)
	u.resp.Diagnostics.Append(diagnostic.ErrorAt("Sending the invitation again failed", err, person.AttributeOf, account.InviteRemedies(err)...))
}

// resent takes over what another invitation of the same person led to.
func (m *model) resent(invited graph.Invited) {
	m.InvitationID = optional(invited.InvitationID)
	m.keepLink(invited.RedeemURL)
	m.InvitedAt = rfc3339(invited.SentAt)
}
