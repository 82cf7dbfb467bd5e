package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
		return
	}
	if !r.Session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	look := person.For(r.Session.Graph, state.ObjectID.ValueString(), &state.Profile, evidence.Fresh)
	look.WrittenAt = evidence.WrittenAt
	if state.Complete.ValueBool() && evidence.Moving == "" {
		look.Expect = state.agrees(evidence)
	}
	found, err := look.Read(ctx)
	if gone, absent := errors.AsType[*person.Gone](err); absent {
		r.absent(ctx, gone, &state, evidence, resp)
		return
	}
	if err != nil {
		r.unread(err, &state, resp)
		return
	}
	r.prove(found.User, &state, &evidence, resp)
	evidence.ObjectID, evidence.Fresh, evidence.Gone = found.User.ID, false, false
	evidence.ReadAt = r.Session.Graph.Now()
	state.Email = types.StringValue(evidence.Address(state.Email.ValueString(), found.User))
	state.read(found)
	if mail := found.User.Mail; mail == nil || !strings.EqualFold(*mail, evidence.Moving) {
		evidence.Moving = ""
	}
	if evidence.Moving != "" {
		// The address is the new one, but nobody was invited by it: the plan has to show that.
		state.Complete = types.BoolValue(false)
	}
	r.hold(&state, resp)
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(state.setIdentity(ctx, resp.Identity)...)
}

// absent drops a person who is proven gone, so that the plan shows a new invitation. An
// expired one is not missed: the entry stays with nothing to do.
func (r *Resource) absent(ctx context.Context, gone *person.Gone, state *model, evidence person.Evidence, resp *resource.ReadResponse) {
	evidence.ReadAt = r.Session.Graph.Now()
	if !state.expiredAt(evidence.ReadAt) {
		resp.Diagnostics.AddWarning("A guest is gone", state.who()+" was deleted outside Terraform"+gone.Since()+
			". The plan brings the person back, by a new invitation or, with restore_deleted, from the deleted users, unless the resource is removed.")
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(person.ForgetEvidence(ctx, resp.Private)...)
		return
	}
	resp.Diagnostics.AddWarning("An expired guest is gone", state.who()+" was deleted outside Terraform"+gone.Since()+
		" after the time was over. Nothing is left to do; the entry can be removed.")
	evidence.Gone = true
	state.AccountEnabled, state.RedeemURL = types.BoolValue(false), types.StringNull()
	r.hold(state, resp)
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// unread keeps the state of a person who could not be read, where that is no failure.
func (r *Resource) unread(err error, state *model, resp *resource.ReadResponse) {
	switch {
	case errors.Is(err, person.ErrUnproven):
		resp.Diagnostics.AddWarning("A guest cannot be found yet",
			state.who()+" was written a moment ago and does not show in the directory yet. The state is kept as it is.")
	case graph.IsForbidden(err):
		if r.Session.Once("forbidden") {
			resp.Diagnostics.Append(diagnostic.Warning("Guests cannot be read", err, "The state is kept as it is, without looking for changes."))
		}
	default:
		resp.Diagnostics.Append(diagnostic.Error("Reading the guest failed", err))
		return
	}
	r.hold(state, resp)
}

// prove corrects the origin of a person who was there before the invitation.
func (r *Resource) prove(user graph.User, state *model, evidence *person.Evidence, resp *resource.ReadResponse) {
	proven := evidence.Prove(state.origin(), user)
	if proven == state.origin() {
		return
	}
	state.Origin = types.StringValue(string(proven))
	resp.Diagnostics.AddWarning("A guest was there already", fmt.Sprintf(
		"%s was created on %s, before this resource sent its invitation: Microsoft Graph answered with the person who was there. "+
			"The origin is corrected to %q, so destroying the resource disables the person unless on_destroy says otherwise.",
		state.who(), user.CreatedDateTime.UTC().Format("2006-01-02"), proven))
}

// agrees returns what a read after a write has to show: the profile and the address in
// the state.
func (m *model) agrees(evidence person.Evidence) func(person.Found) bool {
	profile := m.Agrees(m.Email.ValueString())
	return func(found person.Found) bool {
		known := evidence
		if len(known.Addresses) == 0 && !known.ReadAt.IsZero() {
			// After a move only the new address is the person's.
			known.Addresses = []string{strings.ToLower(m.Email.ValueString())}
		}
		return profile(found) && known.Address(m.Email.ValueString(), found.User) == m.Email.ValueString()
	}
}

// hold notes that this instance has the person, and reports another one that would
// create the same person.
func (r *Resource) hold(state *model, resp *resource.ReadResponse) {
	if clash := r.Session.Register.Read(state.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddError(clash.Summary(), clash.Error())
	}
}
