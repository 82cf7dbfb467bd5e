package graph

import (
	"context"
	"errors"

	"github.com/microsoftgraph/msgraph-sdk-go/organization"
)

// Tenant is the tenant that is signed in to.
// Source: https://learn.microsoft.com/graph/api/resources/organization.
type Tenant struct {
	ID              string           `json:"id"`
	DisplayName     string           `json:"displayName"`
	VerifiedDomains []VerifiedDomain `json:"verifiedDomains"`
}

// VerifiedDomain is a domain the tenant has proven to own.
type VerifiedDomain struct {
	Name      string `json:"name"`
	IsDefault bool   `json:"isDefault"`
	// IsInitial marks the onmicrosoft.com domain the tenant began with; the user
	// principal names of guests are on it.
	IsInitial bool `json:"isInitial"`
}

// Tenant returns the tenant that is signed in to.
func (c *Client) Tenant(ctx context.Context) (Tenant, error) {
	// Organization.Read.All would do as well. Any permission to read users does, and there is no work without one.
	op := operation{doing: "reading the tenant", subject: c.baseURL, needs: needsRead}
	info, err := organization.NewOrganizationRequestBuilderInternal(c.path(), c.adapter).
		ToGetRequestInformation(ctx, &organization.OrganizationRequestBuilderGetRequestConfiguration{
			QueryParameters: &organization.OrganizationRequestBuilderGetQueryParameters{
				Select: []string{"id", "displayName", "verifiedDomains"},
			},
		})
	if err != nil {
		return Tenant{}, describe(err, op)
	}
	var page struct {
		Value []Tenant `json:"value"`
	}
	if err := c.call(ctx, op, info, &page); err != nil {
		return Tenant{}, err
	}
	if len(page.Value) == 0 {
		return Tenant{}, describe(errors.New("no organization is listed"), op)
	}
	return page.Value[0], nil
}
