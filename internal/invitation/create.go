package invitation

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
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
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if plan.RedirectURL.IsUnknown() {
		plan.RedirectURL = types.StringValue(r.redirectURL(signedIn.TenantID))
	}
	switch plan.From() {
	case person.Adopted, person.Restored:
		r.takeOver(ctx, &plan, resp)
	default:
		r.invite(ctx, &plan, resp)
	}
}

// invite sends the invitation.
func (r *Resource) invite(ctx context.Context, plan *model, resp *resource.CreateResponse) {
	invitation, diags := plan.invitation(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	invited, err := r.Session.Graph.Invite(ctx, invitation)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ErrorAt("Inviting the guest failed", err, person.AttributeOf, inviteRemedies(err)...))
		return
	}
	evidence := person.Evidence{ObjectID: invited.UserID, SentAt: invited.SentAt, WrittenAt: r.Session.Graph.Now()}
	fresh := person.FreshGuest(&plan.Profile)
	difference := plan.Difference(&fresh, plan.Email.ValueString())
	plan.Origin = types.StringValue(string(person.Invited))
	plan.RedemptionState = types.StringValue(pendingAcceptance)
	plan.sent(invited)
	if plan.AccountEnabled.IsUnknown() {
		// An invitation to a disabled account is refused, so this one is enabled.
		plan.AccountEnabled = types.BoolValue(true)
	}
	if plan.UserType.IsUnknown() {
		plan.UserType = optional(invited.UserType)
	}
	r.finish(ctx, plan, difference, evidence, resp)
}

// sent takes over what an invitation led to.
func (m *model) sent(invited graph.Invited) {
	m.ObjectID = types.StringValue(invited.UserID)
	if invited.UserPrincipalName != "" {
		m.UserPrincipalName = types.StringValue(invited.UserPrincipalName)
	}
	m.InvitationID = optional(invited.InvitationID)
	m.RedeemURL = optional(invited.RedeemURL)
	m.InvitedAt = rfc3339(invited.SentAt)
}

// takeOver makes the person whom the plan has found, or restores, the resource's. Only
// what is written down is changed, and nobody is mailed.
func (r *Resource) takeOver(ctx context.Context, plan *model, resp *resource.CreateResponse) {
	client, id := r.Session.Graph, plan.ObjectID.ValueString()
	evidence := person.Evidence{ObjectID: id, Quiet: true}
	if plan.From() == person.Restored {
		if err := client.RestoreUser(ctx, id); err != nil {
			resp.Diagnostics.Append(diagnostic.Error("Restoring the guest failed", err))
			return
		}
		evidence.WrittenAt = client.Now()
	}
	found, err := r.present(ctx, plan, evidence.WrittenAt)
	if err != nil && plan.From() == person.Restored {
		// The person is back: from here on nothing is an error.
		r.Session.Register.Wrote(id)
		plan.Complete = types.BoolValue(false)
		plan.settle()
		resp.Diagnostics.Append(r.store(ctx, plan, evidence, resp)...)
		resp.Diagnostics.Append(diagnostic.Warning("The guest is restored, but not complete", err,
			"The guest is in the state with complete = false; the next apply continues where this one stopped."))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Taking the guest over failed", err,
			"The person was there when the plan was made. Plan again to see what is to be done now."))
		return
	}
	var seen person.Profile
	seen.Read(found, plan.Email.ValueString())
	difference := plan.Difference(&seen, plan.Email.ValueString())
	evidence.Address(plan.Email.ValueString(), found.User)
	evidence.ReadAt = client.Now()
	if !difference.Empty() {
		evidence.WrittenAt = evidence.ReadAt
	}
	plan.UserPrincipalName = types.StringValue(found.User.UserPrincipalName)
	plan.RedemptionState = types.StringPointerValue(found.User.ExternalUserState)
	plan.RedemptionStateChangedAt = account.Time(found.User.ExternalUserStateChangeDateTime)
	plan.CreatedAt = account.Time(found.User.CreatedDateTime)
	if plan.AccountEnabled.IsUnknown() {
		plan.AccountEnabled = seen.AccountEnabled
	}
	if plan.UserType.IsUnknown() {
		plan.UserType = seen.UserType
	}
	r.finish(ctx, plan, difference, evidence, resp)
}

// present reads a person who should be there. One just restored may take a moment.
func (r *Resource) present(ctx context.Context, plan *model, writtenAt time.Time) (found person.Found, err error) {
	look := person.For(r.Session.Graph, plan.ObjectID.ValueString(), &plan.Profile, false)
	look.WrittenAt = writtenAt
	limit := time.Duration(0)
	if plan.From() == person.Restored {
		limit = restoreLimit
	}
	err = graph.Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		found, err = look.Read(ctx)
		return err == nil, err
	})
	return found, err
}

// restoreLimit bounds the wait for a restored user to show.
const restoreLimit = time.Minute

// finish writes what is left to write and stores the state: before the write, because
// from here on the person is the resource's, and after it.
func (r *Resource) finish(ctx context.Context, plan *model, difference person.Difference, evidence person.Evidence, resp *resource.CreateResponse) {
	r.Session.Register.Wrote(evidence.ObjectID)
	plan.Complete = types.BoolValue(false)
	plan.Expired = types.BoolValue(false)
	plan.settle()
	resp.Diagnostics.Append(r.store(ctx, plan, evidence, resp)...)
	if err := r.Complete(ctx, difference, evidence); err != nil {
		resp.Diagnostics.Append(diagnostic.Warning("The guest is not complete", err,
			"The guest is in the state with complete = false; the next apply continues where this one stopped."))
		return
	}
	plan.Complete = types.BoolValue(true)
	resp.Diagnostics.Append(r.store(ctx, plan, evidence, resp)...)
}

// store writes state, identity and private state in one place.
func (r *Resource) store(ctx context.Context, m *model, evidence person.Evidence, resp *resource.CreateResponse) (diags diag.Diagnostics) {
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
