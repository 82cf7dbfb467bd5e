package session

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// groupLimit bounds the second look at a group that should be there: one that Terraform
// has just created shows late.
const groupLimit = 5 * time.Second

// groupReads keeps what was read of groups in this walk. The zero value is ready.
type groupReads struct {
	mu    sync.Mutex
	reads map[string]*groupRead
}

type groupRead struct {
	gate  *Gate
	known bool
	group graph.Group
	err   error
}

// Group returns a group. It is read once per walk, however many resources ask; a
// failure other than "not found" is not remembered.
func (s *Session) Group(ctx context.Context, id string) (graph.Group, error) {
	read := s.groups.of(strings.ToLower(id))
	leave, err := read.gate.Enter(ctx)
	if err != nil {
		return graph.Group{}, err
	}
	defer leave()
	if read.known {
		return read.group, read.err
	}
	var group graph.Group
	err = graph.Poll(ctx, groupLimit, func(ctx context.Context) (bool, error) {
		var err error
		group, err = s.Graph.Group(ctx, id)
		return !graph.IsNotFound(err), err
	})
	if err == nil || graph.IsNotFound(err) {
		read.known, read.group, read.err = true, group, err
	}
	return group, err
}

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
