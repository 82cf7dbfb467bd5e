package graph

import (
	"context"
	"errors"
	"net/url"
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
	if in, known := c.members.roster(groupID).knows(memberID); known && ctx.Err() == nil {
		return in, nil
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
func (m *memberships) refresh(ctx context.Context, pairs []pair, deliver func(int, outcome[bool])) {
	groups := map[string][]int{}
	reads := map[string]int{}
	for i, p := range pairs {
		groupID := strings.ToLower(p.groupID)
		groups[groupID] = append(groups[groupID], i)
		reads[groupID]++
	}
	each := costs(reads, func(_ string, reads int) int { return filtersFor(reads) })
	var now []int
	var lists sync.WaitGroup
	for groupID, some := range groups {
		list := m.roster(groupID)
		if !list.due(each[groupID] * float64(len(some))) {
			now = append(now, some...)
			continue
		}
		lists.Go(func() {
			list.fill(ctx, func(ctx context.Context) (map[string]struct{}, error) { return m.list(ctx, groupID) })
			m.answer(ctx, pairs, some, deliver)
		})
	}
	m.answer(ctx, pairs, now, deliver)
	lists.Wait()
}

// answer answers from the lists there are, else from the index, and asks along with the
// search how many members there are in groups whose list may become worth reading.
func (m *memberships) answer(ctx context.Context, pairs []pair, which []int, deliver func(int, outcome[bool])) {
	var rest []int
	var sought []pair
	unsized := map[string]bool{}
	for _, i := range which {
		list := m.roster(pairs[i].groupID)
		if in, known := list.knows(pairs[i].memberID); known {
			deliver(i, outcome[bool]{value: in})
			continue
		}
		groupID := strings.ToLower(pairs[i].groupID)
		_, company := unsized[groupID]
		unsized[groupID] = list.unsized() && (company || list.soFar() > 0)
		rest, sought = append(rest, i), append(sought, pairs[i])
	}
	errands := m.searches(sought, func(at int, found outcome[bool], cost float64) {
		m.roster(sought[at].groupID).charge(cost)
		deliver(rest[at], found)
	})
	for groupID, wanted := range unsized {
		if wanted && (rides(len(errands), 1) || m.roster(groupID).soFar() >= eagerReads) {
			errands = append(errands, m.sizing(groupID))
		}
	}
	m.client.carry(ctx, errands)
}

// sizing asks how many members a group has.
func (m *memberships) sizing(groupID string) errand {
	request := countRequest("/groups/" + groupID + "/members?$count=true&$top=1&$select=id")
	return errand{batchRequest: request, take: func(answer batchAnswer) []errand {
		m.roster(groupID).sized(countIn(answer))
		return nil
	}}
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
