package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// Names of the arguments that say how user principal names are made.
const (
	namePrefix      = "user_principal_name_prefix"
	nameSuffix      = "user_principal_name_suffix"
	transliteration = "transliteration"
)

// namingAttributes describes the arguments that say how user principal names are made.
func namingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		namePrefix: schema.StringAttribute{
			MarkdownDescription: "What the user principal names of new specialists begin with, such as `ext-`. Default: nothing.",
			Optional:            true,
			Validators:          []validator.String{principalname.AffixValidator()},
		},
		nameSuffix: schema.StringAttribute{
			MarkdownDescription: "What the part before the @ of the user principal names of new specialists ends with. Default: nothing.",
			Optional:            true,
			Validators:          []validator.String{principalname.AffixValidator()},
		},
		transliteration: schema.StringAttribute{
			MarkdownDescription: "How letters beyond a to z are written in the user principal names of new specialists: `\"\"` takes accents away (ä as a), `de` writes ä as ae. Default: `\"\"`.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.OneOf(principalname.Transliterations()...)},
		},
	}
}

// readNaming takes the rule out of the configuration; unknown names the arguments whose
// values are known only after apply.
func readNaming(ctx context.Context, config tfsdk.Config) (rule principalname.Rule, unknown []string, diags diag.Diagnostics) {
	for name, target := range map[string]*string{namePrefix: &rule.Prefix, nameSuffix: &rule.Suffix, transliteration: &rule.Transliteration} {
		var text types.String
		diags.Append(config.GetAttribute(ctx, path.Root(name), &text)...)
		if text.IsUnknown() {
			unknown = append(unknown, name)
		}
		*target = text.ValueString()
	}
	return rule, unknown, diags
}
