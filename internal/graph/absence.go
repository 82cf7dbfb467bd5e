package graph

import (
	"context"
	"time"
)

const (
	// secondLook bounds the second read of a user who should be there.
	secondLook = 2 * time.Second
	// freshLook bounds it for a user written a moment ago.
	freshLook = 20 * time.Second
)

// Absence is what is known of a user whom a read did not find.
type Absence struct {
	// Gone is proven absence. When it is false and User is nil, nothing is proven.
	Gone bool
	// DeletedAt is when the user was deleted; nil when that is not known.
	DeletedAt *time.Time
	// User is set when a second read found the user after all.
	User *User
}

// IfPresent judges a write that was answered with notFound: nil when the user is proven
// gone, the write once more when a second look finds the user after all, else notFound.
func (c *Client) IfPresent(ctx context.Context, id string, writtenAt time.Time, notFound error, write func(context.Context) error) error {
	absence, err := c.ConfirmAbsence(ctx, id, writtenAt)
	switch {
	case err != nil:
		return err
	case absence.Gone:
		return nil
	case absence.User != nil:
		return write(ctx)
	default:
		return notFound
	}
}

// ConfirmAbsence finds out whether a user whom a read did not find is gone. App-only
// reads are not consistent, so one "not found" proves nothing: the user must be in the
// deleted items, or stay absent after a wait and not have been written, as far as
// writtenAt tells on Graph's clock, within the last minutes.
func (c *Client) ConfirmAbsence(ctx context.Context, id string, writtenAt time.Time, extra ...Property) (Absence, error) {
	deleted, err := c.DeletedUser(ctx, id)
	switch {
	case err == nil:
		return Absence{Gone: true, DeletedAt: deleted.DeletedDateTime}, nil
	case !IsNotFound(err) && !IsForbidden(err):
		return Absence{}, err
	}
	fresh := c.Fresh(writtenAt)
	limit := secondLook
	if fresh {
		limit = freshLook
	}
	var absence Absence
	looks := 0
	err = Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		looks++
		if looks == 1 {
			// The read that brought us here was the first look: wait before the next.
			return false, nil
		}
		user, err := c.User(ctx, id, extra...)
		switch {
		case err == nil:
			absence.User = &user
			return true, nil
		case IsNotFound(err):
			return false, nil
		default:
			return true, err
		}
	})
	if err != nil || absence.User != nil {
		return absence, err
	}
	absence.Gone = !fresh && looks > 1
	return absence, nil
}
