package memberships

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Delete takes everybody out of the group whom this resource has put in or taken over.
// Whom only an exclusive read has found stays.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Delete(ctx, writeTimeout)
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
	target, held := r.target(&state), state.members()
	strangers := newSet(rec.Strangers)
	failed := each(ctx, held.without(strangers), writers, func(ctx context.Context, id string) error { return target.Remove(ctx, id, rec.WrittenAt) })
	if len(failed) > 0 {
		left := newSet(failed.ids())
		for id := range strangers {
			left[id] = held[id]
		}
		state.MemberIDs = kept(state.MemberIDs, left)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		resp.Diagnostics.Append(diagnostic.Error("Removing from the group failed", failed.first(),
			append(target.Remedies(failed.first()), failed.others(), "They stay in the state.")...))
		return
	}
	if len(strangers) > 0 {
		resp.Diagnostics.AddWarning("Others stay in the group", fmt.Sprintf(
			"%d people came into %s outside Terraform; they stay in it.%s", len(strangers), state.who(), lines(strangers.without(nil), quoted)))
	}
}
