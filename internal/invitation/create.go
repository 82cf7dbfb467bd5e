package invitation

import (
	"context"

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

// Create invites the person, or takes over the one the plan has found, and writes the
// profile. Once the person exists it never returns an error: Terraform would taint the
// object and destroy the person next time.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.Session.Applies()
	whole := ctx
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()

	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if plan.RedirectURL.IsUnknown() {
		plan.RedirectURL = types.StringValue(r.RedirectURL(signedIn.TenantID))
	}
	switch plan.From() {
	case person.Adopted, person.Restored:
		r.takeOver(ctx, whole, &plan, resp)
	default:
		r.invite(ctx, whole, &plan, resp)
	}
}

// invite sends the invitation.
func (r *Resource) invite(ctx, whole context.Context, plan *model, resp *resource.CreateResponse) {
	invitation, diags := plan.invitation(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	arrived, err := r.Invite(ctx, invitation, &plan.Profile)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ErrorAt("Inviting the guest failed", err, person.AttributeOf, account.InviteRemedies(err)...))
		return
	}
	plan.Origin = types.StringValue(string(person.Invited))
	plan.RedemptionState = types.StringValue(pendingAcceptance)
	plan.sent(arrived.Invited)
	if plan.AccountEnabled.IsUnknown() {
		// An invitation to a disabled account is refused, so this one is enabled.
		plan.AccountEnabled = types.BoolValue(true)
	}
	if plan.UserType.IsUnknown() {
		plan.UserType = optional(arrived.Invited.UserType)
	}
	r.finish(ctx, arrival{whole, plan, arrived, secret.New(arrived.Invited.RedeemURL)}, resp)
}

// sent takes over what an invitation led to.
func (m *model) sent(invited graph.Invited) {
	m.ObjectID = types.StringValue(invited.UserID)
	if invited.UserPrincipalName != "" {
		m.UserPrincipalName = types.StringValue(invited.UserPrincipalName)
	}
	m.InvitationID = optional(invited.InvitationID)
	m.keepLink(invited.RedeemURL)
	m.InvitedAt = rfc3339(invited.SentAt)
}

// takeOver makes the person whom the plan has found, or restores, the resource's. Only
// what is written down is changed, and nobody is mailed.
func (r *Resource) takeOver(ctx, whole context.Context, plan *model, resp *resource.CreateResponse) {
	arrived, restored, err := r.TakeOver(ctx, account.TakeOver{
		ObjectID: plan.ObjectID.ValueString(), Address: plan.Email.ValueString(),
		Restore: plan.From() == person.Restored, Profile: &plan.Profile,
	})
	switch {
	case err != nil && restored:
		// The person is back: from here on nothing is an error.
		plan.Complete = types.BoolValue(false)
		plan.SettleGreeting(false)
		plan.settle()
		resp.Diagnostics.Append(r.store(ctx, plan, arrived.Evidence, resp)...)
		resp.Diagnostics.Append(diagnostic.Warning("The guest is restored, but not complete", err,
			"The guest is in the state with complete = false; the next apply continues where this one stopped."))
		return
	case err != nil && plan.From() == person.Restored:
		resp.Diagnostics.Append(diagnostic.Error("Restoring the guest failed", err))
		return
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Taking the guest over failed", err,
			"The person was there when the plan was made. Plan again to see what is to be done now."))
		return
	}
	user := arrived.Found.User
	plan.UserPrincipalName = types.StringValue(user.UserPrincipalName)
	plan.RedemptionState = types.StringPointerValue(user.ExternalUserState)
	plan.RedemptionStateChangedAt = account.Time(user.ExternalUserStateChangeDateTime)
	plan.CreatedAt = account.Time(user.CreatedDateTime)
	if plan.AccountEnabled.IsUnknown() {
		plan.AccountEnabled = arrived.Seen.AccountEnabled
	}
	if plan.UserType.IsUnknown() {
		plan.UserType = arrived.Seen.UserType
	}
	r.finish(ctx, arrival{whole: whole, plan: plan, Arrived: arrived}, resp)
}

// arrival is a person who is the resource's from now on, and what is left to do.
type arrival struct {
	// whole is the context of the request, without the resource's timeout.
	whole context.Context
	plan  *model
	account.Arrived
	// link is the redeem link of an invitation just sent.
	link secret.Text
}

// finish does what is left to do, the mail last, and stores the state: before it, because
// from here on the person is the resource's, and after it.
func (r *Resource) finish(ctx context.Context, a arrival, resp *resource.CreateResponse) {
	plan := a.plan
	due := account.Greeting{Subject: plan.subject(), After: &plan.Record, Creates: plan.From() == person.Invited}.Due(ctx)
	plan.SettleGreeting(due)
	plan.Complete = types.BoolValue(false)
	plan.Expired = types.BoolValue(false)
	plan.settle()
	resp.Diagnostics.Append(r.store(ctx, plan, a.Evidence, resp)...)
	if err := r.Complete(ctx, a.Difference, a.Evidence); err != nil {
		resp.Diagnostics.Append(diagnostic.Warning("The guest is not complete", err,
			"The guest is in the state with complete = false; the next apply continues where this one stopped."))
		return
	}
	plan.Complete = types.BoolValue(true)
	if due {
		resp.Diagnostics.Append(r.welcome(ctx, &a)...)
	}
	resp.Diagnostics.Append(r.store(ctx, plan, a.Evidence, resp)...)
}

// welcome sends the first mail, to nobody who was there before the invitation.
func (r *Resource) welcome(ctx context.Context, a *arrival) (diags diag.Diagnostics) {
	plan := a.plan
	user, err := r.Meet(ctx, plan.subject(), &a.Evidence, &diags)
	switch {
	case err != nil:
		plan.Complete = types.BoolValue(false)
		diags.Append(diagnostic.Warning(summaryWaits, err, waits(plan)...))
		return diags
	case !plan.From().Own():
		plan.RedemptionState = types.StringPointerValue(user.ExternalUserState)
		return diags
	}
	if err := r.greet(ctx, a.whole, plan, greeted{link: a.link, user: &user}); err != nil {
		diags.Append(mail.Warning(err, account.MailLeft(plan.WelcomeEmailStatus)...))
	}
	return diags
}

// store writes state, identity and private state in one place.
func (r *Resource) store(ctx context.Context, m *model, evidence person.Evidence, resp *resource.CreateResponse) (diags diag.Diagnostics) {
	m.Name = m.Email
	diags.Append(resp.State.Set(ctx, m)...)
	diags.Append(m.Keep(ctx, resp.Identity)...)
	diags.Append(evidence.Save(ctx, resp.Private)...)
	return diags
}

func optional(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
