package invitation

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Create invites the person and writes the profile. Once the person exists it never
// returns an error: Terraform would taint the object and destroy the person next time.
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

	signedIn, err := r.session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	if plan.RedirectURL.IsUnknown() {
		plan.RedirectURL = types.StringValue(r.redirectURL(signedIn.TenantID))
	}
	invitation, diags := plan.invitation(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	invited, err := r.session.Graph.Invite(ctx, invitation)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ErrorAt("Inviting the guest failed", err, person.AttributeOf, inviteRemedies(err)...))
		return
	}

	evidence := person.Evidence{ObjectID: invited.UserID, SentAt: invited.SentAt, WrittenAt: r.session.Graph.Now()}
	fresh := person.FreshGuest(&plan.Profile)
	plan.TenantID = types.StringValue(signedIn.TenantID)
	plan.ObjectID = types.StringValue(invited.UserID)
	plan.UserPrincipalName = optional(invited.UserPrincipalName)
	plan.InvitationID = optional(invited.InvitationID)
	plan.RedeemURL = optional(invited.RedeemURL)
	plan.InvitedAt = types.StringValue(invited.SentAt.Format(time.RFC3339))
	plan.Origin = types.StringValue(string(person.Invited))
	plan.RedemptionState = types.StringValue(pendingAcceptance)
	plan.Complete = types.BoolValue(false)
	difference := plan.Difference(&fresh, plan.Email.ValueString())
	if plan.AccountEnabled.IsUnknown() {
		// An invitation to a disabled account is refused, so this one is enabled.
		plan.AccountEnabled = types.BoolValue(true)
	}
	plan.settle()
	resp.Diagnostics.Append(r.store(ctx, &plan, evidence, resp)...)

	if err := person.Write(ctx, r.session.Graph, invited.UserID, difference, evidence.WrittenAt); err != nil {
		resp.Diagnostics.Append(diagnostic.Warning("The guest is invited, but not complete", err,
			"The guest is in the state with complete = false; the next apply continues where this one stopped."))
		return
	}
	plan.Complete = types.BoolValue(true)
	resp.Diagnostics.Append(r.store(ctx, &plan, evidence, resp)...)
}

// store writes state, identity and private state in one place.
func (r *Resource) store(ctx context.Context, m *model, evidence person.Evidence, resp *resource.CreateResponse) (diags diag.Diagnostics) {
	diags.Append(resp.State.Set(ctx, m)...)
	diags.Append(m.setIdentity(ctx, resp.Identity)...)
	diags.Append(evidence.Save(ctx, resp.Private)...)
	return diags
}

func optional(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
