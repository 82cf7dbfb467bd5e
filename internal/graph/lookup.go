package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// maxSought is how many addresses one look-up carries: their filters then fit in
	// one batch.
	maxSought = 20
	// maxClauses is how many clauses joined by "or" Graph takes in one filter.
	maxClauses = 15
	// maxComparison is how many characters a value compared with eq may have.
	// Source: https://developer.microsoft.com/graph/known-issues.
	maxComparison = 120
	// maxListURL bounds the URL of a list. Source: the same, for advanced queries.
	maxListURL = 2048
)

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
	wanted []sought
	found  []outcome[Match]
}

func (p *party) fail(seeker int, err error) {
	if p.found[seeker].err == nil {
		p.found[seeker].err = err
	}
}

// send is the gatherer's.
func (l *lookups) send(ctx context.Context, wanted []sought) []outcome[Match] {
	p := &party{wanted: wanted, found: make([]outcome[Match], len(wanted))}
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
	for len(searches) > 0 {
		requests := make([]batchRequest, len(searches))
		for i, s := range searches {
			requests[i] = s.request
		}
		var further []search
		for i, answer := range l.client.batch(ctx, requests) {
			further = append(further, l.receive(p, searches[i], answer)...)
		}
		searches = further
	}
	for i := range p.found {
		if p.found[i].err != nil {
			p.found[i].value = Match{}
		}
		slices.SortStableFunc(p.found[i].value.Deleted, newestFirst)
	}
	return p.found
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
func (l *lookups) receive(p *party, s search, answer batchAnswer) []search {
	var page userPage
	err := answer.decode(lookingFor(p.wanted[s.seekers[0]], s.place.needs), &page)
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
			p.fail(seeker, answer.decode(lookingFor(p.wanted[seeker], s.place.needs), &page))
		}
		return nil
	}
	for _, candidate := range page.Value {
		for _, seeker := range s.seekers {
			s.place.take(&p.found[seeker].value, p.wanted[seeker], candidate)
		}
	}
	if page.NextLink == "" {
		return nil
	}
	if _, err := l.client.nextPage(page.NextLink); err != nil {
		for _, seeker := range s.seekers {
			p.fail(seeker, describe(err, lookingFor(p.wanted[seeker], s.place.needs)))
		}
		return nil
	}
	s.request.url = strings.TrimPrefix(page.NextLink, l.client.baseURL)
	return []search{s}
}

// place is a list of the directory that can hold an address.
type place struct {
	path       string
	properties []string
	// advanced marks filters that only the directory's index answers.
	// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
	advanced bool
	// needs is the least permission, grants are all that do.
	needs  string
	grants []string
	// required places must be read; the others are skipped without a permission.
	required bool
	// barred remembers that Graph has refused to show the list.
	barred atomic.Bool
	// clauses are the conditions under which an object is of interest.
	clauses func(sought) []string
	// take adds an object to a match if it holds the address.
	take func(*Match, sought, User)
}

// places are the lists that are looked through.
func places() []*place {
	holderProperties := []string{"id", "displayName", "mail", "proxyAddresses"}
	return []*place{
		{
			path: "/users", properties: userProperties, needs: needsRead[0], required: true,
			clauses: userClauses, take: (*Match).takeUser,
		},
		{
			path: "/directory/deletedItems/microsoft.graph.user", properties: append(slices.Clone(userProperties), "deletedDateTime"),
			advanced: true, needs: needsRead[0],
			grants:  []string{"User.Read.All", "User.ReadWrite.All", "User.DeleteRestore.All", "Directory.Read.All", "Directory.ReadWrite.All", accessAsUser},
			clauses: deletedClauses, take: (*Match).takeDeleted,
		},
		{
			path: "/contacts", properties: holderProperties, needs: "OrgContact.Read.All",
			grants:  []string{"OrgContact.Read.All", "Directory.Read.All", "Directory.ReadWrite.All", accessAsUser},
			clauses: proxyClauses, take: (*Match).takeContact,
		},
		{
			path: "/groups", properties: holderProperties, needs: "GroupMember.Read.All",
			grants: []string{
				"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.ReadBasic.All", "Group.Read.All", "Group.ReadWrite.All",
				"Directory.Read.All", "Directory.ReadWrite.All", accessAsUser,
			},
			clauses: proxyClauses, take: (*Match).takeGroup,
		},
	}
}

