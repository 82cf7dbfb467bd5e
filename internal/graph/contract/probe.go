package contract

import (
	"time"

	"github.com/google/uuid"
	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// probe is a parse node without content. Given to a deserializer, it notes what the
// deserializer asks for.
type probe struct {
	asked field
}

func (p *probe) note(kind Kind) { p.asked = field{kind: kind} }

// GetStringValue notes a string.
func (p *probe) GetStringValue() (*string, error) {
	p.note(KindString)

	return nil, nil
}

// GetBoolValue notes a boolean.
func (p *probe) GetBoolValue() (*bool, error) {
	p.note(KindBoolean)

	return nil, nil
}

// GetInt8Value notes an integer.
func (p *probe) GetInt8Value() (*int8, error) {
	p.note(KindInteger)

	return nil, nil
}

// GetByteValue notes an integer.
func (p *probe) GetByteValue() (*byte, error) {
	p.note(KindInteger)

	return nil, nil
}

// GetInt32Value notes an integer.
func (p *probe) GetInt32Value() (*int32, error) {
	p.note(KindInteger)

	return nil, nil
}

// GetInt64Value notes an integer.
func (p *probe) GetInt64Value() (*int64, error) {
	p.note(KindInteger)

	return nil, nil
}

// GetFloat32Value notes a number.
func (p *probe) GetFloat32Value() (*float32, error) {
	p.note(KindNumber)

	return nil, nil
}

// GetFloat64Value notes a number.
func (p *probe) GetFloat64Value() (*float64, error) {
	p.note(KindNumber)

	return nil, nil
}

// GetTimeValue notes a point in time.
func (p *probe) GetTimeValue() (*time.Time, error) {
	p.note(KindDateTime)

	return nil, nil
}

// GetDateOnlyValue notes a date.
func (p *probe) GetDateOnlyValue() (*serialization.DateOnly, error) {
	p.note(KindDate)

	return nil, nil
}

// GetTimeOnlyValue notes a time of day.
func (p *probe) GetTimeOnlyValue() (*serialization.TimeOnly, error) {
	p.note(KindTimeOfDay)

	return nil, nil
}

// GetISODurationValue notes a duration.
func (p *probe) GetISODurationValue() (*serialization.ISODuration, error) {
	p.note(KindDuration)

	return nil, nil
}

// GetUUIDValue notes a GUID.
func (p *probe) GetUUIDValue() (*uuid.UUID, error) {
	p.note(KindGUID)

	return nil, nil
}

// GetByteArrayValue notes binary content.
func (p *probe) GetByteArrayValue() ([]byte, error) {
	p.note(KindBinary)

	return nil, nil
}

// GetRawValue notes a value of any kind.
func (p *probe) GetRawValue() (any, error) {
	p.note(KindAny)

	return nil, nil
}

// GetEnumValue notes a member of an enumeration.
func (p *probe) GetEnumValue(parse serialization.EnumFactory) (any, error) {
	p.asked = field{kind: KindEnum, enum: parse}

	return nil, nil
}

// GetObjectValue notes an object.
func (p *probe) GetObjectValue(create serialization.ParsableFactory) (serialization.Parsable, error) {
	p.asked = field{kind: KindObject, create: create}

	return nil, nil
}

// GetCollectionOfObjectValues notes a collection of objects.
func (p *probe) GetCollectionOfObjectValues(create serialization.ParsableFactory) ([]serialization.Parsable, error) {
	p.asked = field{kind: KindObject, create: create, collection: true}

	return nil, nil
}

// GetCollectionOfEnumValues notes a collection of members of an enumeration.
func (p *probe) GetCollectionOfEnumValues(parse serialization.EnumFactory) ([]any, error) {
	p.asked = field{kind: KindEnum, enum: parse, collection: true}

	return nil, nil
}

// GetCollectionOfPrimitiveValues notes a collection of scalars.
func (p *probe) GetCollectionOfPrimitiveValues(target string) ([]any, error) {
	p.asked = field{kind: primitiveKind(target), collection: true}

	return nil, nil
}

// GetChildNode gives nothing: a probe has no content.
func (p *probe) GetChildNode(string) (serialization.ParseNode, error) { return nil, nil }

// GetOnBeforeAssignFieldValues gives no callback.
func (p *probe) GetOnBeforeAssignFieldValues() serialization.ParsableAction { return nil }

// GetOnAfterAssignFieldValues gives no callback.
func (p *probe) GetOnAfterAssignFieldValues() serialization.ParsableAction { return nil }

// SetOnBeforeAssignFieldValues takes no callback.
func (p *probe) SetOnBeforeAssignFieldValues(serialization.ParsableAction) error { return nil }

// SetOnAfterAssignFieldValues takes no callback.
func (p *probe) SetOnAfterAssignFieldValues(serialization.ParsableAction) error { return nil }

// primitiveKind maps the names by which the SDK's models ask for collections.
func primitiveKind(target string) Kind {
	switch target {
	case "string":
		return KindString
	case "bool":
		return KindBoolean
	case "uint8", "byte", "int8", "int32", "int64":
		return KindInteger
	case "float32", "float64":
		return KindNumber
	case "time":
		return KindDateTime
	case "dateonly":
		return KindDate
	case "timeonly":
		return KindTimeOfDay
	case "isoduration":
		return KindDuration
	case "uuid":
		return KindGUID
	case "base64":
		return KindBinary
	default:
		return KindAny
	}
}

// discriminator is the parse node of an object of which only the type is known. A
// factory reads it to choose among derived models.
type discriminator struct {
	probe

	odataType string
}

// GetChildNode gives the type of the object and nothing else.
func (d *discriminator) GetChildNode(name string) (serialization.ParseNode, error) {
	if name != controlType || d.odataType == "" {
		return nil, nil
	}

	return &discriminatorValue{odataType: d.odataType}, nil
}

type discriminatorValue struct {
	probe

	odataType string
}

// GetStringValue gives the type of the object.
func (d *discriminatorValue) GetStringValue() (*string, error) { return &d.odataType, nil }
