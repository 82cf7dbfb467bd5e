package graphemulator

import (
	"strconv"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// expansion is one relation in $expand.
type expansion struct {
	relation string
	selects  []string
}

// expansions parses $expand for an entity: relations, each with an optional $select in
// parentheses.
func (c *call) expansions(kind string) ([]expansion, error) {
	parts := splitOutside(c.query.expand)
	if len(parts) > 1 && !c.emulator.config.Switches.ManyExpands {
		return nil, badRequest("Multiple $expand clauses are not supported for directory objects.")
	}
	result := make([]expansion, 0, len(parts))
	for _, part := range parts {
		name, options, _ := strings.Cut(part, "(")
		name = strings.TrimSpace(name)
		if name == "photo" {
			return nil, fail(400, "ExpandNotSupported", "Expand is not allowed for property 'photo' according to the entity schema.")
		}
		if !expandable(kind, name) {
			return nil, badSyntax("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, kind)
		}
		one := expansion{relation: name}
		if options = strings.TrimSuffix(strings.TrimSpace(options), ")"); options != "" {
			list, found := strings.CutPrefix(options, "$select=")
			if !found {
				return nil, badRequest("The option '%s' is not supported inside $expand.", options)
			}
			selects, err := odata.ParseSelect(list)
			if err != nil {
				return nil, refusedQuery(err)
			}
			for _, name := range selects {
				if !selectable("directoryObject", name) {
					return nil, badSyntax("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.directoryObject'.", name)
				}
			}
			one.selects = selects
		}
		result = append(result, one)
	}
	return result, nil
}

func expandable(kind, name string) bool {
	switch kind + "/" + name {
	case "user/manager", "user/sponsors", "user/memberOf", "group/members", "group/owners", "group/memberOf":
		return true
	default:
		return false
	}
}

// splitOutside splits at the commas that are not in parentheses.
func splitOutside(text string) []string {
	if text == "" {
		return nil
	}
	var parts []string
	depth, start := 0, 0
	for i, c := range text {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// withExpanded answers with a single object and its expanded relations. The caller holds
// the lock.
func (c *call) withExpanded(kind string, o *object, shown properties) (answer, error) {
	list, err := c.expansions(kind)
	if err != nil {
		return answer{}, err
	}
	c.expand(list, o.id, shown)
	return ok(shown)
}

// expand adds relations to an object that is shown. The caller holds the lock.
func (c *call) expand(list []expansion, id string, shown properties) {
	for _, one := range list {
		items := c.relatedItems(one.relation, id)
		values := make([]any, 0, len(items))
		inner := *c
		inner.query.selects = one.selects
		for _, i := range items[:min(len(items), expandLimit)] {
			values = append(values, inner.related(i))
		}
		switch {
		case one.relation != "manager":
			shown[one.relation] = values
		case len(values) > 0:
			shown[one.relation] = values[0]
		}
	}
}

// relatedItems lists the objects on the other side of a relation, as the replica that
// answers sees them. The caller holds the lock.
func (c *call) relatedItems(name, id string) []item {
	t := c.tenant
	switch name {
	case "manager":
		return t.visible(t.replication.viewRelation(t.managers[id]))
	case "sponsors":
		return t.visible(t.replication.viewRelation(t.sponsors[id]))
	case "members":
		return t.visible(t.replication.viewRelation(t.members[id]))
	case "owners":
		return t.visible(t.replication.viewRelation(t.owners[id]))
	default:
		return t.containers(id, false)
	}
}

// visible turns ids into the objects that are there, numbered in their order.
func (t *tenant) visible(ids []string) []item {
	items := make([]item, 0, len(ids))
	for i, id := range ids {
		one := item{sequence: int64(i) + 1}
		if o := t.directoryObject(id); o.exists() {
			one.kind, one.properties = o.kind, o.current()
		} else if a := t.principal(id); a != nil {
			one.kind, one.properties = kindPrincipal, t.principalProperties(a)
		} else {
			continue
		}
		items = append(items, one)
	}
	return items
}

// containers lists the groups an object is in, with all that contain them if transitive.
func (t *tenant) containers(id string, transitive bool) []item {
	seen := map[string]bool{id: true}
	pending := []string{id}
	var ids []string
	for len(pending) > 0 {
		member := pending[0]
		pending = pending[1:]
		for _, group := range t.groups.order {
			relation := t.members[group.id]
			if seen[group.id] || !t.replication.shows(relation, member) {
				continue
			}
			seen[group.id] = true
			ids = append(ids, group.id)
			if transitive {
				pending = append(pending, group.id)
			}
		}
	}
	return t.visible(ids)
}

// showExpanded shows one item of a list with its expanded relations. It takes the lock.
func (c *call) showExpanded(kind string, list []expansion, i item) properties {
	shown := c.project(kind, i.properties)
	if len(list) > 0 {
		c.emulator.mu.Lock()
		defer c.emulator.mu.Unlock()
		c.expand(list, text(i.properties, "id"), shown)
	}
	return shown
}

func plainNumber(n int) answer {
	return answer{status: 200, raw: []byte(strconv.Itoa(n)), contentType: "text/plain"}
}
