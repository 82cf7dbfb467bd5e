package graphemulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// forbiddenInAddress are the characters that an invited address cannot have.
// Source: https://learn.microsoft.com/graph/api/resources/invitation#properties.
const forbiddenInAddress = "~!#$%^&*()+=[]{}\\/|;:\"<>?,"

// checkInvitation refuses addresses, redirects and inviters that Graph refuses.
func (c *call) checkInvitation(in invitation) error {
	switch {
	case in.address == "":
		return badRequest("A value is required for property 'invitedUserEmailAddress' of resource 'Invitation'.").blaming("MissingValue", "invitedUserEmailAddress")
	case in.redirectURL == "":
		return badRequest("A value is required for property 'inviteRedirectUrl' of resource 'Invitation'.").blaming("MissingValue", "inviteRedirectUrl")
	case !isWebURL(in.redirectURL):
		return c.invitationRefused("Invalid value specified for property 'inviteRedirectUrl' of resource 'Invitation'.")
	case in.userType != "Guest" && in.userType != "Member":
		return c.invitationRefused("Invalid value specified for property 'invitedUserType' of resource 'Invitation'.")
	}
	if name, ok := in.displayName.(string); ok && (name == "" || len([]rune(name)) > 256) {
		return c.invitationRefused("Invalid value specified for property 'invitedUserDisplayName' of resource 'Invitation'.")
	}
	if err := c.checkInviter(in); err != nil {
		return err
	}
	return c.checkAddress(in.address)
}

func isWebURL(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http") && parsed.Host != ""
}

// checkInviter applies the tenant's policy and the permissions of special invitations.
func (c *call) checkInviter(in invitation) error {
	everyone := c.can("User.Invite.All")
	switch c.tenant.policy.allowFrom {
	case "none":
		return guestsNotAllowed()
	case "adminsAndGuestInviters":
		if !everyone {
			return guestsNotAllowed()
		}
	}
	writes := c.permitted(mayWriteUsers)
	if in.userType == "Member" && !writes && !c.emulator.config.Switches.MemberInviteAllowed {
		return denied()
	}
	if in.reset && !c.can("User.ReadWrite.All") || in.invitedID != "" && !writes {
		return denied()
	}
	return nil
}

func guestsNotAllowed() *failure {
	return fail(http.StatusForbidden, codeDenied,
		"Guest invitations not allowed for your company. Contact your company administrator for more details.")
}

// checkAddress refuses what cannot be an external address.
func (c *call) checkAddress(address string) error {
	local, domain, _ := strings.Cut(address, "@")
	switch {
	case strings.ContainsRune(address, '+'):
		return c.invitationRefused("The Primary SMTP Address is an invalid value.")
	case strings.ContainsAny(address, forbiddenInAddress),
		strings.ContainsRune(address, '\'') && c.emulator.config.Switches.ApostropheRefused,
		!isAddress(address), !strings.Contains(domain, "."),
		strings.HasPrefix(local, "."), strings.HasPrefix(local, "-"), strings.HasSuffix(local, "."), strings.HasSuffix(local, "-"):
		return c.invitationRefused("The invited user email address is not valid.")
	}
	domain = strings.ToLower(domain)
	policy := c.tenant.policy
	switch {
	case domain == c.tenant.initialDomain:
		return c.invitationRefused("Invitee is in inviter tenant")
	case slices.Contains(c.tenant.verifiedDomains, domain):
		return c.invitationRefused("This user cannot be invited because the domain of the user's email address is a verified domain of this directory.")
	case containsFold(policy.blockedDomains, domain),
		len(policy.allowedDomains) > 0 && !containsFold(policy.allowedDomains, domain):
		return c.invitationRefused("The invitation cannot be sent because the domain of the invited user is not allowed by the collaboration restrictions of this directory.")
	}
	return nil
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(element string) bool { return strings.EqualFold(element, text) })
}
