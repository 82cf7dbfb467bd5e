package principalname_test

import (
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// Whatever the names: the result is valid, short enough, between its affixes, and the
// same when it is written once more.
func FuzzLocal(f *testing.F) {
	for _, name := range []string{"Jan", "O’Brien", "Müller-Weiß", "Παύλος", "Юрий", "محمد", "はっとり", "佐々木", "김", "\u200f😀", "Ⅷ", "a--b..c", strings.Repeat("ab-", 40), "\xff", "𝔍", "μπ", "っゃ"} {
		f.Add(name, "Novak", "ext-", "", "")
		f.Add("", name, "", ".x", "de")
	}
	f.Add("Jan", "Novak", ".", "#EXT#", "da")
	f.Fuzz(func(t *testing.T, given, surname, prefix, suffix, transliteration string) {
		rule := principalname.Rule{Prefix: prefix, Suffix: suffix, Transliteration: transliteration}
		local, err := rule.Local(given, surname)
		if err != nil {
			if local != "" || err.Error() == "" {
				t.Fatalf("Local = %q with the error %v", local, err)
			}
			return
		}
		if err := principalname.Validate(local + "@contoso.com"); err != nil {
			t.Fatal(err)
		}
		if len(local) > principalname.MaxLocal || !strings.HasPrefix(local, prefix) || !strings.HasSuffix(local, suffix) {
			t.Fatalf("Local = %q", local)
		}
		body := local[len(prefix) : len(local)-len(suffix)]
		if strings.Trim(body, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || strings.Trim(body, ".-") != body || body == "" {
			t.Fatalf("body %q", body)
		}
		for _, doubled := range []string{"..", "--", ".-", "-."} {
			if strings.Contains(body, doubled) {
				t.Fatalf("body %q", body)
			}
		}
		if again, err := rule.Local("", body); err != nil || again != local {
			t.Fatalf("%q written again is %q, %v", local, again, err)
		}
		for _, n := range []int{2, 10, 1 << 40} {
			numbered := rule.Numbered(local, n)
			if err := principalname.Validate(numbered + "@contoso.com"); err != nil || numbered == local || !strings.HasPrefix(numbered, prefix) {
				t.Fatalf("Numbered = %q, %v", numbered, err)
			}
		}
		rule.Reserved(local)
		principalname.MixedScripts(given)
	})
}

// Whatever the address: a name that comes out is one a user may have, marks a guest, and
// shows the address.
func FuzzGuest(f *testing.F) {
	f.Add("user@contoso.com", "fabrikam.onmicrosoft.com")
	f.Add("O'Brien_x@a.b-c.example", "f.onmicrosoft.us")
	f.Add("a+b@x.example", "x")
	f.Add("rené@münchen.example", "f.onmicrosoft.com")
	f.Add(strings.Repeat("a", 64)+"@"+strings.Repeat("d", 40)+".example", "f.onmicrosoft.com")
	f.Fuzz(func(t *testing.T, email, domain string) {
		name, err := principalname.Guest(email, domain)
		if err != nil {
			if name != "" || err.Error() == "" {
				t.Fatalf("Guest = %q with the error %v", name, err)
			}
			return
		}
		local, rest, found := strings.Cut(name, "#EXT#@")
		if !found || rest != domain || len(name) > principalname.MaxName {
			t.Fatalf("Guest = %q", name)
		}
		if at := strings.LastIndexByte(email, '@'); local != email[:at]+"_"+email[at+1:] {
			t.Fatalf("Guest = %q", name)
		}
		// Without the mark the name keeps to the rules of every user principal name, but
		// for the length before the @.
		for _, part := range []string{local[:min(len(local), principalname.MaxLocal)], domain} {
			if strings.Trim(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.-_") != "" {
				t.Fatalf("Guest = %q", name)
			}
		}
	})
}
