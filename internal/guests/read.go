package guests

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
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

// Read refreshes everybody, in as few requests as the read planner of internal/graph
// finds. People leave the state only when proven gone.
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
	s := &sight{r: r, state: &state, fresh: known.Fresh, people: state.people(known), led: map[*guest]string{}, refused: map[readKind]error{}}
	if len(s.people) > 0 {
		s.look(ctx, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(s.digest.report(false)...)
	if resp.Diagnostics.HasError() || s.blind() {
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

	mu sync.Mutex
	// seen counts those who were found, or are proven gone.
	seen int
	// led are the managers found of those whose managers are written down by key.
	led map[*guest]string
	// refused are the kinds of reads that Graph has refused.
	refused map[readKind]error
}

// readKind is what is read of a person beyond the usual properties.
type readKind struct{ extra, manager, sponsors bool }

// blind reports whether nothing could be read of anybody: the state stays as it is.
func (s *sight) blind() bool { return len(s.people) > 0 && s.seen == 0 }

// look reads everybody.
func (s *sight) look(ctx context.Context, diags *diag.Diagnostics) {
	s.r.Session.Graph.Expect(ctx, s.ahead()...)
	each(ctx, slices.Collect(maps.Values(s.people)), readers, func(g *guest) { s.single(ctx, g) }, func(g *guest) {
		s.digest.add(g.key, diag.Diagnostics{diagnostic.Error("Reading the guest failed", errLate)})
	})
	if !s.blind() {
		s.managers()
		s.groups(ctx, diags)
	}
}

// ahead is what is going to be read of whom.
func (s *sight) ahead() (reads []graph.Reads) {
	type kinds struct{ profiles, leaves, managers, sponsors int }
	byType := map[string]*kinds{}
	count := func(number *int, counts bool) {
		if counts {
			*number++
		}
	}
	for _, g := range s.people {
		userType := cmp.Or(g.entry.UserType.ValueString(), "Guest")
		if byType[userType] == nil {
			byType[userType] = &kinds{}
		}
		k, look := byType[userType], s.lookAt(g)
		count(&k.profiles, look.Extra == nil)
		count(&k.leaves, look.Extra != nil)
		count(&k.managers, look.Manager)
		count(&k.sponsors, look.Sponsors)
	}
	for userType, k := range byType {
		reads = append(reads,
			graph.ProfileReads(userType, k.profiles), graph.ProfileReads(userType, k.leaves, graph.EmployeeLeaveDateTime),
			graph.ManagerReads(userType, k.managers), graph.SponsorReads(userType, k.sponsors))
	}
	return reads
}

// lookAt is what a refresh reads of a person.
func (s *sight) lookAt(g *guest) person.Look {
	profile := g.expected(s.state.SponsorIDs)
	look := person.For(s.r.Session.Graph, g.ObjectID.ValueString(), &profile, false)
	look.Refresh, look.WrittenAt = true, g.evidence.WrittenAt
	return look
}

// single reads one person.
func (s *sight) single(ctx context.Context, g *guest) {
	look := s.lookAt(g)
	if g.lack == "" && g.evidence.Moving == "" {
		look.Expect = s.agrees(g)
	} else {
		// The state does not tell whether a list is behind a fresh write.
		look.Refresh = !s.r.Session.Graph.Fresh(look.WrittenAt)
	}
	found, err := s.read(ctx, look)
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
		return
	case s.r.keeper.Absent(gone, g.subject(), g.entry.over, &g.evidence, &diags):
		g.disabled, g.lack = true, ""
	default:
		s.mu.Lock()
		delete(s.people, g.key)
		s.mu.Unlock()
	}
	s.mu.Lock()
	s.seen++
	s.mu.Unlock()
}

// read reads one person, unless Graph has refused to answer the same about another one.
func (s *sight) read(ctx context.Context, look person.Look) (person.Found, error) {
	kind := readKind{len(look.Extra) > 0, look.Manager, look.Sponsors}
	s.mu.Lock()
	refused := s.refused[kind]
	s.mu.Unlock()
	if refused != nil {
		return person.Found{}, refused
	}
	found, err := look.Read(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case graph.IsForbidden(err):
		s.refused[kind] = err
	case err == nil:
		s.seen++
	}
	return found, err
}

// agrees returns what a read after a write has to show: the profile and the address in
// the state.
func (s *sight) agrees(g *guest) func(person.Found) bool {
	profile := g.expected(s.state.SponsorIDs)
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
	if !g.managerID.IsNull() {
		s.mu.Lock()
		s.led[g] = found.Manager
		s.mu.Unlock()
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
