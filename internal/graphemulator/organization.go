package graphemulator

import (
	"strings"
)

// organizationProperties is the tenant as Graph shows it.
// Source: https://learn.microsoft.com/graph/api/resources/organization.
func (t *tenant) organizationProperties() properties {
	domains := make([]any, 0, len(t.verifiedDomains))
	for i, name := range t.verifiedDomains {
		domains = append(domains, map[string]any{
			"name": name, "isInitial": name == t.initialDomain, "type": "Managed", "capabilities": "Email, OfficeCommunicationsOnline",
			// The first custom domain is the default one, as is usual.
			"isDefault": i == min(1, len(t.verifiedDomains)-1),
		})
	}
	return properties{
		"id": t.id, "deletedDateTime": nil, "displayName": t.displayName, "countryLetterCode": "DE", "city": nil, "country": nil,
		"createdDateTime": "2020-01-01T00:00:00Z", "businessPhones": []any{}, "marketingNotificationEmails": []any{},
		"technicalNotificationMails": []any{}, "securityComplianceNotificationMails": []any{}, "securityComplianceNotificationPhones": []any{},
		"assignedPlans": []any{}, "provisionedPlans": []any{}, "onPremisesSyncEnabled": nil, "preferredLanguage": "en",
		"tenantType": "AAD", "verifiedDomains": domains, "postalCode": nil, "state": nil, "street": nil,
		"defaultUsageLocation": nil, "isMultipleDataLocationsForServicesEnabled": nil, "onPremisesLastSyncDateTime": nil,
		"partnerTenantType": nil, "privacyProfile": nil,
	}
}

func (c *call) organization() (properties, error) {
	if err := c.query.only("$select", "$format"); err != nil {
		return nil, err
	}
	all := c.tenant.organizationProperties()
	if c.query.selects == nil {
		return all, nil
	}
	shown := properties{"id": all["id"]}
	for _, name := range c.query.selects {
		value, ok := all[name]
		if !ok {
			return nil, badSyntax("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.organization'.", name)
		}
		shown[name] = value
	}
	return shown, nil
}

// listOrganization answers GET /organization, a collection of one.
func listOrganization(c *call) (answer, error) {
	shown, err := c.organization()
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"@odata.context": c.context("organization" + c.query.projection()), "value": []any{shown}})
}

// getOrganization answers GET /organization/{id}.
func getOrganization(c *call) (answer, error) {
	if !strings.EqualFold(c.parameters["organization"], c.tenant.id) {
		return answer{}, notFound(c.parameters["organization"])
	}
	shown, err := c.organization()
	if err != nil {
		return answer{}, err
	}
	shown["@odata.context"] = c.context("organization" + c.query.projection() + "/$entity")
	return ok(shown)
}

// getAuthorizationPolicy answers GET /policies/authorizationPolicy, as far as it is
// about invitations.
func getAuthorizationPolicy(c *call) (answer, error) {
	allowed := c.tenant.policy.allowFrom
	if allowed == "" {
		allowed = "everyone"
	}
	return ok(map[string]any{
		"@odata.context": c.context("policies/authorizationPolicy/$entity"), "id": "authorizationPolicy",
		"displayName": "Authorization Policy", "description": "Used to manage authorization related settings across the company.",
		"allowInvitesFrom": allowed, "allowedToSignUpEmailBasedSubscriptions": true, "allowedToUseSSPR": true,
		"allowEmailVerifiedUsersToJoinOrganization": false, "blockMsolPowerShell": false,
		"guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
	})
}
