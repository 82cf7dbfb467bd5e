package graphemulator

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

// Limits of a message.
const (
	// maxMessage is in bytes, of the request that carries it.
	// Source: https://learn.microsoft.com/graph/outlook-large-attachments.
	maxMessage    = 4 << 20
	maxSubject    = 255
	maxRecipients = 500
)

// sendMail answers POST /users/{id}/sendMail: 202 means accepted, not delivered.
// Source: https://learn.microsoft.com/graph/api/user-sendmail.
func sendMail(c *call) (answer, error) {
	if !c.maySendAs(c.parameters["user"]) {
		return answer{}, fail(http.StatusForbidden, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
	}
	if len(c.body) > maxMessage {
		return answer{}, fail(http.StatusRequestEntityTooLarge, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
	}
	message, save, err := c.message()
	if err != nil {
		return answer{}, err
	}
	o, from, err := c.mailbox()
	if err != nil {
		return answer{}, err
	}
	if err := checkMessage(message); err != nil {
		return answer{}, err
	}
	if c.mailboxOpen > mailboxConcurrency {
		return answer{}, tooManyAtOnce()
	}
	now := c.emulator.Now()
	if err := c.emulator.mailboxes.accept(c.tenant.id+"/"+o.id, now); err != nil {
		return answer{}, err
	}
	content, _ := message["body"].(map[string]any)
	contentType := text(content, "contentType")
	if contentType == "" {
		contentType = "text"
	}
	c.emulator.mails = append(c.emulator.mails, Mail{
		TenantID: c.tenant.id, Kind: "message", From: from, To: recipients(message["toRecipients"]),
		CC: append([]string{}, recipients(message["ccRecipients"])...), BCC: recipients(message["bccRecipients"]),
		ReplyTo: recipients(message["replyTo"]), Subject: text(message, "subject"), Body: text(content, "content"),
		ContentType: contentType, Saved: save, SentAt: now,
	})
	return answer{status: http.StatusAccepted}, nil
}

// message reads the body: the message in its contract's form, and whether it is kept in
// the sent items, which is Graph's default.
func (c *call) message() (message properties, save bool, err error) {
	given, err := c.object()
	if err != nil {
		return nil, false, err
	}
	body := properties{}
	for _, name := range sortedNames(given) {
		// The names of parameters are read without regard to case: the API description
		// has them with a capital, the documentation without.
		switch strings.ToLower(name) {
		case "message":
			body["message"] = given[name]
		case "savetosentitems":
			body["saveToSentItems"] = given[name]
		default:
			return nil, false, badSyntax("The parameter '%s' in the request payload is not a valid parameter for the operation 'sendMail'.", name)
		}
	}
	save = true
	if value, given := body["saveToSentItems"]; given {
		flag, isFlag := value.(bool)
		if !isFlag {
			return nil, false, wrongKind("saveToSentItems", "Edm.Boolean")
		}
		save = flag
	}
	message, isObject := body["message"].(map[string]any)
	if !isObject {
		return nil, false, badSyntax("The parameter 'message' is missing in the request payload.")
	}
	if content, _ := message["body"].(map[string]any); text(content, "contentType") != "" {
		// Members of enumerations are read without regard to case: "HTML" is common.
		content["contentType"] = strings.ToLower(text(content, "contentType"))
	}
	return message, save, checkContract(contract.EntityMessage, mustMarshal(message))
}

// mailbox finds the mailbox the path names, and its address. Accounts of guests have none.
func (c *call) mailbox() (o *object, address string, err error) {
	name := c.parameters["user"]
	o = c.tenant.user(name)
	p := c.view(o)
	switch {
	case p == nil:
		return nil, "", fail(http.StatusNotFound, "ErrorInvalidUser", "The requested user '"+name+"' is invalid.")
	case isGuest(p), text(p, "mail") == "":
		return nil, "", fail(http.StatusNotFound, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
	default:
		return o, text(p, "mail"), nil
	}
}

// checkMessage refuses what could not be delivered.
func checkMessage(message properties) error {
	subject := text(message, "subject")
	if strings.ContainsFunc(subject, unicode.IsControl) || len(utf16.Encode([]rune(subject))) > maxSubject {
		return fail(http.StatusBadRequest, "ErrorPropertyValidationFailure", "At least one property failed validation., Property 'Subject'.")
	}
	var all []string
	for _, name := range []string{"toRecipients", "ccRecipients", "bccRecipients"} {
		all = append(all, recipients(message[name])...)
	}
	if len(all) == 0 || len(all) > maxRecipients {
		return fail(http.StatusBadRequest, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
	}
	for _, address := range append(all, recipients(message["replyTo"])...) {
		if !isAddress(address) {
			return fail(http.StatusBadRequest, "ErrorInvalidRecipients", "At least one recipient isn't valid., Recipient '"+address+"' isn't resolved.")
		}
	}
	return nil
}
