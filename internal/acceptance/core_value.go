package acceptance

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Attributes are the arguments of a block as Go values: string, bool, []string for lists
// and sets, map[string]string for maps, Attributes for nested objects, and Unknown. What
// is left out or nil is null.
type Attributes map[string]any

type unknown struct{}

// Unknown is a value known only after apply.
var Unknown = unknown{}

// configValue makes the configuration of a block.
func configValue(schema *tfprotov6.Schema, given Attributes) (tftypes.Value, error) {
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("a block is an object, not %s", schema.ValueType())
	}
	return objectValue(object, given)
}

func objectValue(object tftypes.Object, given Attributes) (tftypes.Value, error) {
	values := make(map[string]tftypes.Value, len(object.AttributeTypes))
	for name, typ := range object.AttributeTypes {
		value, err := valueOf(typ, given[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		values[name] = value
	}
	for name := range given {
		if _, ok := values[name]; !ok {
			return tftypes.Value{}, fmt.Errorf("there is no argument %s", name)
		}
	}
	return tftypes.NewValue(object, values), nil
}

func valueOf(typ tftypes.Type, given any) (tftypes.Value, error) {
	switch given := given.(type) {
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue), nil
	case Attributes:
		object, ok := typ.(tftypes.Object)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("a nested object cannot be %s", typ)
		}
		return objectValue(object, given)
	case []string:
		elements := make([]tftypes.Value, 0, len(given))
		for _, text := range given {
			elements = append(elements, tftypes.NewValue(tftypes.String, text))
		}
		return validValue(typ, elements)
	case map[string]string:
		elements := make(map[string]tftypes.Value, len(given))
		for key, text := range given {
			elements[key] = tftypes.NewValue(tftypes.String, text)
		}
		return validValue(typ, elements)
	default:
		return validValue(typ, given)
	}
}

func validValue(typ tftypes.Type, content any) (tftypes.Value, error) {
	if err := tftypes.ValidateValue(typ, content); err != nil {
		return tftypes.Value{}, fmt.Errorf("%T cannot be %s: %w", content, typ, err)
	}
	return tftypes.NewValue(typ, content), nil
}

// attributesOf takes an object apart; a null object has none.
func attributesOf(value tftypes.Value) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if value.Type() == nil || value.IsNull() || !value.IsKnown() {
		return attributes
	}
	if err := value.As(&attributes); err != nil {
		return map[string]tftypes.Value{}
	}
	return attributes
}

func attributeOf(value tftypes.Value, name string) any {
	attribute, ok := attributesOf(value)[name]
	if !ok {
		return nil
	}
	return plain(attribute)
}

// plain makes a Go value.
func plain(value tftypes.Value) any {
	switch {
	case !value.IsKnown():
		return Unknown
	case value.IsNull():
		return nil
	case value.Type().Is(tftypes.String):
		var text string
		_ = value.As(&text) // the type was asked
		return text
	case value.Type().Is(tftypes.Bool):
		var yes bool
		_ = value.As(&yes) // the type was asked
		return yes
	}
	var members map[string]tftypes.Value
	if value.As(&members) == nil {
		result := make(map[string]any, len(members))
		for key, member := range members {
			result[key] = plain(member)
		}
		return result
	}
	var elements []tftypes.Value
	if value.As(&elements) != nil {
		return value.String()
	}
	texts := make([]string, 0, len(elements))
	for _, element := range elements {
		text, _ := plain(element).(string)
		texts = append(texts, text)
	}
	if value.Type().Is(tftypes.Set{}) {
		slices.Sort(texts)
	}
	return texts
}

// same compares two values; the order of a set's elements is no difference.
func same(one, other tftypes.Value) bool { return reflect.DeepEqual(plain(one), plain(other)) }

// proposed is the new state core proposes to a provider: what is configured, else, where
// the provider may compute it, what was. Nested attributes here are never computed.
// Source: Terraform, internal/plans/objchange, ProposedNew.
func proposed(schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	was, configured := attributesOf(prior), attributesOf(config)
	values := make(map[string]tftypes.Value, len(configured))
	for _, attribute := range schema.Block.Attributes {
		value := configured[attribute.Name]
		if before, ok := was[attribute.Name]; ok && attribute.Computed && value.IsNull() {
			value = before
		}
		values[attribute.Name] = value
	}
	return tftypes.NewValue(config.Type(), values)
}

// checkPlanned reports what the provider may not plan: a configured value may only be
// planned as configured, or as the prior value where both are set; one left out only
// where the provider computes it.
// Source: Terraform, internal/plans/objchange, AssertPlanValid.
func checkPlanned(schema *tfprotov6.Schema, prior, config, planned tftypes.Value, diags *Diagnostics) {
	if planned.IsNull() {
		diags.fail(InvalidPlan, "the planned object is null")
		return
	}
	was, configured, values := attributesOf(prior), attributesOf(config), attributesOf(planned)
	for _, attribute := range schema.Block.Attributes {
		plan, wish := values[attribute.Name], configured[attribute.Name]
		before, existed := was[attribute.Name]
		switch {
		case same(plan, wish):
		case existed && !before.IsNull() && !wish.IsNull() && same(plan, before):
		case wish.IsNull() && attribute.Computed:
		default:
			diags.fail(InvalidPlan, "%s: planned %v, configured %v", attribute.Name, plain(plan), plain(wish))
		}
	}
}

// checkCompatible reports known values that have changed.
// Source: Terraform, internal/plans/objchange, AssertObjectCompatible.
func checkCompatible(summary string, planned, actual tftypes.Value, diags *Diagnostics) {
	if planned.IsNull() != actual.IsNull() {
		diags.fail(summary, "null: planned %t, now %t", planned.IsNull(), actual.IsNull())
		return
	}
	now := attributesOf(actual)
	for name, value := range attributesOf(planned) {
		if !compatible(value, now[name]) {
			diags.fail(summary, "%s: was %v, now %v", name, plain(value), plain(now[name]))
		}
	}
}

func compatible(planned, actual tftypes.Value) bool {
	switch {
	case !planned.IsKnown():
		return true
	case planned.IsFullyKnown() || planned.IsNull() || !actual.IsKnown() || actual.IsNull():
		return same(planned, actual)
	}
	var members, now map[string]tftypes.Value
	if planned.As(&members) == nil && actual.As(&now) == nil {
		for name, member := range members {
			if other, ok := now[name]; !ok || !compatible(member, other) {
				return false
			}
		}
		return len(members) == len(now)
	}
	// Core cannot tell which elements of a list or set with unknown ones belong together.
	return true
}
