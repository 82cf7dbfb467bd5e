package principalname_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

const initialDomain = "fabrikam.onmicrosoft.com"

func TestGuest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ email, domain, want string }{
		"documented":   {"user@contoso.com", initialDomain, "user_contoso.com#EXT#@fabrikam.onmicrosoft.com"},
		"case is kept": {"Ada.Lovelace@Contoso.com", initialDomain, "Ada.Lovelace_Contoso.com#EXT#@fabrikam.onmicrosoft.com"},
		"underscores":  {"a_b@c-d.example", "f.onmicrosoft.us", "a_b_c-d.example#EXT#@f.onmicrosoft.us"},
		"apostrophe":   {"o'brien@x.example", "f.partner.onmschina.cn", "o'brien_x.example#EXT#@f.partner.onmschina.cn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := principalname.Guest(test.email, test.domain)
			if err != nil || got != test.want {
				t.Errorf("Guest = %q, %v; want %q", got, err, test.want)
			}
			if other := graph.GuestUserPrincipalName(test.email, test.domain); other != got {
				t.Errorf("look-ups search for %q", other)
			}
		})
	}
}

func TestGuestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ email, domain, address, ofDomain string }{
		"empty":            {address: "is empty"},
		"no at":            {email: "contoso.com", address: "has no @"},
		"two ats":          {email: "a@b@contoso.com", address: "has more than one @"},
		"nobody":           {email: "@contoso.com", address: "has nothing before the @"},
		"plus":             {email: "a+b@contoso.com", address: "contains a plus sign"},
		"hash":             {email: "a#b@contoso.com", address: `has the character "#" before the @`},
		"accent":           {email: "rené@contoso.com", address: `has the character "é"`},
		"blank":            {email: "a b@contoso.com", address: "has a blank"},
		"name and address": {email: "Ada <ada@contoso.com>", address: "has a blank"},
		"dots":             {email: "a..b@contoso.com", address: "two dots in a row"},
		"hyphen last":      {email: "a-@contoso.com", address: "has a dot or hyphen at the start or end"},
		"long":             {email: strings.Repeat("a", 65) + "@contoso.com", address: "has 65 characters before the @"},
		"too long in all":  {email: strings.Repeat("a", 64) + "@" + strings.Repeat("d", 30) + ".example", address: "gives a user principal name of 133 characters"},
		"no domain":        {email: "ada@", address: "has a domain that is empty"},
		"one word":         {email: "ada@localhost", address: "has a domain that is a single word"},
		"no tenant":        {email: "ada@contoso.com", domain: "fabrikam", ofDomain: "is a single word"},
		"address as tenant": {
			email: "ada@contoso.com", domain: "ada@fabrikam.onmicrosoft.com", ofDomain: `has the character "@"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			domain := test.domain
			if domain == "" {
				domain = initialDomain
			}
			got, err := principalname.Guest(test.email, domain)
			if wrong, ok := errors.AsType[*principalname.InvalidAddress](err); test.address != "" && (!ok || !strings.Contains(wrong.Fault, test.address)) {
				t.Errorf("Guest = %q, %v; want %q", got, err, test.address)
			}
			if wrong, ok := errors.AsType[*principalname.InvalidDomain](err); test.ofDomain != "" && (!ok || !strings.Contains(wrong.Fault, test.ofDomain)) {
				t.Errorf("Guest = %q, %v; want %q", got, err, test.ofDomain)
			}
			if err == nil || !strings.HasPrefix(err.Error(), `"`) {
				t.Errorf("message %v", err)
			}
		})
	}
}
