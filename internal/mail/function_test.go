package mail_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

func TestAccRenderEmail(t *testing.T) {
	t.Parallel()
	call := func(arguments string) string {
		return fmt.Sprintf("output \"test\" {\n  value = provider::entraguest::render_email(%s)\n}\n", arguments)
	}
	rendered := func(arguments, want string) resource.TestStep {
		return resource.TestStep{
			Config:            call(arguments),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("test", knownvalue.StringExact(want))},
		}
	}
	fails := func(arguments, want string) resource.TestStep {
		return resource.TestStep{Config: call(arguments), ExpectError: regexp.MustCompile(want)}
	}
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{
		rendered(`"<p title='{{display_name}}'>{{a}}</p>", { display_name = "O'Brien <x>", a = "&" }`, `<p title='O&#39;Brien &lt;x&gt;'>&amp;</p>`),
		rendered(`"{{display_name}}", { display_name = "O'Brien <x>" }, "text"`, "O'Brien <x>"),
		rendered(`"<a href='{{redeem_url}}'>{{\"{{\"}}", { redeem_url = "https://x.example/?a=1&b=2" }, "html"`, "<a href='https://x.example/?a=1&amp;b=2'>{{"),
		rendered(`"{{password}}{{a}}", { password = "p<1>", a = null }`, "p&lt;1&gt;"),
		fails(`"{{displayname}} {{surname}}", { a = "x" }`, `(?s)Invalid value for "template" parameter.*Line 1, column 1.*\{\{displayname\}\}\s+is\s+unknown.*Did\s+you\s+mean\s+\{\{display_name\}\}.*\{\{surname\}\}\s+has\s+no\s+value`),
		fails(`"Hello {{given_name}}", { given_name = "" }`, `(?s)Line 1, column 7.*\{\{given_name\}\}\s+has\s+no\s+value`),
		fails(`"x\n {{", {}`, `(?s)Line 2, column 2: the placeholder is\s+not closed`),
		fails(`"<a href={{a}}>", { a = "x" }`, `(?s)without quotes`),
		fails(`"{{a}}", { a = "x", "B-c" = "y" }`, `(?s)Invalid value for "values" parameter.*"B-c" is no`),
		fails(`"{{a}}", { a = "x" }, "markdown"`, `(?s)The format is "html" or "text"`),
		fails(`"{{a}}", { a = "x" }, "html", "text"`, `(?s)The format is "html" or "text"`),
	}})
}

// The example works as it is printed.
func TestAccRenderEmailExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../examples/functions/render_email/function.tf")
	if err != nil {
		t.Fatal(err)
	}
	acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: string(example),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("preview", knownvalue.StringRegexp(regexp.MustCompile(`Research &amp; Development`))),
			statecheck.ExpectKnownOutputValue("subject", knownvalue.StringExact("Welcome to Contoso")),
		},
	}}})
}
