package session

import (
	"context"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Deadline bounds an operation of one resource like context.WithTimeout, but for the time
// that throttling makes all resources wait together: that does not count.
func Deadline(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	return graph.WithBudget(ctx, timeout)
}
