package report

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Redemption states, as Graph names them; "" is a person Graph records none for.
const (
	statePending  = "PendingAcceptance"
	stateAccepted = "Accepted"
)

// Person is one person in a report. The texts come from foreign tenants and are hostile;
// a zero time is one that is not known, or never.
type Person struct {
	ObjectID string
	// Name and Address are the display name and the e-mail address.
	Name, Address string
	// Domain is what stands behind the @, in lower case.
	Domain   string
	Company  string
	UserType string
	// State is Graph's externalUserState.
	State   string
	Enabled bool
	// CreatedAt is when the person was invited or the account was made, and
	// StateChangedAt when State became what it is.
	CreatedAt, StateChangedAt time.Time
	Sponsored                 bool
	LastSignIn                time.Time
	// ExpiresAt is the date the configuration hands in.
	ExpiresAt time.Time
}

// pendingSince is when the invitation went out that is not accepted yet: a new one after
// a reset counts from then.
func (p Person) pendingSince() time.Time {
	if p.StateChangedAt.IsZero() {
		return p.CreatedAt
	}
	return p.StateChangedAt
}

// sortPeople puts people in the order of their names, and those of one name in the order
// of their object ids.
func sortPeople(people []Person) {
	keys := make(map[string]string, len(people))
	for _, p := range people {
		keys[p.ObjectID] = strings.ToLower(cmp.Or(p.Name, p.Address))
	}
	slices.SortFunc(people, func(a, b Person) int {
		return cmp.Or(cmp.Compare(keys[a.ObjectID], keys[b.ObjectID]), cmp.Compare(a.ObjectID, b.ObjectID))
	})
}

// Finding is something about a person that a report counts and a reader filters by.
type Finding uint16

// What is found about people.
const (
	// Pending has not accepted the invitation yet, and PendingLonger not for too long.
	Pending Finding = 1 << iota
	PendingLonger
	Disabled
	WithoutSponsor
	// NeverSignedIn could have signed in, and Inactive has, but not lately.
	NeverSignedIn
	Inactive
	// Expiring ends soon, and Expired should have ended.
	Expiring
	Expired
)

// Rules say what a report looks for.
type Rules struct {
	// AsOf is the day that ages are measured at: midnight, UTC.
	AsOf time.Time
	// The limits are days.
	PendingDays, InactiveDays, ExpiringDays int
	// SignIns says that it is known when people signed in, Dates that expiry dates were
	// handed in.
	SignIns, Dates bool
}

// Findings returns what is to be said about a person.
func (r Rules) Findings(p Person) Finding {
	var found Finding
	note := func(one Finding, holds bool) {
		if holds {
			found |= one
		}
	}
	pending := p.State == statePending
	note(Pending, pending)
	note(PendingLonger, pending && r.daysSince(p.pendingSince()) > r.PendingDays)
	note(Disabled, !p.Enabled)
	note(WithoutSponsor, !p.Sponsored)
	note(NeverSignedIn, r.SignIns && !pending && p.LastSignIn.IsZero())
	note(Inactive, r.SignIns && r.daysSince(p.LastSignIn) > r.InactiveDays)
	if !p.ExpiresAt.IsZero() {
		rest := -r.daysSince(p.ExpiresAt)
		note(Expired, rest < 0)
		note(Expiring, rest >= 0 && rest <= r.ExpiringDays)
	}
	return found
}

// daysSince is how many days before AsOf a moment was, by the calendar of UTC: below
// zero for a day to come, and 0 for a time that is not known.
func (r Rules) daysSince(moment time.Time) int {
	if moment.IsZero() {
		return 0
	}
	return int(r.AsOf.Sub(day(moment)) / (24 * time.Hour))
}

// day is the midnight a day begins with.
func day(moment time.Time) time.Time {
	year, month, date := moment.UTC().Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}
