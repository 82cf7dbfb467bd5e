package walk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// fake is a provider that remembers, for as long as it lives, what it has planned, and
// refuses it a second time.
type fake struct {
	tfprotov6.ProviderServer

	configured, stopped  int
	reads, applies, data int
	mu                   sync.Mutex
	known                map[string]bool
	held                 string        // a configuration whose person the state has
	kept                 bool          // an instance that is planned to be destroyed was planned to stay
	refuses              string        // a configuration that is never planned
	refused              func()        // is told of each refusal
	applying             chan<- *fake  // is told of each apply
	stays                chan struct{} // what ApplyResourceChange waits for
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
	case config == f.held:
		resp.Diagnostics = refusal("A person would be deleted and created again")
		Held(ctx)
	case config == "\xc0" && f.kept:
		resp.Diagnostics = refusal("Two resources for one person")
		Twin(ctx)
	case f.known[config] && config != "\xc0":
		resp.Diagnostics = refusal("Two resources for one person")
		Twin(ctx)
		if f.refused != nil {
			f.refused()
		}
	}
	f.known[config] = true
	return resp, nil
}

func (f *fake) ApplyResourceChange(context.Context, *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	f.mu.Lock()
	f.applies++
	stays, applying := f.stays, f.applying
	f.mu.Unlock()
	if stays != nil {
		applying <- f
		<-stays
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
	if f.stays != nil {
		close(f.stays)
		f.stays = nil
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

// Plans follow validations at once in these tests: long is never waited for in vain, and
// short is long enough.
const (
	long  = time.Minute
	short = 20 * time.Millisecond
)

func start(t *testing.T, patience time.Duration) *terraform {
	t.Helper()
	f := &terraform{t: t}
	f.server = newServer(func() tfprotov6.ProviderServer {
		f.mu.Lock()
		defer f.mu.Unlock()
		one := &fake{}
		f.rooms = append(f.rooms, one)
		return one
	}, func(int) time.Duration { return patience })
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
			f.t.Error(err)
		}
	}
}

// plan validates and plans one instance, and returns whether it went well.
func (f *terraform) plan(config string) bool {
	f.t.Helper()
	f.validate(config)
	return f.planAs(config)
}

// planAs plans one instance, and returns whether it went well.
func (f *terraform) planAs(config string) bool {
	f.t.Helper()
	resp, err := f.server.PlanResourceChange(f.t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "kind", Config: value(config)})
	if err != nil {
		f.t.Error(err)
		return false
	}
	return diagnostic.FirstError(resp.Diagnostics) == nil
}

// destroy plans to destroy one instance, and returns whether it went well.
func (f *terraform) destroy() bool {
	f.t.Helper()
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: "kind", Config: value("\xc0"), ProposedNewState: value("\xc0")}
	resp, err := f.server.PlanResourceChange(f.t.Context(), req)
	if err != nil {
		f.t.Fatal(err)
	}
	return diagnostic.FirstError(resp.Diagnostics) == nil
}

func (f *terraform) apply() {
	f.t.Helper()
	if _, err := f.server.ApplyResourceChange(f.t.Context(), &tfprotov6.ApplyResourceChangeRequest{}); err != nil {
		f.t.Error(err)
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
	f := start(t, short)
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned")
	}
	f.in(1)
	f.apply()
	if f.plan("ada") {
		t.Error("twins are planned for an apply")
	}
	f.in(1)
}

// With ignore_changes Terraform plans another configuration than it has validated.
func TestTwinsBesideIgnoredChangesAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, short)
	for _, one := range []string{"x", "y", "z"} {
		f.validate(one)
		f.planAs("ignored " + one)
	}
	f.validate("v", "w")
	f.planAs("ignored w")
	f.planAs("v")
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned")
	}
	f.in(1)
}

