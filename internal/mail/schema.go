package mail

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const (
	// maxList bounds a list of recipients; Exchange takes 500 in all.
	maxList = 50
	// maxBody is in bytes; Graph takes requests of 4 MB, and the body is in the state.
	maxBody = 1 << 20
	// maxRendered is in bytes, of a body with its values: JSON doubles it at most.
	maxRendered = 3 << 19
	// maxTrigger is in characters.
	maxTrigger = 1024
)

// Attribute is the schema of welcome_email for an audience.
func Attribute(audience Audience) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Mail of your own, sent by Microsoft Graph (`POST /users/{from}/sendMail`) as the last step of creating the person, and again when `trigger` changes; never because this block was added or edited, and never to people who were imported, adopted or restored. " + audience.before +
			"Subject and body are templates with " + placeholderList(audience) + " and the names in `values`; a literal pair of opening braces is written `" + escaped + "`. A mail in which one of the former would be empty is refused. " +
			"Needs Exchange RBAC for Applications for the mailbox, or the application permission `Mail.Send`, which is for every mailbox.",
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"from": schema.StringAttribute{
				MarkdownDescription: "Mailbox that sends, by object id or user principal name; a shared mailbox will do. Write it the same way everywhere: mails queue by this text, four at a time and 30 a minute, and under two names Exchange asks them to wait instead.",
				Required:            true,
				Validators:          []validator.String{rule{"an object id or a user principal name", senderFault}},
			},
			"to":       recipients("Addresses that receive the mail. Default: "+audience.recipient+". Graph: `toRecipients`.", true),
			"cc":       recipients("Addresses that receive a copy, and with it whatever the mail says. Default: none. Graph: `ccRecipients`.", false),
			"bcc":      recipients("Addresses that receive a copy unseen by the others, and with it whatever the mail says. Default: none. Graph: `bccRecipients`.", false),
			"reply_to": recipients("Addresses that answers go to. Default: the sending mailbox. Graph: `replyTo`.", false),
			"subject": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Template of the subject: one line, cut after %d characters; no secrets. Graph: `subject`.", maxSubject),
				Required:            true,
				Validators:          []validator.String{person.PlainText(1, maxSubject)},
			},
			"body_html": schema.StringAttribute{
				MarkdownDescription: "Template of the body as HTML, 1 MiB at most; values are escaped for the place where they stand. Exactly one of `body_html` and `body_text`. Graph: `body`.",
				Optional:            true,
				Validators:          []validator.String{rule{"a text of 1 MiB at most", bodyFault}},
			},
			"body_text": schema.StringAttribute{
				MarkdownDescription: "Template of the body as plain text, 1 MiB at most. Exactly one of `body_html` and `body_text`. Graph: `body`.",
				Optional:            true,
				Validators:          []validator.String{rule{"a text of 1 MiB at most", bodyFault}},
			},
			"save_to_sent_items": schema.BoolAttribute{
				MarkdownDescription: "Whether the sending mailbox keeps a copy, and with it whatever the mail says. Default: `false`. Graph: `saveToSentItems`.",
				Optional:            true,
			},
			"values": schema.MapAttribute{
				MarkdownDescription: "Placeholders of your own: name (lower-case letters, digits, underscores) to text. They are in the state, so they are no place for secrets. Default: none.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"trigger": schema.StringAttribute{
				MarkdownDescription: "Any text; changing it sends the mail again, with new credentials where it carries some. An adoption, the first apply after an import, and the apply that adds this block only record it.",
				Optional:            true,
				Validators:          []validator.String{person.PlainText(1, maxTrigger)},
			},
			"on_uncertain": schema.StringAttribute{
				MarkdownDescription: "What to do when the answer of Graph is lost and nobody knows whether the mail was sent: `assume_sent` warns, `resend` sends once more, so that the person may get two. Default: `assume_sent`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(assumeSent, resend)},
			},
		},
	}
}

// StatusAttribute is the schema of welcome_email_status.
func StatusAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "What became of the last welcome mail: `none` was due, `pending` is still to be sent, `accepted` by Exchange (which is not delivered yet), or `failed`. A plan that shows `(known after apply)` sends a mail; one that shows a value, or nothing, sends none.",
		Computed:            true,
	}
}

// NullAttribute is a welcome_email that is not configured.
func NullAttribute() types.Object { return types.ObjectNull(attributeTypes()) }

func attributeTypes() map[string]attr.Type {
	kinds := map[string]attr.Type{}
	for name, attribute := range Attribute(Guests).Attributes {
		kinds[name] = attribute.GetType()
	}
	return kinds
}

func recipients(description string, needed bool) schema.ListAttribute {
	least := 0
	if needed {
		least = 1
	}
	return schema.ListAttribute{
		MarkdownDescription: description,
		ElementType:         types.StringType,
		Optional:            true,
		Validators: []validator.List{
			listvalidator.SizeBetween(least, maxList),
			listvalidator.ValueStringsAre(rule{"an e-mail address", addressFault}),
		},
	}
}

func placeholderList(audience Audience) string {
	names := audience.Placeholders()
	for i, name := range names {
		names[i] = "`" + written(name) + "`"
	}
	return strings.Join(names, ", ")
}
