package membership

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

// Read looks whether the person is in the group. The membership leaves the state only
// when it is proven to be gone.
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
	standing, err := r.target(&state).Look(graph.Refreshing(ctx), state.MemberID.ValueString(), state.Active.ValueBool(), rec.WrittenAt)
	rec.Key, rec.ReadAt = state.key(), r.Session.Graph.Now()
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.unread(err, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
	case standing != graph.In && !state.expiredAt(rec.ReadAt):
		resp.Diagnostics.Append(gone(&state, standing))
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(forget(ctx, resp.Private)...)
		return
	default:
		// Who is absent after the time is over is not missed.
		state.Active = types.BoolValue(standing == graph.In)
	}
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// gone says what became of a membership that is not there any more.
func gone(m *model, standing graph.Standing) diag.Diagnostic {
	group, member := diagnostic.Quote(m.GroupID.ValueString()), diagnostic.Quote(m.MemberID.ValueString())
	switch standing {
	case graph.NoGroup:
		return diag.NewWarningDiagnostic("The group of a membership is gone",
			fmt.Sprintf("Group %s was deleted outside Terraform, and with it the membership of %s. Remove the resource, or name another group.", group, member))
	case graph.NoMember:
		return diag.NewWarningDiagnostic("The person of a membership is gone",
			fmt.Sprintf("The object %s was deleted outside Terraform, and with it its membership of group %s. Remove the resource, or name another person.", member, group))
	default:
		return diag.NewWarningDiagnostic("A membership is gone",
			fmt.Sprintf("The %s was taken out of it outside Terraform. The plan puts the person in again unless the resource is removed.", m.who()))
	}
}

// unread keeps the state of a membership that could not be read, where that is no
// failure.
func (r *Resource) unread(err error, m *model) (diags diag.Diagnostics) {
	const kept = "The state is kept as it is, without looking for changes."
	switch {
	case errors.Is(err, ErrUnproven):
		diags.AddWarning("A membership does not show yet",
			fmt.Sprintf("What was done about %s a moment ago does not show in the directory yet. The state is kept as it is.", m.who()))
	case errors.Is(err, ErrHidden):
		if r.Session.Once("hidden " + m.GroupID.ValueString()) {
			diags.AddWarning("A hidden membership cannot be read",
				fmt.Sprintf("Group %s hides its members, and the application lacks Member.Read.Hidden. %s", diagnostic.Quote(m.GroupID.ValueString()), kept))
		}
	case graph.IsForbidden(err):
		if r.Session.Once("forbidden members") {
			diags.Append(diagnostic.Warning("Memberships cannot be read", err, kept))
		}
	default:
		diags.Append(diagnostic.Error("Reading the membership failed", err))
	}
	return diags
}
