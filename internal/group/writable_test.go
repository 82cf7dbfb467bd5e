package group_test

import (
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/group"
)

func TestUnwritable(t *testing.T) {
	t.Parallel()
	yes, no, rule := true, false, "user.department -eq \"Sales\""
	for name, test := range map[string]struct {
		group graph.Group
		allow bool
		want  string // part of the reason; "" when the group can be written
	}{
		"security":                    {graph.Group{SecurityEnabled: &yes, MailEnabled: &no}, false, ""},
		"nothing known":               {graph.Group{}, false, ""},
		"Microsoft 365":               {graph.Group{GroupTypes: []string{"Unified"}, MailEnabled: &yes, SecurityEnabled: &no}, false, ""},
		"dynamic":                     {graph.Group{GroupTypes: []string{"DynamicMembership"}, SecurityEnabled: &yes}, false, "dynamic"},
		"dynamic by its rule":         {graph.Group{MembershipRule: &rule}, true, "dynamic"},
		"dynamic 365":                 {graph.Group{GroupTypes: []string{"Unified", "dynamicmembership"}, MailEnabled: &yes}, false, "dynamic"},
		"synchronised":                {graph.Group{OnPremisesSyncEnabled: &yes, MailEnabled: &yes, SecurityEnabled: &yes}, false, "synchronised"},
		"no longer synchronised":      {graph.Group{OnPremisesSyncEnabled: &no, SecurityEnabled: &yes}, false, ""},
		"mail-enabled":                {graph.Group{MailEnabled: &yes, SecurityEnabled: &yes}, false, "mail-enabled security"},
		"distribution":                {graph.Group{MailEnabled: &yes, SecurityEnabled: &no}, false, "distribution"},
		"role-assignable":             {graph.Group{SecurityEnabled: &yes, IsAssignableToRole: &yes}, false, "RoleManagement.ReadWrite.Directory"},
		"role-assignable, meant":      {graph.Group{SecurityEnabled: &yes, IsAssignableToRole: &yes}, true, ""},
		"dynamic and role-assignable": {graph.Group{MembershipRule: &rule, IsAssignableToRole: &yes}, true, "dynamic"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := group.Unwritable(test.group, test.allow)
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}
