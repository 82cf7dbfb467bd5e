package mail_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// block builds welcome_email from what differs from null.
func block(t *testing.T, given map[string]attr.Value) types.Object {
	t.Helper()
	kinds := mail.NullAttribute().AttributeTypes(t.Context())
	values := map[string]attr.Value{
		"save_to_sent_items": types.BoolNull(), "values": types.MapNull(types.StringType),
	}
	for name := range kinds {
		switch name {
		case "to", "cc", "bcc", "reply_to":
			values[name] = types.ListNull(types.StringType)
		case "save_to_sent_items", "values":
		default:
			values[name] = types.StringNull()
		}
	}
	maps.Copy(values, given)
	object, diags := types.ObjectValue(kinds, values)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return object
}

func text(value string) types.String { return types.StringValue(value) }

func list(values ...string) types.List {
	var elements []attr.Value
	for _, value := range values {
		elements = append(elements, text(value))
	}
	return types.ListValueMust(types.StringType, elements)
}

func own(name, value string) types.Map {
	return types.MapValueMust(types.StringType, map[string]attr.Value{name: text(value)})
}

// said lists diagnostics as "severity path: summary: detail".
func said(diags diag.Diagnostics) []string {
	var lines []string
	for _, d := range diags {
		where := ""
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			where = at.Path().String()
		}
		lines = append(lines, d.Severity().String()+" "+where+": "+d.Summary()+": "+d.Detail())
	}
	slices.Sort(lines)
	return lines
}

