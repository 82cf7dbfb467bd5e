package graphemulator

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// invitedUser finds or makes the user of an invitation.
func (c *call) invitedUser(in invitation) (guest *object, status string, fresh bool, err error) {
	switch {
	case in.reset:
		guest, err = c.resetRedemption(in)
		return guest, statusPending, false, err
	case in.invitedID != "":
		guest, err = c.convertInternal(in)
		return guest, statusPending, false, err
	}
	guest, err = c.tenant.holderOf(in.address)
	if err != nil {
		return nil, "", false, err
	}
	if guest != nil {
		status, err = c.reinvite(guest, in.address)
		return guest, status, false, err
	}
	if c.emulator.config.Switches.SoftDeletedBlocksInvite && c.tenant.deletedHolder(in.address) {
		return nil, "", false, c.invitationRefused("The invited user already exists in the deleted users of the directory.")
	}
	return c.newGuest(in), statusPending, true, nil
}

// holderOf finds the user who holds an address, also by another address of the same
// external account. A group that holds it is a conflict.
func (t *tenant) holderOf(address string) (*object, error) {
	for _, candidate := range t.aliases(address) {
		for _, id := range t.addresses.holders(candidate) {
			if t.groups.byID[id].exists() {
				return nil, conflict("proxyAddresses")
			}
			if o := t.users.byID[id]; o.exists() {
				return o, nil
			}
		}
	}
	// Whoever has the principal name of the address is the same person, whatever
	// happened to his addresses.
	if o := t.user(externalName(address) + "@" + t.initialDomain); o.exists() {
		return o, nil
	}
	return nil, nil //nolint:nilnil // nobody holds it
}

// aliases lists an address and the other addresses of the same external account.
func (t *tenant) aliases(address string) []string {
	for _, account := range t.accounts {
		if containsFold(account, address) {
			return append([]string{address}, account...)
		}
	}
	return []string{address}
}

func (t *tenant) deletedHolder(address string) bool {
	return slices.ContainsFunc(t.deleted.order, func(o *object) bool {
		return o.exists() && slices.Contains(addressesOf(o.current()), strings.ToLower(address))
	})
}

// reinvite answers the invitation of somebody who is there already.
func (c *call) reinvite(o *object, address string) (status string, err error) {
	p := o.current()
	if !flag(p, "accountEnabled") {
		return "", fail(http.StatusPreconditionFailed, codeBadSyntax, fmt.Sprintf(
			"The invited user already exists in the directory as object ID: %s, but the account is blocked from signing in. "+
				"If the account is unblocked, they can use that account to sign in to shared apps and resources.", o.id))
	}
	if text(p, "creationType") == "Invitation" && p["externalUserState"] == nil {
		return "", fail(http.StatusPreconditionFailed, codeBadSyntax, "UserState is neither accepted nor pending")
	}
	if !isGuest(p) {
		return "", c.invitationRefused(fmt.Sprintf("The invited user already exists in the directory as object ID: %s. "+
			"They can use that account to sign in to shared apps and resources.", o.id))
	}
	if !slices.Contains(addressesOf(p), strings.ToLower(address)) && p["mail"] != nil {
		changed := maps.Clone(p)
		changed["proxyAddresses"] = append(anySlice(texts(p, "proxyAddresses")), "smtp:"+address)
		c.tenant.change(c.tenant.users, o, changed, false)
	}
	if c.emulator.config.Switches.ReinviteCompleted && text(p, "externalUserState") == stateAccepted {
		return statusCompleted, nil
	}
	return statusPending, nil
}

// resetRedemption lets a guest accept again, with an address that is his already.
// Source: https://learn.microsoft.com/entra/external-id/reset-redemption-status.
func (c *call) resetRedemption(in invitation) (*object, error) {
	if in.invitedID == "" {
		return nil, c.invitationRefused("The id of the invited user is required to reset the redemption status.")
	}
	o := c.tenant.users.byID[strings.ToLower(in.invitedID)]
	p := c.view(o)
	if p == nil {
		return nil, notFound(in.invitedID)
	}
	if c.tenant.roleHolders[o.id] {
		return nil, denied()
	}
	p = o.current()
	if p["externalUserState"] == nil {
		return nil, c.invitationRefused("The redemption status can be reset for external users only.")
	}
	if !strings.EqualFold(text(p, "mail"), in.address) && !containsFold(texts(p, "otherMails"), in.address) {
		return nil, c.invitationRefused("The invited user email address must be one of the addresses in mail or otherMails of the user.")
	}
	if !flag(p, "accountEnabled") {
		_, err := c.reinvite(o, in.address)
		return nil, err
	}
	return c.rearm(o, in), nil
}

