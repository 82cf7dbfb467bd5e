package memberships

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// maxMembers is how many members one resource lists: Terraform compares lists in time
// and memory that grow with the square of their length.
const maxMembers = 5000

// idSet is a set of object ids, in lower case.
type idSet map[string]bool

// setOf returns the known ids of a list; complete is false when some are not known.
func setOf(list types.List) (ids idSet, complete bool) {
	ids, complete = idSet{}, !list.IsUnknown()
	for _, element := range list.Elements() {
		if element.IsUnknown() {
			complete = false
			continue
		}
		if text, ok := element.(types.String); ok {
			ids[strings.ToLower(text.ValueString())] = true
		}
	}
	return ids, complete
}

// without returns the ids that are not in the other set, sorted.
func (s idSet) without(other idSet) []string {
	ids := []string{}
	for id := range s {
		if !other[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (s idSet) equal(other idSet) bool {
	return len(s) == len(other) && len(s.without(other)) == 0
}

// newSet returns the set of the ids.
func newSet(ids []string) idSet {
	set := make(idSet, len(ids))
	for _, id := range ids {
		set[strings.ToLower(id)] = true
	}
	return set
}

// listOf returns ids as a list.
func listOf(ids []string) types.List {
	elements := make([]attr.Value, len(ids))
	for i, id := range ids {
		elements[i] = types.StringValue(id)
	}
	return types.ListValueMust(types.StringType, elements)
}

// kept returns the elements of a list that the set has, in the order and the spelling of
// the list, followed by what else the set has, sorted.
func kept(list types.List, ids idSet) types.List {
	elements := make([]attr.Value, 0, len(ids))
	seen := idSet{}
	for _, element := range list.Elements() {
		text, ok := element.(types.String)
		if id := strings.ToLower(text.ValueString()); ok && ids[id] {
			elements, seen[id] = append(elements, element), true
		}
	}
	for _, id := range ids.without(seen) {
		elements = append(elements, types.StringValue(id))
	}
	return types.ListValueMust(types.StringType, elements)
}

// validIDs validates a list of object ids and its length. One rule for the whole list
// takes a fraction of the time of one for each element.
type validIDs struct{}

// Description describes the rule.
func (validIDs) Description(context.Context) string {
	return fmt.Sprintf("at most %d object ids, which are GUIDs", maxMembers)
}

// MarkdownDescription describes the rule.
func (v validIDs) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList reports ids that are none, and too many.
func (validIDs) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	elements := req.ConfigValue.Elements()
	if len(elements) > maxMembers {
		resp.Diagnostics.AddAttributeError(req.Path, "Too many members", fmt.Sprintf(
			"The list has %d elements, and one resource takes at most %d, because Terraform compares long lists slowly. "+
				"Split it: several resources with exclusive = false for one group, for example with for_each over chunklist(ids, %d).",
			len(elements), maxMembers, maxMembers))
		return
	}
	for i, element := range elements {
		text, ok := element.(types.String)
		switch {
		case !ok || element.IsUnknown():
		case element.IsNull():
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Invalid value", "An object id is null.")
		case !person.IsObjectID(text.ValueString()):
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Invalid value",
				diagnostic.Quote(text.ValueString())+" must be an object id: a GUID such as 00000000-0000-0000-0000-000000000000.")
		}
	}
}
