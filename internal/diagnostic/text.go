package diagnostic

import (
	"strconv"
	"strings"
	"unicode"
)

// Hostile reports characters that must not reach a terminal or a CI log as they are:
// control characters, line and paragraph separators, and bidirectional formatting.
func Hostile(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

// Quote puts text that came from people or foreign tenants into double quotes, with
// hostile characters escaped, so that it stays on one line and reads left to right.
func Quote(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			quoted.WriteByte('\\')
			quoted.WriteRune(r)
		case Hostile(r) || !unicode.IsGraphic(r):
			escaped := strconv.QuoteRuneToASCII(r)
			quoted.WriteString(escaped[1 : len(escaped)-1])
		default:
			quoted.WriteRune(r)
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}
