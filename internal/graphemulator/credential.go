package graphemulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// credential is how a user signs in to the own directory. Graph never shows it, so it is
// kept apart from the properties.
type credential struct {
	// password is "" for a user who has none.
	password string
	// mustChange demands a new password at the next sign-in.
	mustChange bool
	// pass is the temporary access pass; nil when there is none.
	pass *accessPass
	// revokedAt is when the sessions were last revoked; zero for never.
	revokedAt time.Time
}

// credential returns that of a user, to read or to change.
func (t *tenant) credential(userID string) *credential {
	found := t.credentials[userID]
	if found == nil {
		found = &credential{}
		t.credentials[userID] = found
	}
	return found
}

// takeProfile takes over what a passwordProfile says; the rest stays.
func (t *tenant) takeProfile(userID string, profile any) {
	members, _ := profile.(map[string]any)
	kept := t.credential(userID)
	if password := text(members, "password"); password != "" {
		kept.password = password
	}
	for _, name := range []string{"forceChangePasswordNextSignIn", "forceChangePasswordNextSignInWithMfa"} {
		if _, given := members[name]; given {
			kept.mustChange = flag(members, name)
		}
	}
}

// UserAdministratorRole is the directory role an application needs, beside the
// permission, to set passwords.
// Source: https://learn.microsoft.com/graph/api/user-update#permissions.
const UserAdministratorRole = "fe930be7-5e62-47db-91af-98c3a49a38b1"

// passwordRoles are the directory roles that may set the password of everybody who
// holds none: User Administrator, Privileged Authentication Administrator and Global
// Administrator.
func passwordRoles() []string {
	return []string{UserAdministratorRole, "7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "62e90394-69f5-4237-9190-012177145e10"}
}

// maySetPasswords reports whether the token carries such a role.
func (c *call) maySetPasswords() bool {
	return slices.ContainsFunc(c.grant.directoryRoles, func(role string) bool {
		return slices.Contains(passwordRoles(), strings.ToLower(role))
	})
}

// SetDirectoryRoles replaces the directory roles, by template id, of an application;
// tokens that were issued before keep theirs.
func (e *Emulator) SetDirectoryRoles(tenantID, clientID string, roles ...string) {
	e.inspect(tenantID, func(t *tenant) {
		if a := t.application(clientID); a != nil {
			a.directoryRoles = slices.Clone(roles)
		}
	})
}

// SessionsRevokedAt is when the sessions of a user were last revoked, on the emulator's
// clock; false for never. Those of guests cannot be.
func (e *Emulator) SessionsRevokedAt(tenantID, userID string) (time.Time, bool) {
	var at time.Time
	e.inspect(tenantID, func(t *tenant) {
		if kept := t.credentials[strings.ToLower(userID)]; kept != nil {
			at = kept.revokedAt
		}
	})
	return at, !at.IsZero()
}

// SetPassword gives a user a password without asking anybody.
func (e *Emulator) SetPassword(tenantID, userID, password string, mustChange bool) error {
	return e.with(tenantID, func(t *tenant) error {
		o := t.user(userID)
		if !o.exists() {
			return fmt.Errorf("user %q is not in tenant %s", userID, tenantID)
		}
		kept := t.credential(o.id)
		kept.password, kept.mustChange = password, mustChange
		return nil
	})
}
