package graphemulator

import (
	"fmt"
	"time"
)

// Config says how an Emulator behaves. The zero value is a fast, consistent,
// unthrottled service with DefaultSeed.
type Config struct {
	// Listen is the TCP address to serve on; "127.0.0.1:0" when empty.
	Listen string
	// Seed is what the directory holds at the start; DefaultSeed when it has no tenants.
	Seed Seed
	// Latency is added to every Graph answer: once per request on the wire, so the
	// requests of one batch share it.
	Latency time.Duration
	// ReplicationLag is how long a fresh or changed object is not seen by every replica.
	// It passes in real time, whatever the movable clock says.
	ReplicationLag time.Duration
	// LagHits says which requests meet a replica that lags.
	LagHits LagHits
	// Throttle selects the published limits of a tenant size.
	Throttle Throttle
	// Switches are the positions of facts about Graph that are not established.
	Switches Switches
	// Now is the base clock; time.Now when nil.
	Now func() time.Time
}

// LagHits says which requests for a fresh or changed object meet a lagging replica.
type LagHits int

const (
	// LagSome sends one of every four requests for an object to a replica that lags,
	// counted per object; the position among the four differs from object to object.
	LagSome LagHits = iota
	// LagAll sends every request to a replica that lags until the lag is over.
	LagAll
)

// Throttle selects the limits Graph publishes for identity and access.
// Source: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits.
type Throttle int

const (
	// ThrottleOff answers everything.
	ThrottleOff Throttle = iota
	// ThrottleSmall is a tenant below 50 users: 3,500 resource units per 10 seconds.
	ThrottleSmall
	// ThrottleMedium is a tenant of 50 to 500 users: 5,000 resource units per 10 seconds.
	ThrottleMedium
	// ThrottleLarge is a tenant above 500 users: 8,000 resource units per 10 seconds.
	ThrottleLarge
)

// ParseThrottle reads off, small, medium or large.
func ParseThrottle(text string) (Throttle, error) {
	for i, name := range []string{"off", "small", "medium", "large"} {
		if text == name {
			return Throttle(i), nil
		}
	}
	return ThrottleOff, fmt.Errorf("throttle is off, small, medium or large, not %q", text)
}

// Switches are the positions of facts that are not established about the real service.
// The zero value is the documented or the stricter position.
type Switches struct {
	// ReinviteCompleted answers the invitation of a guest who accepted long ago with
	// status Completed instead of PendingAcceptance.
	ReinviteCompleted bool
	// ReinviteSilent sends no mail when a guest is invited a second time.
	ReinviteSilent bool
	// SoftDeletedBlocksInvite refuses to invite an address that a deleted guest held,
	// instead of creating a new user.
	SoftDeletedBlocksInvite bool
	// InviterBecomesSponsor stamps the inviting service principal as sponsor when the
	// invitation names none.
	InviterBecomesSponsor bool
	// TypedSponsorsAccepted accepts invitedUserSponsors with @odata.type or more than an id.
	TypedSponsorsAccepted bool
	// OtherMailsEmpty leaves otherMails of a fresh guest empty instead of holding the
	// invited address.
	OtherMailsEmpty bool
	// MemberInviteAllowed lets an application that holds only User.Invite.All invite with
	// invitedUserType Member.
	MemberInviteAllowed bool
	// ApostropheRefused refuses an apostrophe in an invited address.
	ApostropheRefused bool
	// InvitationUnauthorized answers 401 instead of 403 to an application without any
	// permission to invite.
	InvitationUnauthorized bool
	// InvitationErrorCode is the error code of refused invitations; "BadRequest" when empty.
	InvitationErrorCode string
	// RevokeNoContent answers revokeSignInSessions with 204 instead of 200 and true.
	RevokeNoContent bool
	// DynamicGroupBadRequest answers a change of a dynamic group's members with 400
	// instead of 403.
	DynamicGroupBadRequest bool
	// ExtensionAttributesOnCreate accepts onPremisesExtensionAttributes in POST /users.
	ExtensionAttributesOnCreate bool
	// HireDateRefused refuses employeeHireDate, which the documentation says cannot be
	// updated by an application, and which live clients have updated.
	HireDateRefused bool
	// PasswordErrorTarget names passwordProfile in the details of the answer to a password
	// that is too simple. The answers that were seen have code and message alone.
	PasswordErrorTarget bool
	// EmptyPages puts an empty page, with a link to the next one, before every page of a list.
	EmptyPages bool
	// ManyExpands accepts more than one relation in $expand.
	ManyExpands bool
	// PhotoCoolDown is how long after the creation of an account, on the emulator's
	// clock, its photo cannot be set; field tools report five minutes and more.
	PhotoCoolDown time.Duration
	// PhotoETagOfContent makes the media etag a hash of the picture, so that the same
	// picture set again keeps it, instead of a new one with each write.
	PhotoETagOfContent bool
}
