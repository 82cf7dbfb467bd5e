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

// send is the gatherer's.
func (l *nameLookups) send(ctx context.Context, wanted [][]string) []outcome[map[string]NameMatch] {
	outcomes := make([]outcome[map[string]NameMatch], len(wanted))
	holders, deleted := map[string]User{}, map[string][]User{}
	requests, takers := l.searches(wanted, holders, deleted)
	var failed error
	for len(requests) > 0 && failed == nil {
		var further []batchRequest
		var next []func(User)
		for i, answer := range l.client.batch(ctx, requests) {
			var one page[User]
			err := answer.decode(lookingForName(wanted[0]), &one)
			optional := strings.Contains(requests[i].url, "/deletedItems/")
			if err != nil && optional && IsForbidden(err) {
				continue
			}
			if err != nil {
				failed = err
				break
			}
			for _, user := range one.Value {
				takers[i](user)
			}
			if one.NextLink != "" {
				if _, failed = l.client.nextPage(one.NextLink); failed != nil {
					break
				}
				request := requests[i]
				request.url = strings.TrimPrefix(one.NextLink, l.client.baseURL)
				further, next = append(further, request), append(next, takers[i])
			}
		}
		requests, takers = further, next
	}
	for i, names := range wanted {
		if failed != nil {
			outcomes[i].err = describe(separate(failed), lookingForName(names))
			continue
		}
		outcomes[i].value = map[string]NameMatch{}
		for _, name := range names {
			match := NameMatch{Deleted: deleted[strings.ToLower(name)]}
			if holder, ok := holders[strings.ToLower(name)]; ok {
				match.Holder = &holder
			}
			slices.SortStableFunc(match.Deleted, newestFirst)
			outcomes[i].value[name] = match
		}
	}
	return outcomes
}

// searches puts the names into as few requests as the limits of Graph allow; the takers
// note who is found.
func (l *nameLookups) searches(wanted [][]string, holders map[string]User, deleted map[string][]User) (requests []batchRequest, takers []func(User)) {
	var all, first []string
	for _, names := range wanted {
		for i, name := range names {
			key := strings.ToLower(name)
			if !slices.Contains(all, key) {
				all = append(all, key)
			}
			if i == 0 && !slices.Contains(first, key) {
				first = append(first, key)
			}
		}
	}
	hold := func(user User) { holders[strings.ToLower(user.UserPrincipalName)] = user }
	for some := range chunks(all, namesURL) {
		requests, takers = append(requests, batchRequest{method: http.MethodGet, url: namesURL(some)}), append(takers, hold)
	}
	lose := func(user User) {
		key := strings.ToLower(user.formerName())
		deleted[key] = addUser(deleted[key], user)
	}
	for some := range chunks(first, deletedURL) {
		requests = append(requests, batchRequest{
			method: http.MethodGet, url: deletedURL(some), headers: map[string]string{"ConsistencyLevel": "eventual"},
		})
		takers = append(takers, lose)
	}
	return requests, takers
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
