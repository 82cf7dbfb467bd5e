package principalname_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

func TestMixedScripts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		name string
		want []string
	}{
		"empty":                {"", nil},
		"Latin":                {"O’Brien-Müller 3.", nil},
		"combining":            {"Jo\u0308rg", nil},
		"Cyrillic":             {"Юрий-Иванов", nil},
		"Cyrillic a":           {"P\u0430vel", []string{"Latin", "Cyrillic"}},
		"Latin a":              {"Пaвел", []string{"Cyrillic", "Latin"}},
		"Greek o":              {"N\u03bfvak", []string{"Latin", "Greek"}},
		"three":                {"aбγ", []string{"Latin", "Cyrillic", "Greek"}},
		"Armenian":             {"Jaո", []string{"Latin", "Armenian"}},
		"Japanese":             {"山田タロウはなこー々", nil},
		"Japanese, Latin":      {"山田タロウ Taro", nil},
		"Korean":               {"金민준", nil},
		"Korean, Latin":        {"Kim 金민준", nil},
		"Bopomofo":             {"王ㄅ Wang", nil},
		"Korean with kana":     {"민タ", []string{"Hangul", "Katakana"}},
		"Bopomofo with kana":   {"ㄅカ", []string{"Bopomofo", "Katakana"}},
		"Han with Cyrillic":    {"王Ж", []string{"Han", "Cyrillic"}},
		"Arabic":               {"محمد علي", nil},
		"Arabic, Latin":        {"علي Ali", []string{"Arabic", "Latin"}},
		"emoji and marks":      {"Jan 😀\u200f\u0308 42", nil},
		"vowel marks":          {"مُحَمَّد", nil},
		"mathematical letters": {"𝔍an", nil},
		"no UTF-8":             {"J\xffan", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, principalname.MixedScripts(test.name)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
