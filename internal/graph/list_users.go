package graph

import (
	"context"
	"fmt"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// signInPageSize is the largest page Graph serves of users with their sign-ins.
const signInPageSize = 500

// TooLong is a search that makes a longer URL than Graph takes.
type TooLong struct{ Length, Most int }

// Error says by how much.
func (t *TooLong) Error() string {
	return fmt.Sprintf("The request to Microsoft Graph would be %d characters long, with the names of the attributes to read in it. Graph takes %d of such a search.", t.Length, t.Most)
}

// ListUsers hands every user who meets the criteria to take, with the given properties
// beyond object id, user principal name and mail, and those the criteria are about. What
// Graph cannot filter by is filtered here. Replicas may not list a fresh user yet. A search
// that Graph does not take for its length is a *TooLong.
//
// Sign-ins are read in pages of 500, of which Graph serves ten a minute.
// Source: https://learn.microsoft.com/graph/api/user-list.
func (c *Client) ListUsers(ctx context.Context, criteria Criteria, properties []Property, take func(User)) error {
	condition := criteria.condition()
	op := operation{doing: "listing the users with the filter", subject: condition.filter, needs: needsRead}
	wanted := slices.Concat(properties, criteria.Properties())
	top := int32(pageSize)
	if condition.signIns || slices.Contains(wanted, SignIns) {
		top = signInPageSize
		op.needs = append(slices.Clone(needsRead), "AuditLog.Read.All")
		ctx = c.askingSignIns(ctx)
	}
	query := &users.UsersRequestBuilderGetQueryParameters{Top: &top, Select: selection(wanted)}
	if condition.filter != "" {
		query.Filter = &condition.filter
	}
	headers := abstractions.NewRequestHeaders()
	if condition.advanced {
		query.Count = &condition.advanced
		headers.Add("ConsistencyLevel", "eventual")
	}
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToGetRequestInformation(ctx,
		&users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: query, Headers: headers})
	if err != nil {
		return describe(err, op)
	}
	if condition.advanced {
		info.PathParameters["baseurl"] = c.baseURL
		address, err := info.GetUri()
		if err != nil {
			return describe(err, op)
		}
		if length := len(address.String()); length > maxURL {
			return &TooLong{Length: length, Most: maxURL}
		}
	}
	seen := map[string]bool{}
	return list(ctx, c, op, info, func(user User) {
		// A list that changes while it is read can show somebody twice.
		if !seen[user.ID] && criteria.Matches(user) {
			seen[user.ID] = true
			take(user.compact())
		}
	})
}

// compact lets go of the names of extension attributes that have no value: Graph sends all
// fifteen with every user, and lists are long.
func (u User) compact() User {
	var attributes map[string]*string
	for name, value := range u.ExtensionAttributes {
		if value == nil {
			continue
		}
		if attributes == nil {
			attributes = map[string]*string{}
		}
		attributes[name] = value
	}
	u.ExtensionAttributes = attributes
	return u
}
