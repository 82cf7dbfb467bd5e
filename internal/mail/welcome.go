package mail

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Welcome is the attribute welcome_email.
type Welcome struct {
	From            types.String `tfsdk:"from"`
	To              types.List   `tfsdk:"to"`
	CC              types.List   `tfsdk:"cc"`
	BCC             types.List   `tfsdk:"bcc"`
	ReplyTo         types.List   `tfsdk:"reply_to"`
	Subject         types.String `tfsdk:"subject"`
	BodyHTML        types.String `tfsdk:"body_html"`
	BodyText        types.String `tfsdk:"body_text"`
	SaveToSentItems types.Bool   `tfsdk:"save_to_sent_items"`
	Values          types.Map    `tfsdk:"values"`
	Trigger         types.String `tfsdk:"trigger"`
	OnUncertain     types.String `tfsdk:"on_uncertain"`
}

// Values of on_uncertain.
const (
	assumeSent = "assume_sent"
	resend     = "resend"
)

// Read reads the attribute; nil when it is null or unknown.
func Read(ctx context.Context, attribute types.Object) (*Welcome, diag.Diagnostics) {
	if attribute.IsNull() || attribute.IsUnknown() {
		return nil, nil
	}
	var w Welcome
	diags := attribute.As(ctx, &w, basetypes.ObjectAsOptions{})
	if diags.HasError() {
		return nil, diags
	}
	return &w, diags
}

// body returns the template of the body as it is written, and its format. known is false
// while that is not decided.
func (w *Welcome) body() (text string, format Format, known bool) {
	switch {
	case w.BodyHTML.IsUnknown() || w.BodyText.IsUnknown():
		return "", PlainText, false
	case !w.BodyHTML.IsNull():
		return w.BodyHTML.ValueString(), HTML, true
	default:
		return w.BodyText.ValueString(), PlainText, true
	}
}

// Uses reports whether a placeholder stands in subject or body; known is false while the
// body is not known.
func (w *Welcome) Uses(name string) (uses, known bool) {
	text, _, known := w.body()
	if !known {
		return false, false
	}
	for _, part := range []string{w.Subject.ValueString(), text} {
		if t, err := Parse(part); err == nil && t.Uses(name) {
			return true, true
		}
	}
	return false, true
}

// own returns the author's placeholders; known is false while one of them is not known.
func (w *Welcome) own() (own map[string]string, known bool) {
	own = map[string]string{}
	if w.Values.IsUnknown() {
		return own, false
	}
	known = true
	for name, value := range w.Values.Elements() {
		text, ok := value.(types.String)
		known = known && ok && !text.IsUnknown()
		own[name] = text.ValueString()
	}
	return own, known
}

// Letter is a mail ready to be sent.
type Letter struct {
	// From is the object id or user principal name of the sending mailbox.
	From    string
	Message graph.Message
	// Resend allows a second mail where nobody knows of the first.
	Resend bool
}

// errTooLong is a mail that Graph would refuse.
var errTooLong = fmt.Errorf("with its values the body has more than %d bytes, and Microsoft Graph takes requests of 4 MB", maxRendered)

// Compose writes the mail; everything must be known. to is used where the attribute
// names no recipient. The error is a *SyntaxError, a *RenderError or that the mail is too
// long, and tells no secret.
func (w *Welcome) Compose(to string, values Values) (Letter, error) {
	values.Own, _ = w.own()
	subject, err := Parse(w.Subject.ValueString())
	if err != nil {
		return Letter{}, err
	}
	text, format, _ := w.body()
	body, err := Parse(text)
	if err != nil {
		return Letter{}, err
	}
	letter := Letter{From: w.From.ValueString(), Resend: w.OnUncertain.ValueString() == resend}
	message := graph.Message{
		To: addresses(w.To), CC: addresses(w.CC), BCC: addresses(w.BCC), ReplyTo: addresses(w.ReplyTo),
		HTML: format == HTML, SaveToSentItems: w.SaveToSentItems.ValueBool(), Secrets: values.secrets(body),
	}
	if w.To.IsNull() {
		message.To = []string{to}
	}
	if message.Subject, err = subject.Subject(values); err != nil {
		return Letter{}, err
	}
	render := body.Text
	if message.HTML {
		render = body.HTML
	}
	if message.Body, err = render(values); err != nil {
		return Letter{}, err
	}
	if len(message.Body.Reveal()) > maxRendered {
		return Letter{}, errTooLong
	}
	letter.Message = message
	return letter, nil
}

// addresses lists what is known of a list of addresses.
func addresses(list types.List) []string {
	var known []string
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && !text.IsNull() && !text.IsUnknown() {
			known = append(known, text.ValueString())
		}
	}
	return known
}
