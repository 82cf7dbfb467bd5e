package contract

import "testing"

// TestEveryPropertyHasAKind shows that the probe understands every deserializer of the
// entities that are checked.
func TestEveryPropertyHasAKind(t *testing.T) {
	t.Parallel()

	for _, entity := range []string{EntityUser, EntityGroup, EntityInvitation, EntityMessage, EntityReference} {
		create, err := factoryOf(entity)
		if err != nil {
			t.Fatal(err)
		}

		known, err := shapeOf(create, "")
		if err != nil {
			t.Fatal(err)
		}

		if len(known.fields) == 0 {
			t.Errorf("%s has no properties", entity)
		}

		for property, found := range known.fields {
			if found.kind == "" || found.kind == KindAny {
				t.Errorf("%s/%s has kind %q", entity, property, found.kind)
			}
		}
	}
}
