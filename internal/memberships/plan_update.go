package memberships

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
)

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || plan.GroupID.IsUnknown() || !strings.EqualFold(plan.GroupID.ValueString(), state.GroupID.ValueString()) {
		// Another group: Terraform plans this again, as a create.
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
	removals := rec.leaving(&plan, held, ids)
	plan.Removals, plan.Complete = listOf(removals), types.BoolValue(true)
	if !complete || plan.Exclusive.IsUnknown() {
		plan.Removals = types.ListUnknown(types.StringType)
	}
	if !state.Complete.ValueBool() {
		plan.Complete = types.BoolUnknown()
	}
	if settled && plan.Exclusive.Equal(state.Exclusive) {
		plan.Removals = state.Removals
	}
	if !r.claim(&plan, ids.without(nil), removals, &resp.Diagnostics) {
		return
	}
	if changes := !settled || !state.Complete.ValueBool() || !plan.Exclusive.Equal(state.Exclusive); changes {
		if !plan.mayBeEmpty(ids, complete, &resp.Diagnostics) || !r.checkChange(ctx, &plan, &state, ids, removals, &resp.Diagnostics) {
			return
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// leaving returns, sorted, whom a plan takes out: those in the state who are not in the
// list any more. Without exclusive only those whom this resource has put in: not whom an
// exclusive read or an import has found.
func (rec record) leaving(plan *model, held, ids idSet) []string {
	removals := held.without(ids)
	if plan.Exclusive.ValueBool() {
		return removals
	}
	if rec.Imported {
		return nil
	}
	return newSet(removals).without(newSet(rec.Strangers))
}

// checkChange checks a plan that puts people in or takes people out.
func (r *Resource) checkChange(ctx context.Context, plan, state *model, ids idSet, removals []string, diags *diag.Diagnostics) bool {
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
	r.warnRemovals(ctx, plan, removals, diags)
	return !diags.HasError()
}

// warnRemovals names whom the plan takes out; where member_ids is not wholly known, whom
// it may take out.
func (r *Resource) warnRemovals(ctx context.Context, plan *model, removals []string, diags *diag.Diagnostics) {
	if len(removals) == 0 || r.Session.Applying() {
		return
	}
	names := map[string]string{}
	some := removals[:min(shown, len(removals))]
	found := make(chan [2]string, len(some))
	each(ctx, some, readers, func(ctx context.Context, id string) error {
		// Not being able to name somebody stops nothing.
		candidate, _ := r.Session.Graph.Candidate(ctx, id)
		found <- [2]string{id, membership.NameOf(candidate, id)}
		return nil
	})
	close(found)
	for one := range found {
		names[one[0]] = one[1]
	}
	text := "%d members are taken out of %s by this plan:%s"
	if plan.Removals.IsUnknown() {
		text = "%d members are taken out of %s by this plan, unless they turn out to be among those whose ids are known only after apply:%s"
	}
	diags.AddWarning("Members are taken out of the group: "+diagnostic.Quote(plan.GroupID.ValueString()),
		fmt.Sprintf(text, len(removals), plan.who(), lines(removals, func(id string) string { return names[id] })))
}
