package memberships

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// writeTimeout is the default for adding and removing up to 5,000 people.
const writeTimeout = 30 * time.Minute

// Create puts everybody into the group. Once somebody may be in it returns no error:
// Terraform would taint the object and take everybody out next time.
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
	target, ids := r.target(&plan), plan.members().without(nil)
	failed := each(ctx, ids, writers, target.Add)
	if len(ids) > 0 && failed.all(ids) {
		resp.Diagnostics.Append(diagnostic.Error("Adding to the group failed", failed.first(),
			append(target.Remedies(failed.first()), failed.others())...))
		return
	}
	if len(failed) > 0 {
		resp.Diagnostics.Append(diagnostic.Warning("Not everybody came into the group", failed.first(),
			append(target.Remedies(failed.first()), failed.others(), "The resource is in the state with complete = false; the next apply continues where this one stopped.")...))
	}
	plan.Complete = types.BoolValue(len(failed) == 0)
	now := r.Session.Graph.Now()
	rec := record{GroupID: plan.GroupID.ValueString(), WrittenAt: now, ReadAt: now, Failed: failed.ids()}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(plan.setIdentity(ctx, resp.Identity)...)
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
}

// all reports whether every single one was refused, without a doubt.
func (f failures) all(ids []string) bool {
	for _, id := range ids {
		if err := f[id]; err == nil || !membership.Refused(err) {
			return false
		}
	}
	return true
}

// others says how many failed, and who.
func (f failures) others() string {
	return fmt.Sprintf("In all %d failed:%s\n", len(f), lines(f.ids(), quoted))
}
