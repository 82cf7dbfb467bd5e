package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// needsRevoke is the least permission to revoke sessions.
// Source: https://learn.microsoft.com/graph/api/user-revokesigninsessions#permissions.
var needsRevoke = []string{"User.RevokeSessions.All"}

// RevokeSignInSessions ends the sessions of a user, within minutes. For guests it
// succeeds and does nothing: they sign in at home. Both documented answers, 200 with true
// and 204, are success.
// Source: https://learn.microsoft.com/graph/api/user-revokesigninsessions.
func (c *Client) RevokeSignInSessions(ctx context.Context, userID string) error {
	op := operation{doing: "revoking the sessions of the user", subject: userID, needs: needsRevoke}
	info, err := users.NewItemRevokeSignInSessionsRequestBuilderInternal(c.path("user%2Did", userID), c.adapter).
		ToPostRequestInformation(ctx, nil)
	if err != nil {
		return describe(err, op)
	}
	return c.call(repeatable(ctx), op, info, nil)
}
