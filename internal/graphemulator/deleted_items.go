package graphemulator

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// deletedLife is how long deleted items are kept.
// Source: https://learn.microsoft.com/graph/api/resources/directory#deleted-items.
const deletedLife = 30 * 24 * time.Hour

// softDelete moves an object to the deleted items. A user's principal name gets the
// object id as a prefix, so that the name is free again.
func (t *tenant) softDelete(c *collection, o *object, now time.Time, settled bool) {
	p := cloneOf(o)
	t.change(c, o, nil, settled)
	p["deletedDateTime"] = graphTime(now)
	if o.kind == kindUser {
		p["userPrincipalName"] = deletedPrefix(o.id) + text(p, "userPrincipalName")
	}
	t.insert(t.deleted, o.kind, p, settled)
}

func deletedPrefix(id string) string { return strings.ReplaceAll(id, "-", "") }

// purge removes a deleted item for good, with every reference to it.
func (t *tenant) purge(o *object, settled bool) {
	t.change(t.deleted, o, nil, settled)
	delete(t.photos, o.id)
	for _, relations := range []map[string]*relation{t.members, t.owners, t.managers, t.sponsors} {
		delete(relations, o.id)
		for _, r := range relations {
			r.drop(o.id)
		}
	}
}

// expireDeleted purges what has been deleted for 30 days.
func (t *tenant) expireDeleted(now time.Time) {
	for _, o := range slices.Clone(t.deleted.order) {
		if !o.exists() {
			continue
		}
		deleted, err := time.Parse(time.RFC3339, text(o.current(), "deletedDateTime"))
		if err == nil && now.Sub(deleted) >= deletedLife {
			t.purge(o, true)
		}
	}
}

// findDeleted finds the deleted item a path names.
func (c *call) findDeleted() (*object, properties, error) {
	c.tenant.expireDeleted(c.emulator.Now())
	id := c.parameters["item"]
	o := c.tenant.deleted.byID[strings.ToLower(id)]
	p := c.view(o)
	if p == nil {
		return nil, nil, notFound(id)
	}
	return o, p, nil
}

// listDeletedUsers answers GET /directory/deletedItems/microsoft.graph.user.
func listDeletedUsers(c *call) (answer, error) { return c.listDeleted(kindUser, odata.CheckUserFilter) }

// listDeletedGroups answers GET /directory/deletedItems/microsoft.graph.group.
func listDeletedGroups(c *call) (answer, error) {
	return c.listDeleted(kindGroup, odata.CheckGroupFilter)
}

func (c *call) listDeleted(kind string, check func(*odata.Filter, bool) error) (answer, error) {
	t := c.tenant
	t.expireDeleted(c.emulator.Now())
	items := slices.DeleteFunc(t.deleted.items(t.replication), func(i item) bool { return i.kind != kind })
	l := listing{
		call: c, entity: kind, fragment: "directoryObjects/microsoft.graph." + kind, items: items, check: check,
		show: func(i item) properties { return c.showDeleted(i.kind, i.properties) },
	}
	return answer{later: l.page}, nil
}

// showDeleted shows when a deleted item was deleted, also without $select.
func (c *call) showDeleted(kind string, p properties) properties {
	shown := c.project(kind, p)
	if c.query.selects == nil {
		shown["deletedDateTime"] = p["deletedDateTime"]
	}
	return shown
}

// getDeleted answers GET /directory/deletedItems/{id}.
func getDeleted(c *call) (answer, error) {
	o, p, err := c.findDeleted()
	if err != nil {
		return answer{}, err
	}
	if err := c.query.checkSelect(o.kind); err != nil {
		return answer{}, err
	}
	shown := c.showDeleted(o.kind, p)
	shown["@odata.type"] = "#microsoft.graph." + o.kind
	shown["@odata.context"] = c.context("directoryObjects/$entity")
	return ok(shown)
}

// purgeDeleted answers DELETE /directory/deletedItems/{id}.
func purgeDeleted(c *call) (answer, error) {
	o, _, err := c.findDeleted()
	if err != nil {
		return answer{}, err
	}
	c.tenant.purge(o, false)
	return noContent()
}

// restoreDeleted answers POST /directory/deletedItems/{id}/restore.
// Source: https://learn.microsoft.com/graph/api/directory-deleteditems-restore.
func restoreDeleted(c *call) (answer, error) {
	o, _, err := c.findDeleted()
	if err != nil {
		return answer{}, err
	}
	if c.tenant.roleHolders[o.id] {
		return answer{}, denied()
	}
	parameters := properties{}
	if len(c.body) > 0 {
		if parameters, err = c.object(); err != nil {
			return answer{}, err
		}
	}
	for _, name := range sortedNames(parameters) {
		_, isFlag := parameters[name].(bool)
		_, isText := parameters[name].(string)
		switch {
		case name == "autoReconcileProxyConflict" && isFlag:
		case name == "newUserPrincipalName" && isText:
		default:
			return answer{}, badRequest("Invalid property '%s'.", name)
		}
	}
	p := maps.Clone(o.current())
	delete(p, "deletedDateTime")
	home := c.tenant.groups
	if o.kind == kindUser {
		home = c.tenant.users
		if err := c.tenant.reclaimNames(p, parameters); err != nil {
			return answer{}, err
		}
	}
	c.tenant.change(c.tenant.deleted, o, nil, false)
	c.tenant.insert(home, o.kind, p, false)
	shown := c.project(o.kind, p)
	shown["@odata.type"] = "#microsoft.graph." + o.kind
	shown["@odata.context"] = c.context("directoryObjects/$entity")
	return ok(shown)
}

// reclaimNames gives a user back his principal name and addresses, if nobody has taken
// them meanwhile.
func (t *tenant) reclaimNames(p, parameters properties) error {
	id := text(p, "id")
	upn := strings.TrimPrefix(text(p, "userPrincipalName"), deletedPrefix(id))
	if renamed := text(parameters, "newUserPrincipalName"); renamed != "" {
		upn = renamed
		if err := t.checkPrincipalName(upn, id); err != nil {
			return err
		}
	}
	if t.names.heldByOther(upn, id) {
		return conflict("userPrincipalName")
	}
	p["userPrincipalName"] = upn
	kept := []any{}
	for _, proxy := range texts(p, "proxyAddresses") {
		_, address, _ := strings.Cut(proxy, ":")
		if !t.addresses.heldByOther(address, id) {
			kept = append(kept, proxy)
			continue
		}
		if !flag(parameters, "autoReconcileProxyConflict") {
			return conflict("proxyAddresses")
		}
		if strings.EqualFold(text(p, "mail"), address) {
			p["mail"] = nil
		}
	}
	p["proxyAddresses"] = kept
	return nil
}
