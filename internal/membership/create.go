package membership

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Create puts the person into the group. Once the person may be in it returns no error:
// Terraform would taint the object and take the person out next time.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, WriteTimeout)
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
	target, member := r.target(&plan), plan.MemberID.ValueString()
	err = target.Add(ctx, member)
	known := true
	if err != nil && !Refused(err) {
		known, err = r.settled(ctx, target, member, err)
	}
	if err != nil && known {
		resp.Diagnostics.Append(diagnostic.Error("Adding to the group failed", err, target.Remedies(err)...))
		return
	}
	now := r.Session.Graph.Now()
	rec := record{Key: plan.key(), ReadAt: now}
	plan.Active = types.BoolValue(err == nil)
	if err == nil {
		rec.WrittenAt = now
	} else {
		resp.Diagnostics.Append(diagnostic.Warning("Whether the person is in the group is not known", err,
			"The membership is in the state with active = false; the next apply looks again."))
	}
	resp.Diagnostics.Append(r.store(ctx, &plan, rec, resp)...)
}

// settleLimit bounds the look at what became of an addition, also when the time for the
// whole is up.
const settleLimit = 10 * time.Second

// settled finds out what became of an addition that ended with an error which does not
// tell. known is false when that cannot be found out.
func (r *Resource) settled(ctx context.Context, target Target, memberID string, failure error) (known bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	standing, err := r.Session.Graph.ConfirmedStanding(ctx, target.GroupID, memberID)
	switch {
	case err != nil:
		return false, failure
	case standing == graph.In:
		return true, nil
	default:
		return true, failure
	}
}

// store writes state, identity and private state in one place.
func (r *Resource) store(ctx context.Context, m *model, rec record, resp *resource.CreateResponse) (diags diag.Diagnostics) {
	diags.Append(resp.State.Set(ctx, m)...)
	diags.Append(m.setIdentity(ctx, resp.Identity)...)
	diags.Append(rec.save(ctx, resp.Private)...)
	return diags
}
