package guests

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ModifyPlan refuses what could lose people, checks what can be known, and fills in what
// is decided already. Terraform calls it again during apply, in a new process, and
// demands the same answer, so it depends on configuration, state and directory alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Session == nil {
		return
	}
	known, held, diags := loadNotes(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	var plan, state model
	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	timeout, diags := plan.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	p := &planning{r: r, plan: &plan, state: &state, known: known, creating: req.State.Raw.IsNull()}
	switch {
	case req.Plan.Raw.IsNull():
		p.destroy(ctx)
	case p.creating && held:
		refuseReplacement(known, &p.diags)
	default:
		p.change(ctx)
	}
	resp.Diagnostics.Append(p.digest.report(false)...)
	resp.Diagnostics.Append(p.diags...)
	if !resp.Diagnostics.HasError() && !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	}
}

// refuseReplacement refuses to let everybody go and to invite them again: a plan without
// prior state that carries the private state of people.
func refuseReplacement(known notes, diags *diag.Diagnostics) {
	diags.AddError("People cannot be replaced", fmt.Sprintf(
		"Terraform was asked to replace this resource: to let its %d guests go and to invite them again. "+
			"They would be other persons to every application, without memberships and licences, so this is refused.\n\n"+
			"Remove -replace, the taint (terraform untaint) or replace_triggered_by.", len(known.People)))
}

// planning is one plan under way.
type planning struct {
	r           *Resource
	plan, state *model
	known       notes
	creating    bool
	// diags concern all guests, the digest single ones.
	diags  diag.Diagnostics
	digest digest
}

// change plans everything but a destruction.
func (p *planning) change(ctx context.Context) {
	if p.plan.Guests.IsUnknown() || p.unsettled() {
		p.unknown()
		return
	}
	present := p.state.people(p.known)
	all, open := entries(p.plan.Guests, present, &p.digest)
	if p.digest.failed() || !p.ready(ctx) {
		return
	}
	raws, m := texts(p.plan.Guests), match(all, open, present)
	var changes []*change
	same := alike(p.plan, p.state)
	for _, key := range slices.Sorted(maps.Keys(m.stays)) {
		g, e := m.stays[key], all[key]
		var managerID types.String
		if e != nil {
			managerID = e.managerID(m.objectID)
		}
		p.tell(key, func(diags *diag.Diagnostics) { p.held(g, diags) })
		switch {
		case e == nil:
		case calm(key, raws[key], g, same, managerID):
			p.tell(key, func(diags *diag.Diagnostics) { p.domains(e, g, diags) })
		default:
			changes = append(changes, changeOf(key, raws[key], e, g, p.plan, p.state, managerID))
		}
	}
	p.stay(ctx, changes)
	removals, count := p.leave(ctx, m.leaves)
	arrived := p.arrive(ctx, all, m.arrives)
	p.groups(ctx, m, changes)
	if p.digest.failed() || p.diags.HasError() {
		return
	}
	p.fill(changes, m, open, arrived)
	p.plan.Removals, p.plan.RemovalCount = mapOf(removals), types.Int64Value(count)
	if len(open) > 0 && len(m.leaves) > 0 {
		// Somebody who seems to go may be one of those who are not known yet.
		p.plan.Removals, p.plan.RemovalCount = types.MapUnknown(types.StringType), types.Int64Unknown()
	}
	p.settle(changes, m, open)
}

// unsettled reports whether an argument that decides about people is known only after
// apply.
func (p *planning) unsettled() bool {
	return p.plan.ExistingUser.IsUnknown() || p.plan.RestoreDeleted.IsUnknown() || p.plan.OnRemoval.IsUnknown() || p.plan.MaxRemovals.IsUnknown()
}

// unknown plans while the guests are not known.
func (p *planning) unknown() {
	if p.plan.TenantID.IsUnknown() && !p.creating {
		p.plan.TenantID = p.state.TenantID
	}
	for key, g := range p.state.people(p.known) {
		p.tell(key, func(diags *diag.Diagnostics) { p.r.keeper.Hold(g.subject(), diags) })
	}
	for _, field := range []*types.Map{
		&p.plan.ObjectIDs, &p.plan.Origins, &p.plan.RedemptionStates, &p.plan.Expired, &p.plan.Incomplete, &p.plan.Removals,
	} {
		*field = types.MapUnknown(types.StringType)
	}
	p.plan.RemovalCount, p.plan.Complete = types.Int64Unknown(), types.BoolUnknown()
}

