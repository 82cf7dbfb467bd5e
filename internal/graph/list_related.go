package graph

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Managers returns the object ids of the managers of users, by theirs in lower case: 300
// with one request. Who has no manager is not in it.
//
// A list may not know somebody yet, and one that shows nobody's manager may have left them
// out: then those are read singly, 20 with one request.
// Sources: https://learn.microsoft.com/graph/api/user-list,
// https://learn.microsoft.com/graph/api/user-list-manager.
func (c *Client) Managers(ctx context.Context, ids []string) (map[string]string, error) {
	managers, listed := map[string]string{}, map[string]bool{}
	err := c.listRelated(ctx, managerView, "reading the managers of the users with the filter", ids, func(user listedUser) {
		listed[strings.ToLower(user.ID)] = true
		if user.Manager != nil {
			managers[strings.ToLower(user.ID)] = user.Manager.ID
		}
	})
	if err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return len(managers) > 0 && listed[strings.ToLower(id)] })
	requests := make([]batchRequest, len(left))
	for i, id := range left {
		requests[i] = managerView.request(id)
	}
	for i, answer := range c.batch(ctx, requests) {
		found, err := managerView.decode(answer, left[i])
		if err != nil {
			return nil, err
		}
		if len(found.related) > 0 {
			managers[strings.ToLower(left[i])] = found.related[0]
		}
	}
	return managers, nil
}

// Sponsored returns those of the users, given by object id, who have a sponsor: 300 with
// one request. Who is not there any more has none.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *Client) Sponsored(ctx context.Context, ids []string) (map[string]bool, error) {
	sponsored := map[string]bool{}
	err := c.listRelated(ctx, sponsorsView, "reading the sponsors of the users with the filter", ids, func(user listedUser) {
		if len(user.Sponsors) > 0 {
			sponsored[user.ID] = true
		}
	})
	return sponsored, err
}

// listRelated hands the users with the object ids to take, with what the view shows of them.
func (c *Client) listRelated(ctx context.Context, v *view, doing string, ids []string, take func(listedUser)) error {
	var filters []string
	var requests []batchRequest
	for some := range slices.Chunk(ids, maxClauses) {
		filter := anyOf(some)
		filters = append(filters, filter)
		requests = append(requests, batchRequest{method: http.MethodGet, url: "/users?" + v.listed + "&$filter=" + url.QueryEscape(filter)})
	}
	for i, answer := range c.batch(ctx, requests) {
		op := operation{doing: doing, subject: filters[i], needs: needsRead}
		var found page[listedUser]
		if err := answer.decode(op, &found); err != nil {
			return err
		}
		for _, user := range found.Value {
			take(user)
		}
		// Fifteen people fit on a page, but a page may be empty and still not be the last.
		if found.NextLink == "" {
			continue
		}
		info, err := c.nextPage(found.NextLink)
		if err != nil {
			return describe(err, op)
		}
		if err := list(ctx, c, op, info, take); err != nil {
			return err
		}
	}
	return nil
}

// anyOf is the filter for object ids, 15 at most.
func anyOf(ids []string) string {
	values := make([]string, len(ids))
	for i, id := range ids {
		values[i] = "'" + quote(id) + "'"
	}
	return "id in (" + strings.Join(values, ",") + ")"
}