func TestValidate(t *testing.T) {
	t.Parallel()
	fine := map[string]attr.Value{"from": text("desk@contoso.example"), "subject": text("Hello {{given_name}}"), "body_text": text("{{password}}")}
	with := func(more map[string]attr.Value) map[string]attr.Value {
		all := maps.Clone(fine)
		maps.Copy(all, more)
		return all
	}
	tests := map[string]struct {
		given map[string]attr.Value
		want  []string
	}{
		"fine":               {fine, nil},
		"two bodies":         {with(map[string]attr.Value{"body_html": text("x")}), []string{"Error welcome_email.body_text: Invalid combination"}},
		"two, one unknown":   {with(map[string]attr.Value{"body_html": types.StringUnknown()}), nil},
		"no body":            {with(map[string]attr.Value{"body_text": types.StringNull()}), []string{"Error welcome_email: Invalid combination"}},
		"unknown body":       {with(map[string]attr.Value{"body_text": types.StringUnknown()}), nil},
		"syntax":             {with(map[string]attr.Value{"body_text": text("a\n{{b")}), []string{"Error welcome_email.body_text: Invalid mail template: Line 2, column 1: the placeholder is not closed"}},
		"subject":            {with(map[string]attr.Value{"subject": text("{{password}}")}), []string{"Error welcome_email.subject: Invalid mail template: Line 1, column 1: the placeholder {{password}} is not available: subjects"}},
		"own":                {with(map[string]attr.Value{"body_text": text("{{portal}}"), "values": own("portal", "x")}), nil},
		"own, unknown value": {with(map[string]attr.Value{"body_text": text("{{portal}}"), "values": types.MapUnknown(types.StringType)}), nil},
		"own takes a name":   {with(map[string]attr.Value{"values": own("password", "x")}), []string{"Error welcome_email.values: Invalid mail template: {{password}} is filled in by the provider"}},
		"own has no name":    {with(map[string]attr.Value{"values": own("My-Name", "x")}), []string{`Error welcome_email.values: Invalid mail template: "My-Name" is no name`}},
		"copies": {
			with(map[string]attr.Value{"cc": list("boss@contoso.example"), "save_to_sent_items": types.BoolValue(true)}),
			[]string{"Warning welcome_email.cc: The mail leaves its secrets with others", "Warning welcome_email.save_to_sent_items"},
		},
		"copies of no secret": {with(map[string]attr.Value{"cc": list("boss@contoso.example"), "body_text": text("Hello")}), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := said(mail.Validate(t.Context(), path.Root("welcome_email"), block(t, test.given), mail.Specialists))
			if len(got) != len(test.want) {
				t.Fatalf("got %q", got)
			}
			for i, want := range test.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
	if diags := mail.Validate(t.Context(), path.Root("welcome_email"), mail.NullAttribute(), mail.Guests); len(diags) > 0 {
		t.Errorf("nothing configured: %v", diags)
	}
}

func TestCheckRecipients(t *testing.T) {
	t.Parallel()
	rules, err := person.NewDomainRules([]string{"partner.example", "contoso.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := mail.Read(t.Context(), block(t, map[string]attr.Value{
		"to": list("ada@partner.example", "eve@evil.example"), "cc": list("boss@contoso.example"), "bcc": list("x\n::y@evil.example"), "reply_to": list("help@other.example"),
	}))
	got := said(mail.CheckRecipients(path.Root("welcome_email"), w, rules.Refuse))
	if len(got) != 2 || !strings.Contains(got[0], "welcome_email.bcc") || strings.Contains(got[0], "\n::") || !strings.Contains(got[1], `welcome_email.to: Recipient not allowed: The address "eve@evil.example" is of no domain`) {
		t.Errorf("got %q", got)
	}
	if diags := mail.CheckRecipients(path.Root("welcome_email"), nil, rules.Refuse); len(diags) > 0 {
		t.Errorf("nothing configured: %v", diags)
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	w, _ := mail.Read(t.Context(), block(t, map[string]attr.Value{
		"from": text("desk"), "subject": text("Welcome {{display_name}} to {{portal}}"), "body_html": text("<p>{{password}} {{portal}}</p>"),
		"values": own("portal", "R&D"), "on_uncertain": text("resend"), "save_to_sent_items": types.BoolValue(true), "cc": list("boss@x.example"),
	}))
	hidden := secret.New("pass<word>")
	letter, err := w.Compose("ada@x.example", mail.Values{DisplayName: "Ada\r\nBcc: eve@x.example", Password: hidden})
	if err != nil {
		t.Fatal(err)
	}
	m := letter.Message
	if letter.From != "desk" || !letter.Resend || !slices.Equal(m.To, []string{"ada@x.example"}) || !slices.Equal(m.CC, []string{"boss@x.example"}) || m.BCC != nil ||
		m.Subject != "Welcome Ada Bcc: eve@x.example to R&D" || m.Body.Reveal() != "<p>pass&lt;word&gt; R&amp;D</p>" || !m.HTML || !m.SaveToSentItems || len(m.Secrets) != 1 {
		t.Errorf("%+v %q", letter, m.Body.Reveal())
	}
	w.To, w.BodyHTML, w.BodyText, w.OnUncertain, w.SaveToSentItems = list("a@x.example"), types.StringNull(), text("{{display_name}}"), types.StringNull(), types.BoolNull()
	letter, err = w.Compose("ada@x.example", mail.Values{DisplayName: "<A>", Password: hidden})
	if err != nil || !slices.Equal(letter.Message.To, []string{"a@x.example"}) || letter.Message.HTML || letter.Message.Body.Reveal() != "<A>" || letter.Resend || letter.Message.SaveToSentItems || len(letter.Message.Secrets) != 0 {
		t.Errorf("%+v, %v", letter, err)
	}
	if uses, known := w.Uses(mail.DisplayName); !uses || !known {
		t.Error("the placeholder is not seen")
	}
	w.BodyText = text(`{{unheard_of}}`)
	if _, err := w.Compose("ada@x.example", mail.Values{DisplayName: "Ada"}); err == nil || !strings.Contains(err.Error(), "{{unheard_of}} has no value") {
		t.Errorf("got %v", err)
	}
}

// No mail says "Hello ,": a placeholder of the provider's own has a value, or nothing is
// sent. The author's may be empty.
func TestComposeRefusesWhatHasNoValue(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		mail.GivenName: "Set given_name, or take {{given_name}} out of the template.", mail.Surname: "Set surname", mail.ExpiresAt: "Set expires_at", mail.DisplayName: "Set display_name",
		mail.Email: "Write the person's address", mail.TenantName: "The tenant has no display name", mail.SignInURL: "Set sign_in_url", mail.UserPrincipalName: "Set user_principal_name",
		mail.RedeemURL: "Microsoft Graph has answered none", mail.Password: "Microsoft Graph has answered none", mail.TemporaryAccessPass: "Microsoft Graph has answered none",
	} {
		for _, kind := range []string{"body_html", "body_text"} {
			w, _ := mail.Read(t.Context(), block(t, map[string]attr.Value{
				"from": text("desk"), "subject": text("Welcome"), kind: text(`<a title="{{note}}">Hello {{` + name + `}},</a>`), "values": own("note", ""),
			}))
			blank := mail.Values{
				DisplayName: " ", GivenName: "\u00a0", Surname: "\t", Email: " ", UserPrincipalName: " ", TenantName: " ", ExpiresAt: " ", SignInURL: " ",
				RedeemURL: secret.New(" "), Password: secret.New(" "), TemporaryAccessPass: secret.New(" "),
			}
			for _, values := range []mail.Values{{}, blank} {
				_, err := w.Compose("ada@x.example", values)
				if err == nil || !strings.Contains(mail.Error(err).Detail(), "the placeholder {{"+name+"}} has no value\n\nNothing was sent. "+says) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

// What does not fit into a request is not sent.
func TestComposeRefusesWhatIsTooLong(t *testing.T) {
	t.Parallel()
	w, _ := mail.Read(t.Context(), block(t, map[string]attr.Value{
		"from": text("desk"), "subject": text("Welcome"), "body_text": text(strings.Repeat("{{note}}", 4)), "values": own("note", strings.Repeat("x", 1<<19)),
	}))
	if _, err := w.Compose("ada@x.example", mail.Values{}); err == nil || !strings.Contains(err.Error(), "requests of 4 MB") {
		t.Errorf("got %v", err)
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	with := func(trigger types.String) types.Object {
		return block(t, map[string]attr.Value{"from": text("desk"), "subject": text("x"), "body_text": text("x"), "trigger": trigger})
	}
	edited := block(t, map[string]attr.Value{"from": text("other"), "subject": text("y"), "body_html": text("y"), "trigger": text("1")})
	none, null, one, two := mail.NullAttribute(), with(types.StringNull()), with(text("1")), with(text("2"))
	unknownBlock := types.ObjectUnknown(none.AttributeTypes(t.Context()))
	tests := map[string]struct {
		change mail.Change
		due    bool
		// planned is "?" for unknown.
		planned string
	}{
		"made":                        {mail.Change{Before: none, After: one, Status: types.StringNull(), Creates: true}, true, "?"},
		"made without a block":        {mail.Change{Before: none, After: none, Status: types.StringNull(), Creates: true}, false, "none"},
		"adopted":                     {mail.Change{Before: none, After: one, Status: types.StringNull(), Quiet: true}, false, "none"},
		"block added":                 {mail.Change{Before: none, After: one, Status: mail.None.Value()}, false, "none"},
		"block added to state of old": {mail.Change{Before: none, After: one, Status: types.StringNull()}, false, "none"},
		"block edited":                {mail.Change{Before: one, After: edited, Status: mail.Accepted.Value()}, false, "accepted"},
		"block removed":               {mail.Change{Before: one, After: none, Status: mail.Accepted.Value()}, false, "accepted"},
		"removed while failed":        {mail.Change{Before: one, After: none, Status: mail.Failed.Value()}, false, "none"},
		"triggered":                   {mail.Change{Before: one, After: two, Status: mail.Accepted.Value()}, true, "?"},
		"triggered the first time":    {mail.Change{Before: null, After: one, Status: mail.None.Value()}, true, "?"},
		"trigger removed":             {mail.Change{Before: one, After: null, Status: mail.Accepted.Value()}, false, "accepted"},
		"trigger unknown":             {mail.Change{Before: one, After: with(types.StringUnknown()), Status: mail.Accepted.Value()}, false, "?"},
		"first apply after import":    {mail.Change{Before: one, After: two, Status: mail.None.Value(), Quiet: true}, false, "none"},
		"failed before":               {mail.Change{Before: one, After: one, Status: mail.Failed.Value()}, true, "?"},
		"pending":                     {mail.Change{Before: one, After: edited, Status: mail.Pending.Value()}, true, "?"},
		"block unknown":               {mail.Change{Before: one, After: unknownBlock, Status: mail.Accepted.Value()}, false, "?"},
		"nothing":                     {mail.Change{Before: one, After: one, Status: mail.Accepted.Value()}, false, "accepted"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due, planned, diags := test.change.Due(t.Context())
			got := planned.ValueString()
			if planned.IsUnknown() {
				got = "?"
			}
			if due != test.due || got != test.planned || diags.HasError() {
				t.Errorf("due %t, planned %s, %v", due, got, diags)
			}
		})
	}
}
