package graphemulator

import (
	"fmt"
	"strings"
)

// DropGroup deletes a group behind everybody's back, for good.
func (e *Emulator) DropGroup(tenantID, groupID string) error {
	return e.with(tenantID, func(t *tenant) error {
		o := t.groups.byID[strings.ToLower(groupID)]
		if !o.exists() {
			return fmt.Errorf("group %q is not in tenant %s", groupID, tenantID)
		}
		t.change(t.groups, o, nil, true)
		return nil
	})
}

// Principal is the object id of an application's service principal, "" when the
// application is not known.
func (e *Emulator) Principal(tenantID, clientID string) string {
	id := ""
	e.inspect(tenantID, func(t *tenant) {
		if a := t.application(clientID); a != nil {
			id = a.principalID
		}
	})
	return id
}
