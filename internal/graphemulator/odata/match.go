package odata

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// Match reports whether an entity, given as decoded JSON, satisfies the filter.
//
// A property that is missing is null. Strings are compared without regard to case, as
// the directory does; times are compared as instants. Every operand is evaluated, so
// that a wrong type is found wherever it stands: the error is a *TypeError.
func (f *Filter) Match(object map[string]any) (bool, error) {
	return f.root.match(object)
}

func (n *disjunction) match(value any) (bool, error) {
	result := false

	for _, operand := range n.operands {
		matched, err := operand.match(value)
		if err != nil {
			return false, err
		}

		result = result || matched
	}

	return result, nil
}

func (n *conjunction) match(value any) (bool, error) {
	result := true

	for _, operand := range n.operands {
		matched, err := operand.match(value)
		if err != nil {
			return false, err
		}

		result = result && matched
	}

	return result, nil
}

func (n *negation) match(value any) (bool, error) {
	matched, err := n.operand.match(value)

	return !matched && err == nil, err
}

func (n *comparison) match(value any) (bool, error) {
	actual, err := n.path.resolve(value)
	if err != nil {
		return false, err
	}

	return compare(n.path, actual, n.operator, n.value)
}

func (n *membership) match(value any) (bool, error) {
	actual, err := n.path.resolve(value)
	if err != nil {
		return false, err
	}

	result := false

	for _, candidate := range n.values {
		equal, err := compare(n.path, actual, operatorEqual, candidate)
		if err != nil {
			return false, err
		}

		result = result || equal
	}

	return result, nil
}

func (n *function) match(value any) (bool, error) {
	actual, err := n.path.resolve(value)
	if err != nil || actual == nil {
		return false, err
	}

	text, ok := actual.(string)
	if !ok {
		return false, &TypeError{
			Property: n.path.String(),
			Message:  fmt.Sprintf("No function signature for the function with name '%s' matches the specified arguments.", n.name),
		}
	}

	text, argument := fold(text), fold(n.value.text)

	switch n.name {
	case operatorStartsWith:
		return strings.HasPrefix(text, argument), nil
	case operatorEndsWith:
		return strings.HasSuffix(text, argument), nil
	default:
		return strings.Contains(text, argument), nil
	}
}

func (n *lambda) match(value any) (bool, error) {
	actual, err := n.path.resolve(value)
	if err != nil {
		return false, err
	}

	elements, ok := collection(actual)
	if !ok {
		return false, &TypeError{Property: n.path.String(), Message: "any and all follow a collection."}
	}

	if n.body == nil {
		return len(elements) > 0, nil
	}

	all := n.quantifier == quantifierAll
	result := all

	for _, element := range elements {
		matched, err := n.body.match(element)
		if err != nil {
			return false, err
		}

		if matched != all {
			result = matched
		}
	}

	return result, nil
}

// resolve follows the path from an entity or an element. What lies below null is null.
func (p path) resolve(value any) (any, error) {
	for _, segment := range p.segments {
		if value == nil {
			break
		}

		object, ok := value.(map[string]any)
		if !ok {
			return nil, &TypeError{
				Property: p.String(),
				Message: fmt.Sprintf("The parent value for a property access of a property '%s' is not a single value.",
					segment),
			}
		}

		value = object[segment]
	}

	if !p.count {
		return value, nil
	}

	elements, ok := collection(value)
	if !ok {
		return nil, &TypeError{Property: p.String(), Message: countSegment + " follows a collection."}
	}

	return float64(len(elements)), nil
}

// collection gives the elements of a JSON array in the forms in which Go code holds
// one. Null is an empty collection.
func collection(value any) ([]any, bool) {
	switch value := value.(type) {
	case nil:
		return nil, true
	case []any:
		return value, true
	case []string:
		return elements(value), true
	case []map[string]any:
		return elements(value), true
	default:
		return nil, false
	}
}

func elements[T any](values []T) []any {
	result := make([]any, len(values))
	for i, value := range values {
		result[i] = value
	}

	return result
}

// compare applies an operator to a property's value and a literal. Null equals null
// alone and has no order.
func compare(target path, actual any, operator string, value literal) (bool, error) {
	if actual == nil || value.kind == KindNull {
		equal := actual == nil && value.kind == KindNull

		switch operator {
		case operatorEqual:
			return equal, nil
		case operatorNotEqual:
			return !equal, nil
		default:
			return false, nil
		}
	}

	if actual, ok := actual.(bool); ok && value.kind == KindBoolean {
		switch operator {
		case operatorEqual:
			return actual == value.boolean, nil
		case operatorNotEqual:
			return actual != value.boolean, nil
		}
	}

	if order, ok := order(actual, value); ok {
		return holds(operator, order), nil
	}

	return false, &TypeError{
		Property: target.String(),
		Message:  incompatibleTypes(typeName(actual), value.kind.String(), operatorKind(operator)),
	}
}

// order compares a property's value with a literal of the same kind.
func order(actual any, value literal) (int, bool) {
	switch actual := actual.(type) {
	case string:
		switch value.kind {
		case KindString, KindGUID:
			return cmp.Compare(fold(actual), fold(value.text)), true
		case KindDateTime:
			instant, ok := parseInstant(actual)

			return instant.Compare(value.instant), ok
		default:
			return 0, false
		}
	case float64:
		return cmp.Compare(actual, value.number), value.kind == KindNumber
	case int:
		return cmp.Compare(float64(actual), value.number), value.kind == KindNumber
	case json.Number:
		number, err := actual.Float64()

		return cmp.Compare(number, value.number), err == nil && value.kind == KindNumber
	}

	return 0, false
}

func holds(operator string, order int) bool {
	switch operator {
	case operatorEqual:
		return order == 0
	case operatorNotEqual:
		return order != 0
	case operatorGreaterThan:
		return order > 0
	case operatorGreaterThanOrEqual:
		return order >= 0
	case operatorLessThan:
		return order < 0
	default:
		return order <= 0
	}
}

func typeName(value any) string {
	switch value.(type) {
	case string:
		return KindString.String()
	case bool:
		return KindBoolean.String()
	case float64, int, json.Number:
		return KindNumber.String()
	case map[string]any:
		return "Edm.ComplexType"
	default:
		return "Collection(Edm.Untyped)"
	}
}

// operatorKind is the name that OData's type system has for a comparison.
func operatorKind(operator string) string {
	switch operator {
	case operatorEqual, operatorIn:
		return "Equal"
	case operatorNotEqual:
		return "NotEqual"
	case operatorGreaterThan:
		return "GreaterThan"
	case operatorGreaterThanOrEqual:
		return "GreaterThanOrEqual"
	case operatorLessThan:
		return "LessThan"
	default:
		return "LessThanOrEqual"
	}
}

// fold maps a string to the form in which the directory compares it.
func fold(text string) string { return strings.ToLower(text) }
