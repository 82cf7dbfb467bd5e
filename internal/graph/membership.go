package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// Standing is how an object stands to a group.
type Standing int

const (
	// Out is an object that is not directly in the group; both are there.
	Out Standing = iota
	// In is an object directly in the group, not by way of another one.
	In
	// NoGroup is a group that does not show: gone, or so fresh that a replica has not
	// heard of it.
	NoGroup
	// NoMember is the same of the object.
	NoMember
)

// Permissions named when Graph refuses.
var (
	needsMembers      = []string{"GroupMember.Read.All"}
	needsMembersWrite = []string{"GroupMember.ReadWrite.All"}
)

// pair is one object and one group.
type pair struct{ groupID, memberID string }

// memberships reads and writes who is in which group, for concurrent callers together.
type memberships struct {
	client     *Client
	indexed    gatherer[pair, bool]
	refreshed  gatherer[pair, bool]
	confirmed  gatherer[pair, Standing]
	added      gatherer[memberWrite, bool]
	removed    gatherer[memberWrite, bool]
	candidates gatherer[string, Candidate]

	mu      sync.Mutex
	rosters map[string]*roster[struct{}] // by object id of the group, in lower case
}

func newMemberships(client *Client) *memberships {
	m := &memberships{client: client, rosters: map[string]*roster[struct{}]{}}
	m.indexed.limit, m.indexed.send = maxBatch*maxClauses, m.searchIndex
	m.refreshed.limit, m.refreshed.send = maxBatch*maxClauses, m.refresh
	m.confirmed.limit, m.confirmed.send = maxBatch, m.confirm
	m.added.limit, m.added.send = maxBatch, m.add
	m.removed.limit, m.removed.send = maxBatch, m.remove
	m.candidates.limit, m.candidates.send = maxBatch, m.readCandidates
	m.indexed.patient, m.added.patient, m.removed.patient, m.candidates.patient = true, true, true, true
	return m
}

// errNoObjectID is an id that would lead a request elsewhere.
var errNoObjectID = errors.New("the object id is no GUID")

// check makes sure that both ids are GUIDs: nothing else may become part of a path.
func (p pair) check(op operation) error {
	for _, id := range []string{p.groupID, p.memberID} {
		if parsed, err := uuid.Parse(id); err != nil || !strings.EqualFold(parsed.String(), id) {
			return describe(fmt.Errorf("%w: %q", errNoObjectID, id), op)
		}
	}
	return nil
}

func lookingForMember(p pair) operation {
	return operation{doing: "looking in group " + p.groupID + " for the member", subject: p.memberID, needs: needsMembers}
}

// Indexed reports whether the directory's index lists an object directly in a group. The
// index may be behind: neither answer is proof. The error is *NotFound when the group
// does not show. Concurrent callers share requests, 15 objects of a group in each of 20.
// Source: https://learn.microsoft.com/graph/api/group-list-members.
func (c *Client) Indexed(ctx context.Context, groupID, memberID string) (bool, error) {
	p := pair{groupID, memberID}
	op := lookingForMember(p)
	if err := p.check(op); err != nil {
		return false, err
	}
	found, err := c.members.indexed.do(ctx, p)
	if err != nil {
		return false, describe(err, op)
	}
	return found.value, found.err
}

// Standing returns how an object, a user, a group or a service principal, stands to a
// group. One whom the index lists is in; a miss is confirmed by ConfirmedStanding. Where the
// context is Refreshing, a list of the group may take the place of the index.
func (c *Client) Standing(ctx context.Context, groupID, memberID string) (Standing, error) {
	listed, err := c.listedIn(ctx, groupID, memberID)
	switch {
	case err != nil && !IsNotFound(err):
		return Out, err
	case listed:
		return In, nil
	default:
		return c.ConfirmedStanding(ctx, groupID, memberID)
	}
}

