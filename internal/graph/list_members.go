package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/groups"
)

// Untrusted is a list of members that may be incomplete: fewer people than there are
// would look like leavers.
type Untrusted struct {
	// GroupID is the group; Reason is a sentence that says why its list is not trusted.
	GroupID, Reason string
	// Needs is the least permission that is missing.
	Needs string
}

// Error says why, and what to do.
func (u *Untrusted) Error() string {
	return fmt.Sprintf("The list of members of the group %s may be incomplete: %s\n\nThe least application permission for this is %s. "+
		"Grant it with admin consent; it takes effect with the next token.", u.GroupID, u.Reason, u.Needs)
}

const needsHidden = "Member.Read.Hidden"

// basicProperties are what an application with User.ReadBasic.All sees of a user.
// Source: https://learn.microsoft.com/graph/permissions-reference#userreadbasicall.
var basicProperties = []string{"id", "userPrincipalName", "mail", "displayName", "givenName", "surname"}

// listedMember is anything in a group.
type listedMember struct {
	User

	Type       string  `json:"@odata.type"`
	Visibility *string `json:"visibility"` // of a group
}

func (m listedMember) is(kind string) bool {
	return strings.EqualFold(m.Type, "#microsoft.graph."+kind)
}

// ListMembers hands every user in a group to take, with the given properties beyond object
// id, user principal name and mail, and returns the object ids of the groups in it.
// transitive follows these. Everything else in the group is left out.
//
// A list that may be incomplete is an error, of which *Untrusted is one.
// Source: https://learn.microsoft.com/graph/api/group-list-members.
func (c *Client) ListMembers(ctx context.Context, groupID string, transitive bool, properties []Property, take func(User)) (groupIDs []string, err error) {
	op := operation{doing: "listing the members of the group", subject: groupID, needs: needsGroup}
	identity, known := c.lookups.identity(ctx)
	selected := selection(properties)
	if known && !identity.mayAny(readsUsers) && !isBasic(selected) {
		return nil, &Untrusted{
			GroupID: groupID, Needs: needsRead[0],
			Reason: "the application may not read the profiles of users, so Microsoft Graph would show them empty.",
		}
	}
	info, err := c.membersRequest(ctx, op, transitive, selected)
	if err != nil {
		return nil, err
	}
	reader := &memberReader{groupID: groupID, hidden: known && identity.mayAny([]string{needsHidden}), seen: map[string]bool{}, take: take}
	pages, stop := context.WithCancel(ctx)
	defer stop()
	err = list(pages, c, op, info, func(member listedMember) {
		if reader.read(member); reader.fault != nil {
			stop()
		}
	})
	switch {
	case reader.fault != nil:
		return nil, reader.fault
	case err != nil:
		return nil, err
	case len(reader.seen) > 0 || reader.hidden:
		return reader.groupIDs, nil
	}
	// To whom a membership is hidden, Graph shows an empty one.
	group, err := c.Group(ctx, groupID)
	switch {
	case err != nil:
		return nil, err
	case group.HiddenMembership():
		return nil, reader.concealed(groupID)
	}
	return nil, nil
}

// readsUsers are the permissions to read all of a user.
var readsUsers = []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", accessAsUser}

func isBasic(properties []string) bool {
	return !slices.ContainsFunc(properties, func(name string) bool { return !slices.Contains(basicProperties, name) })
}

func (c *Client) membersRequest(ctx context.Context, op operation, transitive bool, selected []string) (info *abstractions.RequestInformation, err error) {
	top, path := int32(pageSize), c.path("group%2Did", op.subject)
	if transitive {
		info, err = groups.NewItemTransitiveMembersRequestBuilderInternal(path, c.adapter).
			ToGetRequestInformation(ctx, &groups.ItemTransitiveMembersRequestBuilderGetRequestConfiguration{
				QueryParameters: &groups.ItemTransitiveMembersRequestBuilderGetQueryParameters{Select: append(selected, "visibility"), Top: &top},
			})
	} else {
		info, err = groups.NewItemMembersRequestBuilderInternal(path, c.adapter).
			ToGetRequestInformation(ctx, &groups.ItemMembersRequestBuilderGetRequestConfiguration{
				QueryParameters: &groups.ItemMembersRequestBuilderGetQueryParameters{Select: selected, Top: &top},
			})
	}
	return info, describe(err, op)
}

// memberReader takes the members of one list apart, and notices what cannot be trusted.
type memberReader struct {
	groupID string
	// hidden says that the application sees hidden memberships.
	hidden   bool
	seen     map[string]bool
	groupIDs []string
	take     func(User)
	fault    error
}

func (r *memberReader) read(member listedMember) {
	switch {
	case r.fault != nil || r.seen[member.ID]:
		// A list that changes while it is read can show somebody twice.
		return
	case member.ID == "" || member.Type == "":
		r.fault = &Untrusted{GroupID: r.groupID, Reason: "an entry does not say who or what it is.", Needs: needsRead[0]}
		return
	}
	r.seen[member.ID] = true
	switch {
	case member.is("user"):
		if member.UserPrincipalName == "" && member.Mail == nil {
			r.fault = &Untrusted{
				GroupID: r.groupID, Needs: needsRead[0],
				Reason: fmt.Sprintf("of the user %s Microsoft Graph shows the object id alone, as it does to an application that may not read users.", member.ID),
			}
			return
		}
		r.take(member.compact())
	case member.is("group"):
		r.groupIDs = append(r.groupIDs, member.ID)
		if member.Visibility != nil && strings.EqualFold(*member.Visibility, "HiddenMembership") && !r.hidden {
			r.fault = r.concealed(member.ID)
		}
	}
}

func (r *memberReader) concealed(groupID string) error {
	return &Untrusted{
		GroupID: r.groupID, Needs: needsHidden,
		Reason: fmt.Sprintf("the membership of the group %s is hidden, and to an application without the permission Microsoft Graph shows nobody in it.", groupID),
	}
}
