package guests_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// some are guests with a title, by number.
func some(count int) people {
	guests := people{}
	for i := range count {
		guests[number(i)] = attributes{"email": number(i) + "@fabrikam.example", "job_title": "Analyst"}
	}
	return guests
}

// Replicas do not show for a while that somebody was put into a group: that is no drift.
func TestFreshMembershipsAreBelieved(t *testing.T) {
	t.Parallel()
	for name, hits := range map[string]graphemulator.LagHits{"some replicas": graphemulator.LagSome, "all replicas": graphemulator.LagAll} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = 2*time.Second, hits })
			group := fmt.Sprint(s.Groups(s.TenantID())[0]["id"])
			guests := config(some(30), attributes{"group_ids": []string{group}})
			s.must(guests, options{})
			s.settled(guests)
		})
	}
}
