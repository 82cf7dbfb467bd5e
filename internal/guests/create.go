package guests

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Create invites everybody, or takes over those the plan has found. Once one person is
// there it never returns an error: Terraform would taint the resource and let everybody
// go the next time. Who could not be invited has no object id; the next read drops the
// key, and the next plan shows a new guest.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, writeTimeout)
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
	all, _ := entries(plan.Guests, nil, &w.digest)
	m := match(all, nil, nil)
	w.carryOut(ctx, all, m, nil)
	if len(w.people) == 0 && len(m.arrives) > 0 {
		resp.Diagnostics.Append(w.digest.report(false)...)
		return
	}
	kept := takeNotes(r.Session.Graph.Now(), w.people)
	w.withMissing(&plan)
	result := w.result()
	resp.Diagnostics.Append(w.digest.report(true)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &result)...)
	resp.Diagnostics.Append(kept.save(context.WithoutCancel(ctx), resp.Private)...)
}
