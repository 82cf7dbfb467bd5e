package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// Group is a group as Graph answers it; nil means null. The JSON names are Graph's.
// Source: https://learn.microsoft.com/graph/api/resources/group.
type Group struct {
	ID                    string            `json:"id"`
	DisplayName           *string           `json:"displayName"`
	Description           *string           `json:"description"`
	Mail                  *string           `json:"mail"`
	MailNickname          *string           `json:"mailNickname"`
	MailEnabled           *bool             `json:"mailEnabled"`
	SecurityEnabled       *bool             `json:"securityEnabled"`
	GroupTypes            []string          `json:"groupTypes"`
	MembershipRule        *string           `json:"membershipRule"`
	IsAssignableToRole    *bool             `json:"isAssignableToRole"`
	OnPremisesSyncEnabled *bool             `json:"onPremisesSyncEnabled"`
	Visibility            *string           `json:"visibility"`
	AssignedLicenses      []AssignedLicense `json:"assignedLicenses"`
	CreatedDateTime       *time.Time        `json:"createdDateTime"`
}

// AssignedLicense is a licence that a group hands on to its members, or that is assigned
// to a user.
type AssignedLicense struct {
	SkuID         string   `json:"skuId"`
	DisabledPlans []string `json:"disabledPlans"`
}

// Unified reports whether this is a Microsoft 365 group.
func (g Group) Unified() bool { return g.hasType("Unified") }

// Dynamic reports whether a rule decides who is in the group.
func (g Group) Dynamic() bool { return g.hasType("DynamicMembership") || g.MembershipRule != nil }

// HiddenMembership reports whether only those with Member.Read.Hidden see who is in the
// group; to others Graph shows an empty one.
func (g Group) HiddenMembership() bool {
	return g.Visibility != nil && strings.EqualFold(*g.Visibility, "HiddenMembership")
}

func (g Group) hasType(name string) bool {
	return slices.ContainsFunc(g.GroupTypes, func(kind string) bool { return strings.EqualFold(kind, name) })
}

// groupProperties is what every read of a group asks for.
var groupProperties = []string{
	"id", "displayName", "description", "mail", "mailNickname", "mailEnabled", "securityEnabled", "groupTypes",
	"membershipRule", "isAssignableToRole", "onPremisesSyncEnabled", "visibility", "assignedLicenses", "createdDateTime",
}

// needsGroup is the least permission to read groups and who is in them.
// Source: https://learn.microsoft.com/graph/api/group-get#permissions.
var needsGroup = []string{"GroupMember.Read.All"}

// Group returns the group with the given object id.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	op := operation{doing: "reading the group", subject: id, needs: needsGroup}
	info, err := groups.NewGroupItemRequestBuilderInternal(c.path("group%2Did", id), c.adapter).
		ToGetRequestInformation(ctx, &groups.GroupItemRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.GroupItemRequestBuilderGetQueryParameters{Select: groupProperties},
		})
	if err != nil {
		return Group{}, describe(err, op)
	}
	var group Group
	err = c.call(ctx, op, info, &group)
	return group, err
}

// Members returns the object ids of everything in a group, also by way of groups in it.
// Source: https://learn.microsoft.com/graph/api/group-list-transitivemembers.
func (c *Client) Members(ctx context.Context, groupID string) (map[string]bool, error) {
	op := operation{doing: "listing the members of the group", subject: groupID, needs: needsGroup}
	top := int32(pageSize)
	info, err := groups.NewItemTransitiveMembersRequestBuilderInternal(c.path("group%2Did", groupID), c.adapter).
		ToGetRequestInformation(ctx, &groups.ItemTransitiveMembersRequestBuilderGetRequestConfiguration{
			QueryParameters: &groups.ItemTransitiveMembersRequestBuilderGetQueryParameters{Select: []string{"id"}, Top: &top},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	members := map[string]bool{}
	err = list(ctx, c, op, info, func(member User) { members[member.ID] = true })
	if err != nil {
		return nil, err
	}
	return members, nil
}
