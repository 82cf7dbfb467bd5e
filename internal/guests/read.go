package guests

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// listFrom is how many guests are worth a list of all the tenant's: fewer are read one by
// one.
const listFrom = 20

// Read refreshes everybody: by one list, and one by one those whom a list may show as
// they were. People leave the state only when proven gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	known, _, diags := loadNotes(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Read(ctx, readTimeout)
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
	s := &sight{r: r, state: &state, fresh: known.Fresh, people: state.people(known), seen: map[string]bool{}}
	if len(s.people) > 0 {
		s.look(ctx, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(s.digest.report(false)...)
	if resp.Diagnostics.HasError() || s.blind {
		return
	}
	state.show(s.people)
	state.Removals, state.RemovalCount = mapOf(nil), types.Int64Value(0)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(takeNotes(r.Session.Graph.Now(), s.people).save(ctx, resp.Private)...)
}

// sight is one refresh under way.
type sight struct {
	r     *Resource
	state *model
	// fresh says that everybody was imported and not read yet.
	fresh  bool
	people map[string]*guest
	digest digest
	// blind says that the directory may not be read: the state stays as it is.
	blind bool

	mu   sync.Mutex
	seen map[string]bool // keys
}

// look reads everybody.
func (s *sight) look(ctx context.Context, diags *diag.Diagnostics) {
	if len(s.people) >= listFrom {
		if err := s.list(ctx); err != nil {
			s.failed(err, diags)
			return
		}
	}
	var rest []*guest
	for key, g := range s.people {
		if !s.seen[key] {
			rest = append(rest, g)
		}
	}
	each(ctx, rest, workers, func(g *guest) { s.single(ctx, g) }, func(g *guest) {
		s.digest.add(g.key, diag.Diagnostics{diagnostic.Error("Reading the guest failed", errLate)})
	})
	s.groups(ctx, diags)
}

// failed deals with a list that could not be read.
func (s *sight) failed(err error, diags *diag.Diagnostics) {
	s.blind = true
	if !graph.IsForbidden(err) {
		diags.Append(diagnostic.Error("Reading the guests failed", err))
		return
	}
	for _, g := range s.people {
		s.r.keeper.Unread(err, g.subject(), diags)
	}
}

// list reads everybody whom the list shows as the state has it, or who was not written a
// moment ago.
func (s *sight) list(ctx context.Context) error {
	byID := make(map[string]*guest, len(s.people))
	wanted, managers := graph.ExternalList{}, false
	for _, g := range s.people {
		byID[strings.ToLower(g.ObjectID.ValueString())] = g
		profile := g.profile(s.state.SponsorIDs)
		managers = managers || !profile.ManagerID.IsNull()
		if !profile.SponsorIDs.IsNull() {
			wanted.Relation = graph.SponsorsRelation
		}
		if extra := profile.Extra(); extra != nil {
			wanted.Extra = extra
		}
	}
	managerOf := map[string]string{}
	switch {
	case managers && wanted.Relation == graph.NoRelation:
		wanted.Relation = graph.ManagerRelation
	case managers:
		// One list shows one relation.
		err := s.r.Session.Graph.ListExternal(ctx, graph.ExternalList{IDs: true, Relation: graph.ManagerRelation}, func(user graph.User, related []string) {
			if len(related) > 0 {
				managerOf[user.ID] = related[0]
			}
		})
		if err != nil {
			return err
		}
	}
	return s.r.Session.Graph.ListExternal(ctx, wanted, func(user graph.User, related []string) {
		g := byID[strings.ToLower(user.ID)]
		if g == nil || s.seen[g.key] {
			return
		}
		found := person.Found{User: user, HasManager: managers, Manager: managerOf[user.ID]}
		switch {
		case wanted.Relation == graph.SponsorsRelation:
			found.HasSponsors, found.Sponsors = true, related
		case wanted.Relation == graph.ManagerRelation && len(related) > 0:
			found.Manager = related[0]
		}
		if s.r.Session.Graph.Fresh(g.evidence.WrittenAt) && !s.agrees(g)(found) {
			return
		}
		s.seen[g.key] = true
		s.take(g, found)
	})
}

// single reads one person directly.
func (s *sight) single(ctx context.Context, g *guest) {
	profile := withSponsors(g.entry.Profile, s.state.SponsorIDs)
	look := person.For(s.r.Session.Graph, g.ObjectID.ValueString(), &profile, false)
	look.WrittenAt = g.evidence.WrittenAt
	if g.lack == "" && g.evidence.Moving == "" {
		look.Expect = s.agrees(g)
	}
	found, err := look.Read(ctx)
	if err == nil {
		s.take(g, found)
		return
	}
	var diags diag.Diagnostics
	defer func() { s.digest.add(g.key, diags) }()
	gone, absent := errors.AsType[*person.Gone](err)
	switch {
	case !absent:
		s.r.keeper.Unread(err, g.subject(), &diags)
	case s.r.keeper.Absent(gone, g.subject(), g.entry.over, &g.evidence, &diags):
		g.disabled, g.lack = true, ""
	default:
		s.mu.Lock()
		delete(s.people, g.key)
		s.mu.Unlock()
	}
}

// agrees returns what a read after a write has to show: the profile and the address in
// the state.
func (s *sight) agrees(g *guest) func(person.Found) bool {
	profile := withSponsors(g.entry.Profile, s.state.SponsorIDs)
	same := profile.Agrees(g.entry.Email)
	return func(found person.Found) bool {
		known := g.evidence
		if len(known.Addresses) == 0 && !known.ReadAt.IsZero() {
			// After a move only the new address is the person's.
			known.Addresses = []string{strings.ToLower(g.entry.Email)}
		}
		enabled := found.User.AccountEnabled
		return same(found) && known.Address(g.entry.Email, found.User) == g.entry.Email && (enabled == nil || *enabled != g.disabled)
	}
}

// take takes over what was found of a person.
func (s *sight) take(g *guest, found person.Found) {
	var diags diag.Diagnostics
	s.r.keeper.Prove(found.User, g.subject(), &g.evidence, &diags)
	g.evidence.Gone = false
	address := g.evidence.Address(g.entry.Email, found.User)
	if mail := found.User.Mail; mail == nil || !strings.EqualFold(*mail, g.evidence.Moving) {
		g.evidence.Moving = ""
	}
	shared := g.entry.SponsorIDs.IsNull() && !s.state.SponsorIDs.IsNull()
	seen := withSponsors(g.entry.Profile, s.state.SponsorIDs)
	seen.Read(found, g.entry.Email)
	raw := g.entry.refreshed(g.raw, &seen, address)
	if s.fresh {
		raw = imported(&seen, address)
	}
	if raw != g.raw {
		g.raw = raw
		g.entry, _ = decode(raw) // made here, of what the directory holds
	}
	if g.evidence.Moving != "" {
		// The address is the new one, but nobody was invited by it.
		g.lack = "The move to another address is not finished."
	}
	if wanted := (person.Profile{SponsorIDs: s.state.SponsorIDs}); shared && !wanted.Difference(&seen, "").Empty() {
		g.lack = "The sponsors are not those of sponsor_ids."
	}
	g.redemption = types.StringPointerValue(found.User.ExternalUserState)
	g.disabled = found.User.AccountEnabled != nil && !*found.User.AccountEnabled
	if !g.disabled || !g.entry.over(s.r.Session.Graph.Now()) {
		g.expired = ""
	}
	s.r.keeper.Hold(g.subject(), &diags)
	s.digest.add(g.key, diags)
}
