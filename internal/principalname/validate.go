package principalname

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// externalMark is in the names that Entra makes for invited people.
const externalMark = "#EXT#"

// localSymbols are the characters a user name may have besides letters and digits of
// ASCII. Source: https://learn.microsoft.com/graph/api/resources/user#properties.
const localSymbols = "'.-_!#^~"

// Validate checks a user principal name that is written out, for an account of the
// tenant's own. Its error is an *Invalid.
// Source: https://learn.microsoft.com/graph/api/user-post-users.
func Validate(upn string) error {
	if fault := nameFault(upn); fault != "" {
		return &Invalid{Name: upn, Fault: fault}
	}
	return nil
}

// nameFault says what is wrong with a user principal name, or "".
func nameFault(upn string) string {
	local, domain, found := strings.Cut(upn, "@")
	switch {
	case upn == "":
		return "is empty"
	case !found:
		return "has no @"
	case strings.Contains(domain, "@"):
		return "has more than one @"
	case local == "":
		return "has nothing before the @"
	case oddity(local, localSymbols) != "":
		return "has " + oddity(local, localSymbols) + " before the @, where only A-Z a-z 0-9 ' . - _ ! # ^ ~ are allowed"
	case len(local) > MaxLocal:
		return fmt.Sprintf("has %d characters before the @, and %d are allowed", len(local), MaxLocal)
	case strings.Trim(local, ".") != local:
		return "has a dot at the start or end of the part before the @"
	case strings.Contains(strings.ToUpper(local), externalMark):
		return "contains " + externalMark + ", which marks invited people; an account of the tenant's own cannot have it"
	}
	if fault := domainFault(domain); fault != "" {
		return "has a domain that " + fault
	}
	return ""
}

// domainFault says what is wrong with the domain of a user principal name, or "".
func domainFault(domain string) string {
	if fault := hostFault(domain); fault != "" {
		return fault
	}
	if len(domain) > MaxDomain {
		return fmt.Sprintf("has %d characters, and %d are allowed", len(domain), MaxDomain)
	}
	return ""
}

// maxLabel is how long a part of a domain may be: RFC 1035, section 2.3.4.
const maxLabel = 63

// hostFault says why text cannot be a domain of the DNS, or "".
func hostFault(domain string) string {
	labels := strings.Split(domain, ".")
	switch {
	case domain == "":
		return "is empty"
	case oddity(domain, ".-") != "":
		return "has " + oddity(domain, ".-") + ", where only A-Z a-z 0-9 . - are allowed"
	case len(labels) < 2:
		return "is a single word, without a dot"
	}
	for _, label := range labels {
		switch {
		case label == "":
			return "has a dot at its start or end, or two in a row"
		case strings.Trim(label, "-") != label:
			return "has a hyphen at the start or end of a part"
		case len(label) > maxLabel:
			return fmt.Sprintf("has a part of more than %d characters", maxLabel)
		}
	}
	return ""
}

// affixFault says what is wrong with a prefix or suffix, or "". An empty one is none.
func affixFault(affix string) string {
	switch {
	case oddity(affix, localSymbols) != "":
		return "has " + oddity(affix, localSymbols) + ", and only A-Z a-z 0-9 ' . - _ ! # ^ ~ are allowed"
	case len(affix) > MaxAffix:
		return fmt.Sprintf("has %d characters, and %d are allowed", len(affix), MaxAffix)
	case strings.Contains(strings.ToUpper(affix), externalMark):
		return "contains " + externalMark + ", which marks invited people"
	default:
		return ""
	}
}

// oddity names the first character that is neither a letter or digit of ASCII nor one
// of symbols; "" when there is none.
func oddity(text, symbols string) string {
	for _, r := range text {
		if asciiAlphanumeric(r) < 0 && !strings.ContainsRune(symbols, r) {
			if r == ' ' {
				return "a blank"
			}
			return "the character " + diagnostic.Quote(string(r))
		}
	}
	return ""
}

// check is a string validator made of a description and what finds a fault.
type check struct {
	description string
	fault       func(string) string
}

// Description describes the check.
func (c check) Description(context.Context) string { return c.description }

// MarkdownDescription describes the check.
func (c check) MarkdownDescription(context.Context) string { return c.description }

// ValidateString reports a value with a fault.
func (c check) ValidateString(_ context.Context, request validator.StringRequest, response *validator.StringResponse) {
	if request.ConfigValue.IsNull() || request.ConfigValue.IsUnknown() {
		return
	}
	value := request.ConfigValue.ValueString()
	if fault := c.fault(value); fault != "" {
		response.Diagnostics.AddAttributeError(request.Path, "Invalid value",
			fmt.Sprintf("%s %s: it %s.", request.Path, diagnostic.Quote(value), fault))
	}
}

// Validator validates a user principal name that is written out, as Validate does.
func Validator() validator.String {
	return check{description: "a user principal name such as jan.novak@contoso.com", fault: nameFault}
}

// DomainValidator validates the domain of a user principal name.
func DomainValidator() validator.String {
	return check{description: "a domain such as contoso.com", fault: domainFault}
}

// AffixValidator validates a prefix or suffix of user names; "" is none.
func AffixValidator() validator.String {
	return check{
		description: fmt.Sprintf("at most %d characters of A-Z a-z 0-9 ' . - _ ! # ^ ~", MaxAffix),
		fault:       affixFault,
	}
}
