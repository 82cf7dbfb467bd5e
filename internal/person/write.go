package person

import (
	"context"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Write carries out a difference: one PATCH, then the relations. It stops at the first
// error. Where writtenAt, on Graph's clock, is a moment ago, replicas that do not know
// the person yet are waited for.
func Write(ctx context.Context, client *graph.Client, id string, d Difference, writtenAt time.Time) error {
	if err := d.fillOrgData(ctx, client, id, writtenAt); err != nil {
		return err
	}
	if len(d.Changes) > 0 {
		if err := client.UpdateUser(ctx, id, d.Changes, writtenAt); err != nil {
			return err
		}
	}
	if d.SetManager {
		if err := client.SetManager(ctx, id, d.Manager, writtenAt); err != nil {
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
		if err := client.AddSponsor(ctx, id, sponsor, writtenAt); err != nil {
			return err
		}
	}
	return nil
}

// fillOrgData takes the half of cost centre and division that is not being changed from
// the directory: what a state says of it may be old, or nothing.
func (d Difference) fillOrgData(ctx context.Context, client *graph.Client, id string, writtenAt time.Time) error {
	data, ok := d.Changes[graph.EmployeeOrgData].(graph.OrgData)
	if !ok || !d.LiveCostCenter && !d.LiveDivision {
		return nil
	}
	found, err := Look{Client: client, ID: id, WrittenAt: writtenAt}.Read(ctx)
	if err != nil {
		return err
	}
	live := orgData(&found.User)
	if d.LiveCostCenter {
		data.CostCenter = live.CostCenter
	} else {
		data.Division = live.Division
	}
	d.Changes[graph.EmployeeOrgData] = data
	return nil
}
