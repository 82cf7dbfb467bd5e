package walk

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// NewServer returns a server that serves each walk by a server of its own, made by the
// function.
func NewServer(open func() tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	first := newRoom(open())
	return &server{ProviderServer: first, open: open, current: first, used: []*room{first}}
}

// room is the server of one walk.
type room struct {
	tfprotov6.ProviderServer

	validations *validations
	applied     atomic.Bool
	calls       atomic.Int64
	read        sync.Map // of digests: what was read
}

func newRoom(server tfprotov6.ProviderServer) *room {
	return &room{ProviderServer: server, validations: newValidations()}
}

// server hands calls to the room of the walk they belong to. Calls that are the same in
// every walk go to the first one's.
type server struct {
	tfprotov6.ProviderServer

	open func() tfprotov6.ProviderServer

	mu      sync.Mutex
	current *room
	used    []*room // the current one, and others that may have calls under way
	// configuration is what the provider was configured with, nil before.
	configuration *tfprotov6.ConfigureProviderRequest
	// shared says that the process is known to serve several walks.
	shared bool
}

// enter returns the room of the walk under way. The call that got it says leave at its end.
func (s *server) enter() (current *room, leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current = s.current
	current.calls.Add(1)
	return current, func() { current.calls.Add(-1) }
}

// next opens the room of another walk, unless a call of that walk has done so since the
// caller entered its own.
func (s *server) next(ctx context.Context, last *room) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != last || s.configuration == nil {
		return nil
	}
	opened := newRoom(s.open())
	resp, err := opened.ConfigureProvider(ctx, s.configuration)
	if err != nil {
		return fmt.Errorf("configuring the provider for another walk: %w", err)
	}
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("configuring the provider for another walk: %s: %s", d.Summary, d.Detail)
		}
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
	current.read.Clear()
	current.applied.Store(false)
	return forward(current.ConfigureProvider(ctx, req))
}

// ValidateResourceConfig notes what is about to be planned.
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	current, leave := s.enter()
	defer leave()
	resp, err := current.ValidateResourceConfig(ctx, req)
	if err == nil && !failed(resp.Diagnostics) {
		current.validations.validated(digestOf(req.TypeName, req.Config))
	}
	return forward(resp, err)
}

// ReadResource begins another walk where something was applied: an apply reads nothing that
// is in the state, and whatever comes after it is another plan. So does a second read of
// one state, if the process serves several walks.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	current, leave, err := s.enterToRead(ctx, digestOf(req.TypeName, req.CurrentState), func(r *room) bool { return r.applied.Load() })
	if err != nil {
		return nil, err
	}
	defer leave()
	return forward(current.ReadResource(ctx, req))
}

// ImportResourceState begins another walk as ReadResource does.
func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	imported := &tfprotov6.DynamicValue{JSON: []byte(req.ID)}
	current, leave, err := s.enterToRead(ctx, digestOf("import "+req.TypeName, imported), func(r *room) bool { return r.applied.Load() })
	if err != nil {
		return nil, err
	}
	defer leave()
	return forward(current.ImportResourceState(ctx, req))
}

// ReadDataSource may be part of an apply. Another walk begins where the process serves
// several, and a module was validated since something was applied, or one configuration is
// read again.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	current, leave, err := s.enterToRead(ctx, digestOf("data "+req.TypeName, req.Config), func(r *room) bool {
		return s.isShared() && r.applied.Load() && r.validations.any()
	})
	if err != nil {
		return nil, err
	}
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
	if current.applied.Load() && s.isShared() && destroys(req) {
		leave()
		if err := s.next(ctx, current); err != nil {
			return nil, err
		}
		current, leave = s.enter()
	}
	current.validations.planned(digestOf(req.TypeName, req.Config))
	watched, twin := watchTwins(ctx)
	resp, err := current.PlanResourceChange(watched, req)
	if err != nil || !twin.Load() || !failed(resp.Diagnostics) || !s.isShared() && !current.validations.leftover(ctx, arrived) {
		return forward(resp, err)
	}
	if err := s.next(ctx, current); err != nil {
		return nil, err
	}
	leave()
	current, leave = s.enter()
	return forward(current.PlanResourceChange(ctx, req))
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
	for _, one := range used {
		resp, err := one.StopProvider(ctx, req)
		if err != nil {
			return forward(resp, err)
		}
		if resp.Error != "" {
			answer = resp
		}
	}
	return answer, nil
}

// enterToRead enters the room of the walk under way, or that of the next one, if it has
// begun: by the function, or because the same was read in this one.
func (s *server) enterToRead(ctx context.Context, what digest, begun func(*room) bool) (current *room, leave func(), err error) {
	current, leave = s.enter()
	_, again := current.read.LoadOrStore(what, true)
	if !begun(current) && (!again || !s.isShared()) {
		return current, leave, nil
	}
	leave()
	if err := s.next(ctx, current); err != nil {
		return nil, nil, err
	}
	current, leave = s.enter()
	current.read.Store(what, true)
	return current, leave, nil
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

func failed(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// forward hands on what a room has answered.
func forward[T any](resp T, err error) (T, error) {
	if err != nil {
		return resp, fmt.Errorf("serving a walk: %w", err)
	}
	return resp, nil
}
