package graph

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// listedIn is Indexed for a refresh: when looking for members of a group has cost as much
// as listing them all would, the list answers. Neither a hit nor a miss is proof.
func (c *Client) listedIn(ctx context.Context, groupID, memberID string) (bool, error) {
	if !c.refreshes(ctx) {
		return c.Indexed(ctx, groupID, memberID)
	}
	p := pair{groupID, memberID}
	op := lookingForMember(p)
	if err := p.check(op); err != nil {
		return false, err
	}
	if _, ok := c.members.roster(groupID).find(memberID); ok && ctx.Err() == nil {
		return true, nil
	}
	found, err := c.members.refreshed.do(ctx, p)
	if err != nil {
		return false, describe(err, op)
	}
	return found.value, found.err
}

// roster is the list of the members of a group.
func (m *memberships) roster(groupID string) *roster[struct{}] {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := strings.ToLower(groupID)
	list, ok := m.rosters[key]
	if !ok {
		list = newRoster[struct{}](&m.client.sender.writes)
		m.rosters[key] = list
	}
	return list
}

// refresh is the gatherer's: it answers from lists where they are worth it, and from the
// index otherwise.
func (m *memberships) refresh(ctx context.Context, pairs []pair) []outcome[bool] {
	found := make([]outcome[bool], len(pairs))
	shares := map[string]float64{} // by group, what looking in the index costs
	for _, p := range pairs {
		shares[strings.ToLower(p.groupID)] += requestsFor(len(pairs)) / float64(len(pairs))
	}
	for groupID, next := range shares {
		if list := m.roster(groupID); list.due(next) {
			list.fill(ctx, func(ctx context.Context) (map[string]struct{}, error) { return m.list(ctx, groupID) })
		}
	}
	var rest []int
	var sought []pair
	for i, p := range pairs {
		if _, found[i].value = m.roster(p.groupID).find(p.memberID); !found[i].value {
			rest, sought = append(rest, i), append(sought, p)
		}
	}
	if len(rest) == 0 {
		return found
	}
	defer m.size(ctx, sought)()
	for at, result := range m.searchIndex(ctx, sought) {
		found[rest[at]] = result
	}
	return found
}

// size charges what looking in the index costs. With the second search in a group it asks
// how many members there are, along with the search; wait returns when that is known.
func (m *memberships) size(ctx context.Context, sought []pair) (wait func()) {
	unsized := map[string]*roster[struct{}]{}
	for _, p := range sought {
		if list := m.roster(p.groupID); list.unsized() {
			unsized[strings.ToLower(p.groupID)] = list
		}
	}
	for _, p := range sought {
		m.roster(p.groupID).charge(requestsFor(len(sought)) / float64(len(sought)))
	}
	if len(unsized) == 0 {
		return func() {}
	}
	groupIDs := slices.Collect(maps.Keys(unsized))
	requests := make([]batchRequest, len(groupIDs))
	for i, groupID := range groupIDs {
		requests[i] = countRequest("/groups/" + groupID + "/members?$count=true&$top=1&$select=id")
	}
	var counting sync.WaitGroup
	counting.Go(func() {
		for i, answer := range m.client.batch(ctx, requests) {
			unsized[groupIDs[i]].sized(countIn(answer))
			unsized[groupIDs[i]].charge(1 / float64(len(requests)))
		}
	})
	return counting.Wait
}

// errNobodyListed is what a hidden membership looks like: such a list proves nothing.
var errNobodyListed = errors.New("the list shows nobody")

// list reads the object ids of everything directly in a group.
func (m *memberships) list(ctx context.Context, groupID string) (map[string]struct{}, error) {
	op := operation{doing: "listing the direct members of the group", subject: groupID, needs: needsMembers}
	info := abstractions.NewRequestInformation()
	info.Method = abstractions.GET
	target, err := url.Parse(m.client.baseURL + "/groups/" + groupID + "/members?$top=999&$select=id")
	if err != nil {
		return nil, describe(err, op)
	}
	info.SetUri(*target)
	members := map[string]struct{}{}
	err = list(ctx, m.client, op, info, func(member directoryObject) { members[strings.ToLower(member.ID)] = struct{}{} })
	if err == nil && len(members) == 0 {
		err = describe(errNobodyListed, op)
	}
	return members, err
}
