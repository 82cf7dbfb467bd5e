package mail_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		audience mail.Audience
		format   mail.Format
		template string
		own      []string
		// want is in the errors, in order; each line is one.
		want []string
	}{
		"fine":                       {mail.Guests, mail.HTML, `{{display_name}} <a href="{{redeem_url}}">{{portal}}</a>`, []string{"portal"}, nil},
		"typing error":               {mail.Guests, mail.PlainText, "x\n {{displayname}}{{displayname}}", []string{}, []string{"line 2, column 2: the placeholder {{displayname}} is unknown. Did you mean {{display_name}}? There are {{display_name}}, {{email}}, {{expires_at}}, {{given_name}}, {{redeem_url}}, {{sign_in_url}}, {{surname}}, {{tenant_name}}, {{user_principal_name}}."}},
		"own one meant":              {mail.Guests, mail.PlainText, "{{portl}}", []string{"portal"}, []string{"Did you mean {{portal}}?"}},
		"nothing like it":            {mail.Guests, mail.PlainText, "{{telephone}}", []string{}, []string{"{{telephone}} is unknown. There are"}},
		"own ones unknown yet":       {mail.Guests, mail.PlainText, "{{telephone}}", nil, nil},
		"password for a guest":       {mail.Guests, mail.PlainText, "{{password}} {{temporary_access_pass}}", nil, []string{"a guest signs in at home", "makes no temporary access pass for a guest"}},
		"link for a specialist":      {mail.Specialists, mail.PlainText, "{{redeem_url}} {{password}} {{temporary_access_pass}}", []string{}, []string{"no invitation to accept"}},
		"secret in a subject":        {mail.Specialists, mail.SubjectLine, "{{password}}", []string{}, []string{"subjects show on locked screens"}},
		"name that begins a link":    {mail.Guests, mail.HTML, `<a href="{{display_name}}">`, []string{}, []string{"begins a link, but is no URL"}},
		"own that begins a link":     {mail.Guests, mail.HTML, `<a href="{{portal}}">`, []string{"portal"}, nil},
		"no HTML":                    {mail.Guests, mail.PlainText, `<a href={{display_name}}>`, []string{}, nil},
		"two faults, places in HTML": {mail.Guests, mail.HTML, `<p {{email}}><a href={{email}}>`, []string{}, []string{"inside a tag", "without quotes"}},
		"broken HTML":                {mail.Guests, mail.HTML, `{{email}}<p title="`, []string{}, []string{"the HTML ends inside the value of the attribute title"}},
		"broken, but nothing in it":  {mail.Guests, mail.HTML, `<p title="`, []string{}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed, err := mail.Parse(test.template)
			if err != nil {
				t.Fatal(err)
			}
			faults := test.audience.Check(parsed, test.format, test.own)
			if len(faults) != len(test.want) {
				t.Fatalf("got %v", faults)
			}
			for i, want := range test.want {
				if !strings.Contains(faults[i].Error(), want) {
					t.Errorf("got %v, want %q", faults[i], want)
				}
			}
		})
	}
}

func TestCheckErrorsAreTyped(t *testing.T) {
	t.Parallel()
	parsed, err := mail.Parse("{{emial}} {{password}}")
	if err != nil {
		t.Fatal(err)
	}
	joined := errors.Join(mail.Guests.Check(parsed, mail.PlainText, []string{"zoo"})...)
	unknown, ok := errors.AsType[*mail.UnknownPlaceholder](joined)
	if !ok || unknown.Name != "emial" || unknown.Suggestion != "email" || !slices.IsSorted(unknown.Known) || !slices.Contains(unknown.Known, "zoo") || unknown.At != (mail.Position{Line: 1, Column: 1}) {
		t.Errorf("%+v", unknown)
	}
	if refused, ok := errors.AsType[*mail.RefusedPlaceholder](joined); !ok || refused.Name != "password" || refused.At.Column != 11 {
		t.Errorf("%+v", refused)
	}
}
