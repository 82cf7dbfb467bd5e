package person

import "strings"

// ObjectKey reads an import id that is an object id. It comes back in lower case, as Graph
// writes it, or as "" when it is none.
func ObjectKey(id string) (key string, ok bool) {
	key = strings.ToLower(strings.TrimSpace(id))
	if !IsObjectID(key) {
		return "", false
	}
	return key, true
}

// UserKey reads an import id that names a user: an object id, in lower case then, or a user
// principal name or an address, which only the directory tells apart. It is "" when it is
// none of them.
func UserKey(id string) (key string, ok bool) {
	if key, ok = ObjectKey(id); ok {
		return key, true
	}
	if !strings.Contains(id, "@") {
		return "", false
	}
	return strings.TrimSpace(id), true
}
