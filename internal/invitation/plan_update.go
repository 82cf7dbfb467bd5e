package invitation

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
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
	if clash := r.Session.Register.Held(r.Instance(state.subject())); clash != nil {
		resp.Diagnostics.AddAttributeError(path.Root("email"), clash.Summary(), clash.Error())
		return
	}
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
	} else if !r.Session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	r.FallBack(&plan.Record, &config.Record)
	plan.fallBack(&config)
	if sameAddress(plan.Email, state.Email) {
		// Case is no difference; core accepts the prior spelling.
		plan.Email = state.Email
	}
	r.checkDomains(ctx, &plan, &state, moves(&plan, &state, evidence) || resends(&plan, &state, evidence), resp)
	if account.PlanExpiry(&plan.Record, &plan.Profile, &state.Profile, &config.Profile, plan.dates(), evidence) {
		argument, date := plan.ended(evidence.ReadAt)
		account.WarnExpiry(state.subject(), argument, date, &resp.Diagnostics)
	}
	if !evidence.Gone {
		r.planMove(ctx, &plan, &state, evidence, resp)
		r.planResend(&plan, &state, evidence, resp)
	}
	due := r.planGreeting(ctx, &plan, &state, evidence, resp)
	if !state.Complete.ValueBool() || plan.WelcomeEmailStatus.IsUnknown() {
		// Something is left to do, or may be, even where no attribute differs.
		plan.Complete = types.BoolUnknown()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkChange(ctx, &plan, &state, evidence, due, resp)
	plan.Name = plan.Email
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
	plan.expectLink()
	plan.RedemptionState, plan.RedemptionStateChangedAt = types.StringUnknown(), types.StringUnknown()
	r.PlanMove(ctx, account.PlannedMove{
		Subject: state.subject(), Wish: plan.wish(), Half: sameAddress(plan.Email, state.Email),
		Allowed: plan.AllowMove.ValueBool(), StaysDisabled: staysDisabled(plan, state),
	}, &resp.Diagnostics)
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
			state.who()+" was imported, so the first value of resend_trigger is recorded and nothing is sent. Change it once more to send the invitation again.")
	case !state.pending():
		resp.Diagnostics.AddAttributeWarning(trigger, "Nothing is sent again", state.who()+" has accepted the invitation already, or never had one.")
	case staysDisabled(plan, state):
		resp.Diagnostics.AddAttributeError(trigger, "A disabled guest cannot be invited", state.who()+
			" is disabled, and Microsoft Graph refuses to invite the person again. Set account_enabled = true, or a later expires_at, in the same change.")
	default:
		plan.expectLink()
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

// checkChange holds a change of the directory, and a mail, against the guard rails.
func (r *Resource) checkChange(ctx context.Context, plan, state *model, evidence person.Evidence, due bool, resp *resource.ModifyPlanResponse) {
	difference := plan.Difference(&state.Profile, state.Email.ValueString())
	touches := !evidence.Gone && (!difference.Empty() || due || moves(plan, state, evidence) || resends(plan, state, evidence))
	r.CheckChange(ctx, state.subject(), account.Disables(&plan.Profile, &state.Profile), !difference.Empty(), touches, &resp.Diagnostics)
}
