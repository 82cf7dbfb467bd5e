package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// memberKinds are the collections in which a member is looked for, in this order. Only
// the last one may be closed to the application: who reads people in groups seldom has
// Application.Read.All.
var memberKinds = []string{"users", "groups", "servicePrincipals"}

// confirm is the gatherer's: it lists the groups each object is directly in, and makes
// sure that the groups are there.
func (m *memberships) confirm(ctx context.Context, pairs []pair) []outcome[Standing] {
	found := make([]outcome[Standing], len(pairs))
	groups := m.presentGroups(ctx, pairs)
	pending := make([]int, 0, len(pairs))
	for i, p := range pairs {
		group := groups[strings.ToLower(p.groupID)]
		switch err := group.decode(lookingForMember(p), nil); {
		case IsNotFound(err):
			found[i].value = NoGroup
		case err != nil:
			found[i].err = err
		default:
			pending = append(pending, i)
		}
	}
	for i, kind := range memberKinds {
		pending = m.confirmIn(ctx, kind, i == len(memberKinds)-1, pairs, pending, found)
	}
	for _, i := range pending {
		found[i].value = NoMember
	}
	return found
}

// confirmIn looks for the members among the objects of one kind and returns those that
// are none of them. The last kind may be closed to the application.
func (m *memberships) confirmIn(ctx context.Context, kind string, last bool, pairs []pair, pending []int, found []outcome[Standing]) (rest []int) {
	var ids []string
	var requests []batchRequest
	for _, i := range pending {
		id := strings.ToLower(pairs[i].memberID)
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
			requests = append(requests, batchRequest{method: http.MethodGet, url: "/" + kind + "/" + id + "/memberOf?$select=id&$top=999"})
		}
	}
	containers := make(map[string]listed, len(ids))
	for i, result := range m.lists(ctx, requests) {
		containers[ids[i]] = result
	}
	for _, i := range pending {
		result := containers[strings.ToLower(pairs[i].memberID)]
		switch err := result.err(lookingForMember(pairs[i])); {
		case IsNotFound(err), last && IsForbidden(err):
			rest = append(rest, i)
		case err != nil:
			found[i].err = err
		case result.ids[strings.ToLower(pairs[i].groupID)]:
			found[i].value = In
		}
	}
	return rest
}

// presentGroups reads each group once.
func (m *memberships) presentGroups(ctx context.Context, pairs []pair) map[string]batchAnswer {
	var ids []string
	var requests []batchRequest
	for _, p := range pairs {
		id := strings.ToLower(p.groupID)
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
			requests = append(requests, batchRequest{method: http.MethodGet, url: "/groups/" + id + "?$select=id"})
		}
	}
	groups := make(map[string]batchAnswer, len(ids))
	for i, answer := range m.client.batch(ctx, requests) {
		groups[ids[i]] = answer
	}
	return groups
}
