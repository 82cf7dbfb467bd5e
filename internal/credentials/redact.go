package credentials

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

const (
	redacted = "(sensitive value)"
	// shortestSecret keeps a secret of a letter or two from tearing up every text.
	shortestSecret = 4
	// longestText bounds what is quoted from a server or a program, in runes.
	longestText = 2000
)

// jsonWebToken matches tokens and assertions: their header is a JSON object, which begins
// with eyJ in base64.
var jsonWebToken = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){0,3}`)

// redact takes secrets, tokens and hostile characters out of a text from elsewhere and
// puts it on one line.
func redact(value string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		value = strings.NewReplacer(secret, redacted, url.QueryEscape(secret), redacted, url.PathEscape(secret), redacted).Replace(value)
	}
	value = jsonWebToken.ReplaceAllString(value, redacted)
	value = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == unicode.ReplacementChar:
			return ' '
		case unicode.Is(unicode.Cf, r):
			// Bidirectional controls and other invisible formatting.
			return -1
		default:
			return r
		}
	}, value)
	return cut(strings.Join(strings.Fields(value), " "), longestText)
}

// shorten cuts a value that is quoted to what fits a line.
func shorten(value string) string {
	const line = 100
	return cut(value, line)
}

func cut(value string, longest int) string {
	count := 0
	for i := range value {
		if count == longest {
			return value[:i] + "…"
		}
		count++
	}
	return value
}
