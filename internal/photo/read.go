package photo

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Read compares etags: one request for the photo, and one for that of the user to copy
// from. No bytes are downloaded. A photo leaves the state only when proven gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Also a read that keeps or drops the state has to leave an identity.
	resp.Diagnostics.Append(state.setIdentity(ctx, resp.Identity)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Read(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
		return
	}
	if !r.Session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()

	gone, diags := r.refresh(ctx, &state, &rec)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if gone {
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(forget(ctx, resp.Private)...)
		return
	}
	resp.Diagnostics.Append(r.compareSource(ctx, &state, &rec)...)
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// refresh brings the etag up to what Graph shows. The first etag seen after a write, and
// every one within some minutes, is taken for that of what was written: a write that had
// to be repeated leaves replicas that show the first try for a while.
func (r *Resource) refresh(ctx context.Context, state *model, rec *record) (gone bool, diags diag.Diagnostics) {
	if rec.Nothing || !state.Complete.ValueBool() {
		// Nothing of this resource is known to be there; the next apply sends it.
		return false, nil
	}
	who := diagnostic.Quote(state.UserID.ValueString())
	seen, err := r.look(ctx, state.UserID.ValueString(), *rec)
	switch {
	case err == nil:
	case errors.Is(err, errGone):
		diags.AddWarning("A photo is gone", fmt.Sprintf("The photo of user %s was removed outside Terraform, or the user is gone. The plan sets it again unless the resource is removed.", who))
		return true, diags
	case errors.Is(err, errUnproven):
		diags.AddWarning("A photo does not show yet", fmt.Sprintf("The photo of user %s was set a moment ago and does not show in the directory yet. The state is kept as it is.", who))
		return false, diags
	case errors.Is(err, errStale):
		return false, nil
	case graph.IsForbidden(err):
		if r.Session.Once("forbidden photo") {
			diags.Append(diagnostic.Warning("Photos cannot be read", err, "The state is kept as it is, without looking for changes."))
		}
		return false, diags
	default:
		diags.Append(diagnostic.Error("Reading the photo failed", err))
		return false, diags
	}
	if rec.ETag == "" || r.Session.Graph.Fresh(rec.WrittenAt) {
		rec.ETag = seen.ETag
	}
	state.ETag = types.StringValue(seen.ETag)
	if rec.drifted(seen.ETag) {
		diags.AddWarning("A photo was changed", fmt.Sprintf("The photo of user %s was changed outside Terraform. The plan sets it again.", who))
	}
	return false, diags
}

// compareSource notes the etag of the photo to copy. A source that cannot be read stops
// nothing: what was copied stays.
func (r *Resource) compareSource(ctx context.Context, state *model, rec *record) diag.Diagnostics {
	from, ok, diags := state.copied(ctx)
	if !ok {
		return diags
	}
	look := twice
	if rec.Nothing {
		// One look that finds nothing agrees with what is known.
		look = once
	}
	client, err := r.Session.In(from.TenantID.ValueString())
	if err == nil {
		var seen graph.Photo
		seen, err = look(ctx, client, from.UserID.ValueString())
		if err == nil || errors.Is(err, errNothing) {
			rec.SourceSeen = seen.ETag
			return diags
		}
	}
	if r.Session.Once("source of photos " + from.TenantID.ValueString()) {
		diags.Append(diagnostic.Warning("Photos to copy cannot be compared", err, "What was copied from there is kept as it is."))
	}
	return diags
}
