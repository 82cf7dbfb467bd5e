package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update writes what differs, in place: the address first, then the profile, then
// another invitation where one is asked for. What is done when a later step fails is
// kept in the state, so that the next plan shows what is left.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := r.session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Changing the guest was refused", err))
		return
	}
	r.session.Register.Wrote(state.ObjectID.ValueString())
	u := update{r: r, plan: &plan, state: &state, evidence: evidence, resp: resp}
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
	if plan.Expired.IsUnknown() {
		plan.Expired = types.BoolValue(plan.expiredAt(r.session.Graph.Now()))
	}
	plan.settle()
	u.keep(ctx, &plan)
}

// update is one Update under way.
type update struct {
	r           *Resource
	plan, state *model
	evidence    person.Evidence
	resp        *resource.UpdateResponse
}

// keep stores a state and the evidence.
func (u *update) keep(ctx context.Context, m *model) {
	u.resp.Diagnostics.Append(u.resp.State.Set(ctx, m)...)
	u.resp.Diagnostics.Append(m.setIdentity(ctx, u.resp.Identity)...)
	u.resp.Diagnostics.Append(u.evidence.Save(ctx, u.resp.Private)...)
}

func (u *update) steps(ctx context.Context) {
	if !sameAddress(u.plan.Email, u.state.Email) && !u.move(ctx) {
		return
	}
	if !u.profile(ctx) {
		return
	}
	if resends(u.plan, u.state, u.evidence) {
		u.resend(ctx)
	}
}

func (u *update) move(ctx context.Context) (ok bool) {
	// A move written half is seen by reads for a while as what it was.
	u.evidence.WrittenAt = u.r.session.Graph.Now()
	u.resp.Diagnostics.Append(u.evidence.Save(ctx, u.resp.Private)...)
	invited, err := u.r.move(ctx, u.plan, u.state)
	if err != nil {
		u.resp.Diagnostics.Append(diagnostic.ErrorAt("Moving the guest failed", err, person.AttributeOf, moveRemedies(err)...))
		return false
	}
	u.evidence.WrittenAt, u.evidence.Addresses = u.r.session.Graph.Now(), nil
	u.plan.sent(invited)
	u.plan.RedemptionState = types.StringValue(pendingAcceptance)
	u.state.Email, u.state.InvitationID, u.state.InvitedAt, u.state.RedeemURL = u.plan.Email, u.plan.InvitationID, u.plan.InvitedAt, u.plan.RedeemURL
	u.state.RedemptionState = u.plan.RedemptionState
	u.keep(ctx, u.state)
	return true
}

// profile writes the difference. An unfinished create is compared with the directory,
// not with the state.
func (u *update) profile(ctx context.Context) (ok bool) {
	client, id, prior := u.r.session.Graph, u.state.ObjectID.ValueString(), u.state.Profile
	own := u.plan.Email.ValueString()
	if !u.state.Complete.ValueBool() {
		look := person.For(client, id, &u.plan.Profile, false)
		look.WrittenAt = u.evidence.WrittenAt
		found, err := look.Read(ctx)
		if err != nil {
			u.resp.Diagnostics.Append(diagnostic.Error("Reading the unfinished guest failed", err))
			return false
		}
		prior.Read(found, own)
	}
	difference := u.plan.Difference(&prior, own)
	if difference.Empty() {
		return true
	}
	if err := person.Write(ctx, client, id, difference, u.evidence.WrittenAt); err != nil {
		u.resp.Diagnostics.Append(diagnostic.ErrorAt("Changing the guest failed", err, person.AttributeOf))
		return false
	}
	u.evidence.WrittenAt = client.Now()
	if !u.plan.AccountEnabled.Equal(prior.AccountEnabled) {
		u.evidence.DisabledByExpiry = u.plan.Expired.ValueBool() && !u.plan.AccountEnabled.ValueBool()
	}
	u.state.Profile = u.plan.Profile
	return true
}

func (u *update) resend(ctx context.Context) {
	invitation, diags := u.plan.invitation(ctx)
	u.resp.Diagnostics.Append(diags...)
	if u.resp.Diagnostics.HasError() {
		return
	}
	invited, err := u.r.session.Graph.Invite(ctx, invitation)
	if err != nil {
		if u.state.Expired = u.plan.Expired; u.state.Expired.IsUnknown() {
			u.state.Expired = types.BoolValue(false)
		}
		u.state.settle()
		u.keep(ctx, u.state)
		u.resp.Diagnostics.Append(diagnostic.ErrorAt("Sending the invitation again failed", err, person.AttributeOf, inviteRemedies(err)...))
		return
	}
	u.plan.sent(invited)
}
