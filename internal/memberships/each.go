package memberships

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const (
	// writers is how many additions or removals are under way at once: enough for two full
	// batches, few enough not to meet each other's writes to one group too often.
	writers = 40
	// readers is how many memberships are looked up at once: as many as share one request.
	readers = 300
)

// failures are errors by object id.
type failures map[string]error

// ids are sorted.
func (f failures) ids() []string {
	ids := make([]string, 0, len(f))
	for id := range f {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// first is the failure of the first id.
func (f failures) first() error { return f[f.ids()[0]] }

// each calls do for every id, at most atOnce at a time, and returns who failed.
func each(ctx context.Context, ids []string, atOnce int, do func(ctx context.Context, id string) error) failures {
	var mu sync.Mutex
	failed := failures{}
	graph.Each(ctx, ids, atOnce, func(ctx context.Context, id string) {
		if err := do(ctx, id); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failed[id] = err
		}
	})
	return failed
}

// shown is how many ids a diagnostic lists.
const shown = 20

// lines lists ids, one per line, the first ones if they are many.
func lines(ids []string, name func(id string) string) string {
	var text strings.Builder
	for i, id := range ids {
		if i == shown {
			text.WriteString("\n…")
			break
		}
		text.WriteString("\n" + name(id))
	}
	return text.String()
}

func quoted(id string) string { return diagnostic.Quote(id) }
