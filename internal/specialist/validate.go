package specialist

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// ValidateConfig reports what is missing or contradictory, and names that look like
// another's.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	nameless := config.GivenName.IsNull() && config.Surname.IsNull()
	if config.UserPrincipalName.IsNull() {
		if config.Domain.IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root("domain"), "Missing argument",
				"The user principal name is made on a domain: set domain, or write user_principal_name out.")
		}
		if nameless {
			resp.Diagnostics.AddAttributeError(path.Root("given_name"), "Missing argument",
				"The user principal name is made from the person's name: set given_name and surname, or write user_principal_name out.")
		}
	}
	if nameless && config.DisplayName.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("display_name"), "Missing argument",
			"Every account has a display name: set display_name, or given_name and surname, from which it is made.")
	}
	_, domain, written := strings.Cut(config.UserPrincipalName.ValueString(), "@")
	if own := config.Domain.ValueString(); written && own != "" && !strings.EqualFold(own, domain) {
		resp.Diagnostics.AddAttributeError(path.Root("domain"), "Invalid combination",
			"domain "+diagnostic.Quote(own)+" is not that of user_principal_name "+diagnostic.Quote(config.UserPrincipalName.ValueString())+". Leave domain out, or write the same.")
	}
	config.validateMail(ctx, &resp.Diagnostics)
	for _, name := range []string{"given_name", "surname", "display_name"} {
		text := map[string]string{
			"given_name": config.GivenName.ValueString(), "surname": config.Surname.ValueString(), "display_name": config.DisplayName.ValueString(),
		}[name]
		if scripts := principalname.MixedScripts(text); len(scripts) > 1 {
			resp.Diagnostics.AddAttributeWarning(path.Root(name), "A name mixes scripts: "+diagnostic.Quote(text),
				"The name has letters of "+strings.Join(scripts, " and ")+". Letters of different scripts can look alike, and the name like another person's. Check how it is written.")
		}
	}
}

// validateMail makes sure that a pass is made exactly where a mail carries it, and that
// the mail has a recipient.
func (m *model) validateMail(ctx context.Context, diags *diag.Diagnostics) {
	welcome, more := mail.Read(ctx, m.WelcomeEmail)
	if more.HasError() || m.WelcomeEmail.IsUnknown() || m.AccessPass.IsUnknown() {
		return
	}
	at := path.Root(mail.AttributeName)
	if welcome == nil {
		if !m.AccessPass.IsNull() {
			diags.AddAttributeError(path.Root("temporary_access_pass"), "Nobody would see the pass",
				"A Temporary Access Pass is in no state and no output: only a welcome_email can carry it, as {{temporary_access_pass}}.")
		}
		return
	}
	if welcome.To.IsNull() && m.recipient().IsNull() {
		diags.AddAttributeError(at.AtName("to"), "The welcome mail has no recipient", "Set contact_email, or write welcome_email.to.")
	}
	uses, known := welcome.Uses(mail.TemporaryAccessPass)
	switch {
	case !known || uses == !m.AccessPass.IsNull():
	case uses:
		diags.AddAttributeError(path.Root("temporary_access_pass"), "No pass is made for the mail",
			"The mail has {{temporary_access_pass}}: write temporary_access_pass = {} to have one made with what the tenant's policy says, or with values of your own.")
	default:
		diags.AddAttributeError(path.Root("temporary_access_pass"), "Nobody would see the pass",
			"The mail does not have {{temporary_access_pass}}: put it into the body, or remove temporary_access_pass.")
	}
}

// mailNickname validates a mail alias.
// Source: https://learn.microsoft.com/graph/api/resources/user#properties.
func mailNickname() validator.String { return nickname{} }

type nickname struct{}

// Description describes the rule.
func (nickname) Description(context.Context) string {
	return `1 to 64 ASCII characters, without blanks and without @ ( ) \ [ ] " ; : < > ,`
}

// MarkdownDescription describes the rule.
func (n nickname) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

const maxNickname = 64

// ValidateString reports a value that breaks the rule.
func (n nickname) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	bad := strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`@()\[]";:<>,`, r) })
	if value == "" || utf8.RuneCountInString(value) > maxNickname || bad {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", req.Path.String()+" "+diagnostic.Quote(value)+" is not "+n.Description(ctx)+".")
	}
}
