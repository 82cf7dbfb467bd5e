package session

import (
	"fmt"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// UnlistedTenant is a wish to read a tenant that the provider block does not list.
type UnlistedTenant struct{ TenantID string }

// Error names the tenant and what to do.
func (u *UnlistedTenant) Error() string {
	return fmt.Sprintf("The tenant %s is neither the one signed in to nor in source_tenant_ids of the provider. Add it there; "+
		"the application has to be multi-tenant and consented to in that tenant.", u.TenantID)
}

// In returns the client of a tenant: that of the provider for "" and, once it is known
// who is signed in, for its own tenant, and for a source tenant one whose tokens are for
// that tenant, on the same connections and under the same governor. It sends nothing.
// Every other tenant is an *UnlistedTenant. Nothing may be written to a source tenant.
func (s *Session) In(tenantID string) (*graph.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if tenantID == "" || s.identity != nil && strings.EqualFold(tenantID, s.identity.TenantID) {
		return s.Graph, nil
	}
	listed := slices.IndexFunc(s.SourceTenantIDs, func(id string) bool { return strings.EqualFold(id, tenantID) })
	if listed < 0 {
		return nil, &UnlistedTenant{TenantID: tenantID}
	}
	key := strings.ToLower(tenantID)
	if client, ok := s.sources[key]; ok {
		return client, nil
	}
	client, err := s.Graph.InTenant(s.SourceTenantIDs[listed])
	if err != nil {
		return nil, err
	}
	s.sources[key] = client
	return client, nil
}
