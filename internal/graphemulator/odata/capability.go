package odata

import "strings"

// support says whether the directory offers an operator on a property.
type support int

const (
	unsupported support = iota
	// byDefault works in every request.
	byDefault
	// advancedOnly needs the header ConsistencyLevel: eventual and $count=true.
	advancedOnly
)

// capability says which operators a property supports in $filter. The negations ne and
// not are offered, in advanced queries, wherever eq is.
type capability struct {
	// kind is the type of the literals the property is compared with.
	kind LiteralKind
	// collection marks a property whose elements are reached by any().
	collection bool

	eq         support
	in         support
	startsWith support
	endsWith   support
	// order is ge and le; gt and lt are not offered by the directory.
	order support
	// null is eq and ne with the literal null.
	null support
	// count is the size of the collection compared with 0.
	count support
	// alone marks a property that cannot be combined with any other condition.
	alone bool
}

// capabilities maps property paths, as in Clause.Property, to what they support.
type capabilities map[string]capability

// find gives the capability of a property; extension properties follow a pattern.
func (c capabilities) find(property string) (capability, bool) {
	if found, ok := c[property]; ok {
		return found, true
	}

	if attribute, ok := strings.CutPrefix(property, "onPremisesExtensionAttributes/extensionAttribute"); ok {
		found, ok := c["onPremisesExtensionAttributes/extensionAttribute"]

		return found, ok && isExtensionAttributeNumber(attribute)
	}

	if strings.HasPrefix(property, "extension_") {
		found, ok := c["extension_"]

		return found, ok
	}

	return capability{}, false
}

func isExtensionAttributeNumber(text string) bool {
	switch text {
	case "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15":
		return true
	default:
		return false
	}
}

// text is a string property. Its order is offered in advanced queries only: the user
// page lists ge and le, the generated table does not.
func text(eq, startsWith, null support) capability {
	return capability{kind: KindString, eq: eq, in: eq, startsWith: startsWith, order: advancedOnly, null: null}
}

// keyword is a string property with few values, compared as a whole.
func keyword(eq, null support) capability {
	return capability{kind: KindString, eq: eq, in: eq, null: null}
}

func flag(eq, null support) capability {
	return capability{kind: KindBoolean, eq: eq, in: eq, null: null}
}

func instant(eq, null support) capability {
	return capability{kind: KindDateTime, eq: eq, in: eq, order: eq, null: null}
}

// addresses is a collection of strings.
func addresses(in, endsWith support) capability {
	return capability{
		kind: KindString, collection: true, eq: byDefault, in: in,
		startsWith: byDefault, endsWith: endsWith, order: advancedOnly, count: advancedOnly,
	}
}

// member is a property of a collection's elements, compared as a whole.
func member(kind LiteralKind, eq, startsWith support) capability {
	return capability{kind: kind, collection: true, eq: eq, startsWith: startsWith}
}

func withEndsWith(c capability) capability {
	c.endsWith = advancedOnly

	return c
}
