package graph

import (
	"context"

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
