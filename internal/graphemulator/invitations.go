package graphemulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

// Values of externalUserState and of an invitation's status.
const (
	statePending    = "PendingAcceptance"
	stateAccepted   = "Accepted"
	statusPending   = "PendingAcceptance"
	statusCompleted = "Completed"
)

// invitation is the body of POST /invitations.
type invitation struct {
	address     string
	redirectURL string
	displayName any // string or nil
	userType    string
	send        bool
	reset       bool
	invitedID   string
	sponsors    []string
	message     properties
}

// createInvitation answers POST /invitations.
// Source: https://learn.microsoft.com/graph/api/invitation-post.
func createInvitation(c *call) (answer, error) {
	if !c.permitted(mayInvite) {
		return answer{}, c.mayNotInvite()
	}
	in, err := c.readInvitation()
	if err != nil {
		return answer{}, err
	}
	if err := c.checkInvitation(in); err != nil {
		return answer{}, err
	}
	guest, status, fresh, err := c.invitedUser(in)
	if err != nil {
		return answer{}, err
	}
	id := newID()
	redeem := redeemURL(c.tenant.id, id)
	c.tenant.links[redeem] = guest.id
	silent := !fresh && !in.reset && (c.emulator.config.Switches.ReinviteSilent || status == statusCompleted || isAccepted(guest))
	if in.send && !silent {
		c.sendInvitation(in, redeem)
	}
	return created(c.invitationAnswer(in, id, redeem, status, guest))
}

func isAccepted(o *object) bool { return text(o.current(), "externalUserState") == stateAccepted }

// mayNotInvite refuses an application without any permission to invite.
func (c *call) mayNotInvite() error {
	if c.emulator.config.Switches.InvitationUnauthorized {
		return fail(http.StatusUnauthorized, "Unauthorized", "Insufficient privileges to perform requested operation by the application.")
	}
	return denied()
}

// invitationRefused is a 400 whose code is not established.
func (c *call) invitationRefused(message string) *failure {
	code := c.emulator.config.Switches.InvitationErrorCode
	if code == "" {
		code = codeBadSyntax
	}
	return fail(http.StatusBadRequest, code, message)
}

// readInvitation reads the body and refuses what is not an invitation.
func (c *call) readInvitation() (invitation, error) {
	body, err := c.object()
	if err != nil {
		return invitation{}, err
	}
	if err := checkContract(contract.EntityInvitation, c.body); err != nil {
		return invitation{}, err
	}
	for _, name := range sortedNames(body) {
		switch name {
		case "invitedUserDisplayName", "invitedUserEmailAddress", "invitedUserMessageInfo", "invitedUserType", "inviteRedirectUrl",
			"resetRedemption", "sendInvitationMessage", "invitedUser", "invitedUserSponsors", "invitedUserSponsors@odata.bind", "@odata.type":
		default:
			return invitation{}, badRequest("Property '%s' is read-only and cannot be set.", name).blaming("ReadOnlyProperty", name)
		}
	}
	user, _ := body["invitedUser"].(map[string]any)
	message, _ := body["invitedUserMessageInfo"].(map[string]any)
	sponsors, err := c.invitedSponsors(body)
	if err != nil {
		return invitation{}, err
	}
	in := invitation{
		address: text(body, "invitedUserEmailAddress"), redirectURL: text(body, "inviteRedirectUrl"),
		displayName: body["invitedUserDisplayName"], userType: text(body, "invitedUserType"),
		send: flag(body, "sendInvitationMessage"), reset: flag(body, "resetRedemption"),
		invitedID: text(user, "id"), sponsors: sponsors, message: message,
	}
	if in.userType == "" {
		in.userType = "Guest"
	}
	return in, nil
}

