package graphemulator

import (
	"strings"
	"time"
)

// maxSponsors of one user.
// Source: https://learn.microsoft.com/entra/external-id/b2b-sponsors.
const maxSponsors = 5

func tooManySponsors() *failure {
	return badRequest("The number of sponsors exceeds the maximum of 5.").blaming("InvalidValue", "sponsors")
}

// listSponsors answers GET /users/{id}/sponsors.
func listSponsors(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	return c.listRelated(c.relatedItems("sponsors", o.id))
}

// addSponsor answers POST /users/{id}/sponsors/$ref.
// Source: https://learn.microsoft.com/graph/api/user-post-sponsors.
func addSponsor(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	id, err := c.reference("directoryObjects", "users", "groups")
	if err != nil {
		return answer{}, err
	}
	sponsor, err := c.target(id)
	if err != nil {
		return answer{}, err
	}
	if sponsor.kind != kindUser && sponsor.kind != kindGroup {
		return answer{}, badRequest("The reference target '%s' of type '%s' is invalid for the 'sponsors' reference.", id, typeName(sponsor.kind))
	}
	relation := relationOf(c.tenant.sponsors, o.id)
	if relation.has(id) {
		return answer{}, alreadyReferenced("sponsors")
	}
	if len(c.tenant.present(relation)) >= maxSponsors {
		return answer{}, tooManySponsors()
	}
	relation.add(id, time.Now())
	return noContent()
}

// removeSponsor answers DELETE /users/{id}/sponsors/{id}/$ref.
func removeSponsor(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	relation, id := relationOf(c.tenant.sponsors, o.id), strings.ToLower(c.parameters["object"])
	if !c.tenant.replication.sees(relation, id) {
		return answer{}, notFound(c.parameters["object"])
	}
	relation.remove(id, time.Now(), c.tenant.replication.lag)
	return noContent()
}

func alreadyReferenced(relation string) *failure {
	return badRequest("One or more added object references already exist for the following modified properties: '%s'.", relation)
}
