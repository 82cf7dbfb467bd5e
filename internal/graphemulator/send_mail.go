package graphemulator

import (
	"net/http"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

// sendMail answers POST /users/{id}/sendMail: 202 means accepted, not delivered.
// Source: https://learn.microsoft.com/graph/api/user-sendmail.
func sendMail(c *call) (answer, error) {
	body, err := c.object()
	if err != nil {
		return answer{}, err
	}
	for _, name := range sortedNames(body) {
		if name != "message" && name != "saveToSentItems" {
			return answer{}, badSyntax("The parameter '%s' in the request payload is not a valid parameter for the operation 'sendMail'.", name)
		}
	}
	if save, given := body["saveToSentItems"]; given {
		if _, isFlag := save.(bool); !isFlag {
			return answer{}, badSyntax("Cannot convert the value of property 'saveToSentItems' to the expected type 'Edm.Boolean'.")
		}
	}
	message, isObject := body["message"].(map[string]any)
	if !isObject {
		return answer{}, badSyntax("The parameter 'message' is missing in the request payload.")
	}
	content, _ := message["body"].(map[string]any)
	contentType := strings.ToLower(text(content, "contentType"))
	if contentType != "" {
		// Members of enumerations are read without regard to case: "HTML" is common.
		content["contentType"] = contentType
	} else {
		contentType = "text"
	}
	if err := checkContract(contract.EntityMessage, mustMarshal(message)); err != nil {
		return answer{}, err
	}
	_, p, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	if isGuest(p) || text(p, "mail") == "" {
		return answer{}, fail(http.StatusNotFound, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
	}
	to, copies := recipients(message["toRecipients"]), append(recipients(message["ccRecipients"]), recipients(message["bccRecipients"])...)
	if len(to)+len(copies) == 0 {
		return answer{}, fail(http.StatusBadRequest, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
	}
	for _, address := range append(to, copies...) {
		if !isAddress(address) {
			return answer{}, fail(http.StatusBadRequest, "ErrorInvalidRecipients", "At least one recipient isn't valid., Recipient '"+address+"' isn't resolved.")
		}
	}
	c.emulator.mails = append(c.emulator.mails, Mail{
		TenantID: c.tenant.id, Kind: "message", From: text(p, "mail"), To: to, CC: append([]string{}, copies...),
		Subject: text(message, "subject"), Body: text(content, "content"), ContentType: contentType, SentAt: c.emulator.Now(),
	})
	return answer{status: http.StatusAccepted}, nil
}
