package invitation

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// ModifyPlan refuses what could lose a person, checks what can be known, and fills in
// what is decided already. Terraform calls it again during apply, in a new process, and
// demands the same answer, so it depends on configuration, state and tenant alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil {
		return
	}
	switch {
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	evidence, replaced, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if replaced {
		resp.Diagnostics.AddError("A person cannot be replaced", fmt.Sprintf(
			"Terraform was asked to replace %s (object id %s): to delete the account and to invite the person again. "+
				"The new account would be another person to every application, without memberships and licences, so this is refused.\n\n"+
				"Remove -replace, the taint (terraform untaint) or replace_triggered_by. "+
				"To really start anew, remove the resource, apply, and add it again.",
			diagnostic.Quote(plan.Email.ValueString()), evidence.ObjectID))
		return
	}
	if !plan.Email.IsUnknown() {
		if clash := r.session.Register.Arriving(plan.Email.ValueString()); clash != nil {
			resp.Diagnostics.AddAttributeError(path.Root("email"), clash.Summary(), clash.Error())
			return
		}
	}
	r.warnMessage(ctx, plan, resp)
	if !r.session.Ready() {
		r.session.WarnNotReady(&resp.Diagnostics)
		return
	}
	if !r.session.Guard(ctx, "", &resp.Diagnostics) {
		return
	}
	signedIn, err := r.session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if plan.RedirectURL.IsUnknown() {
		var configured types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("redirect_url"), &configured)...)
		if configured.IsNull() {
			plan.RedirectURL = types.StringValue(r.redirectURL(signedIn.TenantID))
		}
	}
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	plan.LeaveOut(&config.Profile)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// redirectURL is where people land when neither resource nor provider says so: the
// tenant's My Apps page, as in Microsoft's own invitations.
func (r *Resource) redirectURL(tenantID string) string {
	if r.session.RedirectURL != "" {
		return r.session.RedirectURL
	}
	return "https://myapplications.microsoft.com/?tenantid=" + tenantID
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

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if clash := r.session.Register.Read(state.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddAttributeError(path.Root("email"), clash.Summary(), clash.Error())
		return
	}
	if !r.session.Ready() {
		r.session.WarnNotReady(&resp.Diagnostics)
	} else if !r.session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	switch {
	case plan.Email.IsUnknown():
	case strings.EqualFold(plan.Email.ValueString(), state.Email.ValueString()):
		// Case is no difference; core accepts the prior spelling.
		plan.Email = state.Email
	default:
		resp.Diagnostics.AddAttributeError(path.Root("email"), "The address of a guest cannot be changed",
			fmt.Sprintf("%s (object id %s) was invited with this address, and %s is another account at home. "+
				"This provider does not move a person to another address. Keep the address, or add a resource for the new one.",
				diagnostic.Quote(state.Email.ValueString()), state.ObjectID.ValueString(), diagnostic.Quote(plan.Email.ValueString())))
		return
	}
	if !state.Complete.ValueBool() {
		// Something is left to do even where no attribute differs.
		plan.Complete = types.BoolUnknown()
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if clash := r.session.Register.Leaving(state.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddError(clash.Summary(), clash.Error())
		return
	}
	if r.session.Ready() && !r.session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	if fault := state.refusePurge(); fault != "" {
		resp.Diagnostics.AddError("This person cannot be purged", fault)
		return
	}
	resp.Diagnostics.AddWarning("What happens to whom", fmt.Sprintf("%s (object id %s) %s.",
		diagnostic.Quote(state.Email.ValueString()), state.ObjectID.ValueString(), fates[state.wayOut()]))
}

// fates says what becomes of the person, by resolved on_destroy.
var fates = map[string]string{
	onDestroyDelete:  "will be deleted, and can be restored from the deleted items for 30 days",
	onDestroyPurge:   "will be deleted for good",
	onDestroyDisable: "will be disabled, not deleted",
	onDestroyKeep:    "stays as is, and is no longer managed",
}

// refusePurge returns why the person must not be purged, or "".
func (m *model) refusePurge() string {
	if m.wayOut() != onDestroyPurge || person.Origin(m.Origin.ValueString()) == person.Invited {
		return ""
	}
	return fmt.Sprintf("%s (object id %s) was not invited by this resource (origin %q), so on_destroy = \"purge\" is refused. "+
		"Apply on_destroy = \"disable\", \"delete\" or \"keep\" first.",
		diagnostic.Quote(m.Email.ValueString()), m.ObjectID.ValueString(), m.Origin.ValueString())
}
