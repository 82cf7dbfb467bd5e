package mail_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		// names are the placeholders, rendered the text with every value in brackets.
		names    []string
		rendered string
		at       mail.Position
		problem  string
	}{
		"nothing":           {text: ""},
		"literal":           {text: "a { b } c }} d", rendered: "a { b } c }} d"},
		"one":               {text: "Hello {{display_name}}!", names: []string{"display_name"}, rendered: "Hello [display_name]!"},
		"blanks inside":     {text: "{{ email\t}}", names: []string{"email"}, rendered: "[email]"},
		"twice":             {text: "{{a}}{{b}}{{a}}", names: []string{"a", "b"}, rendered: "[a][b][a]"},
		"escape":            {text: `{{"{{"}}a}} {{a}}`, names: []string{"a"}, rendered: "{{a}} [a]"},
		"three braces":      {text: "{{a}}}", names: []string{"a"}, rendered: "[a]}"},
		"not closed":        {text: "a\nbé {{name", at: mail.Position{Line: 2, Column: 4}, problem: "not closed"},
		"closed too late":   {text: "{{a\n}}", at: mail.Position{Line: 1, Column: 1}, problem: "not closed"},
		"one in another":    {text: "{{a {{b}}", at: mail.Position{Line: 1, Column: 1}, problem: "not closed"},
		"empty":             {text: "x{{}}", at: mail.Position{Line: 1, Column: 2}, problem: "is empty"},
		"blank":             {text: "{{ }}", at: mail.Position{Line: 1, Column: 1}, problem: "is empty"},
		"capital":           {text: "{{Name}}", at: mail.Position{Line: 1, Column: 1}, problem: "no name"},
		"expression":        {text: "{{a}} {{.Name | html}}", at: mail.Position{Line: 1, Column: 7}, problem: "no name"},
		"four braces":       {text: "{{{{a}}", at: mail.Position{Line: 1, Column: 1}, problem: "not closed"},
		"hostile name":      {text: "{{\u202ea}}", at: mail.Position{Line: 1, Column: 1}, problem: `"\u202ea" is no name`},
		"after a long line": {text: strings.Repeat("{{a}}\n", 3) + "{{b}} {{", at: mail.Position{Line: 4, Column: 7}, problem: "not closed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed, err := mail.Parse(test.text)
			if test.problem != "" {
				failed, ok := errors.AsType[*mail.SyntaxError](err)
				if !ok || failed.At != test.at || !strings.Contains(failed.Problem, test.problem) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Placeholders(); !slices.Equal(got, test.names) {
				t.Errorf("placeholders %v", got)
			}
			if got, err := parsed.Text(bracketed(parsed)); err != nil || got.Reveal() != test.rendered {
				t.Errorf("%q, %v", got.Reveal(), err)
			}
		})
	}
}

// bracketed gives every placeholder its name in brackets.
func bracketed(t mail.Template) mail.Values {
	own := map[string]string{}
	for _, name := range t.Placeholders() {
		own[name] = "[" + name + "]"
	}
	return mail.Values{Own: own}
}

// hostile is a name from a foreign tenant.
const hostile = `<script>alert("1")</script>' onclick='x" & {{password}} ` + "\r\nBcc: eve@x.example\u202e"

