package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// expiryWithoutEnabled refuses a date at which the account is disabled together with the
// demand that it be enabled.
type expiryWithoutEnabled struct{}

// Description describes the rule.
func (expiryWithoutEnabled) Description(context.Context) string {
	return "expires_at and accept_by exclude account_enabled = true"
}

// MarkdownDescription describes the rule.
func (v expiryWithoutEnabled) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateResource reports a configuration that has both.
func (expiryWithoutEnabled) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var enabled types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("account_enabled"), &enabled)...)
	for _, name := range []string{"expires_at", "accept_by"} {
		var date types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &date)...)
		if enabled.ValueBool() && !date.IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root("account_enabled"), "Invalid combination",
				"account_enabled = true and "+name+" exclude each other: the account is disabled when its time is over. Leave account_enabled out.")
		}
	}
}

// bodyWithoutLanguage refuses a text of one's own together with a language for
// Microsoft's text: Graph would silently ignore the language.
type bodyWithoutLanguage struct{ message path.Path }

// Description describes the rule.
func (bodyWithoutLanguage) Description(context.Context) string {
	return "message.body and message.language exclude each other"
}

// MarkdownDescription describes the rule.
func (bodyWithoutLanguage) MarkdownDescription(context.Context) string {
	return "`message.body` and `message.language` exclude each other"
}

// ValidateResource reports a configuration that has both.
func (v bodyWithoutLanguage) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var whole types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, v.message, &whole)...)
	if resp.Diagnostics.HasError() || whole.IsNull() || whole.IsUnknown() {
		return
	}
	var body, language types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, v.message.AtName("body"), &body)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, v.message.AtName("language"), &language)...)
	if resp.Diagnostics.HasError() || body.IsNull() || language.IsNull() || body.IsUnknown() || language.IsUnknown() {
		return
	}
	resp.Diagnostics.AddAttributeError(v.message.AtName("language"), "Invalid combination",
		"message.body and message.language exclude each other: Microsoft Graph ignores the language when there is a text. Remove one of them.")
}
