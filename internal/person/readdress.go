package person

import (
	"slices"
	"strings"
)

// Readdress returns the other mails after a change of address: without the old one, unless the
// configuration has it, and with the new one, unless that is "".
func Readdress(addresses []string, from, to string, configured []string) []string {
	same := func(a string) func(string) bool { return func(b string) bool { return strings.EqualFold(a, b) } }
	rest := []string{}
	for _, address := range addresses {
		if strings.EqualFold(address, from) && !slices.ContainsFunc(configured, same(from)) {
			continue
		}
		rest = append(rest, address)
	}
	if to != "" && !slices.ContainsFunc(rest, same(to)) {
		rest = append(rest, to)
	}
	slices.Sort(rest)
	return rest
}

// SameAddresses reports whether two lists hold the same addresses, in any order and case.
func SameAddresses(a, b []string) bool { return sameFold(a, b) }
