package person

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// DomainRules say which e-mail domains may come into the tenant.
type DomainRules struct {
	allowed, denied []domainPattern
	restricted      bool // there is a list of allowed domains, perhaps an empty one
}

// domainPattern is a domain in A-labels, or every real subdomain of one.
type domainPattern struct {
	domain     string
	subdomains bool
}

// NewDomainRules reads lists of domains such as "example.com" and "*.example.com",
// which is any real subdomain and not example.com itself. allowed nil allows everybody,
// an empty list nobody; a denied domain is denied even if allowed. The error names the
// entry that is no domain.
func NewDomainRules(allowed, denied []string) (DomainRules, error) {
	rules := DomainRules{restricted: allowed != nil}
	var err error
	if rules.allowed, err = patterns(allowed); err != nil {
		return DomainRules{}, err
	}
	rules.denied, err = patterns(denied)
	return rules, err
}

func patterns(entries []string) ([]domainPattern, error) {
	parsed := make([]domainPattern, 0, len(entries))
	for _, entry := range entries {
		name, subdomains := strings.CutPrefix(entry, "*.")
		domain, fault := canonicalDomain(name)
		if fault != "" {
			return nil, fmt.Errorf("%s %s", diagnostic.Quote(entry), fault)
		}
		parsed = append(parsed, domainPattern{domain: domain, subdomains: subdomains})
	}
	return parsed, nil
}

func (p domainPattern) matches(domain string) bool {
	if p.subdomains {
		return strings.HasSuffix(domain, "."+p.domain)
	}
	return domain == p.domain
}

// Refuse returns why an address may not come in, or "". It completes "the address …".
func (r DomainRules) Refuse(address string) string {
	_, after, found := strings.Cut(address, "@")
	if !found {
		return "is no e-mail address"
	}
	domain, fault := canonicalDomain(after)
	if fault != "" {
		return "has a domain that " + fault
	}
	for _, pattern := range r.denied {
		if pattern.matches(domain) {
			return "is of a domain in denied_email_domains"
		}
	}
	if !r.restricted {
		return ""
	}
	for _, pattern := range r.allowed {
		if pattern.matches(domain) {
			return ""
		}
	}
	return "is of no domain in allowed_email_domains"
}

// canonicalDomain brings a domain into the form in which domains are compared: lower
// case, no trailing dot, A-labels. fault says why it is none.
func canonicalDomain(domain string) (canonical, fault string) {
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	for label := range strings.SplitSeq(domain, ".") {
		if decoded, err := idna.Punycode.ToUnicode(label); err == nil {
			label = decoded
		}
		if mixedScripts(label) {
			return "", "mixes scripts, as names do that are made to be mistaken for others"
		}
	}
	canonical, err := idna.Lookup.ToASCII(domain)
	if err != nil || domainFault(canonical) != "" {
		return "", "is no valid domain"
	}
	return canonical, ""
}

// together are the scripts one label may combine besides a single one.
// Source: Unicode Technical Standard 39, section 5.2, "Highly Restrictive".
var together = [][]string{
	{"Latin", "Han", "Hiragana", "Katakana"},
	{"Latin", "Han", "Bopomofo"},
	{"Latin", "Han", "Hangul"},
}

func mixedScripts(label string) bool {
	scripts := map[string]bool{}
	for _, r := range label {
		if script := scriptOf(r); script != "" {
			scripts[script] = true
		}
	}
	if len(scripts) < 2 {
		return false
	}
	for _, set := range together {
		rest := len(scripts)
		for _, script := range set {
			if scripts[script] {
				rest--
			}
		}
		if rest == 0 {
			return false
		}
	}
	return true
}

// scriptOf returns the script of a letter, or "" for what all scripts share.
func scriptOf(r rune) string {
	if r < unicode.MaxASCII {
		if unicode.IsLetter(r) {
			return "Latin"
		}
		return ""
	}
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
