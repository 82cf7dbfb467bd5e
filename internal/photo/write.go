package photo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const (
	// writeTimeout is the default for setting a photo: fresh accounts take none for five
	// minutes and more, as field tools report.
	writeTimeout = 10 * time.Minute
	// coolDown is how old an account has to be before "not found" is taken for an answer.
	coolDown = 15 * time.Minute
	// doubt bounds the wait for an account that is old enough, or that does not show.
	doubt = 30 * time.Second

	firstPause = 200 * time.Millisecond
	lastPause  = 15 * time.Second
)

// errTooYoung is an account that takes no photo yet.
var errTooYoung = errors.New("the account takes no photo yet")

// write makes a JPEG the photo of a user. While it goes on, and afterwards, no other
// instance of this process removes the photo. What a fresh account answers is waited out
// as long as the context allows; then the error is errTooYoung.
func (r *Resource) write(ctx context.Context, userID string, jpeg []byte) error {
	r.Session.Photos.Written(userID)
	release, err := r.Session.Photos.Hold(ctx, userID)
	if err != nil {
		return err
	}
	defer release()
	err = r.Session.Graph.SetPhoto(ctx, userID, jpeg)
	if !graph.IsNotFound(err) {
		return err
	}
	// "Not found" also means "not yet" and "no such user".
	young := r.isYoung(ctx, userID)
	giveUp := time.Now().Add(doubt)
	for wait := firstPause; graph.IsNotFound(err); wait = min(2*wait, lastPause) {
		if !young && time.Now().Add(wait).After(giveUp) {
			return err
		}
		if pause(ctx, wait) != nil {
			if young {
				return fmt.Errorf("%w: %w", errTooYoung, err)
			}
			return err
		}
		err = r.Session.Graph.SetPhoto(ctx, userID, jpeg)
	}
	return err
}

// isYoung reports whether an account may still be too young for a photo: it was created
// a moment ago, or nothing says when.
func (r *Resource) isYoung(ctx context.Context, userID string) bool {
	user, err := r.Session.Graph.User(ctx, userID)
	switch {
	case graph.IsNotFound(err):
		return false
	case err != nil, user.CreatedDateTime == nil:
		return true
	default:
		return r.Session.Graph.Now().Sub(*user.CreatedDateTime) < coolDown
	}
}

// pause waits, or returns an error at once when the context would end first.
func pause(ctx context.Context, wait time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Now().Add(wait).After(deadline) {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// remove deletes the photo of a user, unless this process has written it for another
// instance. A photo that is not there is no error; soon after a write, as writtenAt
// tells on Graph's clock, that has to be confirmed.
func (r *Resource) remove(ctx context.Context, userID string, writtenAt time.Time) error {
	if r.Session.Photos.IsWritten(userID) {
		return nil
	}
	release, err := r.Session.Photos.Hold(ctx, userID)
	if err != nil {
		return err
	}
	defer release()
	if r.Session.Photos.IsWritten(userID) {
		return nil
	}
	client := r.Session.Graph
	err = client.DeletePhoto(ctx, userID)
	if graph.IsNotFound(err) && client.Fresh(writtenAt) {
		_, err = again(ctx, staleLimit, func(ctx context.Context) (struct{}, bool, error) {
			err := client.DeletePhoto(ctx, userID)
			return struct{}{}, !graph.IsNotFound(err), err
		})
	}
	if graph.IsNotFound(err) {
		return nil
	}
	return err
}

// refused reports whether an error of a write leaves no doubt that nothing was written.
func refused(err error) bool {
	if _, lost := errors.AsType[*graph.Uncertain](err); lost {
		return false
	}
	if _, unsigned := errors.AsType[*graph.SignInError](err); unsigned {
		return true
	}
	if _, throttled := errors.AsType[*graph.Throttled](err); throttled {
		return true
	}
	refusal, ok := graph.RefusalOf(err)
	return ok && refusal.Status >= 400 && refusal.Status < 500 && !errors.Is(err, errTooYoung)
}
