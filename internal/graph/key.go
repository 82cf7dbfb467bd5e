package graph

import (
	"strings"
)

// KeyKind is by what a user is looked for.
type KeyKind int

// What users are looked for by, in any spelling of case.
const (
	ByObjectID KeyKind = iota
	ByUserPrincipalName
	// ByAddress is an e-mail address: of those who have it in mail, else of those who have
	// it in a proxy address or among their other mails.
	ByAddress
	ByEmployeeID
)

// property is where Graph keeps the key; of an address, where it is looked for first.
func (k KeyKind) property() Property {
	switch k {
	case ByUserPrincipalName:
		return UserPrincipalName
	case ByAddress:
		return "mail"
	case ByEmployeeID:
		return "employeeId"
	default:
		return "id"
	}
}

// Key names a user.
type Key struct {
	Kind  KeyKind
	Value string
}

// in reports whether the user has the key in its own property.
func (k Key) in(user User) bool {
	switch k.Kind {
	case ByUserPrincipalName:
		return strings.EqualFold(user.UserPrincipalName, k.Value)
	case ByAddress:
		return user.Mail != nil && strings.EqualFold(*user.Mail, k.Value)
	case ByEmployeeID:
		return user.EmployeeID != nil && strings.EqualFold(*user.EmployeeID, k.Value)
	default:
		return strings.EqualFold(user.ID, k.Value)
	}
}

// elsewhere reports whether an address is in another place than mail.
func (k Key) elsewhere(user User) bool { return user.Reachable(k.Value) }

// way is one way of looking for keys of one kind.
type way struct {
	// most is how many keys one filter takes.
	most int
	// filter is the condition under which a user may have one of the keys; everything
	// found is compared again, with holds.
	filter func([]Key) string
	holds  func(Key, User) bool
}

// inProperty looks for keys where they belong.
func inProperty() way { return way{most: maxClauses, filter: propertyFilter, holds: Key.in} }

// inOtherAddresses looks for addresses that nobody has in mail.
func inOtherAddresses() way {
	return way{most: maxClauses / 3, filter: otherAddressFilter, holds: Key.elsewhere}
}

// propertyFilter names the values in one "in", and those too long for it by their
// beginning.
func propertyFilter(keys []Key) string {
	property := string(keys[0].Kind.property())
	var values, clauses []string
	for _, key := range keys {
		if len([]rune(key.Value)) > maxComparison {
			clauses = append(clauses, equals(property, key.Value))
			continue
		}
		values = append(values, "'"+quote(key.Value)+"'")
	}
	switch {
	case len(values) == 1:
		clauses = append(clauses, property+" eq "+values[0])
	case len(values) > 1:
		clauses = append(clauses, property+" in ("+strings.Join(values, ",")+")")
	}
	return strings.Join(clauses, " or ")
}

// otherAddressFilter takes three clauses for each address.
func otherAddressFilter(keys []Key) string {
	var clauses []string
	for _, key := range keys {
		clauses = append(clauses, proxyClauses(sought{address: key.Value})...)
		clauses = append(clauses, "otherMails/any(m:"+equals("m", key.Value)+")")
	}
	return strings.Join(clauses, " or ")
}
