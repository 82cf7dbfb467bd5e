package odata

import (
	"slices"
	"strings"
)

// Limits of the directory's filters.
const (
	// MaxOrClauses is the number of clauses of one disjunction and of values of one in.
	MaxOrClauses = 15
	// MaxEqualLength is the number of characters of a string compared for equality.
	// Source: Learn, known issues of Microsoft Graph.
	MaxEqualLength = 120
)

// CheckUserFilter says whether the directory runs a filter on users. Advanced is true
// if the request carries the header ConsistencyLevel: eventual and $count=true. The
// error is an *UnsupportedError.
func CheckUserFilter(f *Filter, advanced bool) error {
	return checker{resource: "User", tables: []capabilities{userCapabilities}, advanced: advanced}.check(f)
}

// CheckGroupFilter is CheckUserFilter for groups.
func CheckGroupFilter(f *Filter, advanced bool) error {
	return checker{resource: "Group", tables: []capabilities{groupCapabilities}, advanced: advanced}.check(f)
}

// CheckMemberFilter is CheckUserFilter for the members of a group, of any type. Only
// "id eq" runs without the advanced query parameters.
func CheckMemberFilter(f *Filter, advanced bool) error {
	c := checker{
		resource: "DirectoryObject",
		tables:   []capabilities{userCapabilities, groupCapabilities},
		advanced: advanced,
	}

	for _, clause := range f.Clauses() {
		if !advanced && (clause.Property != "id" || clause.Operator != operatorEqual) {
			return missingParameters(clause.Property, clause.Operator)
		}
	}

	return c.check(f)
}

// checker holds a filter against the tables of what a resource supports.
type checker struct {
	resource string
	tables   []capabilities
	advanced bool
}

func (c checker) check(f *Filter) error {
	if clauses := f.OrClauses(); clauses > MaxOrClauses {
		return tooManyClauses(clauses)
	}

	clauses := f.Clauses()
	for _, clause := range clauses {
		found, ok := c.find(clause)
		if !ok {
			return c.unsupportedProperty(clause)
		}

		if found.alone && len(clauses) > 1 {
			return c.unsupportedProperty(clause)
		}

		if err := c.checkClause(clause, found); err != nil {
			return err
		}
	}

	var refused error

	walk(f.root, func(n node) {
		if err := c.checkNode(n); refused == nil {
			refused = err
		}
	})

	return refused
}

// find gives the capability of a clause's property, if it is used as what it is: a
// collection under any() or $count, everything else directly.
func (c checker) find(clause Clause) (capability, bool) {
	indirect := clause.Lambda || strings.HasPrefix(clause.Operator, "count-")

	for _, table := range c.tables {
		if found, ok := table.find(clause.Property); ok && found.collection == indirect {
			return found, true
		}
	}

	return capability{}, false
}

func (c checker) checkClause(clause Clause, found capability) error {
	operator := strings.TrimPrefix(clause.Operator, quantifierAny+"-")

	level, known := c.level(operator, clause, found)
	if !known {
		return unsupportedOperator(clause)
	}

	if level == unsupported {
		return c.unsupportedProperty(clause)
	}

	if err := checkLiterals(operator, clause, found); err != nil {
		return err
	}

	if clause.Values > MaxOrClauses {
		return tooManyClauses(clause.Values)
	}

	if isEquality(operator) && clause.LongestValue > MaxEqualLength {
		return c.unsupportedProperty(clause)
	}

	switch {
	case c.advanced:
		return nil
	case clause.Negated:
		return missingParameters(clause.Property, "not")
	case level == byDefault:
		return nil
	case operator == operatorNotEqual, operator == operatorEndsWith, strings.HasPrefix(operator, "count-"):
		return missingParameters(clause.Property, operator)
	default:
		// The property is not indexed in the default store.
		return c.unsupportedProperty(clause)
	}
}

// level says how far an operator is supported, and whether the directory knows it.
func (c checker) level(operator string, clause Clause, found capability) (level support, known bool) {
	switch operator {
	case operatorEqual, operatorNotEqual:
		level = found.eq
		if hasNull(clause) {
			level = found.null
		}

		if operator == operatorNotEqual && level != unsupported {
			level = advancedOnly

			// Elements are negated by not any(…).
			if clause.Lambda {
				level = unsupported
			}
		}
	case operatorIn:
		level = found.in
		if hasNull(clause) {
			level = stricter(level, found.null)
		}
	case operatorStartsWith:
		level = found.startsWith
	case operatorEndsWith:
		level = found.endsWith
	case operatorGreaterThanOrEqual, operatorLessThanOrEqual:
		level = found.order
	case "count-" + operatorEqual, "count-" + operatorNotEqual:
		level = found.count
	case quantifierAny:
		level = found.count
	default:
		return unsupported, false
	}

	return level, true
}

// stricter is what two conditions at once demand.
func stricter(a, b support) support {
	if a == unsupported || b == unsupported {
		return unsupported
	}

	return max(a, b)
}

func hasNull(clause Clause) bool { return slices.Contains(clause.Literals, KindNull) }

func isEquality(operator string) bool {
	return operator == operatorEqual || operator == operatorNotEqual || operator == operatorIn
}

func checkLiterals(operator string, clause Clause, found capability) error {
	kind := found.kind
	comparison, counting := strings.CutPrefix(operator, "count-")

	if counting {
		kind = KindNumber
	}

	for _, literal := range clause.Literals {
		if literal != kind && literal != KindNull {
			return &UnsupportedError{
				Code: CodeBadRequest,
				Message: "Invalid filter clause: " +
					incompatibleTypes(kind.String(), literal.String(), operatorKind(comparison)),
				Property: clause.Property,
				Operator: clause.Operator,
			}
		}
	}

	return nil
}

// checkNode checks what a single clause does not show.
func (c checker) checkNode(n node) error {
	switch n := n.(type) {
	case *lambda:
		if n.path.name() == "identities" && !namesIdentity(n) {
			return c.unsupportedProperty(Clause{Property: "identities", Operator: quantifierAny})
		}
	case *comparison:
		// Collections of the directory are found empty or not empty, no more.
		if n.path.count && n.value.number != 0 {
			return c.unsupportedProperty(Clause{Property: n.path.name(), Operator: "count-" + n.operator})
		}
	}

	return nil
}

// namesIdentity says whether a search for an identity names issuer and
// issuerAssignedId, both. Source: Learn, objectIdentity resource type.
func namesIdentity(search *lambda) bool {
	both, ok := search.body.(*conjunction)
	if !ok || len(both.operands) != 2 {
		return false
	}

	seen := map[string]bool{}
	for _, clause := range clausesOf(search) {
		seen[clause.Property] = true
	}

	return seen[identitiesIssuer] && seen[identitiesIssuerAssignedID]
}
