package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// pageSize is the largest page Graph serves of users and members.
const pageSize = 999

// Members returns the object ids of everything in a group, also by way of groups in it.
// Source: https://learn.microsoft.com/graph/api/group-list-transitivemembers.
func (c *Client) Members(ctx context.Context, groupID string) (map[string]bool, error) {
	op := operation{doing: "listing the members of the group", subject: groupID, needs: []string{"GroupMember.Read.All"}}
	top := int32(pageSize)
	info, err := groups.NewItemTransitiveMembersRequestBuilderInternal(c.path("group%2Did", groupID), c.adapter).
		ToGetRequestInformation(ctx, &groups.ItemTransitiveMembersRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.ItemTransitiveMembersRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: &top},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	members := map[string]bool{}
	for {
		var page userPage
		if err := c.call(ctx, op, info, &page); err != nil {
			return nil, err
		}
		for _, member := range page.Value {
			members[member.ID] = true
		}
		if page.NextLink == "" {
			return members, nil
		}
		if info, err = c.nextPage(page.NextLink); err != nil {
			return nil, describe(err, op)
		}
	}
}
