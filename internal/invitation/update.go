package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update writes what differs, in place. An unfinished create is compared with the
// directory, not with the state.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := r.session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Changing the guest was refused", err))
		return
	}

	id, prior := state.ObjectID.ValueString(), state.Profile
	if !state.Complete.ValueBool() {
		look := person.For(r.session.Graph, id, &plan.Profile, false)
		look.WrittenAt = evidence.WrittenAt
		found, err := look.Read(ctx)
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error("Reading the unfinished guest failed", err))
			return
		}
		prior.Read(found, state.Email.ValueString())
	}
	difference := plan.Difference(&prior, state.Email.ValueString())
	if !difference.Empty() {
		if err := person.Write(ctx, r.session.Graph, id, difference, evidence.WrittenAt); err != nil {
			resp.Diagnostics.Append(diagnostic.ErrorAt("Changing the guest failed", err, person.AttributeOf))
			return
		}
		evidence.WrittenAt = r.session.Graph.Now()
		resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	}
	plan.Complete = types.BoolValue(true)
	plan.settle()
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(plan.setIdentity(ctx, resp.Identity)...)
}
