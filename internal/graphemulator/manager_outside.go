package graphemulator

import (
	"fmt"
	"strings"
	"time"
)

// SetManager changes a user's manager from outside, on every replica at once; "" removes
// the manager.
func (e *Emulator) SetManager(tenantID, userID, managerID string) error {
	return e.with(tenantID, func(t *tenant) error {
		for _, id := range []string{userID, managerID} {
			if id != "" && t.user(id) == nil {
				return fmt.Errorf("there is no user %s", id)
			}
		}
		relation := relationOf(t.managers, strings.ToLower(userID))
		for _, previous := range relation.ids() {
			relation.drop(previous)
		}
		if managerID != "" {
			relation.add(strings.ToLower(managerID), time.Time{})
		}
		return nil
	})
}
