package guests

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update brings in who is new, changes in place who stays, and then lets go who has no
// key any more. What has succeeded is in the state also when something has failed; the
// next apply continues.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, loaded, diags := loadNotes(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, writeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	w, ok := r.newWork(ctx, &plan, &state, &resp.Diagnostics)
	if !ok {
		return
	}
	present := state.people(known)
	all, _ := entries(plan.Guests, present, &w.digest)
	raws, m := texts(plan.Guests), match(all, nil, present)
	changes := make([]*change, 0, len(m.stays))
	same := alike(&plan, &state)
	for _, key := range slices.Sorted(maps.Keys(m.stays)) {
		managerID := all[key].managerID(m.objectID)
		if calm(key, raws[key], m.stays[key], same, managerID) {
			w.keep(m.stays[key])
			continue
		}
		changes = append(changes, changeOf(key, raws[key], all[key], m.stays[key], &plan, &state, managerID))
	}
	w.carryOut(ctx, all, m, changes)
	for _, g := range m.leaves {
		g.OnDestroy = plan.OnRemoval
	}
	w.leave(ctx, m.leaves, loaded, r.farewell)
	result := w.result()
	if result.Removals.IsNull() {
		result.Removals, result.RemovalCount = state.Removals, state.RemovalCount
	}
	resp.Diagnostics.Append(w.digest.report(false)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &result)...)
	resp.Diagnostics.Append(takeNotes(known.ReadAt, w.people).save(ctx, resp.Private)...)
}

// farewell lets one person go.
func (r *Resource) farewell(ctx context.Context, g *guest, known bool, diags *diag.Diagnostics) {
	r.keeper.LetGo(ctx, account.Farewell{
		Subject: g.subject(), Evidence: g.evidence, Known: known,
		// The evidence of all is stored together, at the end.
		Tell: func(evidence person.Evidence) diag.Diagnostics { g.evidence = evidence; return nil },
	}, diags)
}
