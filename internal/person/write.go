package person

import (
	"context"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Write carries out a difference: one PATCH, then the relations. It stops at the first
// error. fresh says that the person was written a moment ago, so that replicas which
// do not know the person yet are waited for.
func Write(ctx context.Context, client *graph.Client, id string, d Difference, fresh bool) error {
	if len(d.Changes) > 0 {
		if err := client.UpdateUser(ctx, id, d.Changes, fresh); err != nil {
			return err
		}
	}
	if d.SetManager {
		if err := client.SetManager(ctx, id, d.Manager, fresh); err != nil {
			return err
		}
	}
	// Removing first makes room: there are five sponsors at most.
	for _, sponsor := range d.RemoveSponsors {
		if err := client.RemoveSponsor(ctx, id, sponsor); err != nil {
			return err
		}
	}
	for _, sponsor := range d.AddSponsors {
		if err := client.AddSponsor(ctx, id, sponsor, fresh); err != nil {
			return err
		}
	}
	return nil
}
