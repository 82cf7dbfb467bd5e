package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/microsoft/kiota-abstractions-go/serialization"
)

const (
	suffixBind = "@odata.bind"
	suffixType = controlType
)

// Mismatch is a value in a body that is not of the kind its property has.
type Mismatch struct {
	// Path leads to the value: "passwordProfile/password", "otherMails/0".
	Path string
	// Want is the kind of the property, "Edm.Boolean" or "Collection(Edm.String)".
	Want string
	// Got is the kind of the JSON value: null, string, boolean, number, array, object.
	// A string where Want is a string too in JSON is malformed: no date, no member of
	// an enumeration.
	Got string
}

func (m Mismatch) String() string {
	return fmt.Sprintf("%s: %s is expected, got %s", m.Path, m.Want, m.Got)
}

// UnknownProperties lists the paths of properties in a body, at any depth, that the
// SDK's model of the entity does not have and would keep as additional data. Properties
// of one object come in alphabetical order. @odata.type is no property, nor is
// x@odata.type of a property x, nor x@odata.bind of a relation x. Directory extensions
// (extension_…) are not part of the model, so they are listed.
//
// The error says that the body is no JSON object or the entity is unknown
// (ErrUnknownEntity).
func UnknownProperties(entity string, body []byte) ([]string, error) {
	found, err := inspect(entity, body)

	return found.unknown, err
}

// KindMismatches lists the values in a body, at any depth, that are not of the kind
// their property has. Null is a value of every property except a collection. An
// @odata.type that is not the type of its object is listed too. The order and the
// errors are those of UnknownProperties.
func KindMismatches(entity string, body []byte) ([]Mismatch, error) {
	found, err := inspect(entity, body)

	return found.mismatches, err
}

// inspection collects what is wrong with a body.
type inspection struct {
	unknown    []string
	mismatches []Mismatch
}

func inspect(entity string, body []byte) (inspection, error) {
	create, err := factoryOf(entity)
	if err != nil {
		return inspection{}, err
	}

	object, err := decode(body)
	if err != nil {
		return inspection{}, fmt.Errorf("reading the body of %s: %w", entity, err)
	}

	var result inspection
	if err := result.object("", create, object); err != nil {
		return inspection{}, err
	}

	return result, nil
}

// decode reads one JSON object and nothing after it.
func decode(body []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()

	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("a JSON object is expected: %w", err)
	}

	if object == nil {
		return nil, errors.New("a JSON object is expected, got null")
	}

	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}

	return object, nil
}

func (i *inspection) mismatch(path, want string, value any) {
	i.mismatches = append(i.mismatches, Mismatch{Path: path, Want: want, Got: jsonKind(value)})
}

func (i *inspection) object(path string, create serialization.ParsableFactory, object map[string]any) error {
	odataType, err := i.declaredType(path, create, object)
	if err != nil {
		return err
	}

	known, err := shapeOf(create, odataType)
	if err != nil {
		return err
	}

	for _, property := range slices.Sorted(maps.Keys(object)) {
		if property == controlType {
			continue
		}

		value, propertyPath := object[property], join(path, property)

		if declared, ok := known.fields[property]; ok {
			if err := i.value(propertyPath, declared, value); err != nil {
				return err
			}

			continue
		}

		accepted, err := i.control(propertyPath, known, property, value)
		if err != nil {
			return err
		}

		if !accepted {
			i.unknown = append(i.unknown, propertyPath)
		}
	}

	return nil
}

// declaredType gives the @odata.type of an object in the form the SDK's factories know,
// or nothing if it has none.
func (i *inspection) declaredType(path string, create serialization.ParsableFactory, object map[string]any) (string, error) {
	value, ok := object[controlType]
	if !ok {
		return "", nil
	}

	typePath := join(path, controlType)

	text, ok := value.(string)
	if !ok {
		i.mismatch(typePath, string(KindString), value)

		return "", nil
	}

	odataType := "#" + strings.TrimPrefix(text, "#")

	declared, err := shapeOf(create, odataType)
	if err != nil {
		return "", err
	}

	if !declared.describes(odataType) {
		i.mismatch(typePath, declared.name, value)
	}

	return odataType, nil
}

// control accepts control information about a property of the object.
func (i *inspection) control(path string, known *shape, property string, value any) (bool, error) {
	if name, ok := strings.CutSuffix(property, suffixType); ok {
		_, exists := known.fields[name]

		return exists, nil
	}

	name, ok := strings.CutSuffix(property, suffixBind)
	if !ok || !known.fields[name].navigation {
		return false, nil
	}

	reference := field{kind: KindString, collection: known.fields[name].collection}
	return true, i.value(path, reference, value)
}

func (i *inspection) value(path string, declared field, value any) error {
	if !declared.collection {
		return i.single(path, declared, value, true)
	}

	elements, ok := value.([]any)
	if !ok {
		i.mismatch(path, declared.String(), value)

		return nil
	}

	element := declared
	element.collection = false

	for index, value := range elements {
		if err := i.single(join(path, strconv.Itoa(index)), element, value, false); err != nil {
			return err
		}
	}

	return nil
}

func (i *inspection) single(path string, declared field, value any, nullable bool) error {
	if declared.kind == KindAny || value == nil && nullable {
		return nil
	}

	if object, ok := value.(map[string]any); ok && declared.kind == KindObject {
		return i.object(path, declared.create, object)
	}

	if !declared.acceptsScalar(value) {
		i.mismatch(path, declared.String(), value)
	}

	return nil
}

func join(parent, child string) string {
	if parent == "" {
		return child
	}

	return parent + "/" + child
}
