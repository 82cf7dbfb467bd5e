package graph

import (
	"context"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// DirectoryRoles returns the names of the directory roles that a user holds, also by way
// of role-assignable groups.
// Source: https://learn.microsoft.com/graph/api/user-list-transitivememberof.
func (c *Client) DirectoryRoles(ctx context.Context, id string) ([]string, error) {
	op := operation{doing: "listing the directory roles of the user", subject: id, needs: []string{"Directory.Read.All"}}
	count := true
	headers := abstractions.NewRequestHeaders()
	headers.Add("ConsistencyLevel", "eventual")
	info, err := users.NewItemTransitiveMemberOfGraphDirectoryRoleRequestBuilderInternal(c.path("user%2Did", id), c.adapter).
		ToGetRequestInformation(ctx, &users.ItemTransitiveMemberOfGraphDirectoryRoleRequestBuilderGetRequestConfiguration{
			Headers:         headers,
			QueryParameters: &users.ItemTransitiveMemberOfGraphDirectoryRoleRequestBuilderGetQueryParameters{Count: &count, Select: []string{"id", "displayName"}},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	var names []string
	err = list(ctx, c, op, info, func(role struct {
		DisplayName string `json:"displayName"`
	},
	) {
		names = append(names, role.DisplayName)
	})
	return names, err
}
