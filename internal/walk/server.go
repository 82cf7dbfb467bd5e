package walk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// NewServer returns a server that serves each walk by a server of its own, made by the
// function.
func NewServer(open func() tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	return newServer(open, patience)
}

func newServer(open func() tfprotov6.ProviderServer, patience func(int) time.Duration) *server {
	s := &server{open: open, patience: patience}
	s.current = s.newRoom()
	s.ProviderServer, s.used = s.current, []*room{s.current}
	return s
}

// room is the server of one walk.
type room struct {
	tfprotov6.ProviderServer

	validations *validations
	applied     atomic.Bool
	calls       atomic.Int64
	read        sync.Map // of digests: the states that were read
}

// server hands calls to the room of the walk they belong to. Calls that are the same in
// every walk go to the first one's.
type server struct {
	tfprotov6.ProviderServer

	open     func() tfprotov6.ProviderServer
	patience func(size int) time.Duration

	mu      sync.Mutex
	current *room
	used    []*room // the current one, and others that may have calls under way
	// configuration is what the provider was configured with, nil before.
	configuration *tfprotov6.ConfigureProviderRequest
	// shared says that the process is known to serve several walks.
	shared bool
}

func (s *server) newRoom() *room {
	return &room{ProviderServer: s.open(), validations: newValidations(s.patience)}
}

// enter returns the room of the walk under way. The call that got it says leave at its end.
func (s *server) enter() (current *room, leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current = s.current
	current.calls.Add(1)
	return current, sync.OnceFunc(func() { current.calls.Add(-1) })
}

// next opens the room of another walk, unless a call of that walk has done so since the
// caller entered its own.
func (s *server) next(ctx context.Context, last *room) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != last || s.configuration == nil {
		return nil
	}
	opened := s.newRoom()
	resp, err := opened.ConfigureProvider(ctx, s.configuration)
	if err != nil {
		return fmt.Errorf("configuring the provider for another walk: %w", err)
	}
	if refused := diagnostic.FirstError(resp.Diagnostics); refused != nil {
		return fmt.Errorf("configuring the provider for another walk: %s: %s", refused.Summary, refused.Detail)
	}
	tflog.Debug(ctx, "Another walk begins in this process")
	s.shared, s.current = true, opened
	s.used = append(slices.DeleteFunc(s.used, func(r *room) bool { return r.calls.Load() == 0 }), opened)
	return nil
}

// ConfigureProvider is how Terraform itself says that a walk begins.
func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.mu.Lock()
	current := s.current
	s.configuration, s.shared = req, false
	s.mu.Unlock()
	current.validations.forget()
	current.applied.Store(false)
	return forward(current.ConfigureProvider(ctx, req))
}

// ValidateResourceConfig notes what is about to be planned.
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	current, leave := s.enter()
	defer leave()
	resp, err := current.ValidateResourceConfig(ctx, req)
	if err == nil && diagnostic.FirstError(resp.Diagnostics) == nil {
		current.validations.validated(req.TypeName, req.Config)
	}
	return forward(resp, err)
}

// ReadResource begins another walk where something was applied: an apply reads nothing that
// is in the state, and whatever comes after it is another plan. So does a second read of
// one state, if the process serves several walks.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	current, leave, err := s.enterToRead(ctx, digestOf(req.TypeName, req.CurrentState))
	if err != nil {
		return nil, err
	}
	defer leave()
	return forward(current.ReadResource(ctx, req))
}

// ImportResourceState begins another walk where something was applied.
func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	current, leave, err := s.enterToRead(ctx, digest{})
	if err != nil {
		return nil, err
	}
	defer leave()
	return forward(current.ImportResourceState(ctx, req))
}

// ReadDataSource belongs to the walk under way: an apply reads data, too.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	current, leave := s.enter()
	defer leave()
	return forward(current.ReadDataSource(ctx, req))
}

// PlanResourceChange plans once more, in another walk, what was refused for an instance that
// was planned before, if that was not in this one. Where the process serves several, a
// destroy that is planned after something was applied begins one: terraform test tidies up
// without a read.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	arrived := time.Now()
	current, leave := s.enter()
	defer func() { leave() }()
	if destroys(req) {
		if current.applied.Load() && s.isShared() {
			leave()
			if err := s.next(ctx, current); err != nil {
				return nil, err
			}
			current, leave = s.enter()
		}
	} else {
		current.validations.planned(req.TypeName, req.Config)
	}
	watched, met := watch(ctx)
	resp, err := current.PlanResourceChange(watched, req)
	if err != nil || diagnostic.FirstError(resp.Diagnostics) == nil || !s.elsewhere(ctx, current, met, arrived) {
		return forward(resp, err)
	}
	if err := s.next(ctx, current); err != nil {
		return nil, err
	}
	leave()
	current, leave = s.enter()
	return forward(current.PlanResourceChange(ctx, req))
}

// elsewhere reports whether what a call has met belongs to another walk: in a process that
// serves several, what was planned before, and after an apply also what was in the state.
// That it serves several shows in what was validated before the call arrived. After something
// was applied the refusal would be the plan's, which has been, as far as it knew the person.
func (s *server) elsewhere(ctx context.Context, current *room, met *clashes, arrived time.Time) bool {
	switch {
	case met.held.Load():
		return s.isShared() && current.applied.Load()
	case met.twin.Load():
		return s.isShared() || current.validations.leftover(ctx, arrived)
	default:
		return false
	}
}

// ApplyResourceChange notes that this walk is an apply.
func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	current, leave := s.enter()
	defer leave()
	current.applied.Store(true)
	return forward(current.ApplyResourceChange(ctx, req))
}

// StopProvider stops the calls of every walk.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.mu.Lock()
	used := slices.Clone(s.used)
	s.mu.Unlock()
	answer := &tfprotov6.StopProviderResponse{}
	var failures []error
	for _, one := range used {
		resp, err := one.StopProvider(ctx, req)
		if failures = append(failures, err); err == nil && resp.Error != "" {
			answer = resp
		}
	}
	return forward(answer, errors.Join(failures...))
}

// enterToRead enters the room of the walk under way, or that of the next one, if it has
// begun: something was applied in this one, or the process serves several, and the same was
// read in this one. Nothing is the same as the zero digest.
func (s *server) enterToRead(ctx context.Context, what digest) (current *room, leave func(), err error) {
	current, leave = s.enter()
	if current.applied.Load() || s.isShared() && current.hasRead(what) {
		leave()
		if err := s.next(ctx, current); err != nil {
			return nil, nil, err
		}
		current, leave = s.enter()
	}
	current.read.Store(what, true)
	return current, leave, nil
}

// hasRead reports whether this was read in the walk.
func (r *room) hasRead(what digest) bool {
	_, ok := r.read.Load(what)
	return ok && what != digest{}
}

func (s *server) isShared() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shared
}

// destroys reports whether a plan is one to destroy.
func destroys(req *tfprotov6.PlanResourceChangeRequest) bool {
	if req.ProposedNewState == nil {
		return false
	}
	null, err := req.ProposedNewState.IsNull()
	return err == nil && null
}

// forward hands on what a room has answered.
func forward[T any](resp T, err error) (T, error) {
	if err != nil {
		return resp, fmt.Errorf("serving a walk: %w", err)
	}
	return resp, nil
}
