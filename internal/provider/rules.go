package provider

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Names of the arguments that set guard rails.
const (
	allowedEmailDomains = "allowed_email_domains"
	deniedEmailDomains  = "denied_email_domains"
	maxRemovals         = "max_removals"
	protectedGroupID    = "protected_group_id"
	onDestroy           = "on_destroy"
	permissionCheck     = "permission_check"

	variableMaxRemovals = "ENTRAGUEST_MAX_REMOVALS"
)

// ruleAttributes describes the arguments that set guard rails.
func ruleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		allowedEmailDomains: schema.ListAttribute{
			MarkdownDescription: "Domains whose addresses may come in, such as `example.com`, or `*.example.com` for its real subdomains. An empty list allows nobody. Default: all.",
			ElementType:         types.StringType,
			Optional:            true,
		},
		deniedEmailDomains: schema.ListAttribute{
			MarkdownDescription: "Domains whose addresses may not come in, in the same form; they win over allowed ones.",
			ElementType:         types.StringType,
			Optional:            true,
		},
		maxRemovals: schema.Int64Attribute{
			MarkdownDescription: fmt.Sprintf("How many persons one plan may delete, disable or purge, over all resources; one more fails the plan. -1 means any number. Default: %d. Environment: `%s`.", session.DefaultMaxRemovals, variableMaxRemovals),
			Optional:            true,
			Validators:          []validator.Int64{int64validator.AtLeast(-1)},
		},
		protectedGroupID: schema.StringAttribute{
			MarkdownDescription: "Object id of a group whose members, direct or by other groups, are not adopted, imported, changed, disabled or deleted.",
			Optional:            true,
			Validators:          []validator.String{person.ObjectID()},
		},
		onDestroy: schema.StringAttribute{
			MarkdownDescription: "What happens to persons whose resource is destroyed and does not say it: `auto`, `delete`, `disable`, `keep` or `purge`. Default: `auto`.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.OneOf(person.OnDestroyValues...)},
		},
		permissionCheck: schema.StringAttribute{
			MarkdownDescription: "What a plan does when the token shows that the application lacks a permission the plan needs: `warn`, `error` or `off`. Default: `warn`, because pull requests are best planned by an identity that can only read.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.OneOf(session.PermissionWarn, session.PermissionError, session.PermissionOff)},
		},
	}
}

// readRules takes the guard rails out of the configuration; unknown names those whose
// values are known only after apply.
func readRules(ctx context.Context, config tfsdk.Config, rules *session.Rules) (unknown []string, diags diag.Diagnostics) {
	var allowed, denied types.List
	var limit types.Int64
	diags.Append(config.GetAttribute(ctx, path.Root(allowedEmailDomains), &allowed)...)
	diags.Append(config.GetAttribute(ctx, path.Root(deniedEmailDomains), &denied)...)
	diags.Append(config.GetAttribute(ctx, path.Root(maxRemovals), &limit)...)
	lists := map[string]types.List{allowedEmailDomains: allowed, deniedEmailDomains: denied}
	for name, list := range lists {
		if list.IsUnknown() || slices.ContainsFunc(list.Elements(), attr.Value.IsUnknown) {
			unknown = append(unknown, name)
		}
	}
	domainsKnown := len(unknown) == 0
	if limit.IsUnknown() {
		unknown = append(unknown, maxRemovals)
	}
	for name, target := range map[string]*string{protectedGroupID: &rules.ProtectedGroupID, onDestroy: &rules.OnDestroy, permissionCheck: &rules.PermissionCheck} {
		var text types.String
		diags.Append(config.GetAttribute(ctx, path.Root(name), &text)...)
		switch {
		case text.IsUnknown():
			unknown = append(unknown, name)
			*target = ""
		case !text.IsNull():
			*target = text.ValueString()
		}
	}
	if diags.HasError() {
		return unknown, diags
	}
	// What is known holds also for a plan that has to go without the rest.
	if domainsKnown {
		diags.Append(readDomains(ctx, allowed, denied, rules)...)
	}
	if !limit.IsUnknown() {
		diags.Append(readLimit(limit, rules)...)
	}
	return unknown, diags
}

func readDomains(ctx context.Context, allowed, denied types.List, rules *session.Rules) diag.Diagnostics {
	var allow, deny []string
	diags := allowed.ElementsAs(ctx, &allow, false)
	diags.Append(denied.ElementsAs(ctx, &deny, false)...)
	if diags.HasError() {
		return diags
	}
	if _, err := person.NewDomainRules(nil, deny); err != nil {
		diags.AddAttributeError(path.Root(deniedEmailDomains), "Invalid domain", "The entry "+err.Error()+".")
		return diags
	}
	var err error
	if rules.Domains, err = person.NewDomainRules(allow, deny); err != nil {
		diags.AddAttributeError(path.Root(allowedEmailDomains), "Invalid domain", "The entry "+err.Error()+".")
	}
	return diags
}

func readLimit(limit types.Int64, rules *session.Rules) (diags diag.Diagnostics) {
	if !limit.IsNull() {
		rules.MaxRemovals = limit.ValueInt64()
		return diags
	}
	text, ok := os.LookupEnv(variableMaxRemovals)
	if !ok || text == "" {
		return diags
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < -1 {
		diags.AddAttributeError(path.Root(maxRemovals), "Invalid environment variable", variableMaxRemovals+" is no whole number of at least -1.")
		return diags
	}
	rules.MaxRemovals = number
	return diags
}
