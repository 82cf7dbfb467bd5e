package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// Message is a mail to be sent.
// Source: https://learn.microsoft.com/graph/api/resources/message.
type Message struct {
	// To, CC, BCC and ReplyTo are bare addresses.
	To, CC, BCC, ReplyTo []string
	Subject              string
	// Body is text, or HTML if HTML says so. It may carry secrets, so it is one.
	Body secret.Text
	HTML bool
	// SaveToSentItems keeps a copy in the sender's mailbox.
	SaveToSentItems bool
	// Secrets are those in the body: no error repeats a part of them.
	Secrets []secret.Text
}

// needsSend is the permission to send as any mailbox; Exchange can grant the same for
// single mailboxes, and then no token shows it.
// Source: https://learn.microsoft.com/graph/api/user-sendmail#permissions.
var needsSend = []string{"Mail.Send"}

// SendMail hands a mail to Exchange, from the mailbox of the user with the given object
// id or user principal name. Success means accepted, not delivered.
//
// A mail is sent once: when the answer is lost, the error wraps *Uncertain and the mail
// may be on its way. Graph's own "later", 429 and its own 503, is waited out and the mail
// sent then, because it was not taken; it ends as a plain *Throttled or *Unavailable.
// Source: https://learn.microsoft.com/graph/api/user-sendmail.
func (c *Client) SendMail(ctx context.Context, from string, message Message) error {
	op := operation{doing: "sending a mail from", subject: from, needs: needsSend}
	info, err := users.NewItemSendMailRequestBuilderInternal(c.path("user%2Did", from), c.adapter).
		ToPostRequestInformation(ctx, mailBody(message), nil)
	if err != nil {
		return describe(err, op)
	}
	return conceal(c.call(untaken(apart(secretive(ctx))), op, info, nil), message.Secrets...)
}

func mailBody(message Message) users.ItemSendMailPostRequestBodyable {
	content, kind := message.Body.Reveal(), models.TEXT_BODYTYPE
	if message.HTML {
		kind = models.HTML_BODYTYPE
	}
	body := models.NewItemBody()
	body.SetContent(&content)
	body.SetContentType(&kind)
	mail := models.NewMessage()
	mail.SetOdataType(nil)
	mail.SetSubject(&message.Subject)
	mail.SetBody(body)
	mail.SetToRecipients(mailboxes(message.To))
	mail.SetCcRecipients(mailboxes(message.CC))
	mail.SetBccRecipients(mailboxes(message.BCC))
	mail.SetReplyTo(mailboxes(message.ReplyTo))
	request := users.NewItemSendMailPostRequestBody()
	request.SetMessage(mail)
	request.SetSaveToSentItems(&message.SaveToSentItems)
	return request
}

// mailboxes returns addresses as Graph takes them, nil for none.
func mailboxes(addresses []string) []models.Recipientable {
	var list []models.Recipientable
	for _, address := range addresses {
		mailbox := models.NewEmailAddress()
		mailbox.SetAddress(&address)
		recipient := models.NewRecipient()
		recipient.SetEmailAddress(mailbox)
		list = append(list, recipient)
	}
	return list
}