// Several instances are planned at once: one that is validated and not yet planned is no
// sign of another walk.
func TestTwinsAmongOthersAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, long)
	f.plan("ada")
	f.validate("bob")
	refused := make(chan struct{}, 1)
	f.rooms[0].refused = func() { refused <- struct{}{} }
	planned := make(chan bool)
	go func() { planned <- f.plan("ada") }()
	<-refused
	f.planAs("bob")
	if <-planned {
		t.Error("twins are planned")
	}
	f.in(1)
}

// What was found invalid is not planned, and is no sign either.
func TestTwinsBesideAnErrorAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, short)
	f.validate("invalid")
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned")
	}
	f.in(1)
}

// terraform test: one configuration, and for each run a validation, a plan and an apply.
func TestRunsOfATest(t *testing.T) {
	t.Parallel()
	f := start(t, short)
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
	f.read("ada")
	f.in(3)
	f.read("bob")
	if !f.plan("ada") || !f.plan("bob") {
		t.Error("the second plan fails")
	}
	f.in(3)
	if last := f.rooms[2]; last.reads != 2 || last.applies != 0 {
		t.Errorf("%d reads and %d applies in the last walk", last.reads, last.applies)
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
	f.rooms[7].held = "ada"
	if f.plan("ada") {
		t.Error("a person is planned to be deleted and created again")
	}
	f.apply()
	if !f.plan("ada") {
		t.Error("whom a run has deleted, the next one cannot create again")
	}
	f.in(9)
	f.apply()
	f.read("ada") // of a run that plans nothing to do
	f.in(10)
	f.rooms[9].kept = true
	if !f.destroy() {
		t.Error("what a run has left as it was cannot be tidied up")
	}
	f.in(11)
}

// A person in the state is never planned to be created, whatever was validated.
func TestAPersonInTheStateIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, short)
	f.validate("each.value")
	f.rooms[0].held = "ada"
	if f.plan("ada") {
		t.Error("a person is planned to be deleted and created again")
	}
	f.apply()
	if f.plan("ada") {
		t.Error("a person is planned to be deleted and created again, in an apply")
	}
	f.in(1)
}

// Two instances of the state that are about one person: one of them cannot go.
func TestAPersonWhoStaysIsNotDestroyed(t *testing.T) {
	t.Parallel()
	f := start(t, short)
	f.plan("ada")
	f.rooms[0].kept = true
	if f.destroy() {
		t.Error("a person who stays is planned to be destroyed")
	}
	f.in(1)
}

// A debugger's provider is configured for each walk, and validates for others in between.
func TestTerraformSaysWhatIsAWalk(t *testing.T) {
	t.Parallel()
	f := start(t, short)
	f.validate("each.value")
	f.read("ada")
	f.plan("ada")
	f.apply()
	f.read("ada") // as nobody does who configures
	f.apply()
	f.validate("each.value")
	f.configure()
	f.read("ada")
	f.read("ada")
	if !f.plan("ada") || f.plan("ada") {
		t.Error("twins are planned after Terraform has configured the provider again")
	}
	if len(f.rooms) != 2 || f.rooms[1].configured != 2 {
		t.Errorf("%d rooms", len(f.rooms))
	}
}

// Reads after an apply belong to another walk, whoever they come from.
func TestNothingIsReadAfterAnApply(t *testing.T) {
	t.Parallel()
	f := start(t, short)
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
	f := start(t, short)
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
	f := start(t, short)
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
	f := start(t, short)
	applying := make(chan *fake, 1)
	f.rooms[0].stays, f.rooms[0].applying = make(chan struct{}), applying
	done := make(chan struct{})
	go func() {
		f.apply()
		close(done)
	}()
	<-applying
	f.read("ada")
	f.in(2)
	if _, err := f.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-time.After(long):
		t.Fatal("the apply goes on")
	}
	if f.rooms[0].stopped != 1 || f.rooms[1].stopped != 1 {
		t.Error("a walk was not stopped")
	}
}

func TestTwinOutsideAServer(t *testing.T) {
	t.Parallel()
	Twin(t.Context())
	Held(t.Context())
}
