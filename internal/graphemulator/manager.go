package graphemulator

import (
	"strings"
	"time"
)

// getManager answers GET /users/{id}/manager.
func getManager(c *call) (answer, error) {
	if err := c.query.only("$select", "$format"); err != nil {
		return answer{}, err
	}
	if err := c.query.checkSelect("directoryObject"); err != nil {
		return answer{}, err
	}
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	items := c.relatedItems("manager", o.id)
	if len(items) == 0 {
		return answer{}, notFound("manager")
	}
	shown := c.related(items[0])
	shown["@odata.context"] = c.context("directoryObjects/$entity")
	return ok(shown)
}

// putManager answers PUT /users/{id}/manager/$ref.
// Source: https://learn.microsoft.com/graph/api/user-post-manager.
func putManager(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	id, err := c.reference("directoryObjects", "users")
	if err != nil {
		return answer{}, err
	}
	manager, err := c.target(id)
	if err != nil {
		return answer{}, err
	}
	if manager.kind != kindUser {
		return answer{}, badRequest("The reference target '%s' of type '%s' is invalid for the 'manager' reference.", id, typeName(manager.kind))
	}
	if id == o.id {
		return answer{}, badRequest("The user cannot be its own manager.").blaming("InvalidValue", "manager")
	}
	relation := relationOf(c.tenant.managers, o.id)
	now := time.Now()
	for _, previous := range relation.ids() {
		relation.remove(previous, now, c.tenant.replication.lag)
	}
	relation.add(id, now)
	return noContent()
}

// deleteManager answers DELETE /users/{id}/manager/$ref.
func deleteManager(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	relation := relationOf(c.tenant.managers, o.id)
	ids := relation.ids()
	if len(ids) == 0 {
		return answer{}, notFound("manager")
	}
	relation.remove(ids[0], time.Now(), c.tenant.replication.lag)
	return noContent()
}

// typeName is a kind as the directory's messages spell it.
func typeName(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }
