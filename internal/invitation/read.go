package invitation

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	resp.Diagnostics.Append(state.Keep(ctx, resp.Identity)...)
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
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	look := person.For(r.Session.Graph, state.ObjectID.ValueString(), &state.Profile, evidence.Fresh)
	look.Refresh, look.WrittenAt = true, evidence.WrittenAt
	if state.Complete.ValueBool() && evidence.Moving == "" {
		look.Expect = state.agrees(evidence)
	}
	found, err := look.Read(ctx)
	if gone, absent := errors.AsType[*person.Gone](err); absent {
		r.absent(ctx, gone, &state, evidence, resp)
		return
	}
	if err != nil {
		r.Unread(err, state.subject(), &resp.Diagnostics)
		return
	}
	r.Prove(found.User, state.subject(), &evidence, &resp.Diagnostics)
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
	r.Hold(state.subject(), &resp.Diagnostics)
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	state.Name = state.Email
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(state.Keep(ctx, resp.Identity)...)
}

// absent drops a person who is proven gone, or keeps the entry of an expired one.
func (r *Resource) absent(ctx context.Context, gone *person.Gone, state *model, evidence person.Evidence, resp *resource.ReadResponse) {
	if !r.Missed(ctx, gone, state.subject(), state.expiredAt, &evidence, resp) {
		return
	}
	state.AccountEnabled, state.RedeemURL = types.BoolValue(false), types.StringNull()
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
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
