package mail

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

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
	if request.ConfigValue.IsNull() || request.ConfigValue.IsUnknown() {
		return
	}
	value := request.ConfigValue.ValueString()
	if fault := r.check(value); fault != "" {
		response.Diagnostics.AddAttributeError(request.Path, "Invalid value",
			fmt.Sprintf("%s %s: it %s.", request.Path, diagnostic.Quote(short(value)), fault))
	}
}

// short keeps a long value from filling the screen.
func short(value string) string {
	const shown = 80
	if runes := []rune(value); len(runes) > shown {
		return string(runes[:shown]) + "…"
	}
	return value
}

func senderFault(value string) string {
	if uuid.Validate(value) == nil && len(value) == len(uuid.Nil.String()) {
		return ""
	}
	if addressFault(value) != "" {
		return "is no object id and no user principal name"
	}
	return ""
}

func bodyFault(value string) string {
	switch {
	case strings.TrimSpace(value) == "":
		return "is empty"
	case len(value) > maxBody:
		return fmt.Sprintf("has more than %d bytes", maxBody)
	case !utf8.ValidString(value):
		return "is no valid UTF-8"
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\r\n\t", r) }):
		return "contains a control character"
	default:
		return ""
	}
}

// addressFault says why a text is no address that mail can be sent to, or "".
func addressFault(address string) string {
	local, domain, found := strings.Cut(address, "@")
	switch {
	case !utf8.ValidString(address):
		return "is no valid UTF-8"
	case !found, local == "", domain == "", strings.Contains(domain, "@"):
		return "is no e-mail address"
	case len(address) > maxAddress || len(local) > maxLocal:
		return fmt.Sprintf("is too long: at most %d characters before the @ and %d in all", maxLocal, maxAddress)
	case strings.ContainsFunc(address, func(r rune) bool {
		return unicode.IsSpace(r) || diagnostic.Hostile(r) || strings.ContainsRune(forbidden, r)
	}):
		return "contains a blank, a control character or one of " + forbidden
	case strings.Trim(local, ".") != local, strings.Contains(local, ".."):
		return "has a dot where none may be"
	default:
		return ""
	}
}

const (
	maxAddress = 254 // RFC 5321, section 4.5.3.1
	maxLocal   = 64
	// forbidden are the characters that would make an address more than one, or need quotes.
	forbidden = `()<>[]{}\",:;|`
)
