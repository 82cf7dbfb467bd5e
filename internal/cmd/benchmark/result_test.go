package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestCountRequests(t *testing.T) {
	t.Parallel()

	got := countRequests([]graphemulator.Request{
		{Path: "/tenant/oauth2/v2.0/token", Connection: 1, Method: "POST"},
		{Path: "/v1.0/invitations", Connection: 2, Method: "POST"},
		{Path: "/v1.0/$batch", Connection: 2, Method: "POST", Body: []byte(`{"requests":[{"url":"/users/1"}]}`)},
		{Path: "/v1.0/users/1", Connection: 2, Method: "GET", Batched: true},
		{Path: "/v1.0/users/2", Connection: 2, Method: "PATCH", Batched: true, Status: 404}, // unknown to a replica
		{Path: "/v1.0/users/2", Connection: 2, Method: "PATCH", Batched: true, Status: 204},
		{Path: "/v1.0/$batch", Connection: 2, Method: "POST", Body: []byte(`{"requests":[{"url":"/groups/1/members/$ref"}]}`)},
		{Path: "/v1.0/groups/1/members/$ref", Connection: 2, Method: "POST", Batched: true},
		{Path: "/beta/users/3", Connection: 3, Method: "GET"},
	})
	want := measurement{Requests: 4, SignInRequests: 1, Connections: 3, GuestWrites: 2, GroupRequests: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()

	result := &result{
		Name: "50 guests", Guests: 50, Objects: 100,
		Phases: []comparison{newComparison("create", 100,
			measurement{WallSeconds: 3, Requests: 100, SignInRequests: 2, Connections: 1, PeakMemoryBytes: 40 << 20},
			measurement{WallSeconds: 1}, measurement{WallSeconds: 2})},
	}
	all := &report{
		Terraform: "1.11.4", LatencySeconds: 0.05, ReplicationLagSeconds: 0.5,
		Growth:  []growth{{Phase: "create", From: 50, To: 100, Factor: 1.5, FloorFactor: 2}},
		Targets: []target{{Work: "create 50", What: "requests", Measured: 12, Limit: 10}, {Work: "provider", What: "program", Measured: 40.5, Limit: 50, Unit: "MB", Met: true}},
	}
	var output strings.Builder
	result.print(&output)
	all.print(&output)

	for _, want := range []string{
		"50 guests\n", "Terraform 1.11.4", "answers after 50 ms", "written after 500 ms",
		"3.00 s", "3.0", "+1.00 s", "30.0 ms", "100", "40 MB", "× 1.50", "× 2.00", "FAIL", "40.5 MB", "pass",
	} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, output.String())
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()

	life := func(guests int, wall, own, floor float64, writes int) *result {
		return &result{Guests: guests, Objects: 2 * guests, Phases: []comparison{newComparison("create", 2*guests,
			measurement{WallSeconds: wall, GuestWrites: writes, GroupRequests: guests / 10}, measurement{WallSeconds: floor}, measurement{WallSeconds: own})}}
	}
	all := &report{
		Works: []*result{
			life(100, 10, 5, 1, 200), life(200, 50, 40, 4, 401),
			{Guests: 10000, Objects: 10000, Bulk: true, Phases: []comparison{newComparison("create", 10000,
				measurement{WallSeconds: 900, GuestWrites: 20000}, measurement{WallSeconds: 1}, measurement{WallSeconds: 30})}},
		},
		Provider: program{BinaryBytes: 40 << 20, SchemaSeconds: 0.2, IdleMemoryBytes: 30 << 20},
	}
	all.judge()
	got := map[string]bool{}
	for _, one := range all.Targets {
		got[one.Work+": "+one.What] = one.Met
	}
	want := map[string]bool{
		"create 100: writes for each guest": true, "create 100: requests for 100 memberships": true, "create 100: over own floor": false,
		"create 200: writes for each guest": false, "create 200: requests for 100 memberships": true,
		"create 100 to 200: growth beside the floor's": false,
		"bulk create 10000: writes for each guest":     true, "bulk create 10000: time, beside what the write limit allows": true,
		"provider: program": true, "provider: time to schema": false, "provider: idle memory": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(all.Growth) != 1 || all.Growth[0].Factor != 2.5 || all.Growth[0].FloorFactor != 2 {
		t.Errorf("growth: %+v", all.Growth)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()

	n := numbers{7}
	if err := n.Set(" 100, 500 "); err != nil || n.String() != "100,500" {
		t.Errorf("%s, %v", &n, err)
	}
	if err := n.Set(""); err != nil || len(n) != 0 {
		t.Errorf("%s, %v", &n, err)
	}
	for _, text := range []string{"many", "-1", "0"} {
		if n.Set(text) == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
