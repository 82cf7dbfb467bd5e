package contract

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// controlType is the control information that names the type of an object.
const controlType = "@odata.type"

// field is one property of a model.
type field struct {
	kind       Kind
	collection bool
	// create makes the model of an object or of one element.
	create serialization.ParsableFactory
	enum   serialization.EnumFactory
	// navigation marks a relation to other entities.
	navigation bool
}

// String names the kind of the field as OData would.
func (f field) String() string {
	if f.collection {
		return "Collection(" + string(f.kind) + ")"
	}

	return string(f.kind)
}

// shape is what a model knows about its properties.
type shape struct {
	// name is the name of the model, "User".
	name   string
	fields map[string]field
}

// shapes remembers the shape of every model asked for, by its Go type: a pure function
// of the SDK, worth computing once. Safe for concurrent use.
var shapes sync.Map

// shapeOf gives the shape of the model that a factory makes for an object of the given
// @odata.type, which may be empty.
func shapeOf(create serialization.ParsableFactory, odataType string) (*shape, error) {
	model, err := create(&discriminator{odataType: odataType})
	if err != nil {
		return nil, fmt.Errorf("creating the model of %q: %w", odataType, err)
	}

	modelType := reflect.TypeOf(model)
	if known, ok := shapes.Load(modelType); ok {
		return known.(*shape), nil //nolint:forcetypeassert // shapes holds nothing else
	}

	found, err := examine(model)
	if err != nil {
		return nil, err
	}

	known, _ := shapes.LoadOrStore(modelType, found)

	return known.(*shape), nil //nolint:forcetypeassert // shapes holds nothing else
}

// examine asks a model for its properties.
func examine(model serialization.Parsable) (*shape, error) {
	result := &shape{name: reflect.TypeOf(model).Elem().Name(), fields: map[string]field{}}

	for property, deserialize := range model.GetFieldDeserializers() {
		if property == controlType {
			continue
		}

		asked := &probe{}

		err := deserialize(asked)
		if err != nil {
			return nil, fmt.Errorf("asking %s for the kind of %q: %w", result.name, property, err)
		}

		found := asked.asked
		if found.kind == KindObject {
			if found, err = found.classified(); err != nil {
				return nil, fmt.Errorf("asking %s for the type of %q: %w", result.name, property, err)
			}
		}

		result.fields[property] = found
	}

	return result, nil
}

// classified tells relations from complex values: in Graph's metadata a property of an
// entity type is always a navigation property.
func (f field) classified() (field, error) {
	model, err := f.create(&discriminator{})
	if err != nil {
		return field{}, err
	}

	if _, untyped := model.(serialization.UntypedNodeable); untyped {
		f.kind = KindAny

		return f, nil
	}

	_, f.navigation = model.(models.Entityable)

	return f, nil
}

// describes says whether an @odata.type names this model. Types of other namespaces
// are not judged: the SDK's names for them differ.
func (s *shape) describes(odataType string) bool {
	name, ok := strings.CutPrefix(odataType, "#microsoft.graph.")

	return ok && (strings.Contains(name, ".") || strings.EqualFold(name, s.name))
}
