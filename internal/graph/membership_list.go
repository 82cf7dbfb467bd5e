package graph

import (
	"context"
	"errors"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// Member is one object directly in a group.
type Member struct {
	ID string `json:"id"`
	// Type is Graph's, such as "#microsoft.graph.user".
	Type string `json:"@odata.type"`
	// DisplayName and UserPrincipalName are nil where the application may not read them.
	DisplayName       *string `json:"displayName"`
	UserPrincipalName *string `json:"userPrincipalName"`
}

// IsUser reports whether the member is a person's account, not a group, a device or an
// application.
func (m Member) IsUser() bool { return strings.EqualFold(m.Type, "#microsoft.graph.user") }

// What makes a list of members worthless: fewer people than there are.
var (
	errNamelessMember = errors.New("the list shows a member without an object id")
	errHiddenMembers  = errors.New("the list is empty, and the membership of the group is hidden: the application needs Member.Read.Hidden to see it")
)

// DirectMembers returns everything directly in a group, in Graph's order, 999 in one
// request. A list that cannot be trusted is an error: somebody without an object id, a
// broken chain of pages, an empty list of a hidden membership.
// Source: https://learn.microsoft.com/graph/api/group-list-members.
func (c *Client) DirectMembers(ctx context.Context, groupID string) ([]Member, error) {
	op := operation{doing: "listing the direct members of the group", subject: groupID, needs: needsMembers}
	if err := (pair{groupID, groupID}).check(op); err != nil {
		return nil, err
	}
	top := int32(pageSize)
	info, err := groups.NewItemMembersRequestBuilderInternal(c.path("group%2Did", groupID), c.adapter).
		ToGetRequestInformation(ctx, &groups.ItemMembersRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.ItemMembersRequestBuilderGetQueryParameters{
				Select: []string{"id", "displayName", "userPrincipalName"}, Top: &top,
			},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	var members []Member
	nameless := false
	err = list(ctx, c, op, info, func(member Member) {
		nameless = nameless || member.ID == ""
		members = append(members, member)
	})
	switch {
	case err != nil:
		return nil, err
	case nameless:
		return nil, describe(errNamelessMember, op)
	case len(members) > 0:
		return members, nil
	}
	group, err := c.Group(ctx, groupID)
	switch {
	case err != nil:
		return nil, err
	case group.HiddenMembership():
		return nil, describe(errHiddenMembers, op)
	}
	return nil, nil
}
