package person

import (
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

func TestProve(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	at := func(offset time.Duration) *time.Time {
		moment := sent.Add(offset)
		return &moment
	}
	tests := map[string]struct {
		origin  Origin
		proven  bool
		created *time.Time
		want    Origin
		settled bool
	}{
		"created by the invitation":       {origin: Invited, created: at(time.Second), want: Invited, settled: true},
		"the same second, rounded down":   {origin: Invited, created: at(-time.Second), want: Invited, settled: true},
		"there before":                    {origin: Invited, created: at(-time.Minute), want: Adopted, settled: true},
		"creation time not known":         {origin: Invited, want: Invited},
		"proven is not asked again":       {origin: Invited, proven: true, created: at(-time.Minute), want: Invited, settled: true},
		"imported needs no proof":         {origin: Imported, created: at(-time.Minute), want: Imported},
		"adopted does not become invited": {origin: Adopted, created: at(time.Second), want: Adopted},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evidence := Evidence{SentAt: sent, Proven: test.proven}
			if got := evidence.Prove(test.origin, graph.User{CreatedDateTime: test.created}); got != test.want {
				t.Errorf("origin %q, want %q", got, test.want)
			}
			if evidence.Proven != test.settled {
				t.Errorf("proven %t, want %t", evidence.Proven, test.settled)
			}
		})
	}
}
