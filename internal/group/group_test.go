package group_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const single = "data.entraguest_group.test"

func TestGroup(t *testing.T) {
	t.Parallel()
	s := start(t)
	team := s.put(s.TenantID(), map[string]any{
		"displayName": "Team", "mailNickname": "team", "description": "Us", "mail": "team@x.example", "mailEnabled": true, "securityEnabled": false,
		"groupTypes": []any{"Unified", "DynamicMembership"}, "membershipRule": "user.department -eq \"R&D\"", "isAssignableToRole": true, "onPremisesSyncEnabled": true,
		"visibility": "HiddenMembership", "createdDateTime": "2024-01-01T00:00:00Z",
		"assignedLicenses": []any{map[string]any{"skuId": "22222222-0000-0000-0000-000000000000", "disabledPlans": []any{}}, map[string]any{"skuId": "11111111-0000-0000-0000-000000000000", "disabledPlans": []any{}}},
	})
	mailed := s.put(s.TenantID(), map[string]any{"displayName": "Mailed", "mailEnabled": true, "securityEnabled": true})
	spread := s.put(s.TenantID(), map[string]any{"displayName": "Spread", "mailEnabled": true, "securityEnabled": false})
	shows := func(line string, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{Config: s.look("entraguest_group", line), ConfigStateChecks: checks}
	}
	everything := []statecheck.StateCheck{
		value(single, "object_id", text(team)), value(single, "kind", text("microsoft_365")), value(single, "description", text("Us")), value(single, "mail", text("team@x.example")),
		value(single, "dynamic", knownvalue.Bool(true)), value(single, "membership_rule", text(`user.department -eq "R&D"`)), value(single, "assignable_to_role", knownvalue.Bool(true)),
		value(single, "synchronised", knownvalue.Bool(true)), value(single, "hidden_membership", knownvalue.Bool(true)), value(single, "visibility", text("HiddenMembership")),
		value(single, "licenses", knownvalue.ListExact([]knownvalue.Check{text("11111111-0000-0000-0000-000000000000"), text("22222222-0000-0000-0000-000000000000")})),
		value(single, "created_at", text("2024-01-01T00:00:00Z")), value(single, "tenant_id", text(s.TenantID())),
	}
	s.test(
		shows(fmt.Sprintf("object_id = %q", team), everything...),
		shows(`display_name = "TEAM"`, everything...),
		shows(`mail_nickname = "team"`, everything...),
		shows(`display_name = "everybody's söhne"`,
			value(single, "object_id", text(s.group)), value(single, "display_name", text("everybody's söhne")), value(single, "kind", text("security")),
			value(single, "dynamic", knownvalue.Bool(false)), value(single, "membership_rule", knownvalue.Null()), value(single, "licenses", knownvalue.ListExact(nil)),
			value(single, "hidden_membership", knownvalue.Bool(false)), value(single, "mail", knownvalue.Null())),
		shows(fmt.Sprintf("object_id = %q", mailed), value(single, "kind", text("mail_enabled_security"))),
		shows(fmt.Sprintf("object_id = %q", spread), value(single, "kind", text("distribution"))),
		shows(fmt.Sprintf("display_name = \"away\"\ntenant_id = %q", s.otherTenant()), value(single, "object_id", text(s.awayGroup)), value(single, "tenant_id", text(s.otherTenant()))),
	)
}

func TestGroupErrors(t *testing.T) {
	t.Parallel()
	s := start(t)
	twins := []string{s.put(s.TenantID(), map[string]any{"displayName": "Twin"}), s.put(s.TenantID(), map[string]any{"displayName": "twin"})}
	fails := func(wrong string, lines ...string) resource.TestStep {
		return resource.TestStep{Config: s.look("entraguest_group", lines...), ExpectError: regexp.MustCompile(`(?s)` + strings.ReplaceAll(wrong, " ", `\s+`))}
	}
	lagging := s.look("entraguest_group", `display_name = "Nested"`)
	s.test(
		fails(`Several groups found.*2 groups have the display name "Twin".*(`+twins[0]+`|`+twins[1]+`)`, `display_name = "Twin"`),
		fails(`Group not found.*No group of the tenant has the mail nickname "nobody"`, `mail_nickname = "nobody"`),
		fails(`Group not found.*object id`, `object_id = "00000000-0000-0000-0000-00000000abcd"`),
		fails(`Invalid Attribute Combination`, `display_name = "Twin"`, `mail_nickname = "nobody"`),
		fails(`(Missing|Invalid) Attribute`),
		fails(`must be an object id`, `object_id = "x"`),
		fails(`This tenant cannot be read`, `display_name = "Twin"`, `tenant_id = "00000000-0000-0000-0000-00000000abcd"`),
		resource.TestStep{
			// A replica that has not heard of the group yet.
			PreConfig: func() {
				s.AddFaults(graphemulator.Fault{PathRegexp: "/groups$", Times: 1, Status: http.StatusOK, Body: []byte(`{"value":[]}`)})
			},
			Config: lagging, ConfigStateChecks: []statecheck.StateCheck{value(single, "object_id", text(s.nested))},
		},
		resource.TestStep{
			PreConfig: func() {
				s.AddFaults(graphemulator.Fault{PathRegexp: "/groups", Status: http.StatusForbidden})
			},
			Config: lagging, ExpectError: regexp.MustCompile(`(?s)Looking for the group failed.*GroupMember\.Read\.All`),
		},
	)
}
