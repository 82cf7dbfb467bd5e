// Package principalname makes user principal names: by rule from a person's name, and
// the one Entra makes for an invited guest. Everything in it is pure and offline.
package principalname

import (
	"strconv"
	"strings"
)

// Limits of a user principal name, in characters.
// Source: https://learn.microsoft.com/troubleshoot/microsoft-365/admin/miscellaneous/username-contains-special-character.
const (
	MaxLocal  = 64
	MaxDomain = 48
	MaxName   = MaxLocal + 1 + MaxDomain
)

// MaxAffix is how long a prefix or suffix may be: of the 64 characters before the @, at
// least 24 stay for the person.
const MaxAffix = 20

// Rule is how an organisation names its accounts: prefix, name, suffix.
type Rule struct {
	// Prefix and Suffix are written as they are, in the case they have.
	Prefix, Suffix string
	// Transliteration is one of Transliterations.
	Transliteration string
}

// Local returns the part before the @ for a person: prefix, given name, a dot, surname,
// suffix. One of the names may be empty; then there is no dot between them.
//
// Names are written in lower case with the letters a to z, digits, dots and hyphens.
// Accents are folded, other scripts written in Latin letters. Apostrophes, quotation
// marks and invisible characters are left out. Blanks, punctuation and symbols inside a
// name become one hyphen, but dots stay dots; at the ends they are dropped.
//
// Longer names are cut so that 64 characters remain with prefix and suffix: at the end
// of a name where that leaves at least half of the room, else at a character.
//
// Errors are *InvalidRule, *Unwritable and *NothingLeft.
func (r Rule) Local(givenName, surname string) (string, error) {
	language, err := r.check()
	if err != nil {
		return "", err
	}
	var names []string
	for _, part := range []struct {
		name Part
		text string
	}{{GivenName, givenName}, {Surname, surname}} {
		written, bad, ok := latin(part.text, language)
		if !ok {
			return "", &Unwritable{Part: part.name, Name: part.text, Rune: bad}
		}
		if written != "" {
			names = append(names, written)
		}
	}
	if len(names) == 0 {
		return "", &NothingLeft{GivenName: givenName, Surname: surname}
	}
	body := strings.Join(names, ".")
	return r.Prefix + cut(body, MaxLocal-len(r.Prefix)-len(r.Suffix)) + r.Suffix, nil
}

// check returns the letters that the transliteration writes in its own way, or an
// *InvalidRule.
func (r Rule) check() (map[rune]string, error) {
	for _, affix := range []struct {
		option, value string
		outer         bool
	}{
		{OptionPrefix, r.Prefix, strings.HasPrefix(r.Prefix, ".")},
		{OptionSuffix, r.Suffix, strings.HasSuffix(r.Suffix, ".")},
	} {
		fault := affixFault(affix.value)
		if fault == "" && affix.outer {
			fault = "puts a dot at the start or end of the user name, which Microsoft Entra refuses"
		}
		if fault != "" {
			return nil, &InvalidRule{Option: affix.option, Value: affix.value, Fault: fault}
		}
	}
	language, ok := languages[r.Transliteration]
	if !ok {
		return nil, &InvalidRule{
			Option: OptionTransliteration, Value: r.Transliteration,
			Fault: "is not one of " + quotedList(Transliterations()),
		}
	}
	return language, nil
}

// Numbered returns a local part for the n-th person of a name: name2, name3, … The
// number comes last, after the suffix of the rule. Where that makes more than 64
// characters the name is cut, never prefix, suffix or number. For n below 2 it is the
// local part itself.
func (r Rule) Numbered(local string, n int) string {
	if n < 2 {
		return local
	}
	number := strconv.Itoa(n)
	if len(local)+len(number) <= MaxLocal {
		return local + number
	}
	prefix, body, suffix := r.split(local)
	return prefix + cut(body, MaxLocal-len(prefix)-len(suffix)-len(number)) + suffix + number
}

// split takes prefix and suffix off a local part. What was not made by the rule is all
// body.
func (r Rule) split(local string) (prefix, body, suffix string) {
	if len(local) <= len(r.Prefix)+len(r.Suffix) || !strings.HasPrefix(local, r.Prefix) || !strings.HasSuffix(local, r.Suffix) {
		return "", local, ""
	}
	return r.Prefix, local[len(r.Prefix) : len(local)-len(r.Suffix)], r.Suffix
}

// Reserved reports whether a local part reads like an office rather than a person, as it
// is or without the prefix and suffix of the rule. Case is no difference.
func (r Rule) Reserved(local string) bool {
	bare := strings.ToLower(local)
	for _, name := range []string{
		bare,
		strings.TrimPrefix(bare, strings.ToLower(r.Prefix)),
		strings.TrimSuffix(bare, strings.ToLower(r.Suffix)),
		strings.TrimSuffix(strings.TrimPrefix(bare, strings.ToLower(r.Prefix)), strings.ToLower(r.Suffix)),
	} {
		if reserved[name] {
			return true
		}
	}
	return false
}

// cut shortens a written name, which is ASCII, to at most room characters.
func cut(name string, room int) string {
	if len(name) <= room {
		return name
	}
	head := name[:room]
	if strings.ContainsRune(separators, rune(name[room])) {
		return head
	}
	if end := strings.LastIndexAny(head, separators); end >= room/2 {
		return head[:end]
	}
	return head
}
