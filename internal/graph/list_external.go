package graph

import (
	"context"
	"slices"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// Relation is a relation of a user that a list shows along with the user.
type Relation string

// The relations. One list shows one of them: whether Graph takes two is not documented.
const (
	NoRelation       Relation = ""
	ManagerRelation  Relation = "manager"
	SponsorsRelation Relation = "sponsors"
)

// ExternalList says what ListExternal reads.
type ExternalList struct {
	// Extra are properties beyond those every read of a user asks for.
	Extra []Property
	// Relation is shown along; IDs alone leaves all properties but the object id out.
	Relation Relation
	IDs      bool
}

// relatedUser is a user with a relation.
type relatedUser struct {
	User

	Manager  *directoryObject  `json:"manager"`
	Sponsors []directoryObject `json:"sponsors"`
}

// ListExternal hands every guest of the tenant, and every member who came by an
// invitation, to take, with the object ids of the relation: 999 people with one request.
// Replicas may not list a fresh guest yet, and may list an old one as it was.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *Client) ListExternal(ctx context.Context, wanted ExternalList, take func(user User, related []string)) error {
	op := operation{doing: "listing the guests of the tenant", needs: needsRead}
	properties := slices.Clone(userProperties)
	if wanted.IDs {
		properties = []string{"id"}
	}
	for _, property := range wanted.Extra {
		properties = append(properties, string(property))
		if property == EmployeeLeaveDateTime {
			op.needs = append(slices.Clone(op.needs), "User-LifeCycleInfo.Read.All")
		}
	}
	top, filter := int32(pageSize), "userType eq 'Guest' or creationType eq 'Invitation'"
	query := &users.UsersRequestBuilderGetQueryParameters{Top: &top, Filter: &filter, Select: properties}
	if wanted.Relation != NoRelation {
		query.Expand = []string{string(wanted.Relation) + "($select=id)"}
	}
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToGetRequestInformation(ctx,
		&users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: query})
	if err != nil {
		return describe(err, op)
	}
	return list(ctx, c, op, info, func(user relatedUser) { take(user.User, user.related()) })
}

func (u relatedUser) related() []string {
	var ids []string
	if u.Manager != nil {
		ids = append(ids, u.Manager.ID)
	}
	for _, sponsor := range u.Sponsors {
		ids = append(ids, sponsor.ID)
	}
	return ids
}
