package odata

import (
	"fmt"
	"strings"
)

func (c checker) unsupportedProperty(clause Clause) error {
	return &UnsupportedError{
		Code: CodeUnsupportedQuery,
		Message: fmt.Sprintf("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.",
			lastSegment(clause.Property), c.resource),
		Property: clause.Property,
		Operator: clause.Operator,
	}
}

// lastSegment is the name by which the directory blames a nested property.
func lastSegment(property string) string {
	return property[strings.LastIndexByte(property, '/')+1:]
}

func unsupportedOperator(clause Clause) error {
	names := map[string]string{
		operatorContains:    "Contains",
		operatorGreaterThan: "GreaterThan",
		operatorLessThan:    "LessThan",
	}

	name, ok := names[clause.Operator[strings.LastIndexByte(clause.Operator, '-')+1:]]
	if !ok || strings.HasPrefix(clause.Operator, quantifierAll) {
		name = "All"
	}

	return &UnsupportedError{
		Code:     CodeUnsupportedQuery,
		Message:  fmt.Sprintf("Operator: '%s' is not supported.", name),
		Property: clause.Property,
		Operator: clause.Operator,
	}
}

// missingParameters refuses what an advanced query would be granted.
func missingParameters(property, operator string) error {
	name := operator

	switch operator {
	case operatorEndsWith:
		name = "endsWith"
	case operatorStartsWith:
		name = "startsWith"
	case "count-" + operatorEqual, "count-" + operatorNotEqual:
		name = countSegment
	}

	return &UnsupportedError{
		Code: CodeUnsupportedQuery,
		Message: fmt.Sprintf("Operator '%s' is not supported because the required parameters might be missing. "+
			"Try adding $count=true query parameter and ConsistencyLevel:eventual header. "+
			"Refer to https://aka.ms/graph-docs/advanced-queries for more information", name),
		Property: property,
		Operator: operator,
	}
}

func tooManyClauses(clauses int) error {
	return &UnsupportedError{
		Code: CodeUnsupportedQuery,
		Message: fmt.Sprintf("Too many child clauses specified in search filter expression containing 'OR' operators: %d. "+
			"Max allowed: %d.", clauses, MaxOrClauses),
	}
}
