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

// eagerReads is how many reads are sent before any waits for another: a refresh of a few
// users never waits.
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
	// counts are how many users of a type there are, as last asked; counting marks the types
	// of whom that is being asked.
	counts   map[string]int
	counting map[string]bool
}

func newUserReads(client *Client) *userReads {
	r := &userReads{
		client: client, types: map[string]string{}, rosters: map[rosterKey]*roster[reading]{}, views: map[rosterKey]*view{},
		counts: map[string]int{}, counting: map[string]bool{},
	}
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
func (r *userReads) send(ctx context.Context, wanted []userRead, deliver func(int, outcome[reading])) {
	due := r.due(wanted)
	later := map[string][]int{} // by view, reads that a list may answer
	var now []int
	for i, one := range wanted {
		if len(due[one.view.name]) > 0 {
			later[one.view.name] = append(later[one.view.name], i)
		} else {
			now = append(now, i)
		}
	}
	var reads sync.WaitGroup
	reads.Go(func() { r.answer(ctx, wanted, now, deliver) })
	for name, some := range later {
		reads.Go(func() {
			for _, key := range due[name] {
				r.roster(key).fill(ctx, func(ctx context.Context) (map[string]reading, error) { return r.list(ctx, key) })
			}
			r.answer(ctx, wanted, some, deliver)
		})
	}
	reads.Wait()
}

// answer answers from the lists there are, and reads singly whom they lack.
func (r *userReads) answer(ctx context.Context, wanted []userRead, which []int, deliver func(int, outcome[reading])) {
	var rest []int
	for _, i := range which {
		if found, ok := r.find(wanted[i]); ok {
			deliver(i, outcome[reading]{value: found})
		} else {
			rest = append(rest, i)
		}
	}
	if len(rest) > 0 {
		r.singly(ctx, wanted, rest, deliver)
	}
}

// due returns, by view, the lists that are worth reading before these reads. Of which type
// a user is shows only in the answer, so the mix is taken to be what it was so far.
func (r *userReads) due(wanted []userRead) map[string][]rosterKey {
	each := costs(viewsOf(wanted), requestsOf(wanted))
	next := map[rosterKey]float64{}
	for _, one := range wanted {
		keys := r.keys(one.view)
		if own, ok := r.key(one); ok {
			next[own] += each[one.view.name]
			continue
		}
		total := 0.0
		for _, key := range keys {
			total += r.roster(key).soFar()
		}
		for _, key := range keys {
			if total > 0 {
				next[key] += each[one.view.name] * r.roster(key).soFar() / total
			}
		}
	}
	due := map[string][]rosterKey{}
	for key, cost := range next {
		if list := r.roster(key); list != nil && list.due(cost) {
			due[key.view] = append(due[key.view], key)
		}
	}
	return due
}

// viewsOf counts the reads of each view.
func viewsOf(wanted []userRead) map[string]int {
	reads := map[string]int{}
	for _, one := range wanted {
		reads[one.view.name]++
	}
	return reads
}

// requestsOf returns how many requests so many reads of a view take when these are sent
// together: one each, or one for 15 where there are more than fit into a batch and a filter
// shows what the view does.
func requestsOf(wanted []userRead) func(view string, reads int) int {
	related := map[string]bool{}
	for _, one := range wanted {
		related[one.view.name] = one.view.related
	}
	return func(view string, reads int) int {
		if len(wanted) <= maxBatch || related[view] {
			return reads
		}
		return filtersFor(reads)
	}
}

// key returns the list a user would be in, if the type is known.
func (r *userReads) key(wanted userRead) (rosterKey, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	userType, ok := r.types[strings.ToLower(wanted.id)]
	return rosterKey{wanted.view.name, userType}, ok
}

// singly reads without a list: by object id, 20 in one batch, or where there are more, by
// filters of 15 object ids, 300 in one batch. Along the way it asks how long the lists are
// that may become worth reading.
func (r *userReads) singly(ctx context.Context, wanted []userRead, rest []int, deliver func(int, outcome[reading])) {
	var errands []errand
	byView := map[string][]int{}
	for _, i := range rest {
		if len(rest) <= maxBatch || wanted[i].view.related {
			errands = append(errands, r.directly(wanted, i, deliver))
			continue
		}
		byView[wanted[i].view.name] = append(byView[wanted[i].view.name], i)
	}
	for _, some := range byView {
		for few := range slices.Chunk(some, maxClauses) {
			errands = append(errands, r.filtered(wanted, few, deliver))
		}
	}
	sizes := r.unsized(len(errands))
	if len(rest) == 1 && len(sizes) == 0 {
		one := wanted[rest[0]]
		found, err := r.client.readAlone(ctx, one)
		r.account(one, found, err, 1)
		deliver(rest[0], outcome[reading]{found, err})
		return
	}
	for _, userType := range sizes {
		errands = append(errands, r.sizing(userType))
	}
	r.client.carry(ctx, errands)
}

// directly reads a user by object id.
func (r *userReads) directly(wanted []userRead, i int, deliver func(int, outcome[reading])) errand {
	one := wanted[i]
	return errand{batchRequest: one.view.request(one.id), take: func(answer batchAnswer) []errand {
		found, err := one.view.decode(answer, one.id)
		r.account(one, found, err, answer.share)
		deliver(i, outcome[reading]{found, err})
		return nil
	}}
}

// filtered reads users by a filter. Who is not found by it may still be there.
func (r *userReads) filtered(wanted []userRead, few []int, deliver func(int, outcome[reading])) errand {
	names := make([]string, len(few))
	for at, i := range few {
		names[at] = "'" + strings.ToLower(wanted[i].id) + "'"
	}
	request := batchRequest{
		method: http.MethodGet,
		url:    "/users?" + wanted[few[0]].view.listed + "&$filter=" + escapeQuery("id in ("+strings.Join(names, ",")+")"),
	}
	return errand{batchRequest: request, take: func(answer batchAnswer) (missed []errand) {
		users := map[string]User{}
		var one page[User]
		if err := answer.decode(operation{}, &one); err == nil {
			for _, user := range one.Value {
				users[strings.ToLower(user.ID)] = user
			}
		}
		for _, i := range few {
			user, ok := users[strings.ToLower(wanted[i].id)]
			if !ok {
				missed = append(missed, r.directly(wanted, i, deliver))
				continue
			}
			r.account(wanted[i], reading{user: user}, nil, answer.share/float64(len(few)))
			deliver(i, outcome[reading]{value: reading{user: user}})
		}
		return missed
	}}
}

// account notes of which type the user is, and charges the list with what the read has
// cost. Who is not there is in no list.
func (r *userReads) account(one userRead, found reading, err error, cost float64) {
	r.mu.Lock()
	if user := found.user; err == nil && user.UserType != nil {
		r.types[strings.ToLower(one.id)] = *user.UserType
	}
	userType, known := r.types[strings.ToLower(one.id)]
	if !known {
		r.mu.Unlock()
		return
	}
	key := rosterKey{one.view.name, userType}
	list, ok := r.rosters[key]
	if !ok {
		list = newRoster[reading](&r.client.sender.writes)
		r.rosters[key], r.views[key] = list, one.view
		if objects, counted := r.counts[userType]; counted {
			list.sized(objects, nil)
		}
	}
	r.mu.Unlock()
	list.charge(cost)
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