// accessAsUser is the delegated permission for all that the user may do.
const accessAsUser = "Directory.AccessAsUser.All"

// searches puts the addresses into as few filters as the limits of Graph allow.
func (p *place) searches(wanted []sought) []search {
	var searches []search
	var clauses []string
	var seekers []int
	for i, one := range wanted {
		own := p.clauses(one)
		more := slices.Concat(clauses, own)
		if len(seekers) > 0 && (len(more) > maxClauses || len(p.url(more)) > maxListURL) {
			searches = append(searches, p.search(clauses, seekers))
			more, seekers = own, nil
		}
		clauses, seekers = more, append(seekers, i)
	}
	if len(seekers) > 0 {
		searches = append(searches, p.search(clauses, seekers))
	}
	return searches
}

// searchesAlone gives each of the seekers a filter of its own.
func (p *place) searchesAlone(wanted []sought, seekers []int) []search {
	searches := make([]search, 0, len(seekers))
	for _, seeker := range seekers {
		searches = append(searches, p.search(p.clauses(wanted[seeker]), []int{seeker}))
	}
	return searches
}

func (p *place) search(clauses []string, seekers []int) search {
	request := batchRequest{method: http.MethodGet, url: p.url(clauses)}
	if p.advanced {
		request.headers = map[string]string{"ConsistencyLevel": "eventual"}
	}
	return search{place: p, seekers: seekers, request: request}
}

func (p *place) url(clauses []string) string {
	count := ""
	if p.advanced {
		count = "$count=true&"
	}
	return p.path + "?" + count + "$select=" + strings.Join(p.properties, ",") + "&$filter=" + escapeQuery(strings.Join(clauses, " or "))
}

// escapeQuery escapes the value of a query option, leaving what RFC 3986 lets stand in
// a query: filters stay short and legible.
func escapeQuery(value string) string {
	return strings.NewReplacer("+", "%20", "%27", "'", "%28", "(", "%29", ")", "%2F", "/", "%3A", ":", "%40", "@", "%2C", ",").
		Replace(url.QueryEscape(value))
}

func userClauses(wanted sought) []string {
	clauses := append([]string{equals("mail", wanted.address)}, proxyClauses(wanted)...)
	clauses = append(clauses, "otherMails/any(m:"+equals("m", wanted.address)+")")
	if wanted.guestName != "" {
		clauses = append(clauses, equals("userPrincipalName", wanted.guestName))
	}
	return clauses
}

// deletedClauses look for the end of the name: deleted users carry their object id in front.
func deletedClauses(wanted sought) []string {
	clauses := []string{equals("mail", wanted.address)}
	if wanted.guestName != "" {
		clauses = append(clauses, "endsWith(userPrincipalName,'"+quote(wanted.guestName)+"')")
	}
	return clauses
}

// proxyClauses name both prefixes, of the primary and of further addresses: whether the
// comparison minds the case of a prefix is not documented.
func proxyClauses(wanted sought) []string {
	return []string{
		"proxyAddresses/any(p:" + equals("p", "SMTP:"+wanted.address) + ")",
		"proxyAddresses/any(p:" + equals("p", "smtp:"+wanted.address) + ")",
	}
}

// equals compares a property with a value, with the beginning of one that is too long
// for eq: everything found is compared again.
func equals(property, value string) string {
	if runes := []rune(value); len(runes) > maxComparison {
		return "startsWith(" + property + ",'" + quote(string(runes[:maxComparison])) + "')"
	}
	return property + " eq '" + quote(value) + "'"
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
