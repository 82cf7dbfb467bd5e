package graphemulator

import (
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// listRelated answers a list of objects of any type.
func (c *call) listRelated(items []item) (answer, error) {
	if c.query.expand != "" {
		return answer{}, badRequest("$expand is not supported on this relation.")
	}
	l := listing{
		call: c, entity: "directoryObject", fragment: "directoryObjects", items: items,
		check: odata.CheckMemberFilter, show: c.related,
	}
	return answer{later: l.page}, nil
}

// listCast answers a list of objects of one type: an advanced query, unlike the list of
// all types. Source: https://learn.microsoft.com/graph/api/group-list-members.
func (c *call) listCast(items []item, kind string) (answer, error) {
	if !c.advanced() {
		return answer{}, unsupportedQuery("The specified filter to the reference property query is currently not supported. " +
			"OData cast requires the ConsistencyLevel: eventual header and the $count=true parameter.")
	}
	items = slices.DeleteFunc(items, func(i item) bool { return i.kind != kind })
	check := odata.CheckUserFilter
	if kind == kindGroup {
		check = odata.CheckGroupFilter
	}
	l := listing{
		call: c, entity: kind, fragment: plural(kind), items: items, check: check,
		show: func(i item) properties {
			if !c.mayShow(kind) {
				return c.related(i)
			}
			return c.project(kind, i.properties)
		},
	}
	return answer{later: l.page}, nil
}

func plural(kind string) string { return kind + "s" }

// countRelated answers a $count of a relation.
func (c *call) countRelated(items []item) (answer, error) {
	if !c.eventual() {
		return answer{}, badRequest("$count is not currently supported.")
	}
	if c.query.filter != nil {
		if err := refusedQuery(odata.CheckMemberFilter(c.query.filter, true)); err != nil {
			return answer{}, err
		}
	}
	return answer{later: listing{call: c, items: items}.count}, nil
}

// listMemberOf answers GET /users/{id}/memberOf, and the same for groups and service
// principals.
func listMemberOf(c *call) (answer, error) {
	id, err := c.containedID()
	if err != nil {
		return answer{}, err
	}
	return c.listRelated(c.unhidden(c.tenant.containers(id, false)))
}

// listTransitiveMemberOf answers GET /users/{id}/transitiveMemberOf.
func listTransitiveMemberOf(c *call) (answer, error) {
	id, err := c.containedID()
	if err != nil {
		return answer{}, err
	}
	return c.listRelated(c.unhidden(c.tenant.containers(id, true)))
}

// listMemberOfGroups answers the same cast to groups, direct and transitive.
func listMemberOfGroups(c *call) (answer, error) {
	id, err := c.containedID()
	if err != nil {
		return answer{}, err
	}
	transitive := c.segments[2] == "transitiveMemberOf"
	return c.listCast(c.unhidden(c.tenant.containers(id, transitive)), kindGroup)
}

// unhidden leaves out the groups whose membership the application may not see.
func (c *call) unhidden(items []item) []item {
	if c.can("Member.Read.Hidden") {
		return items
	}
	return slices.DeleteFunc(items, func(i item) bool { return strings.EqualFold(text(i.properties, "visibility"), "HiddenMembership") })
}

// containedID is the id of the user, group or service principal whose containers are
// asked for.
func (c *call) containedID() (string, error) {
	if id := c.parameters["object"]; id != "" {
		a := c.tenant.principal(id)
		if a == nil {
			return "", notFound(id)
		}
		return a.principalID, nil
	}
	if c.parameters["group"] != "" {
		o, _, err := c.findGroup()
		if err != nil {
			return "", err
		}
		return o.id, nil
	}
	o, _, err := c.findUser()
	if err != nil {
		return "", err
	}
	return o.id, nil
}
