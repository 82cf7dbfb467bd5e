package mail

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

const (
	summaryTemplate    = "Invalid mail template"
	summaryCombination = "Invalid combination"
	summaryRecipient   = "Recipient not allowed"
	summaryCopies      = "The mail leaves its secrets with others"
)

// AttributeName is that of the attribute in every resource.
const AttributeName = "welcome_email"

// Rule validates welcome_email in a resource's configuration, offline.
func Rule(audience Audience) resource.ConfigValidator { return configRule{audience} }

type configRule struct{ audience Audience }

// Description describes the rule.
func (configRule) Description(context.Context) string {
	return AttributeName + " has one body, and templates with known placeholders"
}

// MarkdownDescription describes the rule.
func (r configRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateResource reports what is wrong with the attribute.
func (r configRule) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	at := path.Root(AttributeName)
	var attribute types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &attribute)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(Validate(ctx, at, attribute, r.audience)...)
	}
}

// Validate reports what is wrong with the attribute, as far as it is known: syntax,
// unknown and unsafe placeholders, a body too many or too few. It also warns of copies
// that take secrets along.
func Validate(ctx context.Context, at path.Path, attribute types.Object, audience Audience) diag.Diagnostics {
	w, diags := Read(ctx, attribute)
	if w == nil {
		return diags
	}
	switch {
	case !w.BodyHTML.IsNull() && !w.BodyText.IsNull():
		if !w.BodyHTML.IsUnknown() && !w.BodyText.IsUnknown() {
			diags.AddAttributeError(at.AtName("body_text"), summaryCombination, "A mail has one body: remove body_html or body_text.")
			return diags
		}
	case w.BodyHTML.IsNull() && w.BodyText.IsNull():
		diags.AddAttributeError(at, summaryCombination, "A mail needs a body: write body_html or body_text.")
		return diags
	}
	own := ownNames(w)
	for _, fault := range ownFaults(slices.Clone(own)) {
		diags.AddAttributeError(at.AtName("values"), summaryTemplate, fault.Error())
	}
	diags.Append(check(at.AtName("subject"), w.Subject, SubjectLine, audience, own)...)
	diags.Append(check(at.AtName("body_html"), w.BodyHTML, HTML, audience, own)...)
	diags.Append(check(at.AtName("body_text"), w.BodyText, PlainText, audience, own)...)
	if !diags.HasError() {
		diags.Append(warnOfCopies(at, w)...)
	}
	return diags
}

// ownNames lists the author's placeholders; nil while they are not known.
func ownNames(w *Welcome) []string {
	if w.Values.IsUnknown() {
		return nil
	}
	return append([]string{}, slices.Sorted(maps.Keys(w.Values.Elements()))...)
}

func check(at path.Path, text types.String, format Format, audience Audience, own []string) (diags diag.Diagnostics) {
	if text.IsNull() || text.IsUnknown() {
		return nil
	}
	t, err := Parse(text.ValueString())
	if err != nil {
		diags.AddAttributeError(at, summaryTemplate, upperFirst(err.Error())+".")
		return diags
	}
	for _, fault := range audience.Check(t, format, own) {
		diags.AddAttributeError(at, summaryTemplate, upperFirst(full(fault.Error())))
	}
	return diags
}

// warnOfCopies says, in the plan, who else gets the credentials.
func warnOfCopies(at path.Path, w *Welcome) (diags diag.Diagnostics) {
	secret := ""
	for _, name := range builtIn {
		if uses, known := w.Uses(name); known && uses && isSecret(name) {
			secret = name
			break
		}
	}
	if secret == "" {
		return nil
	}
	for name, present := range map[string]bool{
		"cc": len(w.CC.Elements()) > 0, "bcc": len(w.BCC.Elements()) > 0, "save_to_sent_items": w.SaveToSentItems.ValueBool(),
	} {
		if present {
			diags.AddAttributeWarning(at.AtName(name), summaryCopies,
				"The body has "+written(secret)+", so whoever reads the copy of "+name+" can sign in, or accept, in place of the person.")
		}
	}
	return diags
}

// CheckRecipients holds the recipients, to, cc and bcc, against the guard rails of the
// provider: refuse returns why an address may get no mail, or "", and completes "the
// address …"; see person.DomainRules. It needs a configured provider, so it belongs in
// the plan.
func CheckRecipients(at path.Path, w *Welcome, refuse func(address string) string) (diags diag.Diagnostics) {
	if w == nil {
		return nil
	}
	for _, list := range []struct {
		name      string
		addresses types.List
	}{{"to", w.To}, {"cc", w.CC}, {"bcc", w.BCC}} {
		for _, address := range addresses(list.addresses) {
			diags.Append(CheckRecipient(at.AtName(list.name), address, refuse)...)
		}
	}
	return diags
}

// CheckRecipient holds one recipient against the guard rails, such as the one who gets the
// mail where the attribute names none.
func CheckRecipient(at path.Path, address string, refuse func(address string) string) (diags diag.Diagnostics) {
	if reason := refuse(address); reason != "" {
		diags.AddAttributeError(at, summaryRecipient,
			"The address "+diagnostic.Quote(address)+" "+reason+". The rules of the provider block hold for every recipient of a welcome mail.")
	}
	return diags
}

func upperFirst(text string) string {
	if text == "" || !isLetter(text[0]) || text[0] < 'a' {
		return text
	}
	return string(text[0]-'a'+'A') + text[1:]
}

// full ends a sentence.
func full(text string) string {
	if text != "" && text[len(text)-1] != '.' && text[len(text)-1] != '?' {
		return text + "."
	}
	return text
}
