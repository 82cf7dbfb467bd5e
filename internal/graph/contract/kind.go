package contract

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// Kind is the kind of a property's value, named as in OData's type system.
type Kind string

// The kinds that the SDK's models tell apart. A collection is "Collection(…)" of one.
const (
	KindAny       Kind = "Edm.Untyped"
	KindString    Kind = "Edm.String"
	KindBoolean   Kind = "Edm.Boolean"
	KindInteger   Kind = "Edm.Int64"
	KindNumber    Kind = "Edm.Double"
	KindDateTime  Kind = "Edm.DateTimeOffset"
	KindDate      Kind = "Edm.Date"
	KindTimeOfDay Kind = "Edm.TimeOfDay"
	KindDuration  Kind = "Edm.Duration"
	KindGUID      Kind = "Edm.Guid"
	KindBinary    Kind = "Edm.Binary"
	KindEnum      Kind = "Edm.Enum"
	KindObject    Kind = "Edm.ComplexType"
)

// acceptsScalar says whether a decoded JSON value that is neither null, array nor
// object is a value of the field.
func (f field) acceptsScalar(value any) bool {
	switch value := value.(type) {
	case string:
		return f.acceptsText(value)
	case bool:
		return f.kind == KindBoolean || f.kind == KindAny
	case json.Number:
		if _, err := value.Int64(); err != nil && f.kind == KindInteger {
			return false
		}

		return f.kind == KindInteger || f.kind == KindNumber || f.kind == KindAny
	default:
		return false
	}
}

func (f field) acceptsText(text string) bool {
	var err error

	switch f.kind {
	case KindString, KindAny:
		return true
	case KindDateTime:
		_, err = time.Parse(time.RFC3339Nano, text)
	case KindDate:
		_, err = time.Parse(time.DateOnly, text)
	case KindTimeOfDay:
		_, err = time.Parse("15:04:05.999999999", text)
	case KindDuration:
		_, err = serialization.ParseISODuration(text)
	case KindBinary:
		_, err = base64.StdEncoding.DecodeString(text)
	case KindGUID:
		return len(text) == len("00000000-0000-0000-0000-000000000000") && strings.Count(text, "-") == 4
	case KindEnum:
		// An unknown member is no error to the SDK: its parser gives nothing.
		member, enumErr := f.enum(text)

		return enumErr == nil && member != nil
	default:
		return false
	}

	return err == nil
}

// jsonKind names what stands in a body.
func jsonKind(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}
