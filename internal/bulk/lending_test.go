package bulk

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// empty is a provider of nothing, which is enough to be called.
type empty struct{}

func (empty) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse)    {}
func (empty) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (empty) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (empty) Resources(context.Context) []func() resource.Resource                              { return nil }

func (empty) DataSources(context.Context) []func() datasource.DataSource { return nil }

type burdenKey struct{}

// The framework keeps the context of a call. What Terraform's side has put into it has to
// be free all the same.
func TestNothingIsKeptOfACall(t *testing.T) {
	t.Parallel()
	server := NewServer(empty{})
	config, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]func(context.Context) error{
		"ValidateResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: "kind", Config: &config})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "kind", RawState: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context) error {
			_, err := server.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: "kind", RawIdentity: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"ReadResource": func(ctx context.Context) error {
			_, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "kind", CurrentState: &config})
			return err
		},
		"PlanResourceChange": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: "kind", Config: &config, PriorState: &config, ProposedNewState: &config})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context) error {
			_, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: "kind", Config: &config, PriorState: &config, PlannedState: &config})
			return err
		},
		"ImportResourceState": func(ctx context.Context) error {
			_, err := server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: "kind", ID: "x"})
			return err
		},
		"MoveResourceState": func(ctx context.Context) error {
			_, err := server.MoveResourceState(ctx, &tfprotov6.MoveResourceStateRequest{TargetTypeName: "kind", SourceTypeName: "other", SourceState: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"CallFunction": func(ctx context.Context) error {
			_, err := server.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "none"})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "kind", Config: &config})
			return err
		},
		"ReadDataSource": func(ctx context.Context) error {
			_, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "kind", Config: &config})
			return err
		},
	}
	for name, call := range calls {
		kept, err := burdened(t.Context(), call)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		runtime.GC()
		if kept.Value() != nil {
			t.Errorf("%s keeps the context", name)
		}
	}
	runtime.KeepAlive(server)
}

// burdened makes a call with a context that holds what is returned.
func burdened(ctx context.Context, call func(context.Context) error) (weak.Pointer[[1 << 20]byte], error) {
	burden := new([1 << 20]byte)
	ctx, cancel := context.WithCancel(context.WithValue(ctx, burdenKey{}, burden))
	defer cancel()
	return weak.Make(burden), call(ctx)
}

func TestLentContext(t *testing.T) {
	t.Parallel()
	behind, cancel := context.WithTimeout(context.WithValue(t.Context(), burdenKey{}, "value"), 1<<40)
	defer cancel()
	ctx, back := lend(behind)
	want, _ := behind.Deadline()
	if at, ok := ctx.Deadline(); !ok || !at.Equal(want) || ctx.Value(burdenKey{}) != "value" || ctx.Err() != nil {
		t.Error("the context is not the one behind it")
	}
	derived, stop := context.WithCancel(ctx)
	defer stop()
	detached := context.WithoutCancel(ctx)
	cancel()
	<-derived.Done()
	<-ctx.Done()
	back()
	if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(derived.Err(), context.Canceled) {
		t.Errorf("%v and %v after the end", ctx.Err(), derived.Err())
	}
	if ctx.Value(burdenKey{}) != nil {
		t.Error("a value is left")
	}
	// What has to go on does.
	if detached.Err() != nil {
		t.Error(detached.Err())
	}
	select {
	case <-ctx.Done():
	default:
		t.Error("the context goes on after the end of the call")
	}
}
