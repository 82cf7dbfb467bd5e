package provider

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/entraguest/terraform-provider-entraguest/internal/credentials"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Configure builds the session of one walk. It sends nothing: the first resource that
// needs Graph signs in.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	given, unknown, diags := read(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	var redirect types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(redirectURL), &redirect)...)
	sources, known, diags := sourceTenants(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	given.AdditionalTenantIDs = sources
	if !known {
		unknown = append(unknown, sourceTenantIDs)
	}
	if redirect.IsUnknown() {
		unknown = append(unknown, redirectURL)
	}
	rules := session.DefaultRules()
	late, diags := readRules(ctx, req.Config, &rules)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	unknown = append(unknown, late...)
	naming, late, diags := readNaming(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	unknown = append(unknown, late...)
	if len(unknown) > 0 {
		// A plan may go without: apply configures the provider again, with all values.
		waiting := session.New(nil)
		slices.Sort(unknown)
		waiting.Unknown, waiting.Rules = unknown, rules
		resp.ResourceData, resp.DataSourceData = waiting, waiting
		return
	}
	directly, diags := readBulkRefresh(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := p.client(ctx, given, directly)
	if err != nil {
		resp.Diagnostics.Append(blame(err))
		return
	}
	current := session.New(client)
	current.RedirectURL = redirect.ValueString()
	current.Rules = rules
	current.SourceTenantIDs = sources
	current.Naming = naming
	if p.prepare != nil {
		p.prepare(current)
	}
	resp.ResourceData, resp.DataSourceData = current, current
}

// read takes the sign-in arguments out of the configuration; unknown names those whose
// values are known only after apply.
func read(ctx context.Context, config tfsdk.Config) (given credentials.Arguments, unknown []string, diags diag.Diagnostics) {
	for _, a := range arguments {
		if a.flag != nil {
			var value types.Bool
			diags.Append(config.GetAttribute(ctx, path.Root(a.name), &value)...)
			if value.IsUnknown() {
				unknown = append(unknown, a.name)
			}
			*a.flag(&given) = value.ValueBoolPointer()
			continue
		}
		var value types.String
		diags.Append(config.GetAttribute(ctx, path.Root(a.name), &value)...)
		if value.IsUnknown() {
			unknown = append(unknown, a.name)
		}
		*a.text(&given) = value.ValueStringPointer()
	}
	return given, unknown, diags
}

// client chooses the credential and builds the Graph client on one connection pool;
// directly makes a refresh read everything singly.
func (p *Provider) client(ctx context.Context, given credentials.Arguments, directly bool) (*graph.Client, error) {
	effective, err := given.WithEnvironment(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	cloud, err := effective.Cloud()
	if err != nil {
		return nil, err
	}
	roots, err := effective.RootCAs()
	if err != nil {
		return nil, err
	}
	transport := graph.NewTransport(roots)
	credential, method, err := credentials.New(effective, cloud, &http.Client{Transport: transport})
	if err != nil {
		return nil, err
	}
	tflog.Debug(ctx, "Sign-in chosen", map[string]any{"method": string(method), "cloud": cloud.Name})
	return graph.New(graph.Options{
		Endpoint:   cloud.GraphEndpoint,
		Scope:      cloud.Scope,
		Credential: credential,
		Transport:  transport,
		UserAgent:  "terraform-provider-entraguest/" + p.version,

		DirectReads: directly,
	})
}

// blame puts an error at the argument it is about.
func blame(err error) diag.Diagnostic {
	var argument *credentials.ArgumentError
	if !errors.As(err, &argument) {
		return diag.NewErrorDiagnostic("The provider cannot be configured", err.Error())
	}
	if argument.Argument == "" {
		return diag.NewErrorDiagnostic(argument.Summary, argument.Detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(argument.Argument), argument.Summary, argument.Detail)
}
