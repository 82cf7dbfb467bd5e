package photo

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update sends the photo again where the plan says so: an etag that is known only after
// apply. A plan that takes the hash away removes what was copied.
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
		resp.Diagnostics.Append(diagnostic.Error("Changing the photo was refused", err))
		return
	}

	rec.UserID = plan.UserID.ValueString()
	switch {
	case plan.ETag.IsUnknown():
		resp.Diagnostics.Append(r.send(ctx, &plan, &state, &rec)...)
	case plan.ContentSHA256.IsNull() && !state.ContentSHA256.IsNull():
		resp.Diagnostics.Append(r.withdraw(ctx, &plan, &rec)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Complete = types.BoolValue(true)
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(plan.setIdentity(ctx, resp.Identity)...)
}

// send sets the photo of the plan. Where the user to copy from has none by now, what was
// copied is removed.
func (r *Resource) send(ctx context.Context, plan, state *model, rec *record) diag.Diagnostics {
	given, jpeg, err := r.picture(ctx, plan, twice)
	if errors.Is(err, errNothing) {
		return append(diag.Diagnostics{nothingToCopy(plan)}, r.withdraw(ctx, plan, rec)...)
	}
	if err == nil {
		err = r.write(ctx, rec.UserID, jpeg)
	}
	if err != nil {
		return diag.Diagnostics{failure("Changing the photo failed", err)}
	}
	before := state.ETag.ValueString()
	*rec = record{
		UserID: rec.UserID, WrittenAt: r.Session.Graph.Now(), Before: before, ETag: r.recorded(ctx, rec.UserID, before),
		SourceCopied: given.etag, SourceSeen: given.etag,
	}
	plan.ContentSHA256, plan.ETag = types.StringValue(given.sha256()), optional(rec.ETag)
	return nil
}

// withdraw removes the photo because there is nothing to copy any more. One that this
// resource has not set is not its to remove.
func (r *Resource) withdraw(ctx context.Context, plan *model, rec *record) diag.Diagnostics {
	if !rec.Nothing {
		if err := r.remove(ctx, rec.UserID, rec.WrittenAt); err != nil {
			return diag.Diagnostics{diagnostic.Error("Removing the photo failed", err)}
		}
	}
	*rec = record{UserID: rec.UserID, Nothing: true}
	plan.ContentSHA256, plan.ETag = types.StringNull(), types.StringNull()
	return nil
}
