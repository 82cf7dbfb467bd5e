package mail

import (
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// Values are what placeholders stand for. One of the provider's own that is left empty
// cannot be rendered: no mail says "Hello ,".
type Values struct {
	// DisplayName, GivenName, Surname, Email, UserPrincipalName and TenantName come from
	// the configuration or the directory: whatever they hold, they are text.
	DisplayName, GivenName, Surname, Email, UserPrincipalName, TenantName string
	// ExpiresAt is when the person's time ends, as the configuration writes it.
	ExpiresAt string
	// SignInURL is where the person signs in.
	SignInURL string

	RedeemURL, Password, TemporaryAccessPass secret.Text

	// Own are the author's, from the attribute values.
	Own map[string]string
}

// of returns the value of a placeholder. Values that come from people are one line
// without control or bidirectional formatting characters; secrets are left as they are.
func (v Values) of(name string) (value string, known bool) {
	if own, mine := v.Own[name]; mine {
		return foldOwn(name, own), true
	}
	switch name {
	case DisplayName:
		value = v.DisplayName
	case GivenName:
		value = v.GivenName
	case Surname:
		value = v.Surname
	case Email:
		value = v.Email
	case UserPrincipalName:
		value = v.UserPrincipalName
	case TenantName:
		value = v.TenantName
	case ExpiresAt:
		value = v.ExpiresAt
	case SignInURL:
		value = v.SignInURL
	case RedeemURL:
		return v.RedeemURL.Reveal(), true
	case Password:
		return v.Password.Reveal(), true
	case TemporaryAccessPass:
		return v.TemporaryAccessPass.Reveal(), true
	default:
		return "", false
	}
	return fold(value, ""), true
}

// foldOwn keeps line breaks and tabs in what the author writes. A sample for one of the
// provider's own placeholders is treated like the value it stands for.
func foldOwn(name, value string) string {
	switch {
	case isSecret(name):
		return value
	case slices.Contains(builtIn, name):
		return fold(value, "")
	default:
		return fold(value, "\n\t")
	}
}

// secrets lists those that a template reveals.
func (v Values) secrets(t Template) []secret.Text {
	var found []secret.Text
	for name, hidden := range map[string]secret.Text{RedeemURL: v.RedeemURL, Password: v.Password, TemporaryAccessPass: v.TemporaryAccessPass} {
		if t.Uses(name) && !hidden.Empty() {
			found = append(found, hidden)
		}
	}
	return found
}

// fold puts a blank where a hostile character was.
func fold(text, kept string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if diagnostic.Hostile(r) && !strings.ContainsRune(kept, r) {
			return ' '
		}
		return r
	}, text)
}

// RenderError is a value that must not stand where the template wants it.
type RenderError struct {
	Name string
	At   Position
	// Problem completes "the placeholder …".
	Problem string
}

// noValue is the problem of a placeholder that would render as nothing.
const noValue = "has no value"

// Error names the placeholder and the problem, but not the value.
func (e *RenderError) Error() string {
	return fmt.Sprintf("%s: the placeholder %s %s", e.At, written(e.Name), e.Problem)
}

// Text renders a template as plain text. The error is a *RenderError.
func (t Template) Text(values Values) (secret.Text, error) {
	return t.render(values, func(_ piece, value string) (string, error) { return value, nil })
}

// HTML renders a template as HTML: every value is escaped for the place where it stands,
// and links begin with http, https, mailto or tel. The error is a *RenderError.
func (t Template) HTML(values Values) (secret.Text, error) {
	places, fault := t.places()
	if fault != "" {
		return secret.Text{}, &SyntaxError{At: t.end(), Problem: "cannot be filled in: the HTML " + fault}
	}
	next := 0
	return t.render(values, func(p piece, value string) (string, error) {
		where := places[next]
		next++
		if where.fault != "" {
			return "", &RenderError{Name: p.name, At: p.at, Problem: where.fault}
		}
		switch where.kind {
		case wholeLink:
			if fault := linkFault(value); fault != "" {
				return "", &RenderError{Name: p.name, At: p.at, Problem: fault}
			}
		case partOfLink:
			value = percentEncode(value, "")
		case partOfMailto:
			value = percentEncode(value, "@")
		case inText:
		}
		return html.EscapeString(value), nil
	})
}

func (t Template) render(values Values, escape func(piece, string) (string, error)) (secret.Text, error) {
	var rendered strings.Builder
	for _, p := range t.pieces {
		if p.name == "" {
			rendered.WriteString(p.literal)
			continue
		}
		value, known := values.of(p.name)
		if !known || slices.Contains(builtIn, p.name) && strings.TrimSpace(value) == "" {
			return secret.Text{}, &RenderError{Name: p.name, At: p.at, Problem: noValue}
		}
		value, err := escape(p, value)
		if err != nil {
			return secret.Text{}, err
		}
		rendered.WriteString(value)
	}
	return secret.New(rendered.String()), nil
}

// end is the position of the last placeholder, for complaints about the whole.
func (t Template) end() Position {
	at := Position{Line: 1, Column: 1}
	for _, p := range t.pieces {
		if p.name != "" {
			at = p.at
		}
	}
	return at
}

// linkFault says why a value cannot be a link, or "".
func linkFault(value string) string {
	if value == "" {
		return ""
	}
	target, err := url.Parse(value)
	if err != nil || strings.ContainsFunc(value, diagnostic.Hostile) {
		return "begins a link, and its value is no URL"
	}
	switch target.Scheme {
	case "http", "https":
		if target.Host == "" {
			return "begins a link, and its value is no URL"
		}
		return ""
	case "mailto", "tel":
		return ""
	default:
		return "begins a link, and its value does not begin with https:, http:, mailto: or tel:"
	}
}

// percentEncode encodes what is neither unreserved in URLs (RFC 3986) nor kept.
func percentEncode(value, kept string) string {
	const hexadecimal = "0123456789ABCDEF"
	var encoded strings.Builder
	for i := range len(value) {
		c := value[i]
		if isLetter(c) || c >= '0' && c <= '9' || strings.IndexByte("-_.~"+kept, c) >= 0 {
			encoded.WriteByte(c)
			continue
		}
		encoded.WriteByte('%')
		encoded.WriteByte(hexadecimal[c>>4])
		encoded.WriteByte(hexadecimal[c&15])
	}
	return encoded.String()
}

// maxSubject is how many UTF-16 units of a subject Exchange keeps.
// Source: https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#message-limits.
const maxSubject = 255

// Subject renders a template as the subject of a mail: one line, without hostile
// characters, cut to what Exchange keeps. The error is a *RenderError.
func (t Template) Subject(values Values) (string, error) {
	rendered, err := t.Text(values)
	if err != nil {
		return "", err
	}
	return cut(strings.Join(strings.Fields(fold(rendered.Reveal(), "")), " ")), nil
}

func cut(subject string) string {
	units := utf16.Encode([]rune(subject))
	if len(units) <= maxSubject {
		return subject
	}
	shortened := string(utf16.Decode(units[:maxSubject-1]))
	// Half of a surrogate pair decodes to the replacement character.
	return strings.TrimSuffix(shortened, "\ufffd") + "…"
}
