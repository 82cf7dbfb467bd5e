package photo

import (
	"context"
	"encoding/base64"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// base64Text refuses what is not base64. The value is not quoted: it is long.
type base64Text struct{}

// Description describes the rule.
func (base64Text) Description(context.Context) string { return "must be base64" }

// MarkdownDescription describes the rule.
func (base64Text) MarkdownDescription(context.Context) string { return "must be base64" }

// ValidateString reports a value that cannot be decoded.
func (base64Text) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := base64.StdEncoding.DecodeString(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid base64",
			"The value is not base64 with padding. Use filebase64(\"picture.jpg\"), or source with the path of the file.")
	}
}
