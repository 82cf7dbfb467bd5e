package contract

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// Names of the entities whose bodies can be checked.
const (
	EntityUser       = "user"
	EntityGroup      = "group"
	EntityInvitation = "invitation"
	// EntityMessage is the message in the body of sendMail.
	EntityMessage = "message"
	// EntityReference is the body of a $ref request: @odata.id and nothing else.
	EntityReference = "reference"
)

// ErrUnknownEntity is returned for any other name of an entity.
var ErrUnknownEntity = errors.New("unknown entity")

func factoryOf(entity string) (serialization.ParsableFactory, error) {
	switch entity {
	case EntityUser:
		return models.CreateUserFromDiscriminatorValue, nil
	case EntityGroup:
		return models.CreateGroupFromDiscriminatorValue, nil
	case EntityInvitation:
		return models.CreateInvitationFromDiscriminatorValue, nil
	case EntityMessage:
		return models.CreateMessageFromDiscriminatorValue, nil
	case EntityReference:
		return models.CreateReferenceCreateFromDiscriminatorValue, nil
	default:
		return nil, fmt.Errorf("%w %q", ErrUnknownEntity, entity)
	}
}

// find gives a property of an entity.
func find(entity, property string) (field, bool) {
	create, err := factoryOf(entity)
	if err != nil {
		return field{}, false
	}

	known, err := shapeOf(create, "")
	if err != nil {
		return field{}, false
	}

	found, ok := known.fields[property]

	return found, ok
}

// Properties lists the structural properties of an entity in alphabetical order:
// without relations and control information. It is nil for an unknown entity.
func Properties(entity string) []string {
	create, err := factoryOf(entity)
	if err != nil {
		return nil
	}

	known, err := shapeOf(create, "")
	if err != nil {
		return nil
	}

	var properties []string

	for property := range known.fields {
		if Selectable(entity, property) {
			properties = append(properties, property)
		}
	}

	slices.Sort(properties)

	return properties
}

// Selectable reports whether $select may name a property of an entity. Relations are
// expanded, not selected.
func Selectable(entity, property string) bool {
	found, ok := find(entity, property)

	return ok && !found.navigation && !strings.HasPrefix(property, "@")
}

// Navigation reports whether a property of an entity is a relation to other entities,
// such as a user's manager.
func Navigation(entity, property string) bool {
	found, ok := find(entity, property)

	return ok && found.navigation
}
