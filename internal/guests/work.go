package guests

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// work is one apply under way.
type work struct {
	r           *Resource
	plan, state *model
	tenantID    string
	redirectURL string
	digest      digest

	mu sync.Mutex
	// people are those who are there, by key; owners their keys, by object id.
	people map[string]*guest
	owners map[string]string
	// lacks say why keys have nobody.
	lacks map[string]string
}

// errLate is somebody who was not read, or planned, before the time ran out.
var errLate = errors.New("the operation ended before it was this guest's turn: the time of timeouts ran out, or Terraform was interrupted")

// lackLate is why somebody is not complete whose turn did not come.
const lackLate = "Left to do: the time ran out."

// newWork begins an apply; ok is false after an error.
func (r *Resource) newWork(ctx context.Context, plan, state *model, diags *diag.Diagnostics) (w *work, ok bool) {
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		diags.Append(diagnostic.Error("Changing the guests was refused", err))
		return nil, false
	}
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		diags.Append(diagnostic.Error("Signing in failed", err))
		return nil, false
	}
	w = &work{
		r: r, plan: plan, state: state, tenantID: signedIn.TenantID, redirectURL: plan.RedirectURL.ValueString(),
		people: map[string]*guest{}, owners: map[string]string{}, lacks: map[string]string{},
	}
	if w.redirectURL == "" {
		w.redirectURL = r.keeper.RedirectURL(signedIn.TenantID)
	}
	return w, true
}

// keep notes that somebody is there. It reports false when another key has the person.
func (w *work) keep(g *guest) (only bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := strings.ToLower(g.ObjectID.ValueString())
	if owner, taken := w.owners[id]; taken && owner != g.key {
		return false
	}
	w.owners[id] = g.key
	w.people[g.key] = g
	return true
}

// fail notes that something could not be done for a key.
func (w *work) fail(key string, one diag.Diagnostic) {
	w.digest.add(key, diag.Diagnostics{one})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lacks[key] = reason(one)
}

// reason is the first sentence of a diagnostic: state is no place for long texts.
func reason(one diag.Diagnostic) string {
	line, _, _ := strings.Cut(one.Detail(), "\n")
	return one.Summary() + ": " + line
}

// finish runs a step for somebody who is there; what fails makes the guest incomplete.
func (w *work) finish(g *guest, step func(*diag.Diagnostics)) (ok bool) {
	var diags diag.Diagnostics
	step(&diags)
	w.digest.add(g.key, diags)
	if failed := diags.Errors(); len(failed) > 0 {
		g.lack = reason(failed[0])
		return false
	}
	return true
}

// carryOut brings everybody in who is new, and carries out the changes of those who stay.
func (w *work) carryOut(ctx context.Context, all map[string]*entry, m matching, changes []*change) {
	raws := texts(w.plan.Guests)
	origins, objects := texts(w.plan.Origins), texts(w.plan.ObjectIDs)
	jobs := make([]func(context.Context), 0, len(changes)+len(m.arrives))
	var led []string
	keys := make([]string, 0, cap(jobs))
	for _, c := range changes {
		// The person is kept before anything is done, so that nothing can lose him.
		stays := *c.guest
		stays.key = c.key
		w.keep(&stays)
		if !c.sends() {
			stays.raw, stays.entry, stays.expired = c.raw, c.entry, c.expired
			continue
		}
		keys, jobs = append(keys, c.key), append(jobs, func(ctx context.Context) { w.stay(ctx, c, &stays) })
		if c.reassigns() {
			led = append(led, c.key)
		}
	}
	for _, key := range m.arrives {
		g := &guest{key: key, raw: raws[key], entry: all[key], redemption: types.StringNull()}
		g.TenantID, g.ObjectID, g.Origin = types.StringValue(w.tenantID), types.StringValue(objects[key]), types.StringValue(origins[key])
		keys, jobs = append(keys, key), append(jobs, func(ctx context.Context) { w.arrive(ctx, g) })
		if !all[key].Manager.IsNull() {
			led = append(led, key)
		}
	}
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	each(ctx, order, workers, func(i int) { jobs[i](ctx) }, func(i int) {
		w.late(keys[i])
	})
	w.lead(ctx, all, led)
}

// late notes that somebody's turn did not come.
func (w *work) late(key string) {
	w.digest.leave(key)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lacks[key] = lackLate
	if g, there := w.people[key]; there {
		g.lack = lackLate
	}
}

// join puts somebody into groups. A read soon after may not show it.
func (w *work) join(ctx context.Context, g *guest, groups []string) {
	for _, id := range groups {
		target := membership.Target{Session: w.r.Session, GroupID: id}
		if err := target.Add(ctx, g.ObjectID.ValueString()); err != nil {
			w.finish(g, func(diags *diag.Diagnostics) {
				diags.Append(diagnostic.Error("Adding the guest to a group failed", err, target.Remedies(err)...))
			})
			return
		}
		g.evidence.WrittenAt = w.r.Session.Graph.Now()
	}
}

// leave lets people go. Who could not go stays.
func (w *work) leave(ctx context.Context, leaves []*guest, known bool, farewell func(context.Context, *guest, bool, *diag.Diagnostics)) {
	stay := func(g *guest, lack string) {
		g.lack = lack
		w.mu.Lock()
		if _, taken := w.people[g.key]; taken {
			// The key is somebody else's now.
			g.key = g.ObjectID.ValueString()
		}
		w.mu.Unlock()
		w.keep(g)
	}
	each(ctx, leaves, workers, func(g *guest) {
		var diags diag.Diagnostics
		farewell(ctx, g, known, &diags)
		w.digest.add(g.key, diags)
		if failed := diags.Errors(); len(failed) > 0 {
			stay(g, reason(failed[0]))
		}
	}, func(g *guest) {
		w.digest.leave(g.key)
		stay(g, lackLate)
	})
}

// result is the state after the apply.
func (w *work) result() model {
	result := *w.plan
	result.show(w.people)
	lacks := result.Incomplete.Elements()
	for key, lack := range w.lacks {
		if w.people[key] == nil {
			lacks[key] = types.StringValue(lack)
		}
	}
	result.Incomplete, result.Complete = mapOf(lacks), types.BoolValue(len(lacks) == 0)
	result.TenantID = types.StringValue(w.tenantID)
	if result.Removals.IsUnknown() {
		result.Removals, result.RemovalCount = types.MapNull(types.StringType), types.Int64Null()
	}
	return result
}

// withMissing adds the keys that have nobody, as a create has to: state must hold what was
// planned. What is known of them stays as it was planned.
func (w *work) withMissing(planned *model) {
	raws, objects, origins := texts(planned.Guests), texts(planned.ObjectIDs), texts(planned.Origins)
	for _, key := range slices.Sorted(maps.Keys(raws)) {
		if _, there := w.people[key]; there {
			continue
		}
		g := &guest{key: key, raw: raws[key], redemption: types.StringNull(), lack: w.lacks[key]}
		g.ObjectID, g.Origin = text(objects[key]), text(origins[key])
		w.people[key] = g
	}
}

// invitation is what is sent to Graph for an address.
func (w *work) invitation(e *entry, profile *person.Profile) graph.Invitation {
	return graph.Invitation{
		EmailAddress: e.Email, RedirectURL: w.redirectURL,
		DisplayName: profile.DisplayName.ValueString(), UserType: profile.UserType.ValueString(),
		SendMessage: w.plan.SendInvitationMessage.ValueBool(), SponsorIDs: profile.Sponsors(),
	}
}
