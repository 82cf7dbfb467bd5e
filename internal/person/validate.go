package person

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/text/language"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// rule is a string validator made of a description and a check; the check returns what
// is wrong with the value, or "".
type rule struct {
	description string
	check       func(string) string
}

// Description describes the rule.
func (r rule) Description(context.Context) string { return r.description }

// MarkdownDescription describes the rule.
func (r rule) MarkdownDescription(context.Context) string { return r.description }

// ValidateString reports a value that breaks the rule.
func (r rule) ValidateString(_ context.Context, request validator.StringRequest, response *validator.StringResponse) {
	if !set(request.ConfigValue) {
		return
	}
	value := request.ConfigValue.ValueString()
	if fault := r.check(value); fault != "" {
		response.Diagnostics.AddAttributeError(request.Path, "Invalid value",
			fmt.Sprintf("%s %s: it %s.", request.Path, diagnostic.Quote(value), fault))
	}
}

// PlainText validates text of least to most characters that Graph stores as written:
// no control and no bidirectional formatting characters, no blanks around it.
func PlainText(least, most int) validator.String {
	return rule{
		description: fmt.Sprintf("%d to %d characters, without control or bidirectional formatting characters", least, most),
		check: func(value string) string {
			switch {
			case !utf8.ValidString(value):
				return "is no valid UTF-8"
			case length(value) < least:
				return "is empty, and Graph cannot clear it; leave the attribute out instead"
			case length(value) > most:
				return fmt.Sprintf("is longer than %d characters", most)
			case strings.TrimSpace(value) != value:
				return "begins or ends with a blank, which Graph removes"
			case strings.ContainsFunc(value, diagnostic.Hostile):
				return "contains a control, line break or bidirectional formatting character"
			default:
				return ""
			}
		},
	}
}

// length counts as Graph does, in UTF-16 code units.
func length(value string) int { return len(utf16.Encode([]rune(value))) }

// MessageText validates the text of a mail: like PlainText, but of more than one line.
func MessageText() validator.String {
	return rule{
		description: "text without control or bidirectional formatting characters other than line breaks and tabs",
		check: func(value string) string {
			switch {
			case strings.TrimSpace(value) == "":
				return "is empty; leave the attribute out instead"
			case !utf8.ValidString(value):
				return "is no valid UTF-8"
			case strings.ContainsFunc(value, func(r rune) bool {
				return diagnostic.Hostile(r) && r != '\n' && r != '\r' && r != '\t'
			}):
				return "contains a control or bidirectional formatting character"
			default:
				return ""
			}
		},
	}
}

// WebAddress validates an absolute http or https URL.
func WebAddress() validator.String {
	return rule{
		description: "an http or https URL",
		check: func(value string) string {
			target, err := url.Parse(value)
			if err != nil || (target.Scheme != "http" && target.Scheme != "https") || target.Hostname() == "" || target.User != nil {
				return "is no http or https URL"
			}
			if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || diagnostic.Hostile(r) }) {
				return "contains a blank or a control character"
			}
			return ""
		},
	}
}

// CountryCode validates two letters of ISO 3166-1.
func CountryCode() validator.String {
	return rule{
		description: "two letters of ISO 3166-1, in upper case",
		check: func(value string) string {
			if len(value) != 2 || value != strings.ToUpper(value) {
				return "is not two upper-case letters of ISO 3166-1"
			}
			region, err := language.ParseRegion(value)
			if err != nil || !region.IsCountry() || region.Canonicalize().String() != value {
				return "is no country of ISO 3166-1"
			}
			return ""
		},
	}
}

// LanguageTag validates a language tag of BCP 47, or "".
func LanguageTag() validator.String {
	return rule{
		description: "a language tag of BCP 47 such as de-DE",
		check: func(value string) string {
			if value == "" {
				return ""
			}
			if _, err := language.Parse(value); err != nil {
				return "is no language tag such as de or de-DE"
			}
			return ""
		},
	}
}

// Timestamp validates a time of RFC 3339, or "".
func Timestamp() validator.String {
	return rule{
		description: "a time of RFC 3339 such as 2027-01-31T00:00:00Z",
		check: func(value string) string {
			if value == "" {
				return ""
			}
			if _, err := time.Parse(time.RFC3339, value); err != nil {
				return "is no time of RFC 3339 such as 2027-01-31T00:00:00Z"
			}
			return ""
		},
	}
}

// Address validates an e-mail address that Graph accepts for an invitation.
func Address() validator.String {
	return rule{description: "an e-mail address", check: addressFault}
}

// Contact validates an e-mail address, or "".
func Contact() validator.String {
	return rule{
		description: "an e-mail address",
		check: func(value string) string {
			if value == "" {
				return ""
			}
			return addressFault(value)
		},
	}
}

// forbidden are the characters Graph refuses anywhere in an invited address.
// Source: https://learn.microsoft.com/graph/api/resources/invitation#properties.
const forbidden = "~!#$%^&*()+=[]{}\\/|;:\"<>?,"

const (
	maxAddress = 254 // RFC 5321, section 4.5.3.1
	maxLocal   = 64
	maxDomain  = 253
	maxLabel   = 63
)

func addressFault(address string) string {
	local, domain, found := strings.Cut(address, "@")
	switch {
	case address == "":
		return "is empty"
	case !utf8.ValidString(address):
		return "is no valid UTF-8"
	case strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || diagnostic.Hostile(r) }):
		return "contains a blank or a control character"
	case !found || local == "" || domain == "":
		return "is no e-mail address"
	case strings.Contains(domain, "@"):
		return "contains more than one @"
	case strings.Contains(local, "+"):
		return "contains a plus sign, which Microsoft Graph refuses in invitations; use the address without the tag"
	case strings.ContainsAny(address, forbidden):
		return "contains a character that Microsoft Graph refuses in invitations: one of " + forbidden
	case len(address) > maxAddress, len(local) > maxLocal:
		return "is too long: at most 64 characters before the @ and 254 in all"
	case strings.Trim(local, ".-") != local:
		return "has a dot or hyphen at the start or end of the part before the @"
	case strings.Contains(local, ".."):
		return "contains two dots in a row"
	default:
		return domainFault(domain)
	}
}

func domainFault(domain string) string {
	labels := strings.Split(domain, ".")
	if len(domain) > maxDomain || len(labels) < 2 {
		return "has no valid domain after the @"
	}
	for _, label := range labels {
		if label == "" || len(label) > maxLabel || strings.Trim(label, "-") != label {
			return "has no valid domain after the @"
		}
		for _, r := range label {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
				return "has no valid domain after the @"
			}
		}
	}
	return ""
}
