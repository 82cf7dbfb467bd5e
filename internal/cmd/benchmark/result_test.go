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
		{Path: "/tenant/oauth2/v2.0/token", Connection: 1},
		{Path: "/v1.0/$batch", Connection: 2},
		{Path: "/v1.0/users/1", Connection: 2, Batched: true},
		{Path: "/v1.0/users/2", Connection: 2, Batched: true},
		{Path: "/beta/users/3", Connection: 3},
	})
	want := measurement{Requests: 2, SignInRequests: 1, Connections: 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()

	result := &result{
		Terraform: "1.11.4", Guests: 50, LatencySeconds: 0.05, ReplicationLagSeconds: 0.5,
		Phases: []comparison{newComparison("create",
			measurement{WallSeconds: 3, Requests: 100, SignInRequests: 2, Connections: 1, PeakMemoryBytes: 40 << 20},
			measurement{WallSeconds: 1}, measurement{WallSeconds: 2})},
	}
	var output strings.Builder
	result.print(&output)

	for _, want := range []string{
		"50 guests, Terraform 1.11.4", "answers after 50ms", "written after 500ms",
		"3.00 s", "+2.00 s", "3.0", "+1.00 s", "100", "40 MB",
	} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, output.String())
		}
	}
}