// ready makes sure that the right tenant is signed in to; ok also while nobody can be.
func (p *planning) ready(ctx context.Context) (ok bool) {
	session := p.r.Session
	if !session.Ready() {
		session.WarnNotReady(&p.diags)
		return true
	}
	if !session.Guard(ctx, p.state.TenantID.ValueString(), &p.diags) {
		return false
	}
	signedIn, err := session.Identity(ctx)
	if err != nil {
		p.diags.Append(diagnostic.Error("Signing in failed", err))
		return false
	}
	p.plan.TenantID = types.StringValue(signedIn.TenantID)
	return true
}

// tell collects what is said about one guest.
func (p *planning) tell(key string, about func(*diag.Diagnostics)) {
	var diags diag.Diagnostics
	about(&diags)
	p.digest.add(key, diags)
}

func (p *planning) held(g *guest, diags *diag.Diagnostics) {
	if clash := p.r.Session.Register.Held(p.r.keeper.Instance(g.subject())); clash != nil {
		diags.AddError(clash.Summary(), clash.Error())
	}
}

// fill plans the results element by element: what is known stays as it is, and an
// unknown map would be printed as if everything changed.
func (p *planning) fill(changes []*change, m matching, open []string, arrived map[string]person.Decision) {
	objects, origins, redemptions := map[string]attr.Value{}, map[string]attr.Value{}, map[string]attr.Value{}
	for key, g := range m.stays {
		objects[key], origins[key], redemptions[key] = g.ObjectID, g.Origin, g.redemption
	}
	expired := map[string]attr.Value{}
	for _, c := range changes {
		if c.moves && !c.guest.evidence.Gone {
			redemptions[c.key] = types.StringUnknown()
		}
		if c.expired != "" {
			expired[c.key] = types.StringValue(c.expired)
		}
	}
	for _, key := range slices.Concat(m.arrives, open) {
		if m.stays[key] != nil {
			continue
		}
		objects[key], origins[key], redemptions[key] = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
		switch decision := arrived[key]; {
		case decision.Adopt != nil:
			objects[key], origins[key] = types.StringValue(decision.Adopt.ID), types.StringValue(string(person.Adopted))
		case decision.Restore != nil:
			objects[key], origins[key] = types.StringValue(decision.Restore.ID), types.StringValue(string(person.Restored))
		}
	}
	p.plan.ObjectIDs, p.plan.Origins, p.plan.RedemptionStates, p.plan.Expired = mapOf(objects), mapOf(origins), mapOf(redemptions), mapOf(expired)
	if len(open) > 0 {
		p.plan.Expired = types.MapUnknown(types.StringType)
	}
	if !p.creating {
		return
	}
	// Nothing was there before, so nothing known is lost among what is not.
	p.plan.RedemptionStates = types.MapUnknown(types.StringType)
	if len(arrived) == 0 {
		p.plan.ObjectIDs, p.plan.Origins = types.MapUnknown(types.StringType), types.MapUnknown(types.StringType)
	}
}

// known reports whether all of a set is known.
func known(values types.Set) bool {
	return !values.IsUnknown() && !slices.ContainsFunc(values.Elements(), attr.Value.IsUnknown)
}

// settle plans what is left to do as unknown where there is something to do, and else
// everything as it was: a plan that changes nothing is empty.
func (p *planning) settle(changes []*change, m matching, open []string) {
	quiet := !p.creating && len(m.arrives) == 0 && len(m.leaves) == 0 && len(open) == 0 &&
		p.state.Expired.Equal(p.plan.Expired) && p.state.Complete.ValueBool() && known(p.plan.SponsorIDs) && known(p.plan.GroupIDs) &&
		!slices.ContainsFunc(changes, func(c *change) bool { return c.sends() || c.key != c.guest.key || c.raw != c.guest.raw })
	if quiet {
		p.plan.Incomplete, p.plan.Complete = p.state.Incomplete, p.state.Complete
		p.plan.Removals, p.plan.RemovalCount = p.state.Removals, p.state.RemovalCount
		return
	}
	p.plan.Incomplete, p.plan.Complete = types.MapUnknown(types.StringType), types.BoolUnknown()
}
