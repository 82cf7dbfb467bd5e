package photo

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// mayWrite are the permissions that allow to set and remove photos.
var mayWrite = []string{"ProfilePhoto.ReadWrite.All", "User.ReadWrite.All"}

// mayRead are the permissions that allow to read photos.
// Source: https://learn.microsoft.com/graph/api/profilephoto-get.
var mayRead = []string{"ProfilePhoto.Read.All", "User.Read.All", "ProfilePhoto.ReadWrite.All", "User.ReadWrite.All"}

// ModifyPlan reads and checks the picture, and decides whether it is sent. Terraform
// calls it again during apply, in a new process, and demands the same answer, so it
// depends on configuration, files and state alone: what a refresh has seen of the
// directory is in the private state.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Session == nil {
		return
	}
	switch {
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	rec, replacing, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// A forced replacement of the same user's photo was planned as an update before.
	if known := plan.UserID.ValueString(); known != "" && (!replacing || !strings.EqualFold(known, rec.UserID)) {
		if !r.claim(ctx, known, &resp.Diagnostics) {
			return
		}
	}
	plan.ContentSHA256, plan.ETag = types.StringUnknown(), types.StringUnknown()
	if given, ok := r.check(ctx, &plan, true, &resp.Diagnostics); ok {
		plan.ContentSHA256 = types.StringValue(given.sha256())
	}
	if resp.Diagnostics.HasError() || !r.mayPlan(ctx, "", plan.UserID, &resp.Diagnostics) {
		return
	}
	if r.Session.Ready() {
		signedIn, err := r.Session.Identity(ctx)
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
			return
		}
		plan.TenantID = types.StringValue(signedIn.TenantID)
		r.checkSource(ctx, &plan, &resp.Diagnostics)
		r.warnTakeover(ctx, &plan, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.UserID.IsUnknown() || !strings.EqualFold(plan.UserID.ValueString(), state.UserID.ValueString()) {
		// Another user: Terraform plans this again, as a create.
		return
	}
	// Case is no difference; core accepts the prior spelling.
	plan.UserID = state.UserID
	if !r.claim(ctx, state.UserID.ValueString(), &resp.Diagnostics) {
		return
	}
	given, local := r.check(ctx, &plan, false, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := plan.wanted(&state, rec, given, local)
	send := !wanted.Equal(state.ContentSHA256) || !state.Complete.ValueBool() || rec.drifted(state.ETag.ValueString())
	switch {
	case !send:
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	case wanted.IsNull():
		plan.ContentSHA256, plan.ETag = wanted, types.StringNull()
	default:
		plan.ContentSHA256, plan.ETag = wanted, types.StringUnknown()
		if !local {
			// What is downloaded may be newer than what the refresh has seen.
			plan.ContentSHA256 = types.StringUnknown()
		}
		r.fits(ctx, &plan, given, local, &resp.Diagnostics)
	}
	if !state.Complete.ValueBool() {
		plan.Complete = types.BoolUnknown()
	}
	if resp.Diagnostics.HasError() || !r.mayPlan(ctx, state.TenantID.ValueString(), plan.UserID, &resp.Diagnostics) {
		return
	}
	if r.Session.Ready() {
		r.checkSource(ctx, &plan, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// wanted returns the hash the photo should have: unknown while only apply can tell, null
// for no photo.
func (m *model) wanted(state *model, rec record, given input, local bool) types.String {
	switch {
	case local:
		return types.StringValue(given.sha256())
	case m.CopyFrom.IsNull(), !m.CopyFrom.Equal(state.CopyFrom):
		return types.StringUnknown()
	case rec.SourceSeen == rec.SourceCopied:
		return state.ContentSHA256
	case rec.SourceSeen == "":
		return types.StringNull()
	default:
		return types.StringUnknown()
	}
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.mayPlan(ctx, state.TenantID.ValueString(), state.UserID, &resp.Diagnostics)
}

// claim reports two resources for one user's photo, whichever is planned second.
func (r *Resource) claim(ctx context.Context, userID string, diags *diag.Diagnostics) (ok bool) {
	if r.Session.Photos.Plan(ctx, userID) {
		return true
	}
	diags.AddAttributeError(path.Root("user_id"), "Two resources for one photo",
		fmt.Sprintf("Two resources in this configuration set the photo of user %s. Keep one of them.", diagnostic.Quote(userID)))
	return false
}

// check reads a picture that needs no network, and with thorough makes sure that it can
// be used. ok is false when the picture is to be copied or not known yet.
func (r *Resource) check(ctx context.Context, plan *model, thorough bool, diags *diag.Diagnostics) (given input, ok bool) {
	given, ok, err := plan.local()
	if err != nil {
		diags.Append(failure("The picture cannot be read", err))
		return input{}, false
	}
	if thorough {
		r.fits(ctx, plan, given, ok, diags)
	}
	return given, ok
}

func (r *Resource) fits(ctx context.Context, plan *model, given input, ok bool, diags *diag.Diagnostics) {
	if !ok {
		return
	}
	if err := r.readable(ctx, given.file); err != nil {
		diags.Append(failure("The picture cannot be used", &unusable{plan.attribute(), err}))
	}
}

// mayPlan checks what every plan that changes a photo depends on: the tenant, the
// protected group and the permission. Where the provider cannot sign in yet, it warns.
func (r *Resource) mayPlan(ctx context.Context, tenantID string, userID types.String, diags *diag.Diagnostics) bool {
	if !r.Session.Ready() {
		r.Session.WarnNotReady(diags)
		return true
	}
	if !r.Session.Guard(ctx, tenantID, diags) {
		return false
	}
	if !userID.IsUnknown() {
		protected, err := r.Session.Protected(ctx, strings.ToLower(userID.ValueString()))
		switch {
		case err != nil:
			diags.Append(diagnostic.Error("The protected group cannot be read", err))
			return false
		case protected:
			diags.AddAttributeError(path.Root("user_id"), "A protected person", fmt.Sprintf("The photo of user %s is not touched: %v.", diagnostic.Quote(userID.ValueString()), session.ErrProtected))
			return false
		}
	}
	r.Session.CheckPermission(ctx, "setting photos", mayWrite, diags)
	return !diags.HasError()
}

// checkSource makes sure that the tenant to copy from can be signed in to, and that the
// application may read photos there. Whether the user there has one shows at apply.
func (r *Resource) checkSource(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	from, ok, faults := plan.copied(ctx)
	diags.Append(faults...)
	if !ok {
		return
	}
	var there graph.Identity
	client, err := r.Session.In(from.TenantID.ValueString())
	if err == nil {
		there, err = client.Identity(ctx)
	}
	if err != nil {
		cause := diagnostic.Error("Photos cannot be copied from this tenant", err)
		diags.AddAttributeError(path.Root("copy_from").AtName("tenant_id"), cause.Summary(), cause.Detail())
		return
	}
	r.Session.CheckSourcePermission(there, "reading photos", mayRead, diags)
}

// warnTakeover says that a photo is there already. Not being able to tell stops nothing.
func (r *Resource) warnTakeover(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if plan.UserID.IsUnknown() {
		return
	}
	if _, err := r.Session.Graph.Photo(ctx, plan.UserID.ValueString()); err == nil {
		diags.AddWarning("A photo is replaced", fmt.Sprintf("User %s has a photo already. This resource replaces it, and removes the new one when it is destroyed.", diagnostic.Quote(plan.UserID.ValueString())))
	}
}
