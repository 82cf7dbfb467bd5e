package principalname

import (
	"slices"
	"unicode"
)

// eastAsian are the scripts that one name may mix: UTS 39, section 5.1, Highly
// Restrictive. Source: https://www.unicode.org/reports/tr39/#Restriction_Level_Detection.
//
//nolint:gochecknoglobals // a constant table, never written
var eastAsian = [][]string{
	{"Latin", "Han", "Hiragana", "Katakana"},
	{"Latin", "Han", "Bopomofo"},
	{"Latin", "Han", "Hangul"},
}

// MixedScripts returns the names of the Unicode scripts in one name, in order of
// appearance, when it mixes scripts that do not belong together: Cyrillic letters among
// Latin ones look the same and are another name. It returns nil for every other name.
// Characters of all scripts, such as digits and accents, do not count.
func MixedScripts(name string) []string {
	var found []string
	for _, r := range name {
		if script := scriptOf(r); script != "" && !slices.Contains(found, script) {
			found = append(found, script)
		}
	}
	if len(found) < 2 {
		return nil
	}
	for _, together := range eastAsian {
		if !slices.ContainsFunc(found, func(script string) bool { return !slices.Contains(together, script) }) {
			return nil
		}
	}
	return found
}

// scriptOf names the script of a character; "" for what belongs to none or to all.
func scriptOf(r rune) string {
	if unicode.In(r, unicode.Common, unicode.Inherited) {
		return ""
	}
	if unicode.Is(unicode.Latin, r) {
		return "Latin"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
