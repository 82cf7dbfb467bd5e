package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if clash := r.Session.Register.Held(state.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddAttributeError(path.Root("email"), clash.Summary(), clash.Error())
		return
	}
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
	} else if !r.Session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	r.FallBack(&plan.Record, &config.Record)
	if sameAddress(plan.Email, state.Email) {
		// Case is no difference; core accepts the prior spelling.
		plan.Email = state.Email
	}
	r.checkDomains(ctx, &plan, &state, moves(&plan, &state, evidence) || resends(&plan, &state, evidence), resp)
	account.PlanExpiry(&plan.Record, &plan.Profile, &state.Profile, &config.Profile, plan.dates(), evidence)
	if !evidence.Gone {
		r.planMove(ctx, &plan, &state, evidence, resp)
		r.planResend(&plan, &state, evidence, resp)
	}
	if !state.Complete.ValueBool() {
		// Something is left to do even where no attribute differs.
		plan.Complete = types.BoolUnknown()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkChange(ctx, &plan, &state, evidence, resp)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// sameAddress reports two addresses that are not known to differ.
func sameAddress(planned, was types.String) bool {
	return !planned.IsUnknown() && strings.EqualFold(planned.ValueString(), was.ValueString())
}

// moves reports whether the person has to be brought to another address, or a move that
// stopped half-way has to be completed.
func moves(plan, state *model, evidence person.Evidence) bool {
	return !sameAddress(plan.Email, state.Email) || evidence.Moving != ""
}

// planMove checks a change of address: the same person moves.
func (r *Resource) planMove(ctx context.Context, plan, state *model, evidence person.Evidence, resp *resource.ModifyPlanResponse) {
	if !moves(plan, state, evidence) {
		return
	}
	plan.InvitationID, plan.InvitedAt, plan.RedeemURL = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	plan.RedemptionState, plan.RedemptionStateChangedAt = types.StringUnknown(), types.StringUnknown()
	email := path.Root("email")
	if sameAddress(plan.Email, state.Email) {
		resp.Diagnostics.AddAttributeWarning(email, "A half-done move is completed", state.who()+
			" has the new address already, but was not invited by it: the invitation is sent now.")
		return
	}
	if state.From() != person.Invited && !plan.AllowMove.ValueBool() {
		resp.Diagnostics.AddAttributeError(email, "This person may not be moved", fmt.Sprintf(
			"%s was not invited by this resource (origin %q). Set allow_move = true to move the person to another address, or write the address the person has.",
			state.who(), state.Origin.ValueString()))
		return
	}
	if staysDisabled(plan, state) {
		resp.Diagnostics.AddAttributeError(email, "A disabled guest cannot be invited", state.who()+
			" is disabled, and Microsoft Graph refuses the invitation that a move needs. Set account_enabled = true, or a later expires_at, in the same change.")
		return
	}
	if plan.Email.IsUnknown() {
		return
	}
	if clash := r.Session.Register.Moving(plan.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddAttributeError(email, clash.Summary(), clash.Error())
		return
	}
	if !r.Session.Ready() {
		return
	}
	wish := plan.wish()
	wish.ExistingID, wish.RestoreDeleted, wish.AdoptExisting = "", false, false
	refusal, err := r.refuseMove(ctx, wish, state.ObjectID.ValueString())
	switch {
	case refusal != nil:
		resp.Diagnostics.AddAttributeError(email, refusal.Summary, refusal.Detail)
	case err != nil && !graph.IsForbidden(err):
		resp.Diagnostics.Append(diagnostic.Error("Looking the new address up failed", err))
	default:
		r.Session.CheckPermission(ctx, "moving guests", account.PermissionsToWrite, &resp.Diagnostics)
		resp.Diagnostics.AddAttributeWarning(email, "A guest moves to another address: "+diagnostic.Quote(state.Email.ValueString()), fmt.Sprintf(
			"%s moves to %s and has to accept again; object id, memberships and licences stay. "+
				"The old address leaves mail and other mails unless it is written in other_mails, but Entra keeps it among the proxy addresses. "+
				"If somebody changed the address in the directory on purpose, change the configuration instead.",
			state.who(), diagnostic.Quote(plan.Email.ValueString())))
	}
}

// refuseMove returns why nobody may move to the address: somebody else has it.
func (r *Resource) refuseMove(ctx context.Context, wish person.Wish, objectID string) (*person.Refusal, error) {
	tenant, err := r.Session.Tenant(ctx)
	if err != nil && !graph.IsForbidden(err) {
		return nil, err
	}
	match, err := r.Session.Graph.LookUp(ctx, wish.Address, "")
	if err != nil {
		return nil, err
	}
	match.Users = others(match.Users, objectID)
	match.OtherMails = others(match.OtherMails, objectID)
	_, err = person.Decide(wish, match, tenant.VerifiedDomains)
	if refused, ok := errors.AsType[*person.Refusal](err); ok {
		detail := refused.Detail
		if refused.Argument == "existing_user" {
			detail = diagnostic.Quote(wish.Address) + " belongs to another guest: " + person.Describe(match.Users[0]) + ". Delete or change that one first."
		}
		return &person.Refusal{Argument: "email", Summary: "The new address belongs to somebody else", Detail: detail}, nil
	}
	return nil, err
}

func others(users []graph.User, objectID string) []graph.User {
	var rest []graph.User
	for _, user := range users {
		if !strings.EqualFold(user.ID, objectID) {
			rest = append(rest, user)
		}
	}
	return rest
}

// planResend plans another invitation where the trigger has changed.
func (r *Resource) planResend(plan, state *model, evidence person.Evidence, resp *resource.ModifyPlanResponse) {
	if plan.ResendTrigger.Equal(state.ResendTrigger) || plan.ResendTrigger.IsNull() || moves(plan, state, evidence) {
		// A move sends an invitation anyway.
		return
	}
	trigger := path.Root("resend_trigger")
	switch {
	case evidence.Quiet:
		resp.Diagnostics.AddAttributeWarning(trigger, "The trigger is only recorded",
			state.who()+" was imported or taken over, so the first value of resend_trigger is recorded and nothing is sent. Change it once more to send the invitation again.")
	case !state.pending():
		resp.Diagnostics.AddAttributeWarning(trigger, "Nothing is sent again", state.who()+" has accepted the invitation already, or never had one.")
	case staysDisabled(plan, state):
		resp.Diagnostics.AddAttributeError(trigger, "A disabled guest cannot be invited", state.who()+
			" is disabled, and Microsoft Graph refuses to invite the person again. Set account_enabled = true, or a later expires_at, in the same change.")
	default:
		plan.InvitationID, plan.InvitedAt, plan.RedeemURL = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
}

// staysDisabled reports whether the account is disabled and the plan leaves it so.
func staysDisabled(plan, state *model) bool {
	disabled := !state.AccountEnabled.IsNull() && !state.AccountEnabled.ValueBool()
	return disabled && !plan.AccountEnabled.IsUnknown() && !plan.AccountEnabled.ValueBool()
}

// resends reports whether an update has to send the invitation again.
func resends(plan, state *model, evidence person.Evidence) bool {
	return !plan.ResendTrigger.Equal(state.ResendTrigger) && !plan.ResendTrigger.IsNull() && !evidence.Quiet && state.pending()
}

// checkChange holds a change of the directory against the guard rails.
func (r *Resource) checkChange(ctx context.Context, plan, state *model, evidence person.Evidence, resp *resource.ModifyPlanResponse) {
	difference := plan.Difference(&state.Profile, state.Email.ValueString())
	touches := !evidence.Gone && (!difference.Empty() || moves(plan, state, evidence) || resends(plan, state, evidence))
	r.CheckChange(ctx, state.subject(), account.Disables(&plan.Profile, &state.Profile), !difference.Empty(), touches, &resp.Diagnostics)
}