// ConfirmedStanding is Standing without the index: it reads the groups an object is
// directly in. Neither answer is stale but for what was written a moment ago. Concurrent
// callers share requests.
// Source: https://learn.microsoft.com/graph/api/user-list-memberof.
func (c *Client) ConfirmedStanding(ctx context.Context, groupID, memberID string) (Standing, error) {
	p := pair{groupID, memberID}
	op := lookingForMember(p)
	if err := p.check(op); err != nil {
		return Out, err
	}
	found, err := c.members.confirmed.do(ctx, p)
	if err != nil {
		return Out, describe(err, op)
	}
	return found.value, found.err
}

// listed is what became of one list of ids.
type listed struct {
	ids map[string]bool // in lower case
	// answer is the last one; it tells why the list could not be read.
	answer batchAnswer
	// broken is a link that leads elsewhere.
	broken error
	// cost is what the pages have cost, in requests on the wire.
	cost float64
}

// err describes why the list could not be read; nil when it could.
func (l listed) err(op operation) error {
	if l.broken != nil {
		return describe(l.broken, op)
	}
	return l.answer.decode(op, &page[directoryObject]{})
}

// listing reads a list of directory objects to its end and hands it to done, which returns
// what is to be asked because of it. A page may be empty and still not be the last one.
func (m *memberships) listing(request batchRequest, done func(listed) []errand) errand {
	result := listed{ids: map[string]bool{}}
	seen := map[string]bool{}
	var page errand
	page = errand{batchRequest: request, take: func(answer batchAnswer) []errand {
		next := result.take(answer)
		if next == "" {
			return done(result)
		}
		_, err := m.client.nextPage(next)
		if err == nil && seen[next] {
			err = errLoop
		}
		if err != nil {
			result.broken = err
			return done(result)
		}
		seen[next] = true
		page.url = strings.TrimPrefix(next, m.client.baseURL)
		return []errand{page}
	}}
	return page
}

// take adds one page and returns the link to the next.
func (l *listed) take(answer batchAnswer) (next string) {
	l.answer = answer
	l.cost += answer.share
	var one page[directoryObject]
	if err := answer.decode(operation{}, &one); err != nil {
		return ""
	}
	for _, object := range one.Value {
		l.ids[strings.ToLower(object.ID)] = true
	}
	return one.NextLink
}

// searchIndex is the gatherer's: it asks for the objects sought in each group, 15 at a
// time, which is as many as Graph takes in one filter.
func (m *memberships) searchIndex(ctx context.Context, pairs []pair, deliver func(int, outcome[bool])) {
	m.client.carry(ctx, m.searches(pairs, func(i int, found outcome[bool], _ float64) { deliver(i, found) }))
}

// searches looks for pairs in the index. done is told the share of each in the cost, in
// requests on the wire.
func (m *memberships) searches(pairs []pair, done func(i int, found outcome[bool], cost float64)) []errand {
	var seekers [][]int
	var names [][]string
	open := map[string]int{} // by group: the request that has room
	for i, p := range pairs {
		group := strings.ToLower(p.groupID)
		at, ok := open[group]
		if !ok || len(seekers[at]) == maxClauses {
			at = len(seekers)
			open[group] = at
			seekers, names = append(seekers, nil), append(names, nil)
		}
		seekers[at], names[at] = append(seekers[at], i), append(names[at], "'"+strings.ToLower(p.memberID)+"'")
	}
	searches := make([]errand, len(seekers))
	for at, who := range seekers {
		request := batchRequest{
			method: http.MethodGet,
			url: "/groups/" + pairs[who[0]].groupID + "/members?$count=true&$select=id&$filter=" +
				escapeQuery("id in ("+strings.Join(names[at], ",")+")"),
			headers: map[string]string{"ConsistencyLevel": "eventual"},
		}
		searches[at] = m.listing(request, func(result listed) []errand {
			for _, i := range who {
				err := result.err(lookingForMember(pairs[i]))
				found := outcome[bool]{value: err == nil && result.ids[strings.ToLower(pairs[i].memberID)], err: err}
				done(i, found, result.cost/float64(len(who)))
			}
			return nil
		})
	}
	return searches
}
