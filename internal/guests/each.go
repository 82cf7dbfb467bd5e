package guests

import (
	"context"
	"sync"
)

// each does something for all items, so many at once. When the context ends the items
// that are left are handed to late.
func each[T any](ctx context.Context, items []T, atOnce int, do, late func(T)) {
	queue := make(chan T)
	var group sync.WaitGroup
	for range min(atOnce, len(items)) {
		group.Go(func() {
			for item := range queue {
				if ctx.Err() != nil {
					late(item)
					continue
				}
				do(item)
			}
		})
	}
	for _, item := range items {
		queue <- item
	}
	close(queue)
	group.Wait()
}
