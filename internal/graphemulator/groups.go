package graphemulator

import (
	"maps"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// findGroup finds the group a path names, as the replica that answers sees it.
func (c *call) findGroup() (*object, properties, error) {
	id := c.parameters["group"]
	o := c.tenant.groups.byID[strings.ToLower(id)]
	p := c.view(o)
	if p == nil {
		return nil, nil, notFound(id)
	}
	return o, p, nil
}

// getGroup answers GET /groups/{id}.
func getGroup(c *call) (answer, error) {
	if err := c.query.only("$select", "$expand", "$format"); err != nil {
		return answer{}, err
	}
	if err := c.query.checkSelect(kindGroup); err != nil {
		return answer{}, err
	}
	o, p, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	shown := c.project(kindGroup, p)
	shown["@odata.context"] = c.context("groups" + c.query.projection() + "/$entity")
	return c.withExpanded(kindGroup, o, shown)
}

// listGroups answers GET /groups.
func listGroups(c *call) (answer, error) {
	expand, err := c.expansions(kindGroup)
	if err != nil {
		return answer{}, err
	}
	l := listing{
		call: c, entity: kindGroup, fragment: "groups", items: c.tenant.groups.items(c.tenant.replication), check: odata.CheckGroupFilter,
		show: func(i item) properties { return c.showExpanded(kindGroup, expand, i) },
	}
	return answer{later: l.page}, nil
}

// countGroups answers GET /groups/$count.
func countGroups(c *call) (answer, error) {
	if !c.eventual() {
		return answer{}, badRequest("$count is not currently supported.")
	}
	if c.query.filter != nil {
		if err := refusedQuery(odata.CheckGroupFilter(c.query.filter, true)); err != nil {
			return answer{}, err
		}
	}
	return answer{later: listing{call: c, items: c.tenant.groups.items(c.tenant.replication)}.count}, nil
}

// groupRules lists the properties of a group that an application can write.
// Source: https://learn.microsoft.com/graph/api/resources/group#properties.
//
//nolint:gochecknoglobals // a constant table, never written
var groupRules = map[string]rule{
	"classification":                {},
	"description":                   {longest: 1024},
	"displayName":                   {longest: 256, required: true},
	"groupTypes":                    {},
	"isAssignableToRole":            {},
	"mailEnabled":                   {required: true},
	"mailNickname":                  {longest: 64, required: true, valid: isMailNickname},
	"membershipRule":                {longest: 3072},
	"membershipRuleProcessingState": {valid: oneOf("On", "Paused")},
	"preferredDataLocation":         {},
	"preferredLanguage":             {},
	"resourceBehaviorOptions":       {},
	"resourceProvisioningOptions":   {},
	"securityEnabled":               {required: true},
	"theme":                         {},
	"uniqueName":                    {longest: 128},
	"visibility":                    {valid: oneOf("Private", "Public", "Hiddenmembership", "HiddenMembership")},
	"writebackConfiguration":        {},
}

// readGroup reads the body of a group's creation or change: its own properties and the
// ids of the references in it.
func (c *call) readGroup() (own properties, references map[string][]string, err error) {
	body, err := c.object()
	if err != nil {
		return nil, nil, err
	}
	own, references = properties{}, map[string][]string{}
	for name, value := range body {
		relation, found := strings.CutSuffix(name, "@odata.bind")
		if !found || relation != "members" && relation != "owners" {
			own[name] = value
			continue
		}
		list, isList := value.([]any)
		if !isList || len(list) > maxBound {
			return nil, nil, badRequest("The number of references in '%s' must be between 1 and %d.", name, maxBound)
		}
		for _, element := range list {
			reference, _ := element.(string)
			id, err := c.referencedID(reference, "directoryObjects", "users", "groups", "servicePrincipals")
			if err != nil {
				return nil, nil, err
			}
			references[relation] = append(references[relation], id)
		}
	}
	plain := maps.Clone(own)
	if c.version == "beta" {
		for _, name := range betaProperties(kindGroup) {
			delete(plain, name)
		}
	}
	if err := checkContract(kindGroup, mustMarshal(plain)); err != nil {
		return nil, nil, err
	}
	maps.DeleteFunc(own, func(name string, _ any) bool { return strings.Contains(name, "@odata.") })
	return own, references, checkRules("Group", groupRules, own)
}

// maxBound is how many references one request may bind.
// Source: https://learn.microsoft.com/graph/api/group-post-members.
const maxBound = 20

// createGroup answers POST /groups.
// Source: https://learn.microsoft.com/graph/api/group-post-groups.
func createGroup(c *call) (answer, error) {
	own, references, err := c.readGroup()
	if err != nil {
		return answer{}, err
	}
	for _, name := range []string{"displayName", "mailEnabled", "mailNickname", "securityEnabled"} {
		if own[name] == nil {
			return answer{}, badRequest("A value is required for property '%s' of resource 'Group'.", name).blaming("MissingValue", name)
		}
	}
	if flag(own, "isAssignableToRole") && !c.can("RoleManagement.ReadWrite.Directory") {
		return answer{}, denied()
	}
	if flag(own, "mailEnabled") && !hasType(own, "Unified") {
		return answer{}, badRequest("The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.")
	}
	for _, ids := range references {
		for _, id := range ids {
			if _, err := c.target(id); err != nil {
				return answer{}, err
			}
		}
	}
	p := newGroup(own, c.emulator.Now())
	id := c.tenant.insert(c.tenant.groups, kindGroup, p, false).id
	for relation, relations := range map[string]map[string]*relation{"members": c.tenant.members, "owners": c.tenant.owners} {
		for _, target := range references[relation] {
			relationOf(relations, id).add(target, c.lagStart())
		}
	}
	shown := c.project(kindGroup, p)
	shown["@odata.context"] = c.context("groups/$entity")
	return created(shown)
}

// patchGroup answers PATCH /groups/{id}, which also adds up to 20 members at once.
func patchGroup(c *call) (answer, error) {
	o, _, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	own, references, err := c.readGroup()
	if err != nil {
		return answer{}, err
	}
	before := o.current()
	if flag(before, "onPremisesSyncEnabled") {
		return answer{}, syncedObject()
	}
	if flag(before, "isAssignableToRole") && !c.can("RoleManagement.ReadWrite.Directory") {
		return answer{}, denied()
	}
	if _, ok := own["isAssignableToRole"]; ok && flag(own, "isAssignableToRole") != flag(before, "isAssignableToRole") {
		return answer{}, badRequest("Property 'isAssignableToRole' is read-only and cannot be set.").blaming("ReadOnlyProperty", "isAssignableToRole")
	}
	if len(references["owners"]) > 0 {
		return answer{}, badRequest("owners cannot be bound by an update of the group.")
	}
	if err := c.addMembers(o, references["members"]); err != nil {
		return answer{}, err
	}
	if len(own) > 0 {
		after := maps.Clone(before)
		maps.Copy(after, own)
		c.tenant.change(c.tenant.groups, o, after, false)
	}
	return noContent()
}

// deleteGroup answers DELETE /groups/{id}. Only Microsoft 365 groups can be restored.
func deleteGroup(c *call) (answer, error) {
	o, p, err := c.findGroup()
	if err != nil {
		return answer{}, err
	}
	if hasType(p, "Unified") {
		c.tenant.softDelete(c.tenant.groups, o, c.emulator.Now(), false)
	} else {
		c.tenant.change(c.tenant.groups, o, nil, false)
	}
	return noContent()
}

func hasType(group properties, name string) bool {
	return containsFold(texts(group, "groupTypes"), name)
}
