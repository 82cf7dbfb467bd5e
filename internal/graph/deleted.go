package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/directory"
)

// DeletedUser returns a user from the deleted items, where Entra keeps users for 30
// days. Their user principal names carry the object id as a prefix.
// Source: https://learn.microsoft.com/graph/api/directory-deleteditems-get.
func (c *Client) DeletedUser(ctx context.Context, id string) (User, error) {
	op := operation{doing: "looking for the deleted user", subject: id, needs: needsRead}
	info, err := directory.NewDeletedItemsDirectoryObjectItemRequestBuilderInternal(c.path("directoryObject%2Did", id), c.adapter).
		ToGetRequestInformation(ctx, nil)
	if err != nil {
		return User{}, describe(err, op)
	}
	var user User
	err = c.call(ctx, op, info, &user)
	return user, err
}

// RestoreUser brings a user back from the deleted items, with memberships and licences.
// A user who is back already is no error.
// Source: https://learn.microsoft.com/graph/api/directory-deleteditems-restore.
func (c *Client) RestoreUser(ctx context.Context, id string) error {
	op := operation{doing: "restoring the deleted user", subject: id, needs: needsDelete}
	info, err := directory.NewDeletedItemsItemRestoreRequestBuilderInternal(c.path("directoryObject%2Did", id), c.adapter).
		ToPostRequestInformation(ctx, nil)
	if err != nil {
		return describe(err, op)
	}
	err = c.call(repeatable(ctx), op, info, nil)
	if !IsNotFound(err) {
		return err
	}
	if _, lookErr := c.User(ctx, id); lookErr == nil {
		return nil
	}
	return err
}

// PurgeUser removes a user from the deleted items for good, waiting for him to appear
// there. A user who is not there any more is no error.
func (c *Client) PurgeUser(ctx context.Context, id string) error {
	op := operation{doing: "purging the deleted user", subject: id, needs: needsDelete}
	ctx, lost := noticing(ctx)
	err := Poll(ctx, settleLimit, func(ctx context.Context) (bool, error) {
		info, err := directory.NewDeletedItemsDirectoryObjectItemRequestBuilderInternal(c.path("directoryObject%2Did", id), c.adapter).
			ToDeleteRequestInformation(ctx, nil)
		if err != nil {
			return true, describe(err, op)
		}
		err = c.call(ctx, op, info, nil)
		if IsNotFound(err) && lost.Load() {
			// The try whose answer was lost has purged him.
			return true, nil
		}
		return !IsNotFound(err), err
	})
	return err
}
