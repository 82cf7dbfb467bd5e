package guests

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// entry is what one element of guests says. Null in the profile is not managed.
type entry struct {
	person.Profile

	Email          string
	ExpiresAt      types.String
	ExistingUserID string
	// Manager is the key of another guest, "" for no manager.
	Manager types.String
	// mentioned are the names of the attributes that are written down, in order.
	mentioned []string
}

// set takes over one attribute.
func (e *entry) set(f field, value attr.Value) {
	e.mentioned = append(e.mentioned, f.name)
	text, _ := value.(types.String)
	switch f.name {
	case nameEmail:
		e.Email = text.ValueString()
	case nameExpiresAt:
		e.ExpiresAt = text
	case nameExistingUserID:
		e.ExistingUserID = text.ValueString()
	case nameManager:
		e.Manager = text
	case nameJustification:
	default:
		f.set(&e.Profile, value)
	}
}

// covers reports whether everything that other writes down is written down here too: then
// this profile tells what the directory holds of it.
func (e *entry) covers(other *entry) bool {
	for _, name := range other.mentioned {
		if name == nameManager {
			// The manager by key is set apart from the profile.
			continue
		}
		if _, ok := slices.BinarySearch(e.mentioned, name); !ok {
			return false
		}
	}
	for name := range other.ExtensionAttributes.Elements() {
		if _, ok := e.ExtensionAttributes.Elements()[name]; !ok {
			return false
		}
	}
	return true
}

// refreshed returns the text of the entry with what the directory shows: the same text
// where every attribute that is written down agrees, else one as jsonencode writes it,
// with the attributes that differ as they are. Attributes not written down stay out.
func (e *entry) refreshed(raw string, seen *person.Profile, address string) string {
	if address == e.Email && e.Difference(seen, address).Empty() {
		return raw
	}
	values := map[string]any{}
	for _, name := range e.mentioned {
		f := fields()[name]
		if f.index < 0 {
			continue
		}
		var alone person.Profile
		f.set(&alone, f.get(&e.Profile))
		if !alone.Difference(seen, address).Empty() {
			values[name] = plain(f.get(seen))
		}
	}
	if address != e.Email {
		values[nameEmail] = address
	}
	if len(values) == 0 {
		return raw
	}
	var all map[string]any
	if json.Unmarshal([]byte(raw), &all) != nil {
		return raw
	}
	maps.Copy(all, values)
	return encode(all)
}

// encode writes what jsonencode would: Terraform uses the same encoder, with sorted
// names, and <, > and & escaped.
func encode(values map[string]any) string {
	text, err := json.Marshal(values)
	if err != nil {
		return "{}" // unreachable: the values are texts, flags, and lists and maps of texts
	}
	return string(text)
}

// plain is a value as JSON has it. What is not there is empty: null would mean that
// nobody cares.
func plain(value attr.Value) any {
	switch value := value.(type) {
	case types.Bool:
		return value.ValueBool()
	case types.Set:
		texts := []string{}
		for _, element := range value.Elements() {
			if text, ok := element.(types.String); ok {
				texts = append(texts, text.ValueString())
			}
		}
		slices.Sort(texts)
		return texts
	case types.Map:
		texts := map[string]string{}
		for name, element := range value.Elements() {
			if text, ok := element.(types.String); ok {
				texts[name] = text.ValueString()
			}
		}
		return texts
	case types.String:
		return value.ValueString()
	default:
		return ""
	}
}

// imported returns the text of somebody who was found in the directory: everything that
// holds a value there, so that it can be taken over into a configuration.
func imported(seen *person.Profile, address string) string {
	values := map[string]any{nameEmail: address}
	for name, f := range fields() {
		if f.index < 0 || name == "account_enabled" || name == "user_type" {
			continue
		}
		if value := f.get(seen); !value.IsNull() && !empty(value) {
			values[name] = plain(value)
		}
	}
	return encode(values)
}

func empty(value attr.Value) bool {
	switch value := value.(type) {
	case types.String:
		return value.ValueString() == ""
	case types.Set:
		return len(value.Elements()) == 0
	case types.Map:
		return len(value.Elements()) == 0
	default:
		return false
	}
}

func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }
