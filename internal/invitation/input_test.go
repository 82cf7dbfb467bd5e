package invitation_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// Bad input fails at plan, at the attribute, before anything is sent.
func TestBadInput(t *testing.T) {
	t.Parallel()
	const id = "cbb896f9-8306-49d0-b56b-b8e39cd2882"
	sponsors := make([]string, 6)
	for i := range sponsors {
		sponsors[i] = fmt.Sprint(id, i)
	}
	tests := map[string]struct {
		more            attributes
		attribute, want string
	}{
		"malformed address":         {more: attributes{"email": "ada"}, attribute: "email", want: "is no e-mail address"},
		"empty address":             {more: attributes{"email": ""}, attribute: "email", want: "it is empty"},
		"plus address":              {more: attributes{"email": "ada+tag@fabrikam.example"}, attribute: "email", want: "contains a plus sign"},
		"refused character":         {more: attributes{"email": "ada!@fabrikam.example"}, attribute: "email", want: "contains a character that Microsoft Graph refuses"},
		"redirect without a scheme": {more: attributes{"redirect_url": "my.example"}, attribute: "redirect_url", want: "is no http or https URL"},
		"redirect to a script":      {more: attributes{"redirect_url": "javascript:alert(1)"}, attribute: "redirect_url", want: "is no http or https URL"},
		"body with language":        {more: attributes{"message": attributes{"body": "Hello", "language": "de-DE"}}, attribute: "message.language", want: "exclude each other"},
		"two cc recipients":         {more: attributes{"message": attributes{"cc_recipients": []string{"a@x.example", "b@x.example"}}}, attribute: "message.cc_recipients", want: "at most 1"},
		"bad cc recipient":          {more: attributes{"message": attributes{"cc_recipients": []string{"a"}}}, attribute: "message.cc_recipients", want: "is no e-mail address"},
		"unknown language":          {more: attributes{"message": attributes{"language": "klingonisch!"}}, attribute: "message.language", want: "is no language tag"},
		"six sponsors":              {more: attributes{"sponsor_ids": sponsors}, attribute: "sponsor_ids", want: "at most 5"},
		"sponsor by name":           {more: attributes{"sponsor_ids": []string{"bob"}}, attribute: "sponsor_ids", want: "must be an object id"},
		"manager by name":           {more: attributes{"manager_id": "bob"}, attribute: "manager_id", want: "must be an object id"},
		"job title too long":        {more: attributes{"job_title": strings.Repeat("x", 129)}, attribute: "job_title", want: "longer than 128"},
		"employee id too long":      {more: attributes{"employee_id": strings.Repeat("x", 17)}, attribute: "employee_id", want: "longer than 16"},
		"unknown usage location":    {more: attributes{"usage_location": "XX"}, attribute: "usage_location", want: "is no country"},
		"cleared usage location":    {more: attributes{"usage_location": ""}, attribute: "usage_location", want: "usage_location"},
		"cleared display name":      {more: attributes{"display_name": ""}, attribute: "display_name", want: "Graph cannot clear it"},
		"cleared user type":         {more: attributes{"user_type": ""}, attribute: "user_type", want: "user_type"},
		"control character":         {more: attributes{"display_name": "Ada\nLovelace"}, attribute: "display_name", want: "control, line break or bidirectional"},
		"bidi character":            {more: attributes{"display_name": "Ada\u202eevil"}, attribute: "display_name", want: "control, line break or bidirectional"},
		"blank around":              {more: attributes{"city": " London"}, attribute: "city", want: "begins or ends with a blank"},
		"extension name":            {more: attributes{"extension_attributes": map[string]string{"extensionAttribute16": "x"}}, attribute: "extension_attributes", want: "extensionAttribute1 to extensionAttribute15"},
		"no time":                   {more: attributes{"employee_leave_date_time": "tomorrow"}, attribute: "employee_leave_date_time", want: "is no time of RFC 3339"},
		"unknown way out":           {more: attributes{"on_destroy": "explode"}, attribute: "on_destroy", want: "on_destroy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			_, diags := s.Plan(t.Context(), ada(test.more), options{})
			s.Blames(diags.Errors(), test.attribute, test.want)
			if sent := s.Sent(acceptance.Everything); len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

// Terraform shows the line of the attribute.
func TestBadInputIsShownWhereItStands(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: strings.Replace(e.Guest(), address, "ada", 1), PlanOnly: true,
		ExpectError: regexp.MustCompile(`in resource "entraguest_invitation" "test":\s+\d+:\s+email = "ada"`),
	}}})
}
