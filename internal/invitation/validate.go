package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
