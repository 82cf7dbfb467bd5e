package graphemulator

import "strings"

// listOwners answers GET /groups/{id}/owners.
func listOwners(c *call) (answer, error) {
	o, _, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	return c.listRelated(c.relatedItems("owners", o.id))
}

// addOwner answers POST /groups/{id}/owners/$ref.
func addOwner(c *call) (answer, error) {
	o, _, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	id, err := c.reference("directoryObjects", "users", "servicePrincipals")
	if err != nil {
		return answer{}, err
	}
	owner, err := c.target(id)
	if err != nil {
		return answer{}, err
	}
	if owner.kind == kindGroup {
		return answer{}, badRequest("The reference target '%s' of type 'Group' is invalid for the 'owners' reference.", id)
	}
	relation := relationOf(c.tenant.owners, o.id)
	if relation.has(id) {
		return answer{}, alreadyReferenced("owners")
	}
	relation.add(id, c.lagStart())
	return noContent()
}

// removeOwner answers DELETE /groups/{id}/owners/{id}/$ref.
func removeOwner(c *call) (answer, error) {
	o, _, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	relation, id := relationOf(c.tenant.owners, o.id), strings.ToLower(c.parameters["object"])
	if !c.tenant.replication.sees(relation, id) {
		return answer{}, notFound(c.parameters["object"])
	}
	relation.remove(id, c.lagStart(), c.tenant.replication.lag)
	return noContent()
}
