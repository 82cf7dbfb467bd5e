package graphemulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Kinds of directory objects, as in @odata.type.
const (
	kindUser      = "user"
	kindGroup     = "group"
	kindPrincipal = "servicePrincipal"
)

// normalize turns Go values into what encoding/json decodes, in fresh maps: tests write
// []string and time.Time.
func normalize(values map[string]any) properties {
	content, err := json.Marshal(values)
	if err != nil {
		return deepCopy(values)
	}
	var p properties
	if json.Unmarshal(content, &p) != nil || p == nil {
		return properties{}
	}
	return p
}

// putUser creates or replaces a user without asking anybody.
func (t *tenant) putUser(user map[string]any, now time.Time) (string, error) {
	given := normalize(user)
	address := text(given, "mail")
	name, _, _ := strings.Cut(address, "@")
	if name == "" {
		name, _, _ = strings.Cut(text(given, "userPrincipalName"), "@")
	}
	if name == "" {
		name = "user-" + newID()[:8]
	}
	p := properties{
		"id":                newID(),
		"userPrincipalName": name + "@" + t.initialDomain,
		"displayName":       name,
		"mailNickname":      name,
		"accountEnabled":    true,
		"userType":          "Member",
		"createdDateTime":   graphTime(now),
		"businessPhones":    []any{},
		"otherMails":        []any{},
		"proxyAddresses":    []any{},
	}
	if address != "" {
		p["proxyAddresses"] = []any{"SMTP:" + address}
	}
	maps.Copy(p, given)
	if _, ok := given["identities"]; !ok {
		p["identities"] = []any{hostIdentity(t.initialDomain, text(p, "userPrincipalName"))}
	}
	id := strings.ToLower(text(p, "id"))
	if !isGUID(id) {
		return "", fmt.Errorf("the id %q of a user is no GUID", id)
	}
	p["id"] = id
	upn := text(p, "userPrincipalName")
	if t.names.heldByOther(upn, id) {
		return "", fmt.Errorf("two users have the name %q", upn)
	}
	if manager := text(p, "manager"); manager != "" {
		relationOf(t.managers, id).add(strings.ToLower(manager), time.Time{})
	}
	for _, sponsor := range texts(p, "sponsors") {
		relationOf(t.sponsors, id).add(strings.ToLower(sponsor), time.Time{})
	}
	delete(p, "manager")
	delete(p, "sponsors")
	t.takeProfile(id, p["passwordProfile"])
	delete(p, "passwordProfile")
	t.insert(t.users, kindUser, p, true)
	return id, nil
}

// putGroup creates or replaces a group without asking anybody.
func (t *tenant) putGroup(group map[string]any, now time.Time) (string, error) {
	given := normalize(group)
	p := newGroup(given, now)
	id := strings.ToLower(text(p, "id"))
	if !isGUID(id) {
		return "", fmt.Errorf("the id %q of a group is no GUID", id)
	}
	p["id"] = id
	for name, relations := range map[string]map[string]*relation{"members": t.members, "owners": t.owners} {
		if _, ok := given[name]; ok {
			relations[id] = newRelation()
		}
		for _, member := range texts(given, name) {
			relationOf(relations, id).add(strings.ToLower(member), time.Time{})
		}
		delete(p, name)
	}
	t.insert(t.groups, kindGroup, p, true)
	return id, nil
}

// newGroup completes what a group is created with.
func newGroup(given properties, now time.Time) properties {
	p := properties{
		"id":                            newID(),
		"displayName":                   "Group",
		"mailNickname":                  "group" + newID()[:8],
		"mailEnabled":                   false,
		"securityEnabled":               true,
		"createdDateTime":               graphTime(now),
		"renewedDateTime":               graphTime(now),
		"groupTypes":                    []any{},
		"proxyAddresses":                []any{},
		"creationOptions":               []any{},
		"resourceBehaviorOptions":       []any{},
		"resourceProvisioningOptions":   []any{},
		"onPremisesProvisioningErrors":  []any{},
		"serviceProvisioningErrors":     []any{},
		"membershipRuleProcessingState": nil,
	}
	maps.Copy(p, given)
	return p
}

// hostIdentity is the sign-in name every user has in his own directory.
func hostIdentity(initialDomain, upn string) map[string]any {
	return map[string]any{"signInType": "userPrincipalName", "issuer": initialDomain, "issuerAssignedId": upn}
}
