package session

import (
	"context"
	"strings"
	"sync"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/walk"
)

// Claims keep one thing of the directory, such as a user's photo, in one instance of a
// resource. Terraform deletes and creates instances for one thing in any order, and at
// once, without saying so: a renamed key without a moved block, create_before_destroy.
// Unlike a person, a thing may come back; it must only not be lost on the way.
//
// Claims belong to one configured provider and are safe for concurrent use. Keys are
// compared without regard to case.
type Claims struct {
	mu    sync.Mutex
	plans map[string]int
	gates map[string]*Gate
	wrote map[string]bool
}

// NewClaims returns no claims.
func NewClaims() *Claims {
	return &Claims{plans: map[string]int{}, gates: map[string]*Gate{}, wrote: map[string]bool{}}
}

// Plan notes that an instance of this plan will hold the thing when it is applied, and
// reports whether it is the only one. It is called once per instance.
func (c *Claims) Plan(ctx context.Context, key string) (only bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key = strings.ToLower(key)
	c.plans[key]++
	if c.plans[key] > 1 {
		walk.Twin(ctx)
		return false
	}
	return true
}

// Hold waits until no other instance holds the thing; release gives it back. It fails
// with the context's error.
func (c *Claims) Hold(ctx context.Context, key string) (release func(), err error) {
	key = strings.ToLower(key)
	c.mu.Lock()
	gate, ok := c.gates[key]
	if !ok {
		gate = NewGate()
		c.gates[key] = gate
	}
	c.mu.Unlock()
	return gate.Enter(ctx)
}

// Written notes that this process has written the thing, or may have.
func (c *Claims) Written(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote[strings.ToLower(key)] = true
}

// IsWritten reports whether this process has written the thing.
func (c *Claims) IsWritten(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wrote[strings.ToLower(key)]
}

// Gate lets one pass at a time. Unlike with a mutex, waiting ends with the context, whose
// time, where it is one of Deadline, does not run meanwhile: whoever is inside may be held
// by throttling, and has a time of his own.
type Gate struct{ occupied chan struct{} }

// NewGate returns an open gate.
func NewGate() *Gate { return &Gate{occupied: make(chan struct{}, 1)} }

// Enter waits for the gate and closes it behind; leave opens it. It fails with the
// context's error.
func (g *Gate) Enter(ctx context.Context) (leave func(), err error) {
	release := graph.Hold(ctx)
	defer release()
	select {
	case g.occupied <- struct{}{}:
		return func() { <-g.occupied }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
