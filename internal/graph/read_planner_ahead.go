package graph

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// ProfileReads are so many reads of users of one type, with the named properties beyond
// those always read.
func ProfileReads(userType string, reads int, extra ...Property) Reads {
	v := usualView
	if len(extra) > 0 {
		v = profileView(extra)
	}
	return Reads{view: v, userType: userType, count: reads}
}

// ManagerReads are so many reads of the managers of users of one type.
func ManagerReads(userType string, reads int) Reads {
	return Reads{view: managerView, userType: userType, count: reads}
}

// SponsorReads are so many reads of the sponsors of users of one type.
func SponsorReads(userType string, reads int) Reads {
	return Reads{view: sponsorsView, userType: userType, count: reads}
}

// Reads are reads of one kind that a refresh is about to make.
type Reads struct {
	view     *view
	userType string
	count    int
}

// cost is what the reads cost one by one, in requests: filters do not show relations.
func (r Reads) cost() float64 {
	if r.view.related {
		return float64(postsFor(r.count))
	}
	return filtered(r.count)
}

// filtered is what so many reads by filters of object ids cost, in requests on the wire.
func filtered(reads int) float64 { return float64(postsFor(filtersFor(reads))) }

// Expect announces what a refresh is about to read: a list that costs less than that is
// read at once, where the planner would wait until single reads have cost as much. The
// reads follow, in a context that is Refreshing; what could not be listed they read.
func (c *Client) Expect(ctx context.Context, ahead ...Reads) {
	costs := map[rosterKey]float64{}
	var types []string
	for _, reads := range ahead {
		if c.readsDirectly || !mayPay(reads.count, reads.cost()) {
			continue
		}
		costs[c.reads.open(reads)] = reads.cost()
		types = append(types, reads.userType)
	}
	if len(types) == 0 {
		return
	}
	slices.Sort(types)
	types = slices.Compact(types)
	var sizes []errand
	for _, userType := range types {
		sizes = append(sizes, c.reads.sizing(userType))
	}
	c.carry(ctx, sizes)
	var listing sync.WaitGroup
	for key, cost := range costs {
		list := c.reads.roster(key)
		if list.due(cost) {
			listing.Go(func() {
				list.fill(ctx, func(ctx context.Context) (map[string]reading, error) { return c.reads.list(ctx, key) })
			})
		}
	}
	listing.Wait()
}

// open returns the list that answers the reads.
func (r *userReads) open(reads Reads) rosterKey {
	key := rosterKey{reads.view.name, reads.userType}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.rosters[key]; !ok {
		r.rosters[key], r.views[key] = newRoster[reading](&r.client.sender.writes), reads.view
	}
	return key
}

// ExpectMembers is Expect for looking whether so many objects are in a group.
func (c *Client) ExpectMembers(ctx context.Context, groupID string, reads int) {
	if (pair{groupID, groupID}).check(operation{}) != nil || c.readsDirectly || !mayPay(reads, filtered(reads)) {
		return
	}
	list := c.members.roster(groupID)
	c.carry(ctx, []errand{c.members.sizing(groupID)})
	if list.due(filtered(reads)) {
		list.fill(ctx, func(ctx context.Context) (map[string]struct{}, error) {
			return c.members.list(ctx, strings.ToLower(groupID))
		})
	}
}

// mayPay reports whether asking how long a list is, and reading it, can cost less than so
// many single reads.
func mayPay(reads int, cost float64) bool { return 1+pagesOf(reads) < cost }
