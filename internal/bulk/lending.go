package bulk

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// lending lends a context to each of the calls that Terraform makes once for every object.
type lending struct{ tfprotov6.ProviderServer }

func lendTo[Request, Response any](ctx context.Context, call func(context.Context, Request) (Response, error), req Request) (Response, error) {
	borrowed, back := lend(ctx)
	defer back()
	return call(borrowed, req)
}

// ValidateResourceConfig lends the context of one call.
func (s lending) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return lendTo(ctx, s.ProviderServer.ValidateResourceConfig, req)
}

// UpgradeResourceState lends the context of one call.
func (s lending) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return lendTo(ctx, s.ProviderServer.UpgradeResourceState, req)
}

// UpgradeResourceIdentity lends the context of one call.
func (s lending) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return lendTo(ctx, s.ProviderServer.UpgradeResourceIdentity, req)
}

// ReadResource lends the context of one call.
func (s lending) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return lendTo(ctx, s.ProviderServer.ReadResource, req)
}

// PlanResourceChange lends the context of one call.
func (s lending) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return lendTo(ctx, s.ProviderServer.PlanResourceChange, req)
}

// ApplyResourceChange lends the context of one call.
func (s lending) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return lendTo(ctx, s.ProviderServer.ApplyResourceChange, req)
}

// ImportResourceState lends the context of one call.
func (s lending) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return lendTo(ctx, s.ProviderServer.ImportResourceState, req)
}

// ValidateDataResourceConfig lends the context of one call.
func (s lending) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return lendTo(ctx, s.ProviderServer.ValidateDataResourceConfig, req)
}

// MoveResourceState lends the context of one call.
func (s lending) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return lendTo(ctx, s.ProviderServer.MoveResourceState, req)
}

// CallFunction lends the context of one call.
func (s lending) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return lendTo(ctx, s.ProviderServer.CallFunction, req)
}

// ReadDataSource lends the context of one call.
func (s lending) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return lendTo(ctx, s.ProviderServer.ReadDataSource, req)
}
