package graphemulator

import (
	"maps"
	"slices"
	"strings"
)

func cloneOf(o *object) properties { return maps.Clone(o.current()) }

func without(p properties, name string) properties {
	rest := maps.Clone(p)
	delete(rest, name)
	return rest
}

// createUser answers POST /users.
// Source: https://learn.microsoft.com/graph/api/user-post-users.
func createUser(c *call) (answer, error) {
	body, err := c.object()
	if err != nil {
		return answer{}, err
	}
	if err := checkContract(kindUser, c.body); err != nil {
		return answer{}, err
	}
	for _, name := range []string{"accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"} {
		if body[name] == nil || body[name] == "" {
			return answer{}, badRequest("A value is required for property '%s' of resource 'User'.", name).blaming("MissingValue", name)
		}
	}
	if body["onPremisesExtensionAttributes"] != nil && !c.emulator.config.Switches.ExtensionAttributesOnCreate {
		return answer{}, badRequest("One or more property values specified are invalid.")
	}
	if err := c.checkPropertyRoles(without(body, "passwordProfile"), mayCreateUsers); err != nil {
		return answer{}, err
	}
	// In a new user, null is the same as leaving the property out.
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	if err := checkRules("User", userRules, body); err != nil {
		return answer{}, err
	}
	if err := c.checkUserValues(body, nil); err != nil {
		return answer{}, err
	}
	if err := c.checkPassword(body, nil); err != nil {
		return answer{}, err
	}
	p := c.newMember(body)
	c.tenant.insert(c.tenant.users, kindUser, p, false)
	c.tenant.takeProfile(text(p, "id"), body["passwordProfile"])
	shown := c.project(kindUser, p)
	shown["@odata.context"] = c.context("users/$entity")
	return created(shown)
}

func (c *call) newMember(body properties) properties {
	now := graphTime(c.emulator.Now())
	p := properties{
		"id": newID(), "userType": "Member", "createdDateTime": now, "signInSessionsValidFromDateTime": now,
		"lastPasswordChangeDateTime": now, "businessPhones": []any{}, "otherMails": []any{}, "proxyAddresses": []any{},
	}
	for name, value := range body {
		if !strings.Contains(name, "@odata.") && name != "passwordProfile" {
			p[name] = value
		}
	}
	if address := text(p, "mail"); address != "" {
		p["proxyAddresses"] = []any{"SMTP:" + address}
	}
	if p["identities"] == nil {
		p["identities"] = []any{hostIdentity(c.tenant.initialDomain, text(p, "userPrincipalName"))}
	}
	return p
}

// updateUser carries out a PATCH.
// Source: https://learn.microsoft.com/graph/api/user-update.
func (c *call) updateUser(o *object, body properties) error {
	if err := checkContract(kindUser, c.body); err != nil {
		return err
	}
	for name := range body {
		if strings.HasSuffix(name, "@odata.bind") {
			return badRequest("One or more property values specified are invalid.")
		}
	}
	before := o.current()
	// Null for what has no value changes nothing, also where null could not be written:
	// established clients send whole users.
	maps.DeleteFunc(body, func(name string, value any) bool {
		_, writable := userRules[name]
		return value == nil && before[name] == nil && writable
	})
	if err := checkRules("User", userRules, body); err != nil {
		return err
	}
	if err := c.checkUserValues(body, before); err != nil {
		return err
	}
	if err := c.checkPassword(body, before); err != nil {
		return err
	}
	if err := checkSynced(body, before); err != nil {
		return err
	}
	if c.tenant.roleHolders[o.id] && touchesSensitive(body) {
		return denied()
	}
	c.tenant.takeProfile(o.id, body["passwordProfile"])
	after := merge(before, body)
	if profile, _ := body["passwordProfile"].(map[string]any); profile["password"] != nil {
		after["lastPasswordChangeDateTime"] = graphTime(c.emulator.Now())
	}
	c.tenant.change(c.tenant.users, o, after, false)
	return nil
}

