package walk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// fake is a provider that remembers, for as long as it lives, what it has planned, and
// refuses it a second time.
type fake struct {
	tfprotov6.ProviderServer

	configured, stopped int
	reads, applies      int
	data                int
	mu                  sync.Mutex
	known               map[string]bool
	refuses             string        // a configuration that is never planned
	held                chan struct{} // what ApplyResourceChange waits for
}

func refusal(summary string) []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary}}
}

func (f *fake) ConfigureProvider(_ context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.configured++
	f.known = map[string]bool{}
	if req.TerraformVersion == "" {
		return nil, errors.New("not what Terraform has sent")
	}
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (f *fake) ValidateResourceConfig(_ context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp := &tfprotov6.ValidateResourceConfigResponse{}
	if string(req.Config.MsgPack) == "invalid" {
		resp.Diagnostics = refusal("Invalid")
	}
	return resp, nil
}

func (f *fake) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	resp := &tfprotov6.PlanResourceChangeResponse{}
	config := string(req.Config.MsgPack)
	switch {
	case config == f.refuses:
		resp.Diagnostics = refusal("Refused")
	case f.known[config] && config != "\xc0":
		resp.Diagnostics = refusal("Two resources for one person")
		Twin(ctx)
	}
	f.known[config] = true
	return resp, nil
}

func (f *fake) ApplyResourceChange(context.Context, *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	f.mu.Lock()
	f.applies++
	held := f.held
	f.mu.Unlock()
	if held != nil {
		<-held
	}
	return &tfprotov6.ApplyResourceChangeResponse{}, nil
}

func (f *fake) ReadResource(context.Context, *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	return &tfprotov6.ReadResourceResponse{}, nil
}

func (f *fake) ImportResourceState(context.Context, *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	return &tfprotov6.ImportResourceStateResponse{}, nil
}

func (f *fake) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data++
	return &tfprotov6.ReadDataSourceResponse{}, nil
}

func (f *fake) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped++
	if f.held != nil {
		close(f.held)
		f.held = nil
	}
	return &tfprotov6.StopProviderResponse{}, nil
}

// terraform calls a server as Terraform does.
type terraform struct {
	t      *testing.T
	server tfprotov6.ProviderServer
	mu     sync.Mutex
	rooms  []*fake
}

func start(t *testing.T) *terraform {
	t.Helper()
	f := &terraform{t: t}
	f.server = NewServer(func() tfprotov6.ProviderServer {
		f.mu.Lock()
		defer f.mu.Unlock()
		one := &fake{}
		f.rooms = append(f.rooms, one)
		return one
	})
	f.configure()
	return f
}

func (f *terraform) configure() {
	f.t.Helper()
	if _, err := f.server.ConfigureProvider(f.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.16.0"}); err != nil {
		f.t.Fatal(err)
	}
}

func value(text string) *tfprotov6.DynamicValue {
	return &tfprotov6.DynamicValue{MsgPack: []byte(text)}
}

// validate is one step of validating a module.
func (f *terraform) validate(configs ...string) {
	f.t.Helper()
	for _, config := range configs {
		if _, err := f.server.ValidateResourceConfig(f.t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "kind", Config: value(config)}); err != nil {
			f.t.Fatal(err)
		}
	}
}

// plan validates and plans one instance, and returns whether it went well.
func (f *terraform) plan(config string) bool {
	f.t.Helper()
	f.validate(config)
	resp, err := f.server.PlanResourceChange(f.t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "kind", Config: value(config)})
	if err != nil {
		f.t.Fatal(err)
	}
	return !failed(resp.Diagnostics)
}

// destroy plans to destroy one instance.
func (f *terraform) destroy() {
	f.t.Helper()
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: "kind", Config: value("\xc0"), ProposedNewState: value("\xc0")}
	if _, err := f.server.PlanResourceChange(f.t.Context(), req); err != nil {
		f.t.Fatal(err)
	}
}

func (f *terraform) apply() {
	f.t.Helper()
	if _, err := f.server.ApplyResourceChange(f.t.Context(), &tfprotov6.ApplyResourceChangeRequest{}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *terraform) read(state string) {
	f.t.Helper()
	if _, err := f.server.ReadResource(f.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: "kind", CurrentState: value(state)}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *terraform) readData() {
	f.t.Helper()
	if _, err := f.server.ReadDataSource(f.t.Context(), &tfprotov6.ReadDataSourceRequest{}); err != nil {
		f.t.Fatal(err)
	}
}

// in wants so many walks so far.
func (f *terraform) in(walks int) {
	f.t.Helper()
	if len(f.rooms) != walks {
		f.t.Errorf("%d walks, want %d", len(f.rooms), walks)
	}
	for i, one := range f.rooms {
		if one.configured != 1 {
			f.t.Errorf("walk %d is configured %d times", i+1, one.configured)
		}
	}
}

func TestTwinsOfOneWalkAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned")
	}
	f.in(1)
}

