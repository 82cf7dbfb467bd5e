package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// eagerReads is how many reads may be under way at once before they wait for each other:
// a refresh of a few users never waits.
const eagerReads = 3

type refreshKey struct{}

// Refreshing returns a context whose reads of users and memberships serve to refresh a
// state. They may share requests, and be answered by a list read up to a minute before,
// unless this process has written anything since; who is not in the list is read directly.
// All other reads are direct ones.
func Refreshing(ctx context.Context) context.Context {
	return context.WithValue(ctx, refreshKey{}, true)
}

// refreshes reports whether a read with the context may be planned.
func (c *Client) refreshes(ctx context.Context) bool {
	marked, _ := ctx.Value(refreshKey{}).(bool)
	return marked && !c.readsDirectly
}

// userRead is one read of a user in a view.
type userRead struct {
	view *view
	id   string
}

// rosterKey names the users of one type in one view.
type rosterKey struct{ view, userType string }

// userReads plans the reads of users in a refresh: a lone one is sent as it is, several
// share a batch, and when they have cost as much as the list of all users of their type
// would, guests or members, that list is read instead.
type userReads struct {
	client   *Client
	gatherer gatherer[userRead, reading]

	mu      sync.Mutex
	types   map[string]string // by object id in lower case: guest or member, as last read
	rosters map[rosterKey]*roster[reading]
	views   map[rosterKey]*view
}

func newUserReads(client *Client) *userReads {
	r := &userReads{client: client, types: map[string]string{}, rosters: map[rosterKey]*roster[reading]{}, views: map[rosterKey]*view{}}
	r.gatherer.limit, r.gatherer.send, r.gatherer.eager = maxBatch*maxClauses, r.send, eagerReads
	return r
}

// isObjectID reports whether the text is a GUID: nothing else may stand in a filter or a
// path that is put together by hand.
func isObjectID(text string) bool {
	parsed, err := uuid.Parse(text)
	return err == nil && strings.EqualFold(parsed.String(), text)
}

// read answers a read that Client.refreshes.
func (r *userReads) read(ctx context.Context, v *view, id string) (reading, error) {
	if found, ok := r.find(userRead{v, id}); ok && ctx.Err() == nil {
		return found, nil
	}
	found, err := r.gatherer.do(ctx, userRead{v, id})
	if err != nil {
		return reading{}, describe(err, v.operation(id))
	}
	return found.value, found.err
}

// find answers from a list.
func (r *userReads) find(wanted userRead) (reading, bool) {
	for _, key := range r.keys(wanted.view) {
		if found, ok := r.roster(key).find(wanted.id); ok {
			return found, true
		}
	}
	return reading{}, false
}

// keys are the lists of a view that anybody has asked for.
func (r *userReads) keys(v *view) []rosterKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	var keys []rosterKey
	for key := range r.rosters {
		if key.view == v.name {
			keys = append(keys, key)
		}
	}
	return keys
}

func (r *userReads) roster(key rosterKey) *roster[reading] {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rosters[key]
}

// send is the gatherer's.
func (r *userReads) send(ctx context.Context, wanted []userRead) []outcome[reading] {
	found := make([]outcome[reading], len(wanted))
	for _, key := range r.due(wanted) {
		r.roster(key).fill(ctx, func(ctx context.Context) (map[string]reading, error) { return r.list(ctx, key) })
	}
	var rest []int
	for i, one := range wanted {
		var ok bool
		if found[i].value, ok = r.find(one); !ok {
			rest = append(rest, i)
		}
	}
	if len(rest) > 0 {
		r.singly(ctx, wanted, rest, found)
	}
	return found
}

// due returns the lists that are worth reading before these reads. Of which type a user
// is shows only in the answer, so the mix is taken to be what it was so far.
func (r *userReads) due(wanted []userRead) []rosterKey {
	each := requestsFor(len(wanted)) / float64(len(wanted))
	next := map[rosterKey]float64{}
	for _, one := range wanted {
		keys := r.keys(one.view)
		if own, ok := r.key(one); ok {
			next[own] += each
			continue
		}
		total := 0.0
		for _, key := range keys {
			total += r.roster(key).soFar()
		}
		for _, key := range keys {
			if total > 0 {
				next[key] += each * r.roster(key).soFar() / total
			}
		}
	}
	var due []rosterKey
	for key, cost := range next {
		if list := r.roster(key); list != nil && list.due(cost) {
			due = append(due, key)
		}
	}
	return due
}

// key returns the list a user would be in, if the type is known.
func (r *userReads) key(wanted userRead) (rosterKey, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	userType, ok := r.types[strings.ToLower(wanted.id)]
	return rosterKey{wanted.view.name, userType}, ok
}

// singly reads without a list, and asks along the way how long the lists are that may
// become worth reading.
func (r *userReads) singly(ctx context.Context, wanted []userRead, rest []int, found []outcome[reading]) {
	sizes := r.unsized()
	if len(rest) == 1 && len(sizes) == 0 {
		one := wanted[rest[0]]
		found[rest[0]].value, found[rest[0]].err = r.client.readAlone(ctx, one)
		r.account(wanted, rest, found)
		return
	}
	if len(rest) <= maxBatch {
		r.directly(ctx, wanted, rest, sizes, found)
	} else {
		// Who is not found by a filter may still be there.
		r.directly(ctx, wanted, r.filtered(ctx, wanted, rest, sizes, found), nil, found)
	}
	r.account(wanted, rest, found)
}

