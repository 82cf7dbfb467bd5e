package person

// Values of on_destroy: what happens to a person whose resource is destroyed.
const (
	// OnDestroyAuto deletes whom the resource created and disables everybody else.
	OnDestroyAuto = "auto"
	// OnDestroyDelete moves the person to the deleted items for 30 days.
	OnDestroyDelete = "delete"
	// OnDestroyDisable sets accountEnabled to false.
	OnDestroyDisable = "disable"
	// OnDestroyKeep changes nothing.
	OnDestroyKeep = "keep"
	// OnDestroyPurge deletes for good, only whom the resource created.
	OnDestroyPurge = "purge"
)

// OnDestroyValues are all of them.
var OnDestroyValues = []string{OnDestroyAuto, OnDestroyDelete, OnDestroyDisable, OnDestroyKeep, OnDestroyPurge}

// WayOut resolves "auto" by the person's origin.
func WayOut(onDestroy string, origin Origin) string {
	switch {
	case onDestroy != OnDestroyAuto && onDestroy != "":
		return onDestroy
	case origin.Own():
		return OnDestroyDelete
	default:
		return OnDestroyDisable
	}
}

// Fate says what becomes of a person, by resolved on_destroy; it completes "Ada …".
func Fate(wayOut string) string {
	switch wayOut {
	case OnDestroyPurge:
		return "will be deleted for good"
	case OnDestroyDisable:
		return "will be disabled, not deleted"
	case OnDestroyKeep:
		return "stays as is, and is no longer managed"
	default:
		return "will be deleted, and can be restored from the deleted items for 30 days"
	}
}
