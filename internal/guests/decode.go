package guests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// maxEntry bounds the text of one guest, in bytes: all limits together are below.
const maxEntry = 256 << 10

// decode reads one guest strictly: an attribute that is not known, stands twice, or has
// the wrong type is a fault, not something to pass over. Null is left out. The faults are
// sentences; with any of them the entry is not to be used.
func decode(raw string) (e *entry, faults []string) {
	e = &entry{}
	if len(raw) > maxEntry {
		return e, []string{fmt.Sprintf("It is longer than %d bytes.", maxEntry)}
	}
	members, fault := object(raw)
	if fault != "" {
		return e, []string{fault}
	}
	for _, m := range members {
		f, known := fields()[m.name]
		if !known {
			faults = append(faults, unknownName(m.name))
			continue
		}
		if string(m.value) == "null" {
			continue
		}
		value, fault := f.decode(m.value)
		if fault != "" {
			faults = append(faults, fault)
			continue
		}
		faults = append(faults, f.check(value)...)
		e.set(f, value)
	}
	if e.Email == "" && len(faults) == 0 {
		faults = append(faults, "The attribute email is missing.")
	}
	if e.AccountEnabled.ValueBool() && e.ExpiresAt.ValueString() != "" {
		faults = append(faults, "account_enabled = true and expires_at exclude each other: the account is disabled when its time is over. Leave account_enabled out.")
	}
	if !e.Manager.IsNull() && !e.ManagerID.IsNull() {
		faults = append(faults, "manager and manager_id exclude each other: manager is the key of another guest of this resource, manager_id the object id of anybody.")
	}
	slices.Sort(e.mentioned)
	return e, faults
}

// member is one member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// object reads the members of a JSON object in their order; each name may stand once.
func object(raw string) (members []member, fault string) {
	text := bytes.TrimSpace([]byte(raw))
	if !json.Valid(text) || text[0] != '{' {
		return nil, "It is not a JSON object, such as jsonencode({ email = \"ada@example.com\" }) makes one."
	}
	seen := map[string]bool{}
	for name, value := range split(text[1 : len(text)-1]) {
		m := member{value: value}
		if json.Unmarshal(name, &m.name) != nil {
			continue // unreachable: it is valid
		}
		if seen[m.name] {
			return nil, fmt.Sprintf("The name %s stands twice.", diagnostic.Quote(m.name))
		}
		seen[m.name] = true
		members = append(members, m)
	}
	return members, ""
}

// split yields name and value of each member of what is between the braces of a valid JSON
// object. Of very many a json.Decoder would take several times as long.
func split(text []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		var name []byte
		start, depth, quoted := 0, 0, false
		for i := 0; i < len(text); i++ {
			switch c := text[i]; {
			case quoted && c == '\\':
				i++
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '{', c == '[':
				depth++
			case c == '}', c == ']':
				depth--
			case depth > 0:
			case c == ':':
				name, start = text[start:i], i+1
			case c == ',':
				if !yield(name, bytes.TrimSpace(text[start:i])) {
					return
				}
				name, start = nil, i+1
			}
		}
		if name != nil {
			yield(name, bytes.TrimSpace(text[start:]))
		}
	}
}

// decode reads one value as the type the attribute has.
func (f field) decode(raw json.RawMessage) (value attr.Value, fault string) {
	switch f.shape.(type) {
	case schema.BoolAttribute:
		var flag bool
		if json.Unmarshal(raw, &flag) != nil {
			return nil, f.name + " is true or false."
		}
		return types.BoolValue(flag), ""
	case schema.SetAttribute:
		var texts []*string
		if json.Unmarshal(raw, &texts) != nil || slices.Contains(texts, nil) {
			return nil, f.name + " is a list of texts."
		}
		return f.texts(texts)
	case schema.MapAttribute:
		members, fault := object(string(raw))
		values := make(map[string]attr.Value, len(members))
		for _, m := range members {
			var text *string
			if json.Unmarshal(m.value, &text) != nil || text == nil {
				fault = "not text"
				continue
			}
			values[m.name] = types.StringValue(*text)
		}
		if fault != "" {
			return nil, f.name + " is an object of texts, each name once."
		}
		return types.MapValueMust(types.StringType, values), ""
	default:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return nil, f.name + " is a text."
		}
		return types.StringValue(text), ""
	}
}

// texts makes a set of texts, each of which may stand once.
func (f field) texts(texts []*string) (value attr.Value, fault string) {
	values := make([]attr.Value, 0, len(texts))
	seen := map[string]bool{}
	for _, text := range texts {
		if seen[*text] {
			return nil, fmt.Sprintf("%s has %s twice.", f.name, diagnostic.Quote(*text))
		}
		seen[*text] = true
		values = append(values, types.StringValue(*text))
	}
	return types.SetValueMust(types.StringType, values), ""
}

// unknownName says that there is no such attribute, and which one may be meant.
func unknownName(name string) string {
	text := "There is no attribute " + diagnostic.Quote(name) + "."
	best, least := "", 3
	for _, candidate := range fieldNames() {
		if d := distance(strings.ToLower(name), candidate, least); d < least {
			best, least = candidate, d
		}
	}
	if best != "" {
		return text + " Did you mean " + best + "?"
	}
	return text + " A guest has: " + strings.Join(fieldNames(), ", ") + "."
}

// distance counts the letters to change, insert or remove between two names, up to most.
func distance(a, b string, most int) int {
	if len(a) > len(b)+most || len(b) > len(a)+most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func details(diags diag.Diagnostics) []string {
	texts := make([]string, 0, len(diags))
	for _, one := range diags {
		texts = append(texts, one.Detail())
	}
	return texts
}
