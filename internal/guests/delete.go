package guests

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Delete lets everybody go as on_removal in the state says. Who could not go stays in
// the state.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, loaded, diags := loadNotes(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Delete(ctx, writeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Letting the guests go was refused", err))
		return
	}
	w := &work{
		r: r, plan: &state, state: &state, tenantID: state.TenantID.ValueString(),
		people: map[string]*guest{}, owners: map[string]string{}, lacks: map[string]string{},
	}
	w.leave(ctx, match(nil, nil, state.people(known)).leaves, loaded, r.farewell)
	resp.Diagnostics.Append(w.digest.report(false)...)
	if len(w.people) == 0 {
		return
	}
	rest := w.result()
	resp.Diagnostics.Append(resp.State.Set(ctx, &rest)...)
	resp.Diagnostics.Append(takeNotes(known.ReadAt, w.people).save(ctx, resp.Private)...)
}
