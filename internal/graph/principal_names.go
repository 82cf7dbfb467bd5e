package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// NameMatch is who has, or had, a user principal name.
type NameMatch struct {
	// Holder has the name; nil when it is free.
	Holder *User
	// Deleted are deleted users who had it, those deleted last first. They do not hold it.
	Deleted []User
}

// maxNames is how many names one filter with "in" may have.
// Source: https://developer.microsoft.com/graph/known-issues.
const maxNames = 15

// LookUpNames finds out who has user principal names, in any spelling of case, and who
// among the deleted users had the first of them. The result is by name, as given.
// Concurrent calls share requests. Replicas may not list a fresh user yet.
func (c *Client) LookUpNames(ctx context.Context, names ...string) (map[string]NameMatch, error) {
	if len(names) == 0 {
		return map[string]NameMatch{}, nil
	}
	found, err := c.names.gatherer.do(ctx, names)
	if err != nil {
		return nil, describe(err, lookingForName(names))
	}
	return found.value, found.err
}

func lookingForName(names []string) operation {
	return operation{doing: "looking for the user principal name", subject: strings.Join(names, ", "), needs: needsRead}
}

// nameLookups answers concurrent look-ups of names together.
type nameLookups struct {
	client   *Client
	gatherer gatherer[[]string, map[string]NameMatch]
}

func newNameLookups(client *Client) *nameLookups {
	l := &nameLookups{client: client}
	l.gatherer.limit, l.gatherer.send = maxSought, l.send
	return l
}

// nameSearch is one call of send.
type nameSearch struct {
	client *Client
	wanted [][]string
	// open counts the lists that are still to be read for each caller, failed says what went
	// wrong with one of them.
	open    []int
	failed  []error
	deliver func(int, outcome[map[string]NameMatch])
	holders map[string]User
	deleted map[string][]User
}

// send is the gatherer's.
func (l *nameLookups) send(ctx context.Context, wanted [][]string, deliver func(int, outcome[map[string]NameMatch])) {
	s := &nameSearch{
		client: l.client, wanted: wanted, open: make([]int, len(wanted)), failed: make([]error, len(wanted)), deliver: deliver,
		holders: map[string]User{}, deleted: map[string][]User{},
	}
	l.client.carry(ctx, s.searches())
}

// searches puts the names into as few requests as the limits of Graph allow.
func (s *nameSearch) searches() (searches []errand) {
	all, first := map[string][]int{}, map[string][]int{} // who looks for a name
	var allNames, firstNames []string
	for i, names := range s.wanted {
		for at, name := range names {
			key := strings.ToLower(name)
			if all[key] == nil {
				allNames = append(allNames, key)
			}
			all[key] = append(all[key], i)
			if at > 0 {
				continue
			}
			if first[key] == nil {
				firstNames = append(firstNames, key)
			}
			first[key] = append(first[key], i)
		}
	}
	for some := range chunks(allNames, namesURL) {
		searches = append(searches, s.search(batchRequest{method: http.MethodGet, url: namesURL(some)}, seekersOf(some, all), false, s.hold))
	}
	for some := range chunks(firstNames, deletedURL) {
		searches = append(searches, s.search(batchRequest{
			method: http.MethodGet, url: deletedURL(some), headers: map[string]string{"ConsistencyLevel": "eventual"},
		}, seekersOf(some, first), true, s.lose))
	}
	return searches
}

// seekersOf are the callers who look for one of the names.
func seekersOf(names []string, by map[string][]int) (seekers []int) {
	for _, name := range names {
		for _, seeker := range by[name] {
			if !slices.Contains(seekers, seeker) {
				seekers = append(seekers, seeker)
			}
		}
	}
	return seekers
}

// search reads one list to its end. An optional one may be closed to the application.
func (s *nameSearch) search(request batchRequest, seekers []int, optional bool, take func(User)) errand {
	for _, seeker := range seekers {
		s.open[seeker]++
	}
	var read errand
	read = errand{batchRequest: request, take: func(answer batchAnswer) []errand {
		var one page[User]
		err := answer.decode(lookingForName(s.wanted[seekers[0]]), &one)
		for _, user := range one.Value {
			take(user)
		}
		if err == nil && one.NextLink != "" {
			if _, err = s.client.nextPage(one.NextLink); err == nil {
				read.url = strings.TrimPrefix(one.NextLink, s.client.baseURL)
				return []errand{read}
			}
		}
		if optional && IsForbidden(err) {
			err = nil
		}
		for _, seeker := range seekers {
			s.finish(seeker, err)
		}
		return nil
	}}
	return read
}

func (s *nameSearch) hold(user User) { s.holders[strings.ToLower(user.UserPrincipalName)] = user }

func (s *nameSearch) lose(user User) {
	key := strings.ToLower(user.formerName())
	s.deleted[key] = addUser(s.deleted[key], user)
}

// finish notes that a list of a caller has been read.
func (s *nameSearch) finish(seeker int, err error) {
	s.open[seeker]--
	if err != nil && s.failed[seeker] == nil {
		s.failed[seeker] = describe(separate(err), lookingForName(s.wanted[seeker]))
	}
	if s.open[seeker] > 0 {
		return
	}
	found := outcome[map[string]NameMatch]{err: s.failed[seeker]}
	if found.err == nil {
		found.value = s.matches(s.wanted[seeker])
	}
	s.deliver(seeker, found)
}

func (s *nameSearch) matches(names []string) map[string]NameMatch {
	matches := map[string]NameMatch{}
	for _, name := range names {
		match := NameMatch{Deleted: slices.Clone(s.deleted[strings.ToLower(name)])}
		if holder, ok := s.holders[strings.ToLower(name)]; ok {
			match.Holder = &holder
		}
		slices.SortStableFunc(match.Deleted, newestFirst)
		matches[name] = match
	}
	return matches
}

func namesURL(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "'" + quote(name) + "'"
	}
	return "/users?$select=" + strings.Join(userProperties, ",") + "&$filter=" + escapeQuery("userPrincipalName in ("+strings.Join(quoted, ",")+")")
}

// deletedURL looks for the end of the name: deleted users carry their object id in front.
func deletedURL(names []string) string {
	clauses := make([]string, len(names))
	for i, name := range names {
		clauses[i] = "endsWith(userPrincipalName,'" + quote(name) + "')"
	}
	return "/directory/deletedItems/microsoft.graph.user?$count=true&$select=" + strings.Join(userProperties, ",") + ",deletedDateTime&$filter=" +
		escapeQuery(strings.Join(clauses, " or "))
}

// chunks cuts texts into runs that one request can ask for: of 15 at most, in a URL that
// is not too long.
func chunks(texts []string, url func([]string) string) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for len(texts) > 0 {
			n := min(maxNames, len(texts))
			for n > 1 && len(url(texts[:n])) > maxListURL {
				n--
			}
			if !yield(texts[:n]) {
				return
			}
			texts = texts[n:]
		}
	}
}
