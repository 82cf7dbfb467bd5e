package graph

import (
	"context"
	"net/http"
	"strings"
)

// memberKinds are the collections in which a member is looked for, in this order. Only
// the last one may be closed to the application: who reads people in groups seldom has
// Application.Read.All.
var memberKinds = []string{"users", "groups", "servicePrincipals"}

// confirmation finds out how objects stand to groups: it lists the groups each object is
// directly in, and makes sure that the groups are there.
type confirmation struct {
	memberships *memberships
	pairs       []pair
	deliver     func(int, outcome[Standing])
	// groups and containers are what was read so far, by object id in lower case: the
	// groups themselves, and what an object is in.
	groups     map[string]*batchAnswer
	containers map[string]*containers
}

// containers are the groups an object is directly in.
type containers struct {
	listed

	// nowhere is an object that is in none of the collections.
	nowhere bool
}

// confirm is the gatherer's.
func (m *memberships) confirm(ctx context.Context, pairs []pair, deliver func(int, outcome[Standing])) {
	c := &confirmation{memberships: m, pairs: pairs, deliver: deliver, groups: map[string]*batchAnswer{}, containers: map[string]*containers{}}
	var errands []errand
	asked := map[string]bool{}
	for _, p := range pairs {
		groupID, memberID := strings.ToLower(p.groupID), strings.ToLower(p.memberID)
		if !asked["group "+groupID] {
			errands = append(errands, c.readGroup(groupID))
		}
		if !asked["member "+memberID] {
			errands = append(errands, c.listContainers(memberID, memberKinds))
		}
		asked["group "+groupID], asked["member "+memberID] = true, true
	}
	m.client.carry(ctx, errands)
}

// readGroup makes sure that a group is there.
func (c *confirmation) readGroup(groupID string) errand {
	return errand{
		batchRequest: batchRequest{method: http.MethodGet, url: "/groups/" + groupID + "?$select=id"},
		take: func(answer batchAnswer) []errand {
			c.groups[groupID] = &answer
			c.judge(func(p pair) bool { return strings.EqualFold(p.groupID, groupID) })
			return nil
		},
	}
}

// listContainers looks for a member among the objects of the first kind, and if it is none
// of them, among those of the others. The last kind may be closed to the application.
func (c *confirmation) listContainers(memberID string, kinds []string) errand {
	request := batchRequest{method: http.MethodGet, url: "/" + kinds[0] + "/" + memberID + "/memberOf?$select=id&$top=999"}
	return c.memberships.listing(request, func(result listed) []errand {
		err, last := result.err(operation{}), len(kinds) == 1
		elsewhere := IsNotFound(err) || last && IsForbidden(err)
		if elsewhere && !last {
			return []errand{c.listContainers(memberID, kinds[1:])}
		}
		c.containers[memberID] = &containers{listed: result, nowhere: elsewhere}
		c.judge(func(p pair) bool { return strings.EqualFold(p.memberID, memberID) })
		return nil
	})
}

// judge delivers what is known by now of the pairs in question.
func (c *confirmation) judge(inQuestion func(pair) bool) {
	for i, p := range c.pairs {
		if !inQuestion(p) {
			continue
		}
		group, containers := c.groups[strings.ToLower(p.groupID)], c.containers[strings.ToLower(p.memberID)]
		if group == nil {
			continue
		}
		switch err := group.decode(lookingForMember(p), nil); {
		case IsNotFound(err):
			c.deliver(i, outcome[Standing]{value: NoGroup})
		case err != nil:
			c.deliver(i, outcome[Standing]{err: err})
		case containers != nil:
			c.deliver(i, containers.standing(p))
		}
	}
}

func (c *containers) standing(p pair) (found outcome[Standing]) {
	switch err := c.err(lookingForMember(p)); {
	case c.nowhere:
		found.value = NoMember
	case err != nil:
		found.err = err
	case c.ids[strings.ToLower(p.groupID)]:
		found.value = In
	}
	return found
}
