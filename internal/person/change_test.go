package person

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const own = "ada@x.example"

func extension(pairs ...string) types.Map {
	members := map[string]attr.Value{}
	for i := 0; i+1 < len(pairs); i += 2 {
		members[pairs[i]] = types.StringValue(pairs[i+1])
	}
	return types.MapValueMust(types.StringType, members)
}

func TestDifference(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	tests := map[string]struct {
		plan, prior Profile
		want        Difference
	}{
		"left out is not touched": {
			prior: Profile{JobTitle: types.StringValue("Boss"), AccountEnabled: types.BoolValue(true), SponsorIDs: stringSet([]string{"1"}), ManagerID: types.StringValue("m")},
		},
		"unknown is not touched": {
			plan:  Profile{JobTitle: types.StringUnknown(), AccountEnabled: types.BoolUnknown(), SponsorIDs: types.SetUnknown(types.StringType), OtherMails: types.SetUnknown(types.StringType)},
			prior: Profile{JobTitle: types.StringValue("Boss"), SponsorIDs: stringSet([]string{"1"}), OtherMails: stringSet([]string{"b@x.example"})},
		},
		"same": {
			plan:  Profile{JobTitle: types.StringValue("Boss"), OtherMails: stringSet([]string{"B@x.example"}), EmployeeLeaveDateTime: types.StringValue("2027-01-01T01:00:00+01:00")},
			prior: Profile{JobTitle: types.StringValue("Boss"), OtherMails: stringSet([]string{"b@x.example"}), EmployeeLeaveDateTime: types.StringValue("2027-01-01T00:00:00Z")},
		},
		"empty and absent are the same nothing": {plan: Profile{JobTitle: types.StringValue(""), BusinessPhone: types.StringValue(""), ManagerID: types.StringValue("")}},
		"changed": {
			plan:  Profile{JobTitle: types.StringValue("Boss"), City: types.StringValue("Wien")},
			prior: Profile{JobTitle: types.StringValue("Clerk"), City: types.StringValue("Wien")},
			want:  Difference{Changes: graph.Changes{"jobTitle": "Boss"}},
		},
		"cleared": {
			plan:  Profile{JobTitle: types.StringValue(""), BusinessPhone: types.StringValue(""), OtherMails: stringSet(nil), ManagerID: types.StringValue(""), SponsorIDs: stringSet(nil), EmployeeLeaveDateTime: types.StringValue("")},
			prior: Profile{JobTitle: types.StringValue("Clerk"), BusinessPhone: types.StringValue("1"), OtherMails: stringSet([]string{"b@x.example"}), ManagerID: types.StringValue("m"), SponsorIDs: stringSet([]string{"1"}), EmployeeLeaveDateTime: types.StringValue("2027-01-01T00:00:00Z")},
			want: Difference{
				Changes:    graph.Changes{"jobTitle": nil, "businessPhones": []string{}, "otherMails": []string{own}, graph.EmployeeLeaveDateTime: nil},
				SetManager: true, RemoveSponsors: []string{"1"},
			},
		},
		"cost centre and division go together": {
			plan:  Profile{CostCenter: types.StringValue("2")},
			prior: Profile{CostCenter: types.StringValue("1"), Division: types.StringValue("R&D")},
			want:  Difference{Changes: graph.Changes{graph.EmployeeOrgData: graph.OrgData{CostCenter: text("2"), Division: text("R&D")}}, LiveDivision: true},
		},
		"other mails keep the own address": {
			plan: Profile{OtherMails: stringSet([]string{"b@x.example"})},
			want: Difference{Changes: graph.Changes{"otherMails": []string{own, "b@x.example"}}},
		},
		"extension attributes are merged": {
			plan:  Profile{ExtensionAttributes: extension("extensionAttribute1", "new", "extensionAttribute2", "")},
			prior: Profile{ExtensionAttributes: extension("extensionAttribute1", "old", "extensionAttribute2", "gone", "extensionAttribute3", "kept")},
			want:  Difference{Changes: graph.Changes{graph.ExtensionAttributes: map[string]*string{"extensionAttribute1": text("new"), "extensionAttribute2": nil}}},
		},
		"sponsors are reconciled": {
			plan:  Profile{SponsorIDs: stringSet([]string{"2", "3"})},
			prior: Profile{SponsorIDs: stringSet([]string{"1", "2"})},
			want:  Difference{AddSponsors: []string{"3"}, RemoveSponsors: []string{"1"}},
		},
		"enabled": {
			plan:  Profile{AccountEnabled: types.BoolValue(false), UserType: types.StringValue("Member")},
			prior: Profile{AccountEnabled: types.BoolValue(true), UserType: types.StringValue("Guest")},
			want:  Difference{Changes: graph.Changes{graph.AccountEnabled: false, graph.UserType: "Member"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.want.Changes == nil {
				test.want.Changes = graph.Changes{}
			}
			got := test.plan.Difference(&test.prior, own)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What was written and is read back must be no difference: else every plan after an
// apply would show a change.
func TestReadAgreesWithWhatWasWritten(t *testing.T) {
	t.Parallel()
	plan := Profile{
		BusinessPhone: types.StringValue(""), OtherMails: stringSet(nil), ExtensionAttributes: extension("extensionAttribute1", "", "extensionAttribute2", "x"),
		EmployeeLeaveDateTime: types.StringValue(""), ManagerID: types.StringValue(""), SponsorIDs: stringSet(nil),
	}
	for i, t := range texts {
		if i%2 == 0 && !t.required {
			*t.model(&plan) = types.StringValue("")
		} else {
			*t.model(&plan) = types.StringValue(t.name)
		}
	}
	x := "x"
	user := graph.User{OtherMails: []string{"ADA@x.example"}, ExtensionAttributes: map[string]*string{"extensionAttribute2": &x, "extensionAttribute9": &x}}
	for _, t := range texts {
		if value := t.model(&plan).ValueString(); value != "" {
			*t.graph(&user) = &value
		}
	}
	seen := plan
	seen.Read(Found{User: user, HasManager: true, HasSponsors: true}, own)
	if difference := plan.Difference(&seen, own); !difference.Empty() {
		t.Errorf("reading back differs: %+v", difference)
	}
	if diff := cmp.Diff(plan, seen); diff != "" {
		t.Errorf("the state would change its spelling: %s", diff)
	}
}

func TestAttributeOfCoversTheTable(t *testing.T) {
	t.Parallel()
	for _, row := range texts {
		if row.property != graph.EmployeeOrgData && AttributeOf(string(row.property)) != row.name {
			t.Errorf("%s is taken for %q", row.property, AttributeOf(string(row.property)))
		}
	}
	if AttributeOf("unheardOf") != "" {
		t.Error("an unknown property leads to an attribute")
	}
}
