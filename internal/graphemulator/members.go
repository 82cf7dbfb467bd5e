package graphemulator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// lagStart is when a change begins to travel to the replicas.
func (c *call) lagStart() time.Time { return time.Now() }

// memberItems lists the members a path asks for. Hidden members are shown to those alone
// who hold the permission for it; others see an empty group.
func (c *call) memberItems(transitive bool) ([]item, error) {
	o, p, err := c.findGroup()
	if err != nil {
		return nil, err
	}
	if hidesMembers(p) && !c.can("Member.Read.Hidden") {
		return []item{}, nil
	}
	if !transitive {
		return c.relatedItems("members", o.id), nil
	}
	return c.tenant.transitiveMembers(o.id, c.can("Member.Read.Hidden")), nil
}

func hidesMembers(group properties) bool {
	return strings.EqualFold(text(group, "visibility"), "HiddenMembership")
}

// transitiveMembers lists everybody in a group and in the groups inside it; hidden says
// whether those that hide their members show them.
func (t *tenant) transitiveMembers(id string, hidden bool) []item {
	seen := map[string]bool{id: true}
	pending := []string{id}
	var ids []string
	for len(pending) > 0 {
		group := t.groups.byID[pending[0]]
		relation := t.members[pending[0]]
		pending = pending[1:]
		if relation == nil || !hidden && group.exists() && hidesMembers(group.current()) {
			continue
		}
		for _, member := range t.replication.viewRelation(relation) {
			if !seen[member] {
				seen[member] = true
				ids, pending = append(ids, member), append(pending, member)
			}
		}
	}
	return t.visible(ids)
}

// listMembers answers GET /groups/{id}/members and /transitiveMembers.
func listMembers(c *call) (answer, error) {
	items, err := c.memberItems(c.transitive())
	if err != nil {
		return answer{}, err
	}
	return c.listRelated(items)
}

func (c *call) transitive() bool { return strings.HasPrefix(c.segments[2], "transitive") }

// listUserMembers answers GET /groups/{id}/members/microsoft.graph.user.
func listUserMembers(c *call) (answer, error) { return c.listCastMembers(kindUser) }

// listGroupMembers answers GET /groups/{id}/members/microsoft.graph.group.
func listGroupMembers(c *call) (answer, error) { return c.listCastMembers(kindGroup) }

func (c *call) listCastMembers(kind string) (answer, error) {
	items, err := c.memberItems(c.transitive())
	if err != nil {
		return answer{}, err
	}
	return c.listCast(items, kind)
}

// countMembers answers GET /groups/{id}/members/$count.
func countMembers(c *call) (answer, error) {
	items, err := c.memberItems(c.transitive())
	if err != nil {
		return answer{}, err
	}
	return c.countRelated(items)
}

// listMemberReferences answers GET /groups/{id}/members/$ref.
func listMemberReferences(c *call) (answer, error) {
	items, err := c.memberItems(false)
	if err != nil {
		return answer{}, err
	}
	l := listing{
		call: c, entity: "directoryObject", fragment: "Collection($ref)", items: items, check: odata.CheckMemberFilter,
		show: func(i item) properties {
			return properties{"@odata.id": c.base() + "/directoryObjects/" + text(i.properties, "id")}
		},
	}
	return answer{later: l.page}, nil
}

// addMember answers POST /groups/{id}/members/$ref.
// Source: https://learn.microsoft.com/graph/api/group-post-members.
func addMember(c *call) (answer, error) {
	o := c.tenant.groups.byID[strings.ToLower(c.parameters["group"])]
	p := c.view(o)
	if p == nil {
		if o.exists() {
			// The group is so fresh that the replica does not know it.
			return answer{}, badRequest("The source resource object or one of the objects being referenced don't exist.")
		}
		return answer{}, notFound(c.parameters["group"])
	}
	segments := []string{"directoryObjects", "users", "groups", "servicePrincipals"}
	if hasType(p, "Unified") {
		segments = segments[:1]
	}
	id, err := c.reference(segments...)
	if err != nil {
		return answer{}, err
	}
	if err := c.addMembers(o, []string{id}); err != nil {
		return answer{}, err
	}
	return noContent()
}

// addMembers adds all of the ids or none.
func (c *call) addMembers(group *object, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := c.checkMembersWritable(group.current()); err != nil {
		return err
	}
	relation := relationOf(c.tenant.members, group.id)
	for i, id := range ids {
		member, err := c.target(id)
		if err != nil {
			return err
		}
		if id == group.id {
			return badRequest("A group cannot be a member of itself.")
		}
		if hasType(group.current(), "Unified") && member.kind != kindUser {
			return badRequest("The group must contain only users: '%s' is of type '%s'.", id, typeName(member.kind))
		}
		if relation.has(id) || slices.Contains(ids[:i], id) {
			return alreadyReferenced("members")
		}
	}
	for _, id := range ids {
		relation.add(id, c.lagStart())
	}
	return nil
}

// checkMembersWritable refuses the kinds of groups whose members Graph does not write.
func (c *call) checkMembersWritable(group properties) error {
	switch {
	case hasType(group, "DynamicMembership") || group["membershipRule"] != nil:
		if c.emulator.config.Switches.DynamicGroupBadRequest {
			return badRequest("Insufficient privileges to complete the operation: the group has a dynamic membership.")
		}
		return denied()
	case flag(group, "onPremisesSyncEnabled"):
		return syncedObject()
	case flag(group, "mailEnabled") && !hasType(group, "Unified"):
		return fail(http.StatusForbidden, codeDenied, "Cannot Update a mail-enabled security groups and or distribution list.")
	case flag(group, "isAssignableToRole") && !c.can("RoleManagement.ReadWrite.Directory"):
		return denied()
	default:
		return nil
	}
}

// removeMember answers DELETE /groups/{id}/members/{id}/$ref.
func removeMember(c *call) (answer, error) {
	o, p, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	if err := c.checkMembersWritable(p); err != nil {
		return answer{}, err
	}
	relation, id := relationOf(c.tenant.members, o.id), strings.ToLower(c.parameters["user"])
	if !c.tenant.replication.sees(relation, id) {
		return answer{}, notFound(c.parameters["user"])
	}
	relation.remove(id, c.lagStart(), c.tenant.replication.lag)
	return noContent()
}

// deleteMember answers DELETE /groups/{id}/members/{id}: without /$ref the request is
// not about the membership but about the object, and deletes it.
func deleteMember(c *call) (answer, error) {
	o, _, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	if !relationOf(c.tenant.members, o.id).has(strings.ToLower(c.parameters["user"])) {
		return answer{}, notFound(c.parameters["user"])
	}
	return deleteUser(c)
}
