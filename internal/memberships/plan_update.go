package memberships

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.GroupID.IsUnknown() || !strings.EqualFold(plan.GroupID.ValueString(), state.GroupID.ValueString()) {
		// Another group: Terraform plans this again, as a create.
		r.planLeaving(ctx, rec, &state, &resp.Diagnostics)
		return
	}
	// Case is no difference; core accepts the prior spelling.
	plan.GroupID = state.GroupID
	ids, complete := setOf(plan.MemberIDs)
	held := state.members()
	settled := complete && ids.equal(held)
	if settled {
		// Neither is order.
		plan.MemberIDs = state.MemberIDs
	}
	leaving := rec.leaving(&plan, held, ids)
	if !r.planRemovals(ctx, rec, &plan, &state, leaving, &resp.Diagnostics) {
		return
	}
	removals, _ := setOf(plan.Removals)
	plan.Complete = types.BoolValue(true)
	if !state.Complete.ValueBool() {
		plan.Complete = types.BoolUnknown()
	}
	if settled && plan.Exclusive.Equal(state.Exclusive) {
		plan.Removals = state.Removals
	}
	if !r.claim(ctx, &plan, ids.without(nil), removals.without(nil), &resp.Diagnostics) {
		return
	}
	if changes := !settled || !state.Complete.ValueBool() || !plan.Exclusive.Equal(state.Exclusive); changes {
		if !plan.mayBeEmpty(ids, complete, &resp.Diagnostics) || !r.checkChange(ctx, &plan, &state, ids, leaving, &resp.Diagnostics) {
			return
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// checkChange checks a plan that puts people in or takes people out.
func (r *Resource) checkChange(ctx context.Context, plan, state *model, ids idSet, leaving []string, diags *diag.Diagnostics) bool {
	if !r.Session.Ready() {
		r.Session.WarnNotReady(diags)
		return true
	}
	if !r.Session.Guard(ctx, state.TenantID.ValueString(), diags) || !r.checkGroup(ctx, plan, ids.without(state.members()), diags) {
		return false
	}
	if !state.Exclusive.ValueBool() {
		r.warnStrangers(ctx, plan, ids, diags)
	}
	r.warnRemovals(ctx, plan, leaving, diags)
	return !diags.HasError()
}
