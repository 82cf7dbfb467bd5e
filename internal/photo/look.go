package photo

import (
	"context"
	"errors"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const (
	// absenceLimit bounds the second look at a photo that should be there, freshLimit
	// the one soon after a write.
	absenceLimit = 2 * time.Second
	freshLimit   = 20 * time.Second
	// staleLimit bounds the wait for a read to show what was written.
	staleLimit = 5 * time.Second
	// recordLimit bounds the wait for the etag right after a write; a later refresh
	// records it where that is too short.
	recordLimit = time.Second
)

// What is known of a photo that a read did not show.
var (
	// errGone is proven absence.
	errGone = errors.New("the photo is gone")
	// errUnproven is absence soon after a write: replicas may not have heard of it yet.
	errUnproven = errors.New("the photo does not show yet")
	// errStale is the photo there was before the last write.
	errStale = errors.New("the photo of before still shows")
)

// again looks until it is done or the limit has passed. The caller has looked once
// already, so there is a wait before the first look; where the context leaves no time
// for one, the error is context.DeadlineExceeded.
func again[T any](ctx context.Context, limit time.Duration, look func(context.Context) (seen T, done bool, err error)) (seen T, err error) {
	waited, looked := false, false
	err = graph.Poll(ctx, limit, func(ctx context.Context) (done bool, err error) {
		if !waited {
			waited = true
			return false, nil
		}
		looked = true
		seen, done, err = look(ctx)
		return done, err
	})
	if !looked && err == nil {
		err = context.DeadlineExceeded
	}
	return seen, err
}

// look reads the photo this resource has written: errGone, errUnproven, errStale, or
// Graph's error.
func (r *Resource) look(ctx context.Context, userID string, rec record) (graph.Photo, error) {
	client := r.Session.Graph
	seen, err := client.Photo(ctx, userID)
	fresh := client.Fresh(rec.WrittenAt)
	limit := staleLimit
	switch {
	case graph.IsNotFound(err) && fresh:
		limit = freshLimit
	case graph.IsNotFound(err):
		limit = absenceLimit
	case err != nil, !fresh, !rec.stale(seen.ETag):
		return seen, err
	}
	seen, err = again(ctx, limit, func(ctx context.Context) (graph.Photo, bool, error) {
		seen, err := client.Photo(ctx, userID)
		return seen, !graph.IsNotFound(err) && (err != nil || !fresh || !rec.stale(seen.ETag)), err
	})
	switch {
	case graph.IsNotFound(err) && fresh:
		return graph.Photo{}, errUnproven
	case graph.IsNotFound(err):
		return graph.Photo{}, errGone
	case err != nil:
		return graph.Photo{}, err
	case fresh && rec.stale(seen.ETag):
		return graph.Photo{}, errStale
	default:
		return seen, nil
	}
}

// recorded returns the etag of what was just written, "" when it does not show yet.
// before is the one there was before.
func (r *Resource) recorded(ctx context.Context, userID, before string) string {
	look := func(ctx context.Context) (string, bool, error) {
		seen, err := r.Session.Graph.Photo(ctx, userID)
		if graph.IsNotFound(err) || err == nil && seen.ETag == before {
			return "", false, nil
		}
		return seen.ETag, true, err
	}
	etag, done, _ := look(ctx)
	if !done {
		// Not knowing is no failure of the write.
		etag, _ = again(ctx, recordLimit, look)
	}
	return etag
}