// Several instances are planned at once: one that is validated and not yet planned is no
// sign of another walk.
func TestTwinsAmongOthersAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.plan("ada")
	f.validate("bob")
	planned := make(chan bool)
	go func() { planned <- f.plan("ada") }()
	select {
	case <-planned:
		t.Error("nobody waited for what is under way")
	case <-time.After(50 * time.Millisecond):
	}
	if _, err := f.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "kind", Config: value("bob")}); err != nil {
		t.Fatal(err)
	}
	if <-planned {
		t.Error("twins are planned")
	}
	f.in(1)
}

// What was found invalid is not planned, and is no sign either.
func TestTwinsBesideAnErrorAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.validate("invalid")
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned")
	}
	f.in(1)
}

// terraform test: one configuration, and for each run a validation, a plan and an apply.
func TestRunsOfATest(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.validate("ada", "each.value") // the second is a block with for_each
	if !f.plan("ada") || !f.plan("bob") {
		t.Fatal("the first plan fails")
	}
	f.in(1)
	for _, config := range []string{"ada", "bob"} {
		if !f.plan(config) {
			t.Fatalf("%s is planned for the apply, and refused", config)
		}
		f.apply()
	}
	f.in(2)

	f.validate("ada", "each.value")
	f.readData() // of the next plan
	f.in(3)
	f.read("ada")
	f.read("bob")
	if !f.plan("ada") || !f.plan("bob") {
		t.Error("the second plan fails")
	}
	f.in(3)
	if last := f.rooms[2]; last.reads != 2 || last.data != 1 {
		t.Errorf("%d reads and %d of data in the last walk", last.reads, last.data)
	}
	if !f.plan("ada") {
		t.Error("the second apply fails")
	}
	f.apply()
	f.in(4)
	f.read("ada") // of a run that only plans
	f.in(5)
	f.read("ada") // of another
	f.in(6)
	f.apply()
	f.destroy() // to tidy up
	f.destroy()
	f.in(7)
	f.apply()
	f.destroy() // what another module has left
	f.in(8)

	f.configure()
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned after Terraform has configured the provider again")
	}
}

// Reads after an apply belong to another walk, whoever they come from.
func TestNothingIsReadAfterAnApply(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.read("ada")
	f.read("ada") // two instances, one person
	f.readData()
	f.plan("ada")
	f.apply()
	f.plan("bob")
	f.destroy()  // an apply plans so for what it has replaced
	f.readData() // an apply reads what depends on what it has made
	f.in(1)
	if _, err := f.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{}); err != nil {
		t.Fatal(err)
	}
	f.in(2)
	f.read("ada")
	f.in(2)
}

func TestAnErrorStays(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.validate("each.value")
	f.rooms[0].refuses = "ada"
	if f.plan("ada") {
		t.Error("the error is gone")
	}
	f.in(1)
}

// Many instances of one apply notice at once that it is another walk.
func TestOneWalkBeginsOnce(t *testing.T) {
	t.Parallel()
	f := start(t)
	configs := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	f.validate("each.value")
	for _, config := range configs {
		f.plan(config)
	}
	var refused atomic.Int32
	var wait sync.WaitGroup
	for _, config := range configs {
		wait.Go(func() {
			if !f.plan(config) {
				refused.Add(1)
			}
			f.apply()
		})
	}
	wait.Wait()
	if refused.Load() != 0 {
		t.Errorf("%d are refused", refused.Load())
	}
	f.in(2)
}

// Ctrl-C stops what an earlier walk has under way.
func TestEveryWalkIsStopped(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.rooms[0].held = make(chan struct{})
	done := make(chan struct{})
	go func() {
		f.apply()
		close(done)
	}()
	applies := func() int {
		f.rooms[0].mu.Lock()
		defer f.rooms[0].mu.Unlock()
		return f.rooms[0].applies
	}
	for applies() == 0 {
		time.Sleep(time.Millisecond)
	}
	f.read("ada")
	f.in(2)
	if _, err := f.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	<-done
	if f.rooms[0].stopped != 1 || f.rooms[1].stopped != 1 {
		t.Error("a walk was not stopped")
	}
}

func TestTwinOutsideAServer(t *testing.T) {
	t.Parallel()
	Twin(t.Context())
}
