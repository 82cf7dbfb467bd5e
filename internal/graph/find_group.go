package graph

import (
	"context"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// GroupsByDisplayName returns the groups with a display name, in any spelling of case.
// Replicas may not list a fresh group yet.
func (c *Client) GroupsByDisplayName(ctx context.Context, name string) ([]Group, error) {
	return c.findGroups(ctx, "displayName", name, func(group Group) *string { return group.DisplayName })
}

// GroupsByMailNickname returns the groups with a mail nickname, in any spelling of case.
func (c *Client) GroupsByMailNickname(ctx context.Context, nickname string) ([]Group, error) {
	return c.findGroups(ctx, "mailNickname", nickname, func(group Group) *string { return group.MailNickname })
}

// findGroups lists the groups whose property has a value.
// Source: https://learn.microsoft.com/graph/api/group-list.
func (c *Client) findGroups(ctx context.Context, property, value string, of func(Group) *string) ([]Group, error) {
	op := operation{doing: "looking for the group", subject: value, needs: needsGroup}
	filter := equals(property, value)
	info, err := groups.NewGroupsRequestBuilderInternal(c.path(), c.adapter).
		ToGetRequestInformation(ctx, &groups.GroupsRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.GroupsRequestBuilderGetQueryParameters{Filter: &filter, Select: groupProperties},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	var found []Group
	err = list(ctx, c, op, info, func(group Group) {
		if text := of(group); text != nil && strings.EqualFold(*text, value) {
			found = append(found, group)
		}
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
