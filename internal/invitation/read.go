package invitation

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Read refreshes one person with one request. The person leaves the state only when
// proven gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Also a read that keeps or drops the state has to leave an identity.
	resp.Diagnostics.Append(state.setIdentity(ctx, resp.Identity)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Read(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.session.Ready() {
		r.session.WarnNotReady(&resp.Diagnostics)
		return
	}
	if !r.session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	look := person.For(r.session.Graph, state.ObjectID.ValueString(), &state.Profile, evidence.Fresh)
	look.WrittenAt = evidence.WrittenAt
	if state.Complete.ValueBool() {
		look.Expect = state.Agrees(state.Email.ValueString())
	}
	found, err := look.Read(ctx)
	gone, absent := errors.AsType[*person.Gone](err)
	switch {
	case err == nil:
	case absent:
		resp.Diagnostics.AddWarning("A guest is gone", fmt.Sprintf("%s (object id %s) was deleted outside Terraform%s. The plan invites the person again unless the resource is removed.",
			diagnostic.Quote(state.Email.ValueString()), state.ObjectID.ValueString(), gone.Since()))
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(person.ForgetEvidence(ctx, resp.Private)...)
		return
	case errors.Is(err, person.ErrUnproven):
		resp.Diagnostics.AddWarning("A guest cannot be found yet", fmt.Sprintf("%s (object id %s) was written a moment ago and does not show in the directory yet. The state is kept as it is.",
			diagnostic.Quote(state.Email.ValueString()), state.ObjectID.ValueString()))
		r.hold(&state, resp)
		return
	case graph.IsForbidden(err):
		if r.session.Once("forbidden") {
			resp.Diagnostics.Append(diagnostic.Warning("Guests cannot be read", err, "The state is kept as it is, without looking for changes."))
		}
		r.hold(&state, resp)
		return
	default:
		resp.Diagnostics.Append(diagnostic.Error("Reading the guest failed", err))
		return
	}

	origin := person.Origin(state.Origin.ValueString())
	if proven := evidence.Prove(origin, found.User); proven != origin {
		state.Origin = types.StringValue(string(proven))
		resp.Diagnostics.AddWarning("A guest was there already", fmt.Sprintf(
			"%s (object id %s) was created on %s, before this resource sent its invitation: Microsoft Graph answered with the person who was there. "+
				"The origin is corrected to %q, so destroying the resource disables the person unless on_destroy says otherwise.",
			diagnostic.Quote(state.Email.ValueString()), found.User.ID, found.User.CreatedDateTime.UTC().Format("2006-01-02"), proven))
	}
	evidence.ObjectID, evidence.Fresh = found.User.ID, false
	state.read(found)
	r.hold(&state, resp)
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(state.setIdentity(ctx, resp.Identity)...)
}

// hold notes that this instance has the person, and reports another one that would
// create the same person.
func (r *Resource) hold(state *model, resp *resource.ReadResponse) {
	if clash := r.session.Register.Read(state.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddError(clash.Summary(), clash.Error())
	}
}
