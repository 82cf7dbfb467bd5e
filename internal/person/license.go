package person

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// LicenseType is the type of one element of license_assignments.
var LicenseType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"sku_id": types.StringType, "assigned_by_group": types.StringType, "state": types.StringType, "error": types.StringType,
}}

// LicenseDescriptions describe the members of one element of license_assignments.
var LicenseDescriptions = map[string]string{
	"sku_id":            "Id of the licence, a GUID. Graph: `skuId`.",
	"assigned_by_group": "Object id of the group that hands the licence on; null when it is assigned directly. Graph: `assignedByGroup`.",
	"state":             "`Active`, `ActiveWithError`, `Disabled` or `Error`. Graph: `state`.",
	"error":             "Why the licence is not assigned, such as `CountViolation` (none is left) or `ProhibitedInUsageLocationViolation`; null when it is. Graph: `error`.",
}

// Licenses returns a user's licences for the state, a list of LicenseType sorted by
// licence and group.
func Licenses(states []graph.LicenseAssignmentState) types.List {
	states = slices.Clone(states)
	slices.SortFunc(states, func(a, b graph.LicenseAssignmentState) int {
		return cmp.Or(cmp.Compare(a.SkuID, b.SkuID), cmp.Compare(a.AssignedByGroup, b.AssignedByGroup))
	})
	elements := make([]attr.Value, 0, len(states))
	for _, state := range states {
		reason := state.Error
		if reason == "None" {
			reason = ""
		}
		elements = append(elements, types.ObjectValueMust(LicenseType.AttrTypes, map[string]attr.Value{
			"sku_id": types.StringValue(state.SkuID), "assigned_by_group": orNone(state.AssignedByGroup),
			"state": types.StringValue(state.State), "error": orNone(reason),
		}))
	}
	return types.ListValueMust(LicenseType, elements)
}

func orNone(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
