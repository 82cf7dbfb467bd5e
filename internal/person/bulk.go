package person

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A list or a map of thousands of objects stays in the form in which it goes over the
// wire: the framework would take it apart value by value, several times, only to find
// that nothing has to be done. That costs several times the memory of the objects.

// bulk is what both have in common. raw is a pointer, so that a value is seen to be itself
// without being compared.
type bulk struct{ raw *tftypes.Value }

// ToTerraformValue returns the wire form.
func (b bulk) ToTerraformValue(context.Context) (tftypes.Value, error) { return *b.raw, nil }

// IsNull reports whether there is no value.
func (b bulk) IsNull() bool { return b.raw.IsNull() }

// IsUnknown reports whether the value is known only after apply.
func (b bulk) IsUnknown() bool { return !b.raw.IsKnown() }

// String names the value in the framework's messages.
func (b bulk) String() string { return fmt.Sprintf("<%s>", b.raw.Type()) }

func (b bulk) same(other bulk) bool { return b.raw == other.raw || b.raw.Equal(*other.raw) }

type bulkListType struct{ basetypes.ListType }

var _ basetypes.ListTypable = bulkListType{}

// Equal reports whether another type is this one.
func (t bulkListType) Equal(other attr.Type) bool {
	list, ok := other.(bulkListType)
	return ok && t.ListType.Equal(list.ListType)
}

// ValueFromTerraform takes the wire form as it is.
func (t bulkListType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	return bulkList{bulk{&in}, t}, nil
}

// ValueFromList takes over an ordinary list.
func (t bulkListType) ValueFromList(ctx context.Context, in basetypes.ListValue) (basetypes.ListValuable, diag.Diagnostics) {
	raw, err := in.ToTerraformValue(ctx)
	return bulkList{bulk{&raw}, t}, convertible(err)
}

// ValueType returns an example of the values.
func (t bulkListType) ValueType(context.Context) attr.Value { return bulkList{kind: t} }

type bulkList struct {
	bulk

	kind bulkListType
}

// Type returns the type.
func (l bulkList) Type(context.Context) attr.Type { return l.kind }

// Equal reports whether another value is the same.
func (l bulkList) Equal(other attr.Value) bool {
	list, ok := other.(bulkList)
	return ok && l.same(list.bulk)
}

// ToListValue takes the list apart.
func (l bulkList) ToListValue(ctx context.Context) (basetypes.ListValue, diag.Diagnostics) {
	value, err := l.kind.ListType.ValueFromTerraform(ctx, *l.raw)
	list, _ := value.(basetypes.ListValue)
	return list, convertible(err)
}

type bulkMapType struct{ basetypes.MapType }

var _ basetypes.MapTypable = bulkMapType{}

// Equal reports whether another type is this one.
func (t bulkMapType) Equal(other attr.Type) bool {
	all, ok := other.(bulkMapType)
	return ok && t.MapType.Equal(all.MapType)
}

// ValueFromTerraform takes the wire form as it is.
func (t bulkMapType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	return bulkMap{bulk{&in}, t}, nil
}

// ValueFromMap takes over an ordinary map.
func (t bulkMapType) ValueFromMap(ctx context.Context, in basetypes.MapValue) (basetypes.MapValuable, diag.Diagnostics) {
	raw, err := in.ToTerraformValue(ctx)
	return bulkMap{bulk{&raw}, t}, convertible(err)
}

// ValueType returns an example of the values.
func (t bulkMapType) ValueType(context.Context) attr.Value { return bulkMap{kind: t} }

type bulkMap struct {
	bulk

	kind bulkMapType
}

// Type returns the type.
func (m bulkMap) Type(context.Context) attr.Type { return m.kind }

// Equal reports whether another value is the same.
func (m bulkMap) Equal(other attr.Value) bool {
	all, ok := other.(bulkMap)
	return ok && m.same(all.bulk)
}

// ToMapValue takes the map apart.
func (m bulkMap) ToMapValue(ctx context.Context) (basetypes.MapValue, diag.Diagnostics) {
	value, err := m.kind.MapType.ValueFromTerraform(ctx, *m.raw)
	all, _ := value.(basetypes.MapValue)
	return all, convertible(err)
}

func convertible(err error) (diags diag.Diagnostics) {
	if err != nil {
		diags.AddError("A value has the wrong type", err.Error()+". This is a bug in the provider.")
	}
	return diags
}
