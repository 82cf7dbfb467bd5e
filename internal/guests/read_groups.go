package guests

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
)

// groups looks who has left one of the groups.
func (s *sight) groups(ctx context.Context, diags *diag.Diagnostics) {
	for _, id := range ids(s.state.GroupIDs) {
		if err := s.group(ctx, id); err != nil {
			diags.Append(diagnostic.Warning("The members of a group cannot be read", err, "Whether everybody is in it is not known."))
		}
	}
}

// group looks who has left a group. Nobody is out who is not proven to be: lists and
// replicas may be behind. The error is the first one about anybody.
func (s *sight) group(ctx context.Context, id string) error {
	if _, err := s.r.Session.Group(ctx, id); graph.IsNotFound(err) {
		return err
	}
	var members []*guest
	for _, g := range s.people {
		if g.lack == "" && !g.evidence.Gone {
			members = append(members, g)
		}
	}
	s.r.Session.Graph.ExpectMembers(ctx, id, len(members))
	target := membership.Target{Session: s.r.Session, GroupID: id}
	var mu sync.Mutex
	var failed error
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if failed == nil {
			failed = err
		}
	}
	each(ctx, members, readers, func(g *guest) {
		standing, err := target.Look(graph.Refreshing(ctx), g.ObjectID.ValueString(), true, g.evidence.WrittenAt)
		switch {
		case errors.Is(err, membership.ErrUnproven):
			// Put in a moment ago: it stays as it was.
		case err != nil:
			fail(err)
		case standing == graph.Out:
			g.lack = "Not in the group " + id + "."
		}
	}, func(*guest) { fail(errLate) })
	return failed
}
