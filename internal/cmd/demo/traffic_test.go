package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestTrafficLines(t *testing.T) {
	t.Parallel()

	got := trafficLines([]graphemulator.Request{
		{Method: "POST", Path: "/tenant/oauth2/v2.0/token"},
		{Method: "POST", Path: "/v1.0/invitations"},
		{Method: "PATCH", Path: "/v1.0/users/7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"},
		{Method: "POST", Path: "/v1.0/invitations"},
		{Method: "PATCH", Path: "/v1.0/users/11111111-0d0e-4a53-8f0f-3a1f6d9f1c55"},
		{Method: "GET", Path: "/v1.0/users/22222222-0d0e-4a53-8f0f-3a1f6d9f1c55", Batched: true},
	})
	want := []string{"   2 × POST   /invitations", "   2 × PATCH  /users/{id}"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
