package photo

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Create sets the photo. Once the photo may be there it never returns an error:
// Terraform would taint the object and remove the photo next time.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, writeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)

	rec := record{UserID: plan.UserID.ValueString()}
	plan.ETag, plan.Complete = types.StringNull(), types.BoolValue(true)
	given, jpeg, err := r.picture(ctx, &plan, once)
	if errors.Is(err, errNothing) {
		rec.Nothing = true
		plan.ContentSHA256 = types.StringNull()
		resp.Diagnostics.Append(nothingToCopy(&plan))
		resp.Diagnostics.Append(r.store(ctx, &plan, rec, resp)...)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(failure("Setting the photo failed", err))
		return
	}
	// What is there now tells a replica that lags from one that has heard of the write.
	before, err := r.Session.Graph.Photo(ctx, rec.UserID)
	if err != nil && !graph.IsNotFound(err) && !graph.IsForbidden(err) {
		resp.Diagnostics.Append(diagnostic.Error("Setting the photo failed", err))
		return
	}
	err = r.write(ctx, rec.UserID, jpeg)
	if refused(err) {
		resp.Diagnostics.Append(failure("Setting the photo failed", err))
		return
	}
	rec.WrittenAt, rec.Before = r.Session.Graph.Now(), before.ETag
	rec.SourceCopied, rec.SourceSeen = given.etag, given.etag
	plan.ContentSHA256 = types.StringValue(given.sha256())
	if err == nil {
		rec.ETag = r.recorded(ctx, rec.UserID, rec.Before)
		plan.ETag = optional(rec.ETag)
	} else {
		plan.Complete = types.BoolValue(false)
		remedies := []string{"The photo is in the state with complete = false; the next apply sends it again."}
		if errors.Is(err, errTooYoung) {
			remedies = append(remedies, "Microsoft Graph takes no photo for a fresh account for some minutes.")
		}
		resp.Diagnostics.Append(diagnostic.Warning("The photo is not set yet", err, remedies...))
	}
	resp.Diagnostics.Append(r.store(ctx, &plan, rec, resp)...)
}

// store writes state, identity and private state in one place.
func (r *Resource) store(ctx context.Context, m *model, rec record, resp *resource.CreateResponse) (diags diag.Diagnostics) {
	diags.Append(resp.State.Set(ctx, m)...)
	diags.Append(m.setIdentity(ctx, resp.Identity)...)
	diags.Append(rec.save(ctx, resp.Private)...)
	return diags
}

func optional(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

func nothingToCopy(m *model) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("copy_from"), "There is no photo to copy",
		fmt.Sprintf("The user to copy from has no photo, so user %s gets none. A photo set there later shows in the next plan.", diagnostic.Quote(m.UserID.ValueString())))
}

// failure blames the attribute that gives an unusable picture, or names an account that
// takes none.
func failure(summary string, err error) diag.Diagnostic {
	if bad, ok := errors.AsType[*unusable](err); ok {
		return diag.NewAttributeErrorDiagnostic(path.Root(bad.attribute), "The picture cannot be used", bad.Error())
	}
	if graph.IsNotFound(err) {
		return diagnostic.Error(summary, err, "Either there is no such user, or the account takes no photo: check user_id.")
	}
	return diagnostic.Error(summary, err)
}