// invitedSponsors reads the sponsors: bare ids, five at most, all of them there.
func (c *call) invitedSponsors(body properties) ([]string, error) {
	var ids []string
	for _, reference := range texts(body, "invitedUserSponsors@odata.bind") {
		id, err := c.referencedID(reference, "directoryObjects", "users", "groups")
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	list, _ := body["invitedUserSponsors"].([]any)
	for _, element := range list {
		sponsor, _ := element.(map[string]any)
		if len(sponsor) != 1 && !c.emulator.config.Switches.TypedSponsorsAccepted || text(sponsor, "id") == "" {
			return nil, c.invitationRefused("Invalid value specified for property 'invitedUserSponsors' of resource 'Invitation'.")
		}
		ids = append(ids, strings.ToLower(text(sponsor, "id")))
	}
	if len(ids) > maxSponsors {
		return nil, tooManySponsors()
	}
	for _, id := range ids {
		if !c.tenant.directoryObject(id).exists() {
			return nil, notFound(id)
		}
	}
	return slices.Compact(ids), nil
}

// invitationAnswer is the invitation as Graph shows it; it cannot be read again.
func (c *call) invitationAnswer(in invitation, id, redeem, status string, guest *object) map[string]any {
	return map[string]any{
		"@odata.context":          c.context("invitations/$entity"),
		"id":                      id,
		"inviteRedeemUrl":         redeem,
		"invitedUserDisplayName":  in.displayName,
		"invitedUserType":         in.userType,
		"invitedUserEmailAddress": in.address,
		"sendInvitationMessage":   in.send,
		"resetRedemption":         in.reset,
		"inviteRedirectUrl":       in.redirectURL,
		"status":                  status,
		"invitedUserMessageInfo": map[string]any{
			"messageLanguage":       in.message["messageLanguage"],
			"customizedMessageBody": in.message["customizedMessageBody"],
			"ccRecipients":          shownRecipients(in.message),
		},
		"invitedUser": map[string]any{"id": guest.id, "userPrincipalName": text(guest.current(), "userPrincipalName")},
	}
}

// shownRecipients always has one element, with nulls when nobody was named.
func shownRecipients(message properties) []any {
	var shown []any
	for _, address := range recipients(message["ccRecipients"]) {
		shown = append(shown, map[string]any{"emailAddress": map[string]any{"name": nil, "address": address}})
	}
	if len(shown) == 0 {
		shown = []any{map[string]any{"emailAddress": map[string]any{"name": nil, "address": nil}}}
	}
	return shown
}

// recipients lists the addresses of a collection of recipients.
func recipients(value any) []string {
	list, _ := value.([]any)
	var addresses []string
	for _, element := range list {
		recipient, _ := element.(map[string]any)
		mailbox, _ := recipient["emailAddress"].(map[string]any)
		if address := text(mailbox, "address"); address != "" {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// redeemURL is the link the guest opens; user in it is the invitation, not the user.
func redeemURL(tenantID, invitationID string) string {
	inner := "https://invitations.microsoft.com/redeem/?tenant=" + tenantID + "&user=" + invitationID +
		"&ticket=" + url.QueryEscape(newSecret()) + "&ver=2.0"
	return "https://login.microsoftonline.com/redeem?rd=" + url.QueryEscape(inner)
}

// sendInvitation puts the mail into the mailbox. An application has no mail address, so
// its message body is dropped; only the first of the other recipients gets a copy.
func (c *call) sendInvitation(in invitation, redeem string) {
	language := text(in.message, "messageLanguage")
	if language == "" {
		language = "en-US"
	}
	copies := recipients(in.message["ccRecipients"])
	c.emulator.mails = append(c.emulator.mails, Mail{
		TenantID: c.tenant.id, Kind: "invitation", From: invitationSender,
		To: []string{in.address}, CC: append([]string{}, copies[:min(len(copies), 1)]...),
		Subject:     c.tenant.displayName + " invited you to access applications within their organization",
		Body:        "You have been invited to access applications in the " + c.tenant.displayName + " organization. Accept invitation: " + redeem,
		ContentType: "text", Language: language, RedeemURL: redeem, SentAt: c.emulator.Now(),
	})
}
