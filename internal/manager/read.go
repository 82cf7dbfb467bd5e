package manager

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

const (
	// absenceLimit bounds the second look at a manager who should be there, freshLimit the
	// wait for a read to show what was written a moment ago.
	absenceLimit = 2 * time.Second
	freshLimit   = 20 * time.Second
)

// errUnproven is a read that does not agree with what was written a moment ago.
var errUnproven = errors.New("the directory does not show yet what was written a moment ago")

// Read looks who the manager is. The resource leaves the state only when the user is
// proven to have none.
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
	found, err := r.look(ctx, &state, rec.WrittenAt)
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.unread(err, &state)...)
	case found == "":
		resp.Diagnostics.AddWarning("A manager is gone",
			capital(state.whose())+" was removed outside Terraform, or one of the two people is gone. The plan sets the manager again unless the resource is removed.")
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(forget(ctx, resp.Private)...)
	case !strings.EqualFold(found, state.manager()):
		state.ManagerID = types.StringValue(found)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

// look returns the manager's object id, "" when the user is proven to have none. A first
// look shares requests with others; one that disagrees with the state is repeated alone.
func (r *Resource) look(ctx context.Context, state *model, writtenAt time.Time) (string, error) {
	client := r.Session.Graph
	found, err := client.Manager(graph.Refreshing(ctx), state.user())
	if err != nil || strings.EqualFold(found, state.manager()) {
		return found, err
	}
	fresh := client.Fresh(writtenAt)
	limit := absenceLimit
	switch {
	case fresh:
		limit = freshLimit
	case found != "":
		// Another manager is no miss.
		return found, nil
	}
	first := true
	err = graph.Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		if first {
			// What brought us here was the first look: wait before the next.
			first = false
			return false, nil
		}
		var err error
		found, err = client.Manager(ctx, state.user())
		return err != nil || strings.EqualFold(found, state.manager()) || !fresh, err
	})
	if err == nil && fresh && found == "" {
		err = errUnproven
	}
	return found, err
}

// unread keeps the state of a manager who could not be read, where that is no failure.
func (r *Resource) unread(err error, m *model) (diags diag.Diagnostics) {
	const kept = "The state is kept as it is, without looking for changes."
	switch {
	case errors.Is(err, errUnproven):
		diags.AddWarning("A manager does not show yet", capital(m.whose())+" was set a moment ago and does not show in the directory yet. "+kept)
	case graph.IsForbidden(err):
		if r.Session.Once("forbidden manager") {
			diags.Append(diagnostic.Warning("Managers cannot be read", err, kept))
		}
	default:
		diags.Append(diagnostic.Error("Reading the manager failed", err))
	}
	return diags
}