func TestHTMLEscapesForThePlace(t *testing.T) {
	t.Parallel()
	link := "https://login.microsoftonline.com/redeem?rd=https%3a%2f%2fx%3ftenant%3dt%26user%3du&ver=2.0"
	values := mail.Values{
		DisplayName: hostile, Email: "o'brien+x@partner.example", RedeemURL: secret.New(link), SignInURL: "https://myapps.microsoft.com",
		Password: secret.New(`a<b>"c'&d`), Own: map[string]string{"portal": "https://portal.example/?a=1&b=2", "evil": "javascript:alert(1)", "lines": "a\nb"},
	}
	tests := map[string]struct{ template, want, problem string }{
		"text": {
			"<p>{{display_name}}</p>",
			`<p>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&#39; onclick=&#39;x&#34; &amp; {{password}}  Bcc: eve@x.example </p>`, "",
		},
		"password":             {"{{password}}", "a&lt;b&gt;&#34;c&#39;&amp;d", ""},
		"redeem link":          {`<a href="{{redeem_url}}">x</a>`, `<a href="` + html.EscapeString(link) + `">x</a>`, ""},
		"link, single quotes":  {`<A HREF = '{{ redeem_url }}'>x</A>`, `<A HREF = '` + html.EscapeString(link) + `'>x</A>`, ""},
		"mailto":               {`<a href="mailto:{{email}}?subject={{portal}}">`, `<a href="mailto:o%27brien%2Bx@partner.example?subject=https%3A%2F%2Fportal.example%2F%3Fa%3D1%26b%3D2">`, ""},
		"part of a link":       {`<a href="{{portal}}&user={{email}}">`, `<a href="https://portal.example/?a=1&amp;b=2&user=o%27brien%2Bx%40partner.example">`, ""},
		"path of a link":       {`<a href="https://x.example/{{email}}">`, `<a href="https://x.example/o%27brien%2Bx%40partner.example">`, ""},
		"attribute":            {`<img alt="{{email}}" src="{{portal}}">`, `<img alt="o&#39;brien+x@partner.example" src="https://portal.example/?a=1&amp;b=2">`, ""},
		"textarea":             {`<title>{{email}}</title>`, `<title>o&#39;brien+x@partner.example</title>`, ""},
		"own lines":            {"{{lines}}", "a\nb", ""},
		"CSS needs no care":    {"<style>@media x{a{color:red}}</style>{{lines}}", "<style>@media x{a{color:red}}</style>a\nb", ""},
		"comment":              {"<!-- {{email}} -->", "<!-- o&#39;brien+x@partner.example -->", ""},
		"Outlook's comment":    {`<!--[if mso]><v:roundrect href="{{redeem_url}}"><![endif]-->`, `<!--[if mso]><v:roundrect href="` + html.EscapeString(link) + `"><![endif]-->`, ""},
		"everybody but":        {`<!--[if !mso]><!--><a href="{{portal}}">x</a><!--<![endif]-->`, `<!--[if !mso]><!--><a href="https://portal.example/?a=1&amp;b=2">x</a><!--<![endif]-->`, ""},
		"less than":            {"1 < 2 {{lines}}", "1 < 2 a\nb", ""},
		"script in a link":     {`<a href="{{evil}}">`, "", "does not begin with https:"},
		"no quotes":            {`<a href={{portal}}>x</a>`, "", "without quotes"},
		"no quotes, later":     {`<a href=https://x/{{portal}}>x</a>`, "", "without quotes"},
		"in a script":          {`<script>x = "{{email}}"</script>`, "", "in a script element"},
		"in a style sheet":     {`<style>a { color: {{portal}} }</style>`, "", "in a style element"},
		"in a style attribute": {`<p style="color:{{portal}}">`, "", "in the attribute style"},
		"event handler":        {`<p onclick="x('{{email}}')">`, "", "in the attribute onclick"},
		"name of an attribute": {`<p {{email}}="x">`, "", "inside a tag"},
		"name of an element":   {`<{{email}}>`, "", "inside a tag"},
		"host":                 {`<a href="https://{{email}}/">x</a>`, "", "in the host name"},
		"end of the host":      {`<a href="//x.example{{email}}">x</a>`, "", "in the host name"},
		"refresh":              {`<meta http-equiv="refresh" content="0;url={{portal}}">`, "", "in the attribute content of meta"},
		"missing quote":        {`<a href="{{portal}}>x</a>`, "", "quote is missing"},
		"missing end":          {`{{portal}}<a `, "", "inside a tag"},
		"after a broken value": {`<a title="x"href={{portal}}>`, "", "without quotes"},
		"slash":                {`<img/src={{portal}}>`, "", "without quotes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed, err := mail.Parse(test.template)
			if err != nil {
				t.Fatal(err)
			}
			got, err := parsed.HTML(values)
			if test.problem == "" && (err != nil || got.Reveal() != test.want) {
				t.Errorf("got %s, %v\nwant %s", got.Reveal(), err, test.want)
			}
			if test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
				t.Errorf("got %s, %v; want %q", got.Reveal(), err, test.problem)
			}
			if err != nil && (strings.Contains(err.Error(), "brien") || strings.Contains(err.Error(), "alert")) {
				t.Errorf("the error tells a value: %v", err)
			}
		})
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	values := mail.Values{DisplayName: hostile, TenantName: "Contoso", GivenName: strings.Repeat("🙂", 200)}
	for template, want := range map[string]string{
		"Welcome  {{display_name}}": `Welcome <script>alert("1")</script>' onclick='x" & {{password}} Bcc: eve@x.example`,
		" {{tenant_name}} & you ":   "Contoso & you",
		"x{{given_name}}":           "x" + strings.Repeat("🙂", 126) + "…",
		"{{given_name}}":            strings.Repeat("🙂", 127) + "…",
	} {
		parsed, err := mail.Parse(template)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parsed.Subject(values)
		if err != nil || got != want || !utf8.ValidString(got) {
			t.Errorf("%s: %q, %v", template, got, err)
		}
	}
}

