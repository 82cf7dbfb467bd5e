package membership

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Delete takes the person out of the group. One who is out already is fine; one whom
// this process has put in for another instance, such as the same resource under a new
// name, stays.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Delete(ctx, WriteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Removing from the group was refused", err))
		return
	}
	if state.over() {
		return
	}
	target := r.target(&state)
	if err := target.Remove(ctx, state.MemberID.ValueString(), rec.WrittenAt); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Removing from the group failed", err,
			append(target.Remedies(err), "The membership stays in the state.")...))
	}
}
