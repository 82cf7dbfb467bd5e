package guests

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// maxGroups bounds the groups every guest is in.
const maxGroups = 20

// stay holds what the plan changes about people against the guard rails. Moves look an
// address up each, and share requests.
func (p *planning) stay(ctx context.Context, changes []*change) {
	each(ctx, changes, planners, func(c *change) {
		p.tell(c.key, func(diags *diag.Diagnostics) {
			p.move(ctx, c, diags)
			c.refused = diags.HasError()
		})
	}, func(c *change) { p.late(c.key) })
	for _, c := range changes {
		if c.refused {
			continue
		}
		p.tell(c.key, func(diags *diag.Diagnostics) {
			p.r.keeper.CheckChange(ctx, c.guest.subject(), !c.guest.evidence.Gone && account.Disables(&c.plan, &c.state), !c.difference.Empty() || c.reassigns(), c.sends(), diags)
		})
	}
}

// move holds addresses, and a change of the own one, against the guard rails.
func (p *planning) move(ctx context.Context, c *change, diags *diag.Diagnostics) {
	g := c.guest
	p.domains(c.entry, g, diags)
	if !c.moves || g.evidence.Gone {
		return
	}
	p.r.keeper.PlanMove(ctx, account.PlannedMove{
		Subject: g.subject(), Wish: wish(c.entry, p.plan), Half: c.half(),
		Allowed: p.plan.AllowMove.ValueBool(), StaysDisabled: c.staysDisabled(),
	}, diags)
}

// late notes that the time ran out before an address was looked up.
func (p *planning) late(key string) {
	p.digest.add(key, fault("Looking the address up failed", "The time for planning ran out; raise the read timeout of the resource."))
}

// domains holds the addresses of somebody who stays against the allowed and denied ones.
func (p *planning) domains(e *entry, g *guest, diags *diag.Diagnostics) {
	p.r.keeper.CheckDomains(map[string][]string{"email": {e.Email}, "other_mails": e.Others()}, append(g.entry.Others(), g.entry.Email), diags)
}

// leave plans that people go, and returns what happens to whom, and to how many
// something does.
func (p *planning) leave(ctx context.Context, leaves []*guest) (removals map[string]attr.Value, count int64) {
	removals = map[string]attr.Value{}
	for _, g := range leaves {
		g.OnDestroy = p.plan.OnRemoval
		p.tell(g.key, func(diags *diag.Diagnostics) { p.r.keeper.PlanDestroy(ctx, g.subject(), g.evidence, diags) })
		fate := g.subject().Who() + " " + person.Fate(g.WayOut())
		if g.evidence.Gone {
			fate = g.subject().Who() + " is gone already"
		} else if g.WayOut() != person.OnDestroyKeep {
			count++
		}
		removals[g.key] = types.StringValue(fate)
	}
	p.brake(p.plan.MaxRemovals, leaves, count)
	return removals, count
}

// brake refuses a plan that lets too many go.
func (p *planning) brake(most types.Int64, leaves []*guest, count int64) {
	limit := most.ValueInt64()
	if most.IsUnknown() || limit < 0 || count <= limit {
		return
	}
	var names []string
	for _, g := range leaves {
		if len(names) == inFull {
			names = append(names, fmt.Sprintf("  and %d more", len(leaves)-inFull))
			break
		}
		names = append(names, "  guests["+diagnostic.Quote(g.key)+"]: "+g.subject().Who())
	}
	p.diags.AddAttributeError(path.Root("max_removals"), "Too many guests would go", fmt.Sprintf(
		"This plan disables or deletes %d persons, and max_removals of this resource is %d:\n%s\n\n"+
			"A source that answers with too few people looks like this. If it is meant, raise max_removals for this run; -1 switches the limit off. "+
			"Where the whole resource is destroyed, apply the raised limit first.", count, limit, strings.Join(names, "\n")))
}

// arrive looks everybody up who is new, and decides who is invited, taken over or
// restored.
func (p *planning) arrive(ctx context.Context, all map[string]*entry, arrives []string) map[string]person.Decision {
	decisions := map[string]person.Decision{}
	var mu sync.Mutex
	each(ctx, arrives, planners, func(key string) {
		p.tell(key, func(diags *diag.Diagnostics) {
			decision := p.arriveOne(ctx, all[key], diags)
			if decision.Adopt == nil && decision.Restore == nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			decisions[key] = decision
		})
	}, p.late)
	return decisions
}

func (p *planning) arriveOne(ctx context.Context, e *entry, diags *diag.Diagnostics) (decision person.Decision) {
	p.r.keeper.CheckDomains(map[string][]string{"email": {e.Email}, "other_mails": e.Others()}, nil, diags)
	if diags.HasError() {
		return decision
	}
	taken := ""
	if p.r.Session.Ready() {
		profile := arrivalProfile(e, p.plan)
		var ok bool
		decision, ok = p.r.keeper.PlanArrival(ctx, account.Arrival{Wish: wish(e, p.plan), Profile: &profile, Expired: e.over}, diags)
		if !ok {
			return person.Decision{}
		}
		switch {
		case decision.Adopt != nil:
			taken = decision.Adopt.ID
		case decision.Restore != nil:
			taken = decision.Restore.ID
		}
	}
	if !e.Manager.IsNull() && p.r.Session.Ready() {
		p.r.Session.CheckPermission(ctx, "changing guests", account.PermissionsToWrite, diags)
	}
	if clash := p.r.Session.Register.Arriving(ctx, person.Instance{Type: p.r.keeper.Kind.Type, Address: e.Email, ObjectID: taken}); clash != nil {
		diags.AddError(clash.Summary(), clash.Error())
	}
	return decision
}

// groups checks, at plan, that the groups can be written, where somebody is to be put in.
func (p *planning) groups(ctx context.Context, m matching, changes []*change) {
	adds := len(m.arrives) > 0
	for _, c := range changes {
		adds = adds || len(c.groups) > 0 && c.sends()
	}
	if !adds || !p.r.Session.Ready() {
		return
	}
	for _, id := range ids(p.plan.GroupIDs) {
		var diags diag.Diagnostics
		membership.Target{Session: p.r.Session, GroupID: id}.Check(ctx, &diags)
		for _, one := range diags {
			if one.Severity() == diag.SeverityError {
				p.diags.AddAttributeError(path.Root("group_ids"), one.Summary(), one.Detail())
				continue
			}
			p.diags.AddAttributeWarning(path.Root("group_ids"), one.Summary(), one.Detail())
		}
	}
}

// destroy plans that everybody goes.
func (p *planning) destroy(ctx context.Context) {
	people := p.state.people(p.known)
	leaves := match(nil, nil, people).leaves
	var count int64
	for _, g := range leaves {
		p.tell(g.key, func(diags *diag.Diagnostics) { p.r.keeper.PlanDestroy(ctx, g.subject(), g.evidence, diags) })
		if !g.evidence.Gone && g.WayOut() != person.OnDestroyKeep && !p.r.Session.Register.Written(g.ObjectID.ValueString()) {
			count++
		}
	}
	p.brake(p.state.MaxRemovals, leaves, count)
}
