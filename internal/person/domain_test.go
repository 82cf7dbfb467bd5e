package person

import (
	"strings"
	"testing"
)

func TestDomainRules(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		allowed, denied []string
		address         string
		refused         string
	}{
		"no rules":                     {address: "ada@x.example"},
		"empty list allows nobody":     {allowed: []string{}, address: "ada@x.example", refused: "allowed_email_domains"},
		"allowed":                      {allowed: []string{"x.example"}, address: "ada@X.Example"},
		"not allowed":                  {allowed: []string{"x.example"}, address: "ada@y.example", refused: "allowed_email_domains"},
		"no suffix match":              {allowed: []string{"x.example"}, address: "ada@evilx.example", refused: "allowed_email_domains"},
		"no subdomain without star":    {allowed: []string{"x.example"}, address: "ada@a.x.example", refused: "allowed_email_domains"},
		"subdomain":                    {allowed: []string{"*.x.example"}, address: "ada@a.b.x.example"},
		"star is not the domain":       {allowed: []string{"*.x.example"}, address: "ada@x.example", refused: "allowed_email_domains"},
		"denied wins":                  {allowed: []string{"x.example"}, denied: []string{"X.example"}, address: "ada@x.example", refused: "denied_email_domains"},
		"denied subdomain":             {denied: []string{"*.x.example"}, address: "ada@a.x.example", refused: "denied_email_domains"},
		"trailing dot":                 {denied: []string{"x.example."}, address: "ada@x.example", refused: "denied_email_domains"},
		"trailing dot in the address":  {denied: []string{"x.example"}, address: "ada@x.example.", refused: "denied_email_domains"},
		"umlaut against A-label":       {allowed: []string{"bücher.example"}, address: "ada@xn--bcher-kva.example"},
		"A-label against umlaut":       {denied: []string{"xn--bcher-kva.example"}, address: "ada@BÜCHER.example", refused: "denied_email_domains"},
		"Cyrillic a in a Latin domain": {address: "ada@p\u0430ypal.example", refused: "mixes scripts"},
		"the same as an A-label":       {address: "ada@xn--pypal-4ve.example", refused: "mixes scripts"},
		"Japanese with Latin":          {address: "ada@abc日本ひらカタ.example"},
		"Cyrillic alone":               {address: "ada@почта.example"},
		"fullwidth letters":            {denied: []string{"x.example"}, address: "ada@ｘ.example", refused: "denied_email_domains"},
		"no domain":                    {address: "ada", refused: "no e-mail address"},
		"empty label":                  {address: "ada@x..example", refused: "no valid domain"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules, err := NewDomainRules(test.allowed, test.denied)
			if err != nil {
				t.Fatal(err)
			}
			got := rules.Refuse(test.address)
			if (got == "") != (test.refused == "") || !strings.Contains(got, test.refused) {
				t.Errorf("refused because %q, want %q", got, test.refused)
			}
		})
	}
}

func TestDomainRulesNameTheBadEntry(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{"", "*", "*.", "a b.example", "x", "ada@x.example", "*.*.example", "x..example", "p\u0430ypal.example"} {
		if _, err := NewDomainRules([]string{entry}, nil); err == nil || !strings.Contains(err.Error(), `"`) {
			t.Errorf("%q: %v", entry, err)
		}
	}
}

func FuzzDomainRules(f *testing.F) {
	f.Add("x.example", "ada@x.example")
	f.Add("*.bücher.example", "a@b.xn--bcher-kva.example")
	f.Fuzz(func(t *testing.T, entry, address string) {
		denied, err := NewDomainRules(nil, []string{entry})
		if err != nil {
			return
		}
		allowed, err := NewDomainRules([]string{entry}, nil)
		if err != nil {
			t.Fatal(err)
		}
		// What a list denies is what the same list would allow.
		if strings.Contains(denied.Refuse(address), "denied") && allowed.Refuse(address) != "" {
			t.Errorf("%q denies %q and does not allow it", entry, address)
		}
	})
}
