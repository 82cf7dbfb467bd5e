package specialist

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Read refreshes one account with one request. It leaves the state only when proven
// gone.
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
	look.Extra = slices.Concat(look.Extra, extra)
	look.Refresh, look.WrittenAt = true, evidence.WrittenAt
	if state.Complete.ValueBool() && !evidence.Fresh {
		look.Expect = state.agrees()
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
	if evidence.Fresh || evidence.RolesOpen {
		r.readRoles(ctx, &state, &evidence, resp)
	}
	evidence.ObjectID, evidence.Fresh, evidence.Gone = found.User.ID, false, false
	evidence.ReadAt = r.Session.Graph.Now()
	contact := state.contact()
	state.read(found)
	held := state.subject()
	// Also an address that somebody has taken out of the directory tells who it is.
	held.Contact = cmp.Or(held.Contact, contact)
	r.Hold(held, &resp.Diagnostics)
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	state.Name = state.UserPrincipalName
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(state.Keep(ctx, resp.Identity)...)
}

// absent drops an account that is proven gone, or keeps the entry of an expired one.
func (r *Resource) absent(ctx context.Context, gone *person.Gone, state *model, evidence person.Evidence, resp *resource.ReadResponse) {
	if !r.Missed(ctx, gone, state.subject(), state.expiredAt, &evidence, resp) {
		return
	}
	state.AccountEnabled = types.BoolValue(false)
	resp.Diagnostics.Append(evidence.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// readRoles notes the directory roles of somebody imported, where they can be read: the
// import itself does not see the configuration, so the next plan judges.
func (r *Resource) readRoles(ctx context.Context, state *model, evidence *person.Evidence, resp *resource.ReadResponse) {
	roles, err := r.Session.Graph.DirectoryRoles(ctx, state.ObjectID.ValueString())
	evidence.RolesOpen = err != nil && !graph.IsForbidden(err)
	if err == nil {
		evidence.Roles = roles
	}
	if evidence.RolesOpen {
		resp.Diagnostics.Append(diagnostic.Warning("Directory roles cannot be read", err,
			"Whether "+state.who()+" is privileged is not known. The next refresh asks again."))
	}
}
