package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ModifyPlan refuses what could lose a person, checks what can be known, and fills in
// what is decided already. Terraform calls it again during apply, in a new process, and
// demands the same answer, so it depends on configuration, state and directory alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Session == nil {
		return
	}
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	switch {
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

// checkDomains holds the addresses of a plan against the allowed and denied domains.
// Those of an instance that keeps them are reported as warnings: somebody narrowing the
// lists must not block every other change. mails says that an invitation will go out.
func (r *Resource) checkDomains(ctx context.Context, plan, state *model, mails bool, resp *resource.ModifyPlanResponse) {
	addresses := map[string][]string{"email": {plan.Email.ValueString()}, "other_mails": plan.Others()}
	if plan.Email.IsUnknown() {
		delete(addresses, "email")
	}
	var kept []string
	if state != nil {
		kept = append(state.Others(), state.Email.ValueString())
	}
	if invitation, diags := plan.invitation(ctx); !diags.HasError() && invitation.Message != nil && (state == nil || mails) {
		addresses["message"] = invitation.Message.CCRecipients
	}
	r.CheckDomains(addresses, kept, &resp.Diagnostics)
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Deposes(state.subject()) {
		return
	}
	r.PlanDestroy(ctx, state.subject(), evidence, &resp.Diagnostics)
}
