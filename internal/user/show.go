package user

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// show fills the computed attributes into the configuration; nobody, nil, leaves them null.
// The argument that names the user keeps its spelling.
func show(details *graph.UserDetails, s seeker, into map[string]attr.Value) {
	named := into[s.attribute]
	signInType := map[string]attr.Type{}
	for name := range signInDescriptions() {
		signInType[name] = types.StringType
	}
	roll := person.NewRoll(person.Columns())
	shown := roll.Nothing()
	maps.Copy(shown, map[string]attr.Value{
		"exists":              types.BoolValue(details != nil),
		"email":               types.StringNull(),
		"manager_id":          types.StringNull(),
		"sponsor_ids":         types.ListNull(types.StringType),
		"license_assignments": types.ListNull(person.LicenseType),
		"sign_in_activity":    types.ObjectNull(signInType),
	})
	if details != nil {
		if s.asks(graph.EmployeeLeaveDateTime) {
			roll.Want("employee_leave_date_time")
		}
		maps.Copy(shown, roll.Values(details.User))
		shown["email"] = textOrNull(person.AddressOf(details.User))
		shown["manager_id"] = textOrNull(details.ManagerID)
		shown["sponsor_ids"] = person.ShownList(details.SponsorIDs)
		shown["license_assignments"] = person.Licenses(details.LicenseAssignmentStates)
		if s.asks(graph.SignIns) {
			shown["sign_in_activity"] = types.ObjectValueMust(signInType, signIns(details.SignInActivity))
		}
	}
	maps.Copy(into, shown)
	into[s.attribute] = named
}

func signIns(activity *graph.SignInActivity) map[string]attr.Value {
	if activity == nil {
		activity = &graph.SignInActivity{}
	}
	return map[string]attr.Value{
		"last_sign_in_at":                 person.ShownTime(activity.LastSignInDateTime),
		"last_non_interactive_sign_in_at": person.ShownTime(activity.LastNonInteractiveSignInDateTime),
		"last_successful_sign_in_at":      person.ShownTime(activity.LastSuccessfulSignInDateTime),
	}
}

func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
