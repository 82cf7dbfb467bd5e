package graphemulator

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// The methods in this file reach into the directory behind everybody's back: without
// permission, replication lag or a record. Maps go in and out as copies.

// with runs f on a tenant under the lock.
func (e *Emulator) with(tenantID string, f func(*tenant) error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.tenant(tenantID)
	if t == nil {
		return fmt.Errorf("tenant %q is not in the emulator", tenantID)
	}
	return f(t)
}

// inspect is with for questions: an unknown tenant has nothing to show.
func (e *Emulator) inspect(tenantID string, f func(*tenant)) {
	// The only error is that of the unknown tenant.
	_ = e.with(tenantID, func(t *tenant) error {
		f(t)
		return nil
	})
}

// Users lists the users of a tenant in the order of their creation.
func (e *Emulator) Users(tenantID string) []map[string]any {
	var users []map[string]any
	e.inspect(tenantID, func(t *tenant) { users = t.users.copies() })
	return users
}

// User finds a user by id or user principal name.
func (e *Emulator) User(tenantID, idOrUPN string) (map[string]any, bool) {
	var user map[string]any
	e.inspect(tenantID, func(t *tenant) {
		if o := t.user(idOrUPN); o.exists() {
			user = deepCopy(o.current())
		}
	})
	return user, user != nil
}

// DeletedUsers lists the deleted items of a tenant that are users.
func (e *Emulator) DeletedUsers(tenantID string) []map[string]any {
	var users []map[string]any
	e.inspect(tenantID, func(t *tenant) {
		t.expireDeleted(e.Now())
		for _, o := range t.deleted.order {
			if o.kind == kindUser && o.exists() {
				users = append(users, deepCopy(o.current()))
			}
		}
	})
	return users
}

// PutUser creates a user, or replaces the one with the same id, from Graph JSON. What is
// missing is made up: id, names, createdDateTime.
func (e *Emulator) PutUser(tenantID string, user map[string]any) (id string, err error) {
	err = e.with(tenantID, func(t *tenant) error {
		id, err = t.putUser(user, e.Now())
		return err
	})
	return id, err
}

// PatchUser changes properties of a user.
func (e *Emulator) PatchUser(tenantID, id string, changes map[string]any) error {
	return e.with(tenantID, func(t *tenant) error {
		o := t.user(id)
		if !o.exists() {
			return fmt.Errorf("user %q is not in tenant %s", id, tenantID)
		}
		p := maps.Clone(o.current())
		maps.Copy(p, normalize(changes))
		t.change(t.users, o, p, true)
		return nil
	})
}

// DeleteUser moves a user to the deleted items.
func (e *Emulator) DeleteUser(tenantID, id string) error {
	return e.with(tenantID, func(t *tenant) error {
		o := t.user(id)
		if !o.exists() {
			return fmt.Errorf("user %q is not in tenant %s", id, tenantID)
		}
		t.softDelete(t.users, o, e.Now(), true)
		return nil
	})
}

// PurgeUser removes a user for good, from the users or from the deleted items.
func (e *Emulator) PurgeUser(tenantID, id string) error {
	return e.with(tenantID, func(t *tenant) error {
		if o := t.user(id); o.exists() {
			t.softDelete(t.users, o, e.Now(), true)
			id = o.id
		}
		o := t.deleted.byID[strings.ToLower(id)]
		if !o.exists() {
			return fmt.Errorf("user %q is neither in tenant %s nor in its deleted items", id, tenantID)
		}
		t.purge(o, true)
		return nil
	})
}

// PutGroup creates a group, or replaces the one with the same id, from Graph JSON with,
// in addition, "members" and "owners": ids.
func (e *Emulator) PutGroup(tenantID string, group map[string]any) (id string, err error) {
	err = e.with(tenantID, func(t *tenant) error {
		id, err = t.putGroup(group, e.Now())
		return err
	})
	return id, err
}

