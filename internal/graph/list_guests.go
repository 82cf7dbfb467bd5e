package graph

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// isGuest is the filter for everybody who is called a guest, and for everybody who was
// invited, members too. Both properties are answered without the directory's index, so
// that the filter goes together with $expand.
// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
const isGuest = "userType eq 'Guest' or creationType eq 'Invitation'"

// sponsoredUser is a user whose sponsors came along.
type sponsoredUser struct {
	User

	Sponsors []directoryObject `json:"sponsors"`
}

// ListGuests hands every guest of the tenant to take, and whether he has a sponsor, with
// the given properties beyond object id, user principal name and mail: 999 people with
// one request. Replicas may not list a fresh guest yet.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *Client) ListGuests(ctx context.Context, properties []Property, take func(user User, sponsored bool)) error {
	op := operation{doing: "listing the users with the filter", subject: isGuest, needs: needsRead}
	top, filter := int32(pageSize), isGuest
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToGetRequestInformation(ctx,
		&users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
			Top: &top, Filter: &filter, Select: selection(properties), Expand: []string{"sponsors($select=id)"},
		}})
	if err != nil {
		return describe(err, op)
	}
	seen := map[string]bool{}
	return list(ctx, c, op, info, func(guest sponsoredUser) {
		// A list that changes while it is read can show somebody twice.
		if !seen[guest.ID] {
			seen[guest.ID] = true
			take(guest.compact(), len(guest.Sponsors) > 0)
		}
	})
}

// Sponsored returns those of the users, given by object id, who have a sponsor: 300 with
// one request. Who is not there any more has none.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *Client) Sponsored(ctx context.Context, ids []string) (map[string]bool, error) {
	var filters []string
	var requests []batchRequest
	for some := range slices.Chunk(ids, maxClauses) {
		filter := anyOf(some)
		filters = append(filters, filter)
		requests = append(requests, batchRequest{
			method: http.MethodGet,
			url:    "/users?$select=id&$expand=sponsors($select=id)&$filter=" + url.QueryEscape(filter),
		})
	}
	sponsored := map[string]bool{}
	for i, answer := range c.batch(ctx, requests) {
		op := operation{doing: "reading the sponsors of the users with the filter", subject: filters[i], needs: needsRead}
		var found page[sponsoredUser]
		if err := answer.decode(op, &found); err != nil {
			return nil, err
		}
		take := func(user sponsoredUser) {
			if len(user.Sponsors) > 0 {
				sponsored[user.ID] = true
			}
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
			return nil, describe(err, op)
		}
		if err := list(ctx, c, op, info, take); err != nil {
			return nil, err
		}
	}
	return sponsored, nil
}

// anyOf is the filter for object ids, 15 at most.
func anyOf(ids []string) string {
	values := make([]string, len(ids))
	for i, id := range ids {
		values[i] = "'" + quote(id) + "'"
	}
	return "id in (" + strings.Join(values, ",") + ")"
}