// convertInternal makes a user of this directory one who signs in elsewhere. Object id,
// principal name and memberships stay.
// Source: https://learn.microsoft.com/entra/external-id/invite-internal-users.
func (c *call) convertInternal(in invitation) (*object, error) {
	o := c.tenant.users.byID[strings.ToLower(in.invitedID)]
	if c.view(o) == nil {
		return nil, notFound(in.invitedID)
	}
	if isGuest(o.current()) {
		return nil, c.invitationRefused(fmt.Sprintf("The invited user already exists in the directory as object ID: %s.", o.id))
	}
	if c.tenant.addresses.heldByOther(in.address, o.id) {
		return nil, conflict("proxyAddresses")
	}
	return c.rearm(o, in), nil
}

// rearm makes a user wait for acceptance.
func (c *call) rearm(o *object, in invitation) *object {
	p := cloneOf(o)
	p["externalUserState"] = statePending
	p["externalUserStateChangeDateTime"] = graphTime(c.emulator.Now())
	p["identities"] = []any{hostIdentity(c.tenant.initialDomain, text(p, "userPrincipalName"))}
	if p["mail"] == nil {
		p["mail"] = in.address
		p["proxyAddresses"] = withPrimary(texts(p, "proxyAddresses"), in.address)
	}
	if !strings.EqualFold(text(p, "mail"), in.address) && !containsFold(texts(p, "otherMails"), in.address) {
		p["otherMails"] = append(anySlice(texts(p, "otherMails")), in.address)
	}
	c.tenant.change(c.tenant.users, o, p, false)
	return o
}

// externalName is the part of a guest's principal name before the domain.
func externalName(address string) string {
	return strings.ReplaceAll(address, "@", "_") + "#EXT#"
}

// newGuest creates the user of an invitation.
func (c *call) newGuest(in invitation) *object {
	t := c.tenant
	now := graphTime(c.emulator.Now())
	nickname := externalName(in.address)
	upn := nickname + "@" + t.initialDomain
	name, _ := in.displayName.(string)
	if name == "" {
		name, _, _ = strings.Cut(in.address, "@")
	}
	p := properties{
		"id": newID(), "userPrincipalName": upn, "mailNickname": nickname, "displayName": name,
		"userType": in.userType, "creationType": "Invitation", "accountEnabled": true,
		"externalUserState": statePending, "externalUserStateChangeDateTime": now,
		"createdDateTime": now, "signInSessionsValidFromDateTime": now,
		"identities":     []any{hostIdentity(t.initialDomain, upn)},
		"mail":           in.address,
		"proxyAddresses": []any{"SMTP:" + in.address},
		"otherMails":     []any{in.address},
		"businessPhones": []any{},
	}
	if t.contacts[strings.ToLower(in.address)] {
		// The contact keeps the address.
		p["mail"], p["proxyAddresses"] = nil, []any{}
	}
	if c.emulator.config.Switches.OtherMailsEmpty {
		p["otherMails"] = []any{}
	}
	o := t.insert(t.users, kindUser, p, false)
	for _, id := range in.sponsors {
		relationOf(t.sponsors, o.id).add(id, time.Now())
	}
	if len(in.sponsors) == 0 && c.emulator.config.Switches.InviterBecomesSponsor {
		relationOf(t.sponsors, o.id).add(c.grant.principalID, time.Now())
	}
	return o
}

// Redeem lets the guest with an address accept the invitation. Accepting twice is no
// error.
func (e *Emulator) Redeem(tenantID, email string) error {
	return e.with(tenantID, func(t *tenant) error {
		o, err := t.holderOf(email)
		if err != nil || o == nil || !isGuest(o.current()) {
			return fmt.Errorf("no guest of tenant %s has the address %q", tenantID, email)
		}
		return t.accept(o, e.Now())
	})
}

// RedeemLink opens a redeem link, as the guest does who has got it by mail.
func (e *Emulator) RedeemLink(tenantID, link string) error {
	return e.with(tenantID, func(t *tenant) error {
		o := t.users.byID[t.links[link]]
		if !o.exists() {
			return errors.New("the link belongs to no guest of the tenant")
		}
		return t.accept(o, e.Now())
	})
}

// accept lets a guest accept the invitation.
func (t *tenant) accept(o *object, now time.Time) error {
	p := cloneOf(o)
	if !flag(p, "accountEnabled") {
		return fmt.Errorf("the account of %q is blocked from signing in", text(p, "userPrincipalName"))
	}
	if text(p, "externalUserState") == stateAccepted {
		return nil
	}
	p["externalUserState"] = stateAccepted
	p["externalUserStateChangeDateTime"] = graphTime(now)
	p["identities"] = []any{
		map[string]any{"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": nil},
		hostIdentity(t.initialDomain, text(p, "userPrincipalName")),
	}
	t.change(t.users, o, p, true)
	return nil
}
