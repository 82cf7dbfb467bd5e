package graphemulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// view is an object as the replica that answers sees it. A write needs it to be really
// there as well.
func (c *call) view(o *object) properties {
	p := c.tenant.replication.view(o)
	if c.method != http.MethodGet && !o.exists() {
		return nil
	}
	return p
}

// findUser finds the user a path names, as the replica that answers sees him.
func (c *call) findUser() (*object, properties, error) {
	name := c.parameters["user"]
	o := c.tenant.user(name)
	p := c.view(o)
	if p == nil {
		return nil, nil, notFound(name)
	}
	return o, p, nil
}

// getUser answers GET /users/{id}.
func getUser(c *call) (answer, error) {
	if err := c.checkUserSelect(); err != nil {
		return answer{}, err
	}
	if c.query.asksSignIns() && !isGUID(strings.ToLower(c.parameters["user"])) {
		return answer{}, badRequest("Get By Key only supports UserId and the key has to be a valid Guid")
	}
	o, p, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	shown := c.project(kindUser, p)
	shown["@odata.context"] = c.context("users" + c.query.projection() + "/$entity")
	if c.query.selects == nil {
		shown["@microsoft.graph.tips"] = selectTip
	}
	return c.withExpanded(kindUser, o, shown)
}

func (c *call) checkUserSelect() error {
	if err := c.query.only("$select", "$expand", "$format"); err != nil {
		return err
	}
	return c.checkUserProperties()
}

func (c *call) checkUserProperties() error {
	if err := c.query.checkSelect(kindUser); err != nil {
		return err
	}
	basic := !c.permitted(mayReadUsers)
	if c.query.asksSignIns() && !c.can("AuditLog.Read.All") {
		return denied()
	}
	for _, name := range c.query.selects {
		switch {
		case name == "employeeLeaveDateTime" && !c.can("User-LifeCycleInfo.Read.All") && !c.can("User-LifeCycleInfo.ReadWrite.All"):
			return denied()
		case basic && !slices.Contains(basicUserProperties(), name):
			return denied()
		}
	}
	return nil
}

// listUsers answers GET /users.
func listUsers(c *call) (answer, error) {
	if err := c.checkUserProperties(); err != nil {
		return answer{}, err
	}
	expand, err := c.expansions(kindUser)
	if err != nil {
		return answer{}, err
	}
	t := c.tenant
	l := listing{
		call: c, entity: kindUser, fragment: "users", items: t.users.items(t.replication), check: odata.CheckUserFilter,
		show: func(i item) properties { return c.showExpanded(kindUser, expand, i) },
	}
	return answer{later: l.page}, nil
}

// countUsers answers GET /users/$count.
func countUsers(c *call) (answer, error) {
	if !c.eventual() {
		return answer{}, badRequest("$count is not currently supported.")
	}
	if c.query.filter != nil {
		// The path says what $count=true says elsewhere.
		if err := refusedQuery(odata.CheckUserFilter(c.query.filter, true)); err != nil {
			return answer{}, err
		}
	}
	l := listing{call: c, entity: kindUser, items: c.tenant.users.items(c.tenant.replication)}
	return answer{later: l.count}, nil
}

// count answers a $count request with a number in plain text.
func (l listing) count() (answer, error) {
	items, err := l.matching()
	if err != nil {
		return answer{}, err
	}
	return plainNumber(len(items)), nil
}

// patchUser answers PATCH /users/{id}.
func patchUser(c *call) (answer, error) {
	body, err := c.object()
	if err != nil {
		return answer{}, err
	}
	if err := c.checkPropertyRoles(body, mayUpdateUsers); err != nil {
		return answer{}, err
	}
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	if err := c.updateUser(o, body); err != nil {
		return answer{}, err
	}
	return noContent()
}

// deleteUser answers DELETE /users/{id}, and DELETE on a member of a group without
// /$ref, which is the same to Graph. Deleting and restoring who holds a directory role takes
// a higher one.
// Source: https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions.
func deleteUser(c *call) (answer, error) {
	o, _, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	if c.tenant.roleHolders[o.id] {
		return answer{}, denied()
	}
	c.tenant.softDelete(c.tenant.users, o, c.emulator.Now(), false)
	return noContent()
}

// revokeSessions answers POST /users/{id}/revokeSignInSessions. Guests sign in at home:
// it succeeds and does nothing for them.
func revokeSessions(c *call) (answer, error) {
	o, p, err := c.findUser()
	if err != nil {
		return answer{}, err
	}
	if !isGuest(p) {
		changed := cloneOf(o)
		changed["signInSessionsValidFromDateTime"] = graphTime(c.emulator.Now())
		c.tenant.change(c.tenant.users, o, changed, false)
		c.tenant.credential(o.id).revokedAt = c.emulator.Now()
	}
	if c.emulator.config.Switches.RevokeNoContent {
		return noContent()
	}
	return ok(map[string]any{"@odata.context": c.context("Edm.Boolean"), "value": true})
}

// isGuest reports whether a user signs in elsewhere.
func isGuest(p properties) bool {
	return p["externalUserState"] != nil || text(p, "creationType") == "Invitation" ||
		strings.Contains(text(p, "userPrincipalName"), "#EXT#")
}
