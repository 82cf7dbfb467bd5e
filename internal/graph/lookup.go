package graph

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// maxSought is how many addresses are looked up together: their filters then fit in
// one batch.
const maxSought = 20

// Match is who in the directory holds an e-mail address.
type Match struct {
	// Users have it in mail, in a proxy address of either prefix, or are the guest whose
	// user principal name was made from it.
	Users []User
	// OtherMails are the users that have it in other mails only, where anyone may have
	// written it.
	OtherMails []User
	// Deleted are deleted users with it in mail or in their former user principal name,
	// those deleted last first.
	Deleted []User
	// Contacts and Groups have it in mail or a proxy address.
	Contacts, Groups []Holder
	// Unread names the least permissions for what was not looked at, because the
	// signed-in identity may not read it.
	Unread []string
}

// Holder is an object other than a user that holds an address.
type Holder struct{ ID, DisplayName, Mail string }

// LookUp finds out who in the directory holds an address, in any spelling of case.
// initialDomain is the tenant's initial onmicrosoft.com domain; "" leaves the user
// principal names of guests out. Replicas may not list a fresh object yet.
//
// Concurrent calls share requests. A failure to read users is an error, of this
// package's types; what else the identity may not read is named in Unread.
func (c *Client) LookUp(ctx context.Context, address, initialDomain string) (Match, error) {
	wanted := sought{address: address}
	if initialDomain != "" {
		wanted.guestName = GuestUserPrincipalName(address, initialDomain)
	}
	found, err := c.lookups.gatherer.do(ctx, wanted)
	if err != nil {
		return Match{}, describe(err, lookingFor(wanted, needsRead[0]))
	}
	return found.value, found.err
}

// GuestUserPrincipalName returns the user principal name that Entra makes for a guest
// from the invited address and the tenant's initial domain, keeping the case.
// Source: https://learn.microsoft.com/entra/external-id/user-properties.
func GuestUserPrincipalName(email, initialDomain string) string {
	return strings.ReplaceAll(email, "@", "_") + "#EXT#@" + initialDomain
}

// sought is an address somebody looks for.
type sought struct {
	address string
	// guestName is the user principal name of a guest invited by it, or "".
	guestName string
}

func lookingFor(wanted sought, needs string) operation {
	return operation{doing: "looking for the address", subject: wanted.address, needs: []string{needs}}
}

// lookups answers concurrent look-ups together.
type lookups struct {
	client   *Client
	gatherer gatherer[sought, Match]
	places   []*place
}

func newLookups(client *Client) *lookups {
	l := &lookups{client: client, places: places()}
	l.gatherer.limit, l.gatherer.send = maxSought, l.send
	return l
}

// search is one list request on behalf of some of the addresses.
type search struct {
	place *place
	// seekers are indices of addresses.
	seekers []int
	request batchRequest
}

// party is the addresses that are looked for together, and what was found.
type party struct {
	client *Client
	wanted []sought
	found  []outcome[Match]
	// open counts the searches that are still to be answered, by address.
	open    []int
	deliver func(int, outcome[Match])
}

func (p *party) fail(seeker int, err error) {
	if p.found[seeker].err == nil {
		p.found[seeker].err = err
	}
}

// send is the gatherer's.
func (l *lookups) send(ctx context.Context, wanted []sought, deliver func(int, outcome[Match])) {
	p := &party{client: l.client, wanted: wanted, found: make([]outcome[Match], len(wanted)), open: make([]int, len(wanted)), deliver: deliver}
	identity, known := l.identity(ctx)
	var searches []search
	for _, place := range l.places {
		if place.barred.Load() || known && !place.required && !identity.mayAny(place.grants) {
			for i := range p.found {
				p.found[i].value.unread(place.needs)
			}
			continue
		}
		searches = append(searches, place.searches(wanted)...)
	}
	l.client.carry(ctx, p.errands(searches))
}

// errands are requests whose answers may lead to further ones. Who has no search left has
// an answer.
func (p *party) errands(searches []search) []errand {
	errands := make([]errand, len(searches))
	for i, s := range searches {
		for _, seeker := range s.seekers {
			p.open[seeker]++
		}
		errands[i] = errand{batchRequest: s.request, take: func(answer batchAnswer) []errand {
			further := p.errands(p.receive(s, answer))
			for _, seeker := range s.seekers {
				p.open[seeker]--
				if p.open[seeker] == 0 {
					p.finish(seeker)
				}
			}
			return further
		}}
	}
	return errands
}

func (p *party) finish(seeker int) {
	found := p.found[seeker]
	if found.err != nil {
		found.value = Match{}
	}
	slices.SortStableFunc(found.value.Deleted, newestFirst)
	p.deliver(seeker, found)
}

// identity returns the permissions in the token, if it tells them. A failure to sign in
// shows again when the batch is sent.
func (l *lookups) identity(ctx context.Context) (identity Identity, known bool) {
	identity, err := l.client.Identity(ctx)
	return identity, err == nil && (len(identity.Roles) > 0 || identity.Scopes != "")
}

// mayAny reports whether the token carries one of the permissions.
func (i Identity) mayAny(permissions []string) bool {
	scopes := strings.Fields(i.Scopes)
	return slices.ContainsFunc(permissions, func(permission string) bool {
		return slices.Contains(i.Roles, permission) || slices.Contains(scopes, permission)
	})
}

// receive hands the people on one page to those who look for them and returns what is
// to be asked next.
func (p *party) receive(s search, answer batchAnswer) []search {
	var one page[User]
	err := answer.decode(lookingFor(p.wanted[s.seekers[0]], s.place.needs), &one)
	_, refused := errors.AsType[*BadRequest](err)
	switch {
	case err == nil:
	case IsForbidden(err) && !s.place.required:
		s.place.barred.Store(true)
		for _, seeker := range s.seekers {
			p.found[seeker].value.unread(s.place.needs)
		}
		return nil
	case refused && len(s.seekers) > 1:
		// One address that Graph does not take must not hurt the others.
		return s.place.searchesAlone(p.wanted, s.seekers)
	default:
		for _, seeker := range s.seekers {
			p.fail(seeker, answer.decode(lookingFor(p.wanted[seeker], s.place.needs), &one))
		}
		return nil
	}
	for _, candidate := range one.Value {
		for _, seeker := range s.seekers {
			s.place.take(&p.found[seeker].value, p.wanted[seeker], candidate)
		}
	}
	if one.NextLink == "" {
		return nil
	}
	if _, err := p.client.nextPage(one.NextLink); err != nil {
		for _, seeker := range s.seekers {
			p.fail(seeker, describe(err, lookingFor(p.wanted[seeker], s.place.needs)))
		}
		return nil
	}
	s.request.url = strings.TrimPrefix(one.NextLink, p.client.baseURL)
	return []search{s}
}

func (m *Match) takeUser(wanted sought, user User) {
	switch {
	case user.holds(wanted.address), wanted.guestName != "" && strings.EqualFold(user.UserPrincipalName, wanted.guestName):
		m.Users = addUser(m.Users, user)
	case slices.ContainsFunc(user.OtherMails, func(other string) bool { return strings.EqualFold(other, wanted.address) }):
		m.OtherMails = addUser(m.OtherMails, user)
	}
}

func (m *Match) takeDeleted(wanted sought, user User) {
	mail := user.Mail != nil && strings.EqualFold(*user.Mail, wanted.address)
	if mail || wanted.guestName != "" && strings.EqualFold(user.formerName(), wanted.guestName) {
		m.Deleted = addUser(m.Deleted, user)
	}
}

func (m *Match) takeContact(wanted sought, object User) {
	if object.holds(wanted.address) {
		m.Contacts = addHolder(m.Contacts, object)
	}
}

func (m *Match) takeGroup(wanted sought, object User) {
	if object.holds(wanted.address) {
		m.Groups = addHolder(m.Groups, object)
	}
}

func (m *Match) unread(permission string) {
	if !slices.Contains(m.Unread, permission) {
		m.Unread = append(m.Unread, permission)
	}
}

// addUser adds a user who is not there yet: lists that change while they are read can
// show somebody twice.
func addUser(users []User, user User) []User {
	if slices.ContainsFunc(users, func(other User) bool { return other.ID == user.ID }) {
		return users
	}
	return append(users, user)
}

func addHolder(holders []Holder, object User) []Holder {
	if slices.ContainsFunc(holders, func(other Holder) bool { return other.ID == object.ID }) {
		return holders
	}
	holder := Holder{ID: object.ID}
	if object.DisplayName != nil {
		holder.DisplayName = *object.DisplayName
	}
	if object.Mail != nil {
		holder.Mail = *object.Mail
	}
	return append(holders, holder)
}

// formerName is the user principal name a deleted user had: without the object id,
// which deletion puts in front, its dashes left out.
func (u User) formerName() string {
	prefix := strings.ReplaceAll(u.ID, "-", "")
	if len(u.UserPrincipalName) >= len(prefix) && strings.EqualFold(u.UserPrincipalName[:len(prefix)], prefix) {
		return u.UserPrincipalName[len(prefix):]
	}
	return u.UserPrincipalName
}

func newestFirst(a, b User) int {
	var first, second time.Time
	if a.DeletedDateTime != nil {
		first = *a.DeletedDateTime
	}
	if b.DeletedDateTime != nil {
		second = *b.DeletedDateTime
	}
	return second.Compare(first)
}
