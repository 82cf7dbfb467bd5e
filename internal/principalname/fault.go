package principalname

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// Part is the part of a person's name that an error is about.
type Part string

// The parts of a name.
const (
	GivenName Part = "given name"
	Surname   Part = "surname"
)

// Unwritable says that a name has a character with no Latin writing.
type Unwritable struct {
	Part Part
	Name string
	Rune rune
}

func (e *Unwritable) Error() string {
	reason := fmt.Sprintf("the character %s (U+%04X%s) has no writing in the letters a to z; give the name in plain Latin letters, or write out the whole user principal name",
		diagnostic.Quote(string(e.Rune)), e.Rune, scriptNote(e.Rune))
	if e.Rune == unicode.ReplacementChar {
		reason = "a character of it is damaged, as by reading a file in the wrong encoding; save the file as UTF-8"
	}
	return fmt.Sprintf("no user name can be made from the %s %s: %s", e.Part, diagnostic.Quote(e.Name), reason)
}

func scriptNote(r rune) string {
	if name := scriptOf(r); name != "" {
		return ", " + strings.ReplaceAll(name, "_", " ")
	}
	return ""
}

// NothingLeft says that the names have no letter and no digit.
type NothingLeft struct{ GivenName, Surname string }

func (e *NothingLeft) Error() string {
	return fmt.Sprintf("no user name can be made from the given name %s and the surname %s: neither has a letter or a digit",
		diagnostic.Quote(e.GivenName), diagnostic.Quote(e.Surname))
}

// The options of a rule, as the practitioner writes them.
const (
	OptionPrefix          = "prefix"
	OptionSuffix          = "suffix"
	OptionTransliteration = "transliteration"
)

// InvalidRule says that an option of the rule itself is wrong.
type InvalidRule struct{ Option, Value, Fault string }

func (e *InvalidRule) Error() string {
	return fmt.Sprintf("the %s %s of the naming rule %s", e.Option, diagnostic.Quote(e.Value), e.Fault)
}

// Invalid says that a user principal name breaks a rule of Microsoft Entra.
type Invalid struct{ Name, Fault string }

func (e *Invalid) Error() string {
	return fmt.Sprintf("%s is no user principal name: it %s", diagnostic.Quote(e.Name), e.Fault)
}

// InvalidAddress says that no guest can be invited by an address.
type InvalidAddress struct{ Address, Fault string }

func (e *InvalidAddress) Error() string {
	return fmt.Sprintf("%s is no address a guest can be invited by: it %s", diagnostic.Quote(e.Address), e.Fault)
}

// InvalidDomain says that text is no domain of a tenant.
type InvalidDomain struct{ Domain, Fault string }

func (e *InvalidDomain) Error() string {
	return fmt.Sprintf("%s is no domain of a user principal name: it %s", diagnostic.Quote(e.Domain), e.Fault)
}

func quotedList(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = diagnostic.Quote(value)
	}
	return strings.Join(quoted, ", ")
}
