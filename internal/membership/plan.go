package membership

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ModifyPlan refuses groups that cannot be written and two instances for one membership,
// and plans what follows from the date. Terraform calls it again during apply, in a new
// process, and demands the same answer.
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

func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	rec, replacing, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// A forced replacement of the same membership was planned as an update before.
	if plan.known() && (!replacing || rec.Key != plan.key()) && !r.claim(ctx, &plan, &resp.Diagnostics) {
		return
	}
	// Whether the person really came in is known after apply.
	plan.Expired, plan.Active = types.BoolValue(false), types.BoolUnknown()
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	if !r.Session.Guard(ctx, "", &resp.Diagnostics) {
		return
	}
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if !r.checkArrival(ctx, &plan, &resp.Diagnostics) {
		return
	}
	// The answer about the group has told Graph's time.
	if plan.expiredAt(r.Session.Graph.Now()) {
		resp.Diagnostics.AddAttributeError(path.Root("expires_at"), "This date is in the past",
			"The time of "+plan.who()+" is over by expires_at: the person would come in only to be taken out.")
		return
	}
	if plan.known() && r.target(&plan).Listed(ctx, plan.MemberID.ValueString()) {
		resp.Diagnostics.AddWarning("A membership is taken over",
			fmt.Sprintf("The %s is in the group already. Destroying this resource takes the person out of it.", plan.who()))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// claim reports two instances for one membership, whichever is planned second.
func (r *Resource) claim(ctx context.Context, m *model, diags *diag.Diagnostics) (ok bool) {
	if r.Session.Memberships.Plan(ctx, m.key()) {
		return true
	}
	diags.AddAttributeError(path.Root("member_id"), "Two resources for one membership",
		fmt.Sprintf("Two resources in this configuration say something about %s. Keep one of them.", m.who()))
	return false
}

// checkArrival checks the group, and who comes into it, as far as they are known.
func (r *Resource) checkArrival(ctx context.Context, plan *model, diags *diag.Diagnostics) bool {
	if plan.GroupID.IsUnknown() || plan.AllowRoleAssignable.IsUnknown() {
		return true
	}
	g, ok := r.target(plan).Check(ctx, diags)
	if ok && !plan.MemberID.IsUnknown() {
		r.target(plan).CheckMember(ctx, g, plan.MemberID.ValueString(), path.Root("member_id"), diags)
	}
	return ok && !diags.HasError()
}

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !plan.same(&state) {
		// Another membership: Terraform plans this again, as a create.
		r.planLeaving(ctx, &state, &resp.Diagnostics)
		return
	}
	// Case is no difference; core accepts the prior spelling.
	plan.GroupID, plan.MemberID = state.GroupID, state.MemberID
	if !r.claim(ctx, &state, &resp.Diagnostics) {
		return
	}
	plan.Expired, plan.Active = types.BoolUnknown(), types.BoolUnknown()
	if !plan.ExpiresAt.IsUnknown() {
		// Judged by the clock of the last read, so that planning it again, or applying it
		// later, comes to the same answer.
		expired := plan.expiredAt(rec.ReadAt)
		plan.Expired, plan.Active = types.BoolValue(expired), types.BoolValue(!expired)
	}
	if !plan.Active.Equal(state.Active) && !r.checkChange(ctx, &plan, &state, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// checkChange checks a plan that puts the person in, or takes the person out.
func (r *Resource) checkChange(ctx context.Context, plan, state *model, diags *diag.Diagnostics) bool {
	if !r.Session.Ready() {
		r.Session.WarnNotReady(diags)
		return true
	}
	if !r.Session.Guard(ctx, state.TenantID.ValueString(), diags) {
		return false
	}
	if plan.Active.ValueBool() {
		return r.checkArrival(ctx, plan, diags)
	}
	if plan.AllowRoleAssignable.IsUnknown() {
		return true
	}
	_, ok := r.target(plan).Check(ctx, diags)
	if ok && !plan.Active.IsUnknown() {
		r.warnRemoval(ctx, plan, ", because the time is over: expires_at was "+plan.ExpiresAt.ValueString(), diags)
	}
	return ok
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		r.planLeaving(ctx, &state, &resp.Diagnostics)
	}
}

// planLeaving holds the end of a membership against the guard rails.
func (r *Resource) planLeaving(ctx context.Context, state *model, diags *diag.Diagnostics) {
	if state.over() {
		return
	}
	if !r.Session.Ready() {
		r.Session.WarnNotReady(diags)
		return
	}
	if r.Session.Guard(ctx, state.TenantID.ValueString(), diags) && !r.target(state).Refuse(diags) {
		r.target(state).CheckPermission(ctx, diags)
		r.warnRemoval(ctx, state, "", diags)
	}
}

// over reports whether the membership has expired and ended: nothing is left to do.
func (m *model) over() bool { return m.Expired.ValueBool() && !m.Active.ValueBool() }
