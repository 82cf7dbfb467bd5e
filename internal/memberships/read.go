package memberships

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Read looks who is in the group: everybody for an exclusive resource, else those of the
// list. Nobody leaves the state who is not proven to be out.
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
	rec.GroupID = state.GroupID.ValueString()
	held := state.members()
	l := look{target: r.target(&state), rec: rec, held: maps.Clone(held), alone: state.Exclusive.ValueBool()}
	maps.Copy(l.held, newSet(rec.Waiting))
	err := l.run(ctx)
	switch {
	case err != nil:
		resp.Diagnostics.Append(r.unread(ctx, err, &state)...)
		return
	case l.gone:
		resp.Diagnostics.AddWarning("The group of memberships is gone",
			fmt.Sprintf("The %s was deleted outside Terraform, and with it its memberships. Remove the resource, or name another group.", state.who()))
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(forget(ctx, resp.Private)...)
		return
	}
	if missing := held.without(l.present); len(missing) > 0 {
		resp.Diagnostics.Append(gone(&state, missing, l.standings))
	} else {
		state.Complete = types.BoolValue(true)
	}
	strangers := newSet(rec.Strangers)
	maps.Copy(strangers, l.strangers)
	rec.Strangers = strangers.without(newSet(strangers.without(l.present)))
	rec.Waiting, rec.ReadAt = nil, r.Session.Graph.Now()
	if !state.MemberIDs.IsNull() {
		state.MemberIDs = kept(state.MemberIDs, l.present)
	} else {
		state.MemberIDs = listOf(l.present.without(nil))
	}
	state.Removals = listOf(nil)
	resp.Diagnostics.Append(rec.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// look is one refresh.
type look struct {
	target membership.Target
	rec    record
	// held are those in the state, and those who wait to leave it; alone says that everybody else is of interest too.
	held  idSet
	alone bool

	// present are those who belong into the state, strangers those of them who are new,
	// standings those who are out.
	present, strangers idSet
	standings          map[string]graph.Standing
	gone               bool
}

// fewMembers is up to how many a look at each costs no more than one list of the group:
// they share one request.
const fewMembers = readers

func (l *look) run(ctx context.Context) error {
	l.present, l.strangers, l.standings = idSet{}, idSet{}, map[string]graph.Standing{}
	var doubtful []string
	switch {
	case l.alone || len(l.held) > fewMembers:
		members, err := l.target.Session.Graph.DirectMembers(ctx, l.target.GroupID)
		if graph.IsNotFound(err) {
			return l.checkGone(ctx)
		}
		if err != nil {
			return err
		}
		doubtful = l.take(members)
	case len(l.held) == 0:
		return l.checkGone(ctx)
	default:
		doubtful = l.held.without(nil)
	}
	return l.ask(ctx, doubtful)
}

// checkGone finds out whether the group is still there.
func (l *look) checkGone(ctx context.Context) error {
	_, err := l.target.Session.Group(ctx, l.target.GroupID)
	if graph.IsNotFound(err) {
		l.gone = true
		return nil
	}
	return err
}

// take sorts a list of the group into those who are in, and those about whom it has to be
// asked again: who should be in and is not listed, and who was taken out a moment ago and
// still is.
func (l *look) take(members []graph.Member) (doubtful []string) {
	removed := idSet{}
	if l.target.Session.Graph.Fresh(l.rec.WrittenAt) {
		removed = newSet(l.rec.Removed)
	}
	listed := idSet{}
	for _, member := range members {
		id := strings.ToLower(member.ID)
		listed[id] = true
		switch {
		case l.held[id]:
			l.present[id] = true
		case l.alone && member.IsUser() && removed[id]:
			doubtful = append(doubtful, id)
		case l.alone && member.IsUser():
			l.present[id], l.strangers[id] = true, true
		}
	}
	doubtful = append(doubtful, l.held.without(listed)...)
	slices.Sort(doubtful)
	return doubtful
}

// ask looks at each of the ids.
func (l *look) ask(ctx context.Context, ids []string) error {
	failed := newSet(l.rec.Failed)
	var mu sync.Mutex
	errs := each(ctx, ids, readers, func(ctx context.Context, id string) error {
		writtenAt := l.rec.WrittenAt
		if failed[id] {
			// The last write was about others.
			writtenAt = time.Time{}
		}
		standing, err := l.target.Look(ctx, id, l.held[id], writtenAt)
		if errors.Is(err, membership.ErrUnproven) {
			// The state is kept: in who was put in, out who was taken out.
			standing, err = graph.Out, nil
			if l.held[id] {
				standing = graph.In
			}
		}
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		switch {
		case standing != graph.In:
			l.standings[id] = standing
		default:
			l.present[id] = true
			if !l.held[id] {
				l.strangers[id] = true
			}
		}
		return nil
	})
	if len(errs) > 0 {
		return errs.first()
	}
	for _, standing := range l.standings {
		l.gone = l.gone || standing == graph.NoGroup
	}
	return nil
}

// gone says who is not in the group any more.
func gone(m *model, missing []string, standings map[string]graph.Standing) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Members are gone", fmt.Sprintf(
		"%d members of %s were taken out of it outside Terraform, or deleted. The plan puts them in again as long as they are in member_ids; remove those who were deleted.%s",
		len(missing), m.who(), lines(missing, func(id string) string {
			if standings[id] == graph.NoMember {
				return diagnostic.Quote(id) + " was deleted"
			}
			return diagnostic.Quote(id)
		})))
}

// unread keeps the state of memberships that could not be read, where that is no failure.
func (r *Resource) unread(ctx context.Context, err error, m *model) (diags diag.Diagnostics) {
	const text = "The state is kept as it is, without looking for changes."
	switch {
	case errors.Is(err, membership.ErrHidden), r.target(m).Hides(ctx):
		if r.Session.Once("hidden " + m.GroupID.ValueString()) {
			diags.AddWarning("A hidden membership cannot be read", fmt.Sprintf("The %s hides its members, and the application lacks Member.Read.Hidden. %s", m.who(), text))
		}
	case graph.IsForbidden(err):
		if r.Session.Once("forbidden members") {
			diags.Append(diagnostic.Warning("Memberships cannot be read", err, text))
		}
	default:
		diags.Append(diagnostic.Error("Reading the memberships failed", err))
	}
	return diags
}