// directly reads every user by object id, 20 in one batch.
func (r *userReads) directly(ctx context.Context, wanted []userRead, rest []int, sizes []string, found []outcome[reading]) {
	requests := make([]batchRequest, 0, len(rest)+len(sizes))
	for _, i := range rest {
		requests = append(requests, wanted[i].view.request(wanted[i].id))
	}
	answers := r.client.batch(ctx, append(requests, sizeRequests(sizes)...))
	for at, i := range rest {
		found[i].value, found[i].err = wanted[i].view.decode(answers[at], wanted[i].id)
	}
	r.size(sizes, answers[len(rest):])
}

// filtered reads users by filters of 15 object ids, 300 in one batch, and returns who was
// not found, and whose relations a filter does not show.
func (r *userReads) filtered(ctx context.Context, wanted []userRead, rest []int, sizes []string, found []outcome[reading]) (left []int) {
	byView := map[string][]int{}
	for _, i := range rest {
		if wanted[i].view.related {
			left = append(left, i)
			continue
		}
		byView[wanted[i].view.name] = append(byView[wanted[i].view.name], i)
	}
	var requests []batchRequest
	var seekers [][]int
	for _, some := range byView {
		for few := range slices.Chunk(some, maxClauses) {
			names := make([]string, len(few))
			for at, i := range few {
				names[at] = "'" + strings.ToLower(wanted[i].id) + "'"
			}
			requests = append(requests, batchRequest{
				method: http.MethodGet,
				url:    "/users?" + wanted[few[0]].view.listed + "&$filter=" + escapeQuery("id in ("+strings.Join(names, ",")+")"),
			})
			seekers = append(seekers, few)
		}
	}
	answers := r.client.batch(ctx, append(requests, sizeRequests(sizes)...))
	for at, few := range seekers {
		users := map[string]User{}
		var one page[User]
		if err := answers[at].decode(operation{}, &one); err == nil {
			for _, user := range one.Value {
				users[strings.ToLower(user.ID)] = user
			}
		}
		for _, i := range few {
			user, ok := users[strings.ToLower(wanted[i].id)]
			if !ok {
				left = append(left, i)
				continue
			}
			found[i].value = reading{user: user}
		}
	}
	r.size(sizes, answers[len(seekers):])
	return left
}

// account notes of which type the users are, and charges their lists.
func (r *userReads) account(wanted []userRead, rest []int, found []outcome[reading]) {
	each := requestsFor(len(rest)) / float64(len(rest))
	for _, i := range rest {
		if user := found[i].value.user; found[i].err == nil && user.UserType != nil {
			r.mu.Lock()
			r.types[strings.ToLower(wanted[i].id)] = *user.UserType
			r.mu.Unlock()
		}
		key, known := r.key(wanted[i])
		if !known {
			continue
		}
		r.mu.Lock()
		list, ok := r.rosters[key]
		if !ok {
			list = newRoster[reading](&r.client.sender.writes)
			r.rosters[key], r.views[key] = list, wanted[i].view
		}
		r.mu.Unlock()
		list.charge(each)
	}
}

// unsized returns the types of users of whom it should be asked how many there are.
func (r *userReads) unsized() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	spent := map[string]float64{}
	for key, list := range r.rosters {
		if list.unsized() {
			spent[key.userType] += list.soFar()
		}
	}
	var types []string
	for userType, requests := range spent {
		if requests >= eagerReads {
			types = append(types, userType)
		}
	}
	slices.Sort(types)
	return types
}

func ofType(userType string) string {
	return "$filter=" + escapeQuery("userType eq '"+quote(userType)+"'")
}

// sizeRequests ask how many users of each type there are.
// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
func sizeRequests(types []string) []batchRequest {
	requests := make([]batchRequest, len(types))
	for i, userType := range types {
		requests[i] = countRequest("/users?$count=true&$top=1&$select=id&" + ofType(userType))
	}
	return requests
}

func countRequest(url string) batchRequest {
	return batchRequest{method: http.MethodGet, url: url, headers: map[string]string{"ConsistencyLevel": "eventual"}}
}

// countIn reads the answer to a countRequest; it is negative when there is none.
func countIn(answer batchAnswer) int {
	var counted struct {
		Count *int `json:"@odata.count"`
	}
	if err := answer.decode(operation{}, &counted); err != nil || counted.Count == nil {
		return -1
	}
	return *counted.Count
}

func (r *userReads) size(types []string, answers []batchAnswer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, userType := range types {
		objects := countIn(answers[i])
		for key, list := range r.rosters {
			if key.userType == userType {
				list.sized(objects)
			}
		}
	}
}

// errNoRelation is an expanded list in which nobody has the relation.
var errNoRelation = errors.New("the list does not show the relation")

// list reads all users of a type in a view.
func (r *userReads) list(ctx context.Context, key rosterKey) (map[string]reading, error) {
	r.mu.Lock()
	v := r.views[key]
	r.mu.Unlock()
	entries := map[string]reading{}
	op := operation{doing: "listing the users of type", subject: key.userType, needs: v.operation("").needs}
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.GET
	target, err := url.Parse(r.client.baseURL + "/users?$top=999&" + strings.ReplaceAll(v.listed+"&"+ofType(key.userType), " ", "%20"))
	if err != nil {
		return nil, describe(err, op)
	}
	info.SetUri(*target)
	err = list(ctx, r.client, op, info, func(user listedUser) {
		entries[strings.ToLower(user.ID)] = v.take(user)
	})
	r.mu.Lock()
	for id := range entries {
		r.types[id] = key.userType
	}
	r.mu.Unlock()
	if err == nil && !v.credible(entries) {
		err = describe(errNoRelation, op)
	}
	return entries, err
}
