package invitation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// Bad input fails at plan, at the attribute, before anything is sent.
func TestBadInput(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	const id = "cbb896f9-8306-49d0-b56b-b8e39cd2882"
	sponsors := make([]string, 6)
	for i := range sponsors {
		sponsors[i] = fmt.Sprintf("%q", fmt.Sprintf("%s%d", id, i))
	}
	tests := map[string]struct{ email, line, want string }{
		"malformed address":         {email: "ada", want: "is no e-mail address"},
		"empty address":             {email: "", want: "it is empty"},
		"plus address":              {email: "ada+tag@fabrikam.example", want: "contains a plus sign"},
		"refused character":         {email: "ada!@fabrikam.example", want: "contains a character that Microsoft Graph refuses"},
		"redirect without a scheme": {line: `redirect_url = "my.example"`, want: "is no http or https URL"},
		"redirect to a script":      {line: `redirect_url = "javascript:alert(1)"`, want: "is no http or https URL"},
		"body with language":        {line: `message = { body = "Hello", language = "de-DE" }`, want: "exclude each other"},
		"two cc recipients":         {line: `message = { cc_recipients = ["a@x.example", "b@x.example"] }`, want: "at most 1"},
		"bad cc recipient":          {line: `message = { cc_recipients = ["a"] }`, want: "is no e-mail address"},
		"unknown language":          {line: `message = { language = "klingonisch!" }`, want: "is no language tag"},
		"six sponsors":              {line: "sponsor_ids = [" + strings.Join(sponsors, ", ") + "]", want: "at most 5"},
		"sponsor by name":           {line: `sponsor_ids = ["bob"]`, want: "must be an object id"},
		"manager by name":           {line: `manager_id = "bob"`, want: "must be an object id"},
		"job title too long":        {line: fmt.Sprintf("job_title = %q", strings.Repeat("x", 129)), want: "longer than 128"},
		"employee id too long":      {line: fmt.Sprintf("employee_id = %q", strings.Repeat("x", 17)), want: "longer than 16"},
		"unknown usage location":    {line: `usage_location = "XX"`, want: "is no country"},
		"cleared usage location":    {line: `usage_location = ""`, want: "usage_location"},
		"cleared display name":      {line: `display_name = ""`, want: "Graph cannot clear it"},
		"cleared user type":         {line: `user_type = ""`, want: "user_type"},
		"control character":         {line: `display_name = "Ada\nLovelace"`, want: "control, line break or bidirectional"},
		"bidi character":            {line: `display_name = "Ada\u202eevil"`, want: "control, line break or bidirectional"},
		"blank around":              {line: `city = " London"`, want: "begins or ends with a blank"},
		"extension name":            {line: `extension_attributes = { extensionAttribute16 = "x" }`, want: "extensionAttribute1 to extensionAttribute15"},
		"no time":                   {line: `employee_leave_date_time = "tomorrow"`, want: "is no time of RFC 3339"},
		"unknown way out":           {line: `on_destroy = "explode"`, want: "on_destroy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			email := test.email
			if email == "" && name != "empty address" {
				email = address
			}
			acceptance.Run(t, resource.TestCase{
				Steps: []resource.TestStep{{
					Config:      strings.Replace(e.Guest(test.line), address, email, 1),
					PlanOnly:    true,
					ExpectError: words(test.want),
				}},
			})
		})
	}
	t.Cleanup(func() {
		if writes := e.Sent(acceptance.Everything); len(writes) > 0 {
			t.Errorf("sent %v", writes)
		}
	})
}
