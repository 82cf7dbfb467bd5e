package person

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Found is what one refresh learned about a person.
type Found struct {
	User graph.User
	// Manager and Sponsors were asked for only where the state manages them; HasManager
	// and HasSponsors say so.
	Manager     string
	HasManager  bool
	Sponsors    []string
	HasSponsors bool
}

// Extra returns the properties a refresh has to ask for beyond the usual ones.
func (p *Profile) Extra() []graph.Property {
	if p.EmployeeLeaveDateTime.IsNull() {
		return nil
	}
	return []graph.Property{graph.EmployeeLeaveDateTime}
}

// Read brings the profile up to what Graph shows. own is the person's address, which
// Graph keeps among the other mails and which is left out there. Cleared values keep
// the spelling the state has for them, "" or null.
func (p *Profile) Read(found Found, own string) {
	user := found.User
	for _, t := range texts {
		field := t.model(p)
		*field = readText(*field, *t.graph(&user))
	}
	var phone *string
	if len(user.BusinessPhones) > 0 {
		phone = &user.BusinessPhones[0]
	}
	p.BusinessPhone = readText(p.BusinessPhone, phone)
	p.UserType = readText(p.UserType, user.UserType)
	if user.AccountEnabled != nil {
		p.AccountEnabled = types.BoolValue(*user.AccountEnabled)
	}
	if !p.EmployeeLeaveDateTime.IsNull() {
		p.EmployeeLeaveDateTime = readTime(p.EmployeeLeaveDateTime, user.EmployeeLeaveDateTime)
	}
	p.OtherMails = readAddresses(p.OtherMails, user.OtherMails, own)
	p.ExtensionAttributes = readExtensions(p.ExtensionAttributes, user.ExtensionAttributes)
	if found.HasManager {
		p.ManagerID = readText(p.ManagerID, nonEmpty(found.Manager))
	}
	if found.HasSponsors {
		p.SponsorIDs = readIDs(p.SponsorIDs, found.Sponsors)
	}
}

func nonEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func readText(state types.String, value *string) types.String {
	switch {
	case value != nil && *value != "":
		return types.StringValue(*value)
	case state.ValueString() == "" && set(state):
		return state
	default:
		return types.StringNull()
	}
}

// readTime keeps the state's spelling of the same moment.
func readTime(state types.String, value *time.Time) types.String {
	if value == nil {
		return readText(state, nil)
	}
	if written, err := time.Parse(time.RFC3339, state.ValueString()); err == nil && written.Equal(*value) {
		return state
	}
	return types.StringValue(value.UTC().Format(time.RFC3339))
}

// readAddresses keeps the state's spelling of addresses that differ only in case.
func readAddresses(state types.Set, values []string, own string) types.Set {
	known := elements(state)
	var addresses []string
	for _, value := range values {
		if strings.EqualFold(value, own) && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, own) }) {
			continue
		}
		if i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, value) }); i >= 0 {
			value = known[i]
		}
		addresses = append(addresses, value)
	}
	return readSet(state, addresses)
}

func readIDs(state types.Set, values []string) types.Set {
	known := elements(state)
	ids := slices.Clone(values)
	for i, id := range ids {
		if j := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, id) }); j >= 0 {
			ids[i] = known[j]
		}
	}
	return readSet(state, ids)
}

func readSet(state types.Set, values []string) types.Set {
	if len(values) == 0 && (state.IsNull() || state.IsUnknown()) {
		return types.SetNull(types.StringType)
	}
	return stringSet(values)
}

// stringSet makes a set of the values, each once.
func stringSet(values []string) types.Set {
	values = slices.Clone(values)
	slices.Sort(values)
	members := make([]attr.Value, 0, len(values))
	for _, value := range slices.Compact(values) {
		members = append(members, types.StringValue(value))
	}
	return types.SetValueMust(types.StringType, members)
}

// readExtensions shows the names the state manages, or, when it has none, all that
// hold a value.
func readExtensions(state types.Map, values map[string]*string) types.Map {
	members := map[string]attr.Value{}
	for name, value := range values {
		if value != nil && *value != "" && state.IsNull() {
			members[name] = types.StringValue(*value)
		}
	}
	for name, value := range state.Elements() {
		written, ok := value.(types.String)
		if !ok {
			continue
		}
		members[name] = readText(written, values[name])
		if members[name].IsNull() {
			members[name] = types.StringValue("")
		}
	}
	if len(members) == 0 && state.IsNull() {
		return types.MapNull(types.StringType)
	}
	return types.MapValueMust(types.StringType, members)
}

// elements returns the known strings of a set.
func elements(values types.Set) []string {
	var texts []string
	for _, value := range values.Elements() {
		if text, ok := value.(types.String); ok && set(text) {
			texts = append(texts, text.ValueString())
		}
	}
	return texts
}
