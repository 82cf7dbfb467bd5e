package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// ListExternal hands every guest of the tenant, and every member who came by an
// invitation, to take: 999 people with one request. Replicas may not list a fresh guest
// yet, and may list an old one as it was.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *Client) ListExternal(ctx context.Context, take func(User)) error {
	op := operation{doing: "listing the guests of the tenant", needs: needsRead}
	top, filter := int32(pageSize), isGuest
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToGetRequestInformation(ctx,
		&users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
			Top: &top, Filter: &filter, Select: userProperties,
		}})
	if err != nil {
		return describe(err, op)
	}
	return list(ctx, c, op, info, take)
}
