package session

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const (
	// groupLimit bounds the second look at a group that should be there.
	groupLimit = 5 * time.Second
	// freshGroupLimit bounds it for a group that Terraform may have created a moment ago.
	// Source: https://learn.microsoft.com/graph/api/team-put-teams, which asks to try three
	// times, ten seconds apart.
	freshGroupLimit = 30 * time.Second
)

// groupReads keeps what was read of groups in this walk. The zero value is ready.
type groupReads struct {
	mu    sync.Mutex
	reads map[string]*groupRead
}

type groupRead struct {
	gate  *Gate
	known bool
	gone  atomic.Bool
	group graph.Group
	err   error
}

// Group returns a group. It is read once per walk, however many resources ask; a
// failure other than "not found" and "forbidden" is not remembered.
func (s *Session) Group(ctx context.Context, id string) (graph.Group, error) {
	return s.group(ctx, id, groupLimit)
}

// FreshGroup is Group for one that may have been created a moment ago, in the same apply.
// Where the apply is known to be under way, the write that follows has the patience.
func (s *Session) FreshGroup(ctx context.Context, id string) (graph.Group, error) {
	limit := freshGroupLimit
	if s.Applying() {
		limit = groupLimit
	}
	return s.group(ctx, id, limit)
}

func (s *Session) group(ctx context.Context, id string, limit time.Duration) (graph.Group, error) {
	read := s.groups.of(strings.ToLower(id))
	leave, err := read.gate.Enter(ctx)
	if err != nil {
		return graph.Group{}, err
	}
	defer leave()
	if read.known {
		return read.group, read.err
	}
	if read.gone.Load() {
		limit = 0
	}
	var group graph.Group
	err = graph.Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		var err error
		group, err = s.Graph.Group(ctx, id)
		return !graph.IsNotFound(err), err
	})
	if err == nil || graph.IsNotFound(err) || graph.IsForbidden(err) {
		read.known, read.group, read.err = true, group, err
	}
	return group, err
}

// GroupGone notes that a group of the state is proven gone: nobody waits for it any more.
func (s *Session) GroupGone(id string) { s.groups.of(strings.ToLower(id)).gone.Store(true) }

func (g *groupReads) of(id string) *groupRead {
	g.mu.Lock()
	defer g.mu.Unlock()
	read, ok := g.reads[id]
	if !ok {
		if g.reads == nil {
			g.reads = map[string]*groupRead{}
		}
		read = &groupRead{gate: NewGate()}
		g.reads[id] = read
	}
	return read
}

// Applies notes that this walk changes the directory.
func (s *Session) Applies() { s.applies.Store(true) }

// Applying reports whether this walk has begun to change the directory. Terraform plans
// every change again then; what only warns a reviewer need not be looked up any more.
func (s *Session) Applying() bool { return s.applies.Load() }