// FuzzParse holds the parser to its word: it never panics, positions lie in the text,
// and literal text comes back as it was.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "{{a}}", `{{"{{"}}`, "{{", "}}", "{ {{ a }} }", "{{a\n}}", "{{{a}}}", "é{{b}}\r\n{{c", "{{\"{{\"}}{{a}}{{\"", `{{"{{"}}{{"{{"}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := mail.Parse(text)
		if err != nil {
			failed, ok := errors.AsType[*mail.SyntaxError](err)
			lines := strings.Split(text, "\n")
			if !ok || failed.At.Line < 1 || failed.At.Line > len(lines) || failed.At.Column < 1 || failed.At.Column > utf8.RuneCountInString(lines[failed.At.Line-1])+1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		// Rendering every placeholder as itself gives the text again.
		own := map[string]string{}
		for _, name := range parsed.Placeholders() {
			own[name] = "{{" + name + "}}"
		}
		got, err := parsed.Text(mail.Values{Own: own})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := strings.ReplaceAll(text, `{{"{{"}}`, "{{")
		if strip(got.Reveal()) != strip(want) {
			t.Fatalf("%q became %q", text, got.Reveal())
		}
	})
}

// strip leaves out the blanks that may stand inside the braces.
func strip(text string) string { return strings.NewReplacer(" ", "", "\t", "").Replace(text) }

// FuzzHTML renders hostile values into templates and asks a real HTML parser whether
// anything but the text of the template has become markup.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"<p>{{a}}</p>", `<a href="{{a}}" title='{{a}}'>{{a}}</a>`, `<a href="https://x/{{a}}?q={{a}}">`, "<!-- {{a}} -->", "<!--[if mso]>{{a}}<![endif]-->",
		"<style>x</style>{{a}}", `<p title = "{{a}}" / class=x>`, "<title>{{a}}</title>", "<textarea>{{a}}</textarea>", "<!-->{{a}}-->", "<!{{a}}>", "</{{a}}>", `<a/href="{{a}}">`,
		`<p =x title="{{a}}">`, "<script></script x>{{a}}", "<p title='\"{{a}}'>", "<A!='{{a}}'>",
	} {
		f.Add(seed, `"><img src=x onerror=alert(1)>`)
		f.Add(seed, `--><b>' onclick=x javascript:y`)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		parsed, err := mail.Parse(text)
		if err != nil || !utf8.ValidString(text) || !utf8.ValidString(value) || strings.Contains(text, "\x00") {
			return
		}
		fill := func(value string) (string, bool) {
			own := map[string]string{}
			for _, name := range parsed.Placeholders() {
				own[name] = value
			}
			rendered, err := parsed.HTML(mail.Values{Own: own})
			return rendered.Reveal(), err == nil
		}
		harmless, ok := fill("https://harmless.example/x")
		if !ok {
			return
		}
		harmful, ok := fill(value)
		if !ok {
			return // a link that begins with the value: refused
		}
		if before, after := skeleton(harmless), skeleton(harmful); before != after {
			t.Fatalf("template %q, value %q:\n%s\n%s", text, value, before, after)
		}
	})
}

// skeleton is the markup of a document without its texts and values.
func skeleton(document string) string {
	var shape strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(document))
	for {
		switch kind := tokens.Next(); kind {
		case html.ErrorToken:
			return shape.String()
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			shape.WriteString("<" + token.Data)
			for _, attribute := range token.Attr {
				shape.WriteString(" " + attribute.Key)
			}
			shape.WriteString(">")
		case html.CommentToken:
			shape.WriteString("<!>")
		case html.TextToken, html.DoctypeToken:
		}
	}
}
