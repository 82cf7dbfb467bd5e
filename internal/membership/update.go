package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update takes the person out when the time is over, and puts the person in again when a
// later date says so. What is already so costs nothing: the plan shows it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, WriteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Changing the membership was refused", err))
		return
	}
	target, member := r.target(&plan), plan.MemberID.ValueString()
	if !plan.Active.Equal(state.Active) {
		summary, write := "Adding to the group failed", target.Add
		if !plan.Active.ValueBool() {
			summary, write = "Removing from the group failed", func(ctx context.Context, id string) error {
				return target.Remove(ctx, id, rec.WrittenAt)
			}
		}
		if err := write(ctx, member); err != nil {
			resp.Diagnostics.Append(diagnostic.Error(summary, err, target.Remedies(err)...))
			return
		}
		rec.WrittenAt = r.Session.Graph.Now()
	}
	rec.Key = plan.key()
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(plan.setIdentity(ctx, resp.Identity)...)
}
