package graph

import (
	"fmt"
	"strings"
)

// InTenant returns a client whose tokens are for another tenant, from the same
// credential: its application has to be known there too (a multi-tenant application with
// admin consent). Both clients share the connection pool, the governor and the clock. It
// sends nothing. tenantID is a GUID.
func (c *Client) InTenant(tenantID string) (*Client, error) {
	tokens := &tokenSource{credential: c.tokens.credential, scope: c.tokens.scope, tenantID: tenantID}
	return newClient(tokens, c.sender, c.baseURL)
}

// checkTenant makes sure that a token asked for a certain tenant is one of that tenant:
// a credential that knows only its own, such as a managed identity, ignores the wish.
func (t *tokenSource) checkTenant(token string) error {
	if t.tenantID == "" {
		return nil
	}
	identity, err := parseIdentity(token)
	if err != nil {
		return err
	}
	if !strings.EqualFold(identity.TenantID, t.tenantID) {
		return fmt.Errorf("the token is for tenant %s instead of %s: this way of signing in knows one tenant only", identity.TenantID, t.tenantID)
	}
	return nil
}
