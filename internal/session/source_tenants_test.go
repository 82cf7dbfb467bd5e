package session_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

func TestOnlyListedTenantsHaveAClient(t *testing.T) {
	t.Parallel()
	const listed = "abcdefab-0000-0000-0000-000000000001"
	client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "https://graph.example/.default"})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(client)
	s.SourceTenantIDs = []string{listed}
	if own, err := s.In(""); err != nil || own != client {
		t.Errorf("the provider's own client: %v", err)
	}
	first, err := s.In(listed)
	if err != nil || first == client {
		t.Fatalf("the listed tenant: %v", err)
	}
	if again, err := s.In(strings.ToUpper(listed)); err != nil || again != first {
		t.Errorf("another client for another spelling: %v", err)
	}
	var unlisted *session.UnlistedTenant
	if _, err := s.In("abcdefab-0000-0000-0000-000000000002"); !errors.As(err, &unlisted) {
		t.Errorf("got %v", err)
	}
}