// Groups lists the groups of a tenant in the order of their creation.
func (e *Emulator) Groups(tenantID string) []map[string]any {
	var groups []map[string]any
	e.inspect(tenantID, func(t *tenant) {
		groups = t.groups.copies()
		for _, group := range groups {
			group["members"] = anySlice(t.present(t.members[text(group, "id")]))
		}
	})
	return groups
}

// Members lists the ids of a group's members.
func (e *Emulator) Members(tenantID, groupID string) []string {
	var ids []string
	e.inspect(tenantID, func(t *tenant) { ids = t.present(t.members[strings.ToLower(groupID)]) })
	return ids
}

// AddMember puts a user or a group into a group. One who is in already is no error.
func (e *Emulator) AddMember(tenantID, groupID, memberID string) error {
	return e.with(tenantID, func(t *tenant) error {
		group, member := t.groups.byID[strings.ToLower(groupID)], t.directoryObject(memberID)
		if !group.exists() || !member.exists() {
			return fmt.Errorf("group %q or member %q is not in tenant %s", groupID, memberID, tenantID)
		}
		relationOf(t.members, group.id).add(member.id, time.Time{})
		return nil
	})
}

// RemoveMember takes a member out of a group. One who is not in is no error.
func (e *Emulator) RemoveMember(tenantID, groupID, memberID string) error {
	return e.with(tenantID, func(t *tenant) error {
		relationOf(t.members, strings.ToLower(groupID)).drop(strings.ToLower(memberID))
		return nil
	})
}

// Manager is the id of a user's manager, "" when there is none.
func (e *Emulator) Manager(tenantID, userID string) string {
	manager := ""
	e.inspect(tenantID, func(t *tenant) {
		if ids := t.present(t.managers[strings.ToLower(userID)]); len(ids) > 0 {
			manager = ids[0]
		}
	})
	return manager
}

// Sponsors lists the ids of a user's sponsors.
func (e *Emulator) Sponsors(tenantID, userID string) []string {
	var ids []string
	e.inspect(tenantID, func(t *tenant) { ids = t.present(t.sponsors[strings.ToLower(userID)]) })
	return ids
}

// SetRoles replaces the application permissions of an application; tokens that were
// issued before keep theirs.
func (e *Emulator) SetRoles(tenantID, clientID string, roles []string) {
	e.inspect(tenantID, func(t *tenant) {
		if a := t.application(clientID); a != nil {
			a.roles = append([]string{}, roles...)
		}
	})
}

// SetRoleHolder says whether a user holds a directory role, which protects him.
func (e *Emulator) SetRoleHolder(tenantID, userID string, holds bool) {
	e.inspect(tenantID, func(t *tenant) { t.roleHolders[strings.ToLower(userID)] = holds })
}

// AddExternalAccount says that all the addresses belong to one account in another
// tenant, so that inviting any of them finds the same guest.
func (e *Emulator) AddExternalAccount(tenantID string, addresses ...string) {
	e.inspect(tenantID, func(t *tenant) { t.accounts = append(t.accounts, addresses) })
}

// present lists the ids of a relation whose objects are there.
func (t *tenant) present(r *relation) []string {
	if r == nil {
		return nil
	}
	var ids []string
	for _, id := range r.ids() {
		if t.directoryObject(id).exists() || t.principal(id) != nil {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *collection) copies() []map[string]any {
	var copies []map[string]any
	for _, o := range c.order {
		if o.exists() {
			copies = append(copies, deepCopy(o.current()))
		}
	}
	return copies
}

func deepCopy(p properties) properties {
	copied, _ := deepCopyValue(p).(properties)
	return copied
}

func deepCopyValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for name, element := range value {
			copied[name] = deepCopyValue(element)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, element := range value {
			copied[i] = deepCopyValue(element)
		}
		return copied
	default:
		return value
	}
}

func anySlice(values []string) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = value
	}
	return list
}
