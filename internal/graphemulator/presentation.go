package graphemulator

import (
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

// defaultUserProperties is what a user shows without $select.
// Source: https://learn.microsoft.com/graph/api/user-get.
func defaultUserProperties() []string {
	return []string{
		"businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone",
		"officeLocation", "preferredLanguage", "surname", "userPrincipalName",
	}
}

// basicUserProperties is what User.ReadBasic.All shows.
func basicUserProperties() []string {
	return []string{"displayName", "givenName", "id", "mail", "photo", "securityIdentifier", "surname", "userPrincipalName"}
}

func defaultGroupProperties() []string {
	return []string{
		"id", "deletedDateTime", "classification", "createdDateTime", "creationOptions", "description", "displayName",
		"expirationDateTime", "groupTypes", "isAssignableToRole", "mail", "mailEnabled", "mailNickname", "membershipRule",
		"membershipRuleProcessingState", "onPremisesDomainName", "onPremisesLastSyncDateTime", "onPremisesNetBiosName",
		"onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "preferredDataLocation",
		"preferredLanguage", "proxyAddresses", "renewedDateTime", "resourceBehaviorOptions", "resourceProvisioningOptions",
		"securityEnabled", "securityIdentifier", "theme", "uniqueName", "visibility", "onPremisesProvisioningErrors",
		"serviceProvisioningErrors",
	}
}

// betaProperties are properties of /beta that existing clients select and that are not
// part of v1.0.
func betaProperties(entity string) []string {
	if entity == kindGroup {
		return []string{"writebackConfiguration", "accessType", "infoCatalogs", "isFavorite", "membershipRuleProcessingStatus", "organizationId", "resourceBehaviorOptions", "resourceProvisioningOptions", "cloudLicensing"}
	}
	return []string{"infoCatalogs", "refreshTokensValidFromDateTime", "deviceKeys", "onPremisesSipInfo"}
}

// project shows the asked or the default properties of an object. The key is always
// among them; what an object does not have is null, or an empty collection.
func (c *call) project(kind string, p properties) properties {
	names := c.query.selects
	if names == nil || slices.Contains(names, "*") {
		names = defaultsOf(kind)
	}
	shown := properties{"id": p["id"]}
	basic := kind == kindUser && !c.permitted(mayReadUsers)
	for _, name := range names {
		name, _, _ = strings.Cut(name, "/")
		if basic && !slices.Contains(basicUserProperties(), name) {
			shown[name] = emptyValue(kind, name)
			continue
		}
		shown[name] = valueOf(kind, name, p)
	}
	return shown
}

func defaultsOf(kind string) []string {
	switch kind {
	case kindUser:
		return defaultUserProperties()
	case kindGroup:
		return defaultGroupProperties()
	default:
		return []string{"id", "appId", "displayName", "accountEnabled", "servicePrincipalType"}
	}
}

// valueOf is a property as Graph shows it.
func valueOf(kind, name string, p properties) any {
	if name == "passwordProfile" {
		return nil
	}
	if value, ok := p[name]; ok && value != nil {
		return value
	}
	return emptyValue(kind, name)
}

// emptyValue is how an absent property looks: collections are never null, and
// extension attributes are shown one by one.
func emptyValue(kind, name string) any {
	if isCollection(kind, name) {
		return []any{}
	}
	if name == "onPremisesExtensionAttributes" {
		return noExtensionAttributes()
	}
	return nil
}

func isCollection(kind, name string) bool {
	switch kind {
	case kindUser:
		switch name {
		case "businessPhones", "otherMails", "proxyAddresses", "imAddresses", "identities", "assignedLicenses", "assignedPlans",
			"provisionedPlans", "licenseAssignmentStates", "onPremisesProvisioningErrors", "serviceProvisioningErrors",
			"interests", "pastProjects", "responsibilities", "schools", "skills", "infoCatalogs", "deviceKeys":
			return true
		}
	case kindGroup:
		switch name {
		case "groupTypes", "proxyAddresses", "creationOptions", "resourceBehaviorOptions", "resourceProvisioningOptions",
			"onPremisesProvisioningErrors", "serviceProvisioningErrors", "assignedLabels", "assignedLicenses", "infoCatalogs":
			return true
		}
	}
	return false
}

func noExtensionAttributes() map[string]any {
	attributes := make(map[string]any, len(extensionAttributeNames()))
	for _, name := range extensionAttributeNames() {
		attributes[name] = nil
	}
	return attributes
}

func extensionAttributeNames() []string {
	return []string{
		"extensionAttribute1", "extensionAttribute2", "extensionAttribute3", "extensionAttribute4", "extensionAttribute5",
		"extensionAttribute6", "extensionAttribute7", "extensionAttribute8", "extensionAttribute9", "extensionAttribute10",
		"extensionAttribute11", "extensionAttribute12", "extensionAttribute13", "extensionAttribute14", "extensionAttribute15",
	}
}

// related shows an object in a collection of objects of any type.
func (c *call) related(i item) properties {
	shown := properties{"@odata.type": "#microsoft.graph." + i.kind}
	if !c.mayShow(i.kind) {
		shown["id"] = i.properties["id"]
		return shown
	}
	names := c.query.selects
	if names == nil {
		names = defaultsOf(i.kind)
	}
	shown["id"] = i.properties["id"]
	basic := i.kind == kindUser && !c.permitted(mayReadUsers)
	for _, name := range names {
		if basic && !slices.Contains(basicUserProperties(), name) {
			continue
		}
		if i.kind == kindPrincipal || contract.Selectable(i.kind, name) {
			shown[name] = valueOf(i.kind, name, i.properties)
		}
	}
	return shown
}

// mayShow reports whether the token may read objects of a kind: others show type and id.
func (c *call) mayShow(kind string) bool {
	switch kind {
	case kindUser:
		return c.permitted(mayReadBasic)
	case kindGroup:
		return c.permitted(mayReadGroups)
	default:
		return c.permitted(mayReadApps)
	}
}
