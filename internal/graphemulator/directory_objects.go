package graphemulator

import (
	"slices"
	"strings"
)

// principalProperties is the service principal of an application.
func (t *tenant) principalProperties(a *application) properties {
	return properties{
		"id": a.principalID, "appId": a.clientID, "displayName": "Emulated application", "accountEnabled": true,
		"servicePrincipalType": "Application", "appOwnerOrganizationId": t.id, "servicePrincipalNames": []any{a.clientID},
	}
}

// getDirectoryObject answers GET /directoryObjects/{id}.
func getDirectoryObject(c *call) (answer, error) {
	found, err := c.target(c.parameters["object"])
	if err != nil {
		return answer{}, err
	}
	shown := c.related(found)
	shown["@odata.context"] = c.context("directoryObjects/$entity")
	return ok(shown)
}

// maxIDs is how many ids getByIds takes.
// Source: https://learn.microsoft.com/graph/api/directoryobject-getbyids.
const maxIDs = 1000

// getByIDs answers POST /directoryObjects/getByIds. Ids that are not found are missing
// in the answer.
func getByIDs(c *call) (answer, error) {
	body, err := c.object()
	if err != nil {
		return answer{}, err
	}
	for _, name := range sortedNames(body) {
		if _, isList := body[name].([]any); !isList || name != "ids" && name != "types" {
			return answer{}, badRequest("Invalid property '%s'.", name)
		}
	}
	ids, types := texts(body, "ids"), texts(body, "types")
	if len(ids) == 0 || len(ids) > maxIDs {
		return answer{}, badRequest("The number of ids must be between 1 and %d.", maxIDs)
	}
	values := []any{}
	for _, id := range ids {
		if !isGUID(id) {
			return answer{}, badRequest("Invalid object identifier '%s'.", id)
		}
		found, err := c.target(strings.ToLower(id))
		if err != nil || len(types) > 0 && !slices.Contains(types, found.kind) && !slices.Contains(types, "directoryObject") {
			continue
		}
		values = append(values, c.related(found))
	}
	return ok(map[string]any{"@odata.context": c.context("directoryObjects"), "value": values})
}

// listPrincipals answers GET /servicePrincipals, of which there is one per application.
func listPrincipals(c *call) (answer, error) {
	values := []any{}
	for _, a := range c.tenant.applications {
		p := c.tenant.principalProperties(a)
		if c.query.filter != nil {
			found, err := c.query.filter.Match(p)
			if err != nil {
				return answer{}, refusedQuery(err)
			}
			if !found {
				continue
			}
		}
		values = append(values, p)
	}
	return ok(map[string]any{"@odata.context": c.context("servicePrincipals"), "value": values})
}

// getPrincipal answers GET /servicePrincipals/{id}.
func getPrincipal(c *call) (answer, error) {
	a := c.tenant.principal(c.parameters["object"])
	if a == nil {
		return answer{}, notFound(c.parameters["object"])
	}
	shown := c.tenant.principalProperties(a)
	shown["@odata.context"] = c.context("servicePrincipals/$entity")
	return ok(shown)
}
