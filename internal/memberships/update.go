package memberships

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update puts in who is new and takes out whom the plan lists, in this order. What is done
// when somebody fails is kept in the state.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, writeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Changing the memberships was refused", err))
		return
	}
	target, held, ids := r.target(&plan), state.members(), plan.members()
	arrivals := ids.without(held)
	if !state.Complete.ValueBool() {
		// The state may count people in who are not: adding twice does no harm.
		arrivals = ids.without(nil)
	}
	removals, _ := setOf(plan.Removals)
	leaving := []string{}
	for _, id := range removals.without(ids) {
		if held[id] {
			leaving = append(leaving, id)
		}
	}
	added := each(ctx, arrivals, writers, target.Add)
	removed := each(ctx, leaving, writers, func(ctx context.Context, id string) error { return target.Remove(ctx, id, rec.WrittenAt) })
	if len(arrivals)+len(leaving) > 0 {
		rec.WrittenAt = r.Session.Graph.Now()
	}
	rec.Removed, rec.Failed = newSet(leaving).without(newSet(removed.ids())), added.ids()
	if len(added)+len(removed) == 0 {
		if plan.Exclusive.ValueBool() {
			rec.Waiting = rec.waiting(held, ids, newSet(leaving))
		}
		rec.Strangers, rec.Imported = nil, false
		plan.Complete = types.BoolValue(true)
		resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		resp.Diagnostics.Append(plan.setIdentity(ctx, resp.Identity)...)
		return
	}
	r.keep(ctx, &state, arrivals, added, rec, resp)
	for summary, failed := range map[string]failures{"Adding to the group failed": added, "Removing from the group failed": removed} {
		if len(failed) > 0 {
			resp.Diagnostics.Append(diagnostic.Error(summary, failed.first(), append(target.Remedies(failed.first()), failed.others(), "What succeeded is in the state.")...))
		}
	}
}

// keep stores what an update has come to that failed for some: the state before, with
// those who came in and without those who went out.
func (r *Resource) keep(ctx context.Context, state *model, arrivals []string, added failures, rec record, resp *resource.UpdateResponse) {
	now := maps.Clone(state.members())
	for _, id := range arrivals {
		if now[id] = added[id] == nil; !now[id] {
			delete(now, id)
		}
	}
	for _, id := range rec.Removed {
		delete(now, strings.ToLower(id))
	}
	strangers := newSet(rec.Strangers)
	rec.Strangers = strangers.without(newSet(strangers.without(now)))
	state.MemberIDs, state.Complete = kept(state.MemberIDs, now), types.BoolValue(false)
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(state.setIdentity(ctx, resp.Identity)...)
}

// waiting returns, sorted, whom this resource has put in and has left in the group,
// although they are not in the list any more.
func (rec record) waiting(held, ids, left idSet) []string {
	all := newSet(rec.Waiting)
	maps.Copy(all, held)
	return newSet(newSet(all.without(ids)).without(left)).without(newSet(rec.Strangers))
}
