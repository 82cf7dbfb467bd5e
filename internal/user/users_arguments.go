package user

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// signInTimeout is the default timeout where sign-ins are read: 500 users in a request and
// ten requests a minute.
const signInTimeout = time.Hour

// arguments are what entraguest_users is asked for.
type arguments struct {
	// lists are the keys by the argument they stand in; an argument that is left out is not
	// there, an empty one is.
	lists map[string][]graph.Key
	// criteria and memberOf, a group, have to be met as well.
	criteria      graph.Criteria
	memberOf      string
	ignoreMissing bool
	roll          *person.Roll
	// managers are those of the users, where the roll wants them.
	managers map[string]string
	// signIns says that the sign-ins have to be read.
	signIns bool
}

// keyLists are the arguments that hold keys, in the order in which they are reported.
func keyLists() []string { return []string{"object_ids", "emails", "user_principal_names"} }

func kindOf(list string) graph.KeyKind {
	switch list {
	case "emails":
		return graph.ByAddress
	case "user_principal_names":
		return graph.ByUserPrincipalName
	default:
		return graph.ByObjectID
	}
}

func readArguments(config map[string]attr.Value, diags *diag.Diagnostics) arguments {
	managers := map[string]string{}
	a := arguments{lists: map[string][]graph.Key{}, roll: rollOfUsers(managers), managers: managers}
	for _, name := range keyLists() {
		list, ok := config[name].(types.List)
		if !ok || list.IsNull() {
			continue
		}
		a.lists[name] = readKeys(name, list, diags)
	}
	a.criteria = graph.Criteria{
		UserType:         textOf(config, "user_type"),
		RedemptionState:  textOf(config, "redemption_state"),
		EmailDomain:      textOf(config, "email_domain"),
		CompanyName:      textOf(config, "company_name"),
		CreatedFrom:      timeOf(config, "created_after"),
		CreatedBefore:    timeOf(config, "created_before"),
		LastSignInBefore: timeOf(config, "last_sign_in_before"),
		Filter:           strings.TrimSpace(textOf(config, "filter")),
	}
	if enabled, ok := config["account_enabled"].(types.Bool); ok {
		a.criteria.AccountEnabled = enabled.ValueBoolPointer()
	}
	a.memberOf = textOf(config, "member_of")
	if ignore, ok := config["ignore_missing"].(types.Bool); ok {
		a.ignoreMissing = ignore.ValueBool()
	}
	if names, ok := config["attributes"].(types.List); ok {
		a.roll.Choose(names)
	}
	if a.criteria.LastSignInBefore != nil {
		a.roll.Want(lastSignInAt)
	}
	for _, property := range a.roll.Properties() {
		a.signIns = a.signIns || property == graph.SignIns
	}
	return a
}

// readKeys reads one list; spellings of one key that differ in case are one.
func readKeys(name string, list types.List, diags *diag.Diagnostics) []graph.Key {
	keys := make([]graph.Key, 0, len(list.Elements()))
	seen := map[string]bool{}
	for i, element := range list.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsNull() {
			diags.AddAttributeError(path.Root(name).AtListIndex(i), "Invalid value",
				name+" holds a null, which names nobody. Leave it out, for example with compact().")
			continue
		}
		if folded := strings.ToLower(text.ValueString()); !seen[folded] {
			seen[folded] = true
			keys = append(keys, graph.Key{Kind: kindOf(name), Value: text.ValueString()})
		}
	}
	return keys
}

func textOf(config map[string]attr.Value, name string) string {
	text, _ := config[name].(types.String)
	return text.ValueString()
}

// timeOf reads a time that was validated.
func timeOf(config map[string]attr.Value, name string) *time.Time {
	at, err := time.Parse(time.RFC3339, textOf(config, name))
	if err != nil {
		return nil
	}
	return &at
}

func showLastSignIn(user graph.User) attr.Value {
	last := user.SignInActivity.Last()
	return person.ShownTime(&last)
}