// merge applies a PATCH to a user.
func merge(before, changes properties) properties {
	after := maps.Clone(before)
	for name, value := range changes {
		switch name {
		case "passwordProfile":
			// Never shown, so kept elsewhere.
		case "mail":
			after["mail"] = value
			after["proxyAddresses"] = withPrimary(texts(before, "proxyAddresses"), text(changes, "mail"))
		case "employeeOrgData":
			after[name] = wholeOrgData(value)
		case "onPremisesExtensionAttributes":
			after[name] = mergedAttributes(before[name], value)
		default:
			if !strings.Contains(name, "@odata.") {
				after[name] = value
			}
		}
	}
	if upn := text(changes, "userPrincipalName"); upn != "" {
		after["identities"] = renamedIdentities(after["identities"], upn)
	}
	return after
}

// withPrimary makes an address the primary one; the one before stays as a secondary.
func withPrimary(proxies []string, address string) []any {
	result := []any{"SMTP:" + address}
	for _, proxy := range proxies {
		scheme, old, _ := strings.Cut(proxy, ":")
		switch {
		case strings.EqualFold(old, address):
		case scheme == "SMTP":
			result = append(result, "smtp:"+old)
		default:
			result = append(result, proxy)
		}
	}
	return result
}

// wholeOrgData is written whole: a member that is left out becomes null.
func wholeOrgData(value any) any {
	data, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	return map[string]any{"costCenter": data["costCenter"], "division": data["division"]}
}

func mergedAttributes(before, changes any) any {
	merged := noExtensionAttributes()
	for _, source := range []any{before, changes} {
		attributes, _ := source.(map[string]any)
		for name, value := range attributes {
			if _, known := merged[name]; known {
				merged[name] = value
			}
		}
	}
	return merged
}

func renamedIdentities(identities any, upn string) any {
	list, _ := identities.([]any)
	renamed := make([]any, 0, len(list))
	for _, element := range list {
		identity, _ := element.(map[string]any)
		if text(identity, "signInType") == "userPrincipalName" {
			identity = maps.Clone(identity)
			identity["issuerAssignedId"] = upn
		}
		renamed = append(renamed, identity)
	}
	return renamed
}

// checkPropertyRoles demands the permissions of the single properties: some properties
// can be written with less than the operation's permission, some only with more.
// Source: https://learn.microsoft.com/graph/api/user-update#permissions.
func (c *call) checkPropertyRoles(body properties, general []string) error {
	may := c.permitted(general)
	for name := range body {
		r := userRules[name]
		allowed := may
		if r.always || !may {
			allowed = len(r.roles) > 0 && c.permitted(r.roles)
		}
		if name == "passwordProfile" {
			allowed = allowed && c.maySetPasswords()
		}
		if !allowed {
			return denied()
		}
	}
	if len(body) == 0 && !may {
		return denied()
	}
	return nil
}

func (c *call) checkPassword(body, before properties) error {
	profile, _ := body["passwordProfile"].(map[string]any)
	if profile == nil {
		return nil
	}
	password, given := profile["password"].(string)
	policies := text(body, "passwordPolicies") + text(before, "passwordPolicies")
	weak := strings.Contains(policies, "DisableStrongPassword") && password != ""
	if (given || before == nil) && !weak && !isStrongPassword(password) {
		refused := weakPassword()
		if c.emulator.config.Switches.PasswordErrorTarget {
			refused = refused.blaming("PasswordComplexity", "passwordProfile")
		}
		return refused
	}
	return nil
}

func weakPassword() *failure {
	return badRequest("The specified password does not comply with password complexity requirements. Please provide a different password.")
}

// checkSynced protects what is mastered on premises.
func checkSynced(body, before properties) error {
	if !flag(before, "onPremisesSyncEnabled") {
		return nil
	}
	for name := range body {
		if !slices.Contains([]string{"usageLocation", "otherMails", "passwordPolicies", "passwordProfile"}, name) {
			return syncedObject()
		}
	}
	return nil
}

func syncedObject() *failure {
	return badRequest("Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.")
}

// touchesSensitive reports whether a PATCH writes what only a higher role may write for
// a user who holds a directory role.
// Source: https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions.
func touchesSensitive(body properties) bool {
	for _, name := range []string{"accountEnabled", "businessPhones", "mobilePhone", "otherMails", "onPremisesImmutableId", "passwordProfile", "userPrincipalName"} {
		if _, ok := body[name]; ok {
			return true
		}
	}
	return false
}
