package invitation

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// planCreate decides at plan what becomes of the address: whether somebody is invited,
// taken over or restored.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	evidence, replaced, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if replaced {
		r.RefuseReplacement(plan.Email.ValueString(), evidence, &resp.Diagnostics)
		return
	}
	r.FallBack(&plan.Record, &config.Record)
	plan.fallBack(&config)
	plan.Expired = types.BoolValue(false)
	r.checkDomains(ctx, &plan, nil, true, resp)
	r.warnMessage(ctx, plan, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	adopted := ""
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
	} else if adopted = r.planPerson(ctx, &plan, &config, resp); resp.Diagnostics.HasError() {
		return
	}
	if !plan.Email.IsUnknown() {
		instance := r.Instance(plan.subject())
		instance.ObjectID = adopted
		if clash := r.Session.Register.Arriving(ctx, instance); clash != nil {
			resp.Diagnostics.AddAttributeError(path.Root("email"), clash.Summary(), clash.Error())
			return
		}
	}
	r.planFirstGreeting(ctx, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Name = plan.Email
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planPerson fills in what the directory tells, and returns the object id of a person
// who is taken over, else "".
func (r *Resource) planPerson(ctx context.Context, plan, config *model, resp *resource.ModifyPlanResponse) string {
	if !r.Session.Guard(ctx, "", &resp.Diagnostics) {
		return ""
	}
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return ""
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if config.RedirectURL.IsNull() {
		plan.RedirectURL = types.StringValue(r.RedirectURL(signedIn.TenantID))
	}
	plan.LeaveOut(&config.Profile)
	plan.expectLink()
	if plan.Email.IsUnknown() || plan.undecided() {
		resp.Diagnostics.AddAttributeWarning(path.Root("email"), "Whether the person is there already is decided at apply",
			"The address, or what decides about somebody who has it, is known only after apply. Whoever has it then is taken over or invited as existing_user says.")
		return ""
	}
	return r.planExisting(ctx, plan, resp)
}

// undecided reports whether an argument is unknown that decides about somebody who is
// there already.
func (m *model) undecided() bool {
	return m.ExistingUser.IsUnknown() || m.ExistingUserID.IsUnknown() || m.RestoreDeleted.IsUnknown() || m.ExpiresAt.IsUnknown()
}

// planExisting looks the address up and plans what is decided.
func (r *Resource) planExisting(ctx context.Context, plan *model, resp *resource.ModifyPlanResponse) string {
	arrival := account.Arrival{Wish: plan.wish(), Profile: &plan.Profile, Expired: plan.expiredAt}
	decision, ok := r.PlanArrival(ctx, arrival, &resp.Diagnostics)
	switch {
	case !ok:
		return ""
	case decision.Adopt != nil:
		plan.take(person.Adopted, decision.Adopt.ID)
		plan.UserPrincipalName = types.StringValue(decision.Adopt.UserPrincipalName)
		return decision.Adopt.ID
	case decision.Restore != nil:
		plan.take(person.Restored, decision.Restore.ID)
		return decision.Restore.ID
	default:
		return ""
	}
}

// take plans what is known of a person who is there: nobody is invited.
func (m *model) take(origin person.Origin, objectID string) {
	m.Origin = types.StringValue(string(origin))
	m.ObjectID = types.StringValue(objectID)
	m.InvitationID, m.InvitedAt, m.RedeemURL = types.StringNull(), types.StringNull(), types.StringNull()
}

// invitation returns what is sent to Graph for somebody who is in the state; an imported
// person has no redirect URL there.
func (r *Resource) invitation(ctx context.Context, m *model) (graph.Invitation, diag.Diagnostics) {
	invitation, diags := m.invitation(ctx)
	if invitation.RedirectURL == "" {
		invitation.RedirectURL = r.RedirectURL(m.TenantID.ValueString())
	}
	return invitation, diags
}

// warnMessage warns of a text Graph drops: applications have no mailbox to send from.
func (r *Resource) warnMessage(ctx context.Context, plan model, resp *resource.ModifyPlanResponse) {
	if plan.Message.IsNull() || plan.Message.IsUnknown() || !plan.SendInvitationMessage.ValueBool() {
		return
	}
	invitation, diags := plan.invitation(ctx)
	if diags.HasError() || invitation.Message == nil || invitation.Message.Body == "" {
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("message").AtName("body"), "The text of the mail may be left out",
		fmt.Sprintf("Microsoft Graph leaves message.body out of the mail to %s when an application sends the invitation, as this provider usually does.",
			diagnostic.Quote(plan.Email.ValueString())))
}

// rfc3339 writes a time the way all times in the state are written.
func rfc3339(at time.Time) types.String { return account.Time(&at) }
