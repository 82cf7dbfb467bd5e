package odata

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClauses(t *testing.T) {
	t.Parallel()

	str, null := KindString, KindNull
	tests := map[string][]Clause{
		"mail eq 'äöü'": {{Property: "mail", Operator: "eq", Values: 1, Literals: []LiteralKind{str}, LongestValue: 3}},
		"not (mail in ('a','bb',null))": {{
			Property: "mail", Operator: "in", Values: 3, Literals: []LiteralKind{str, str, null}, Negated: true, LongestValue: 2,
		}},
		"not (otherMails/any(x:endswith(x,'b'))) and a eq true": {
			{
				Property: "otherMails", Operator: "any-endswith", Values: 1, Literals: []LiteralKind{str},
				Lambda: true, Negated: true, LongestValue: 1,
			},
			{Property: "a", Operator: "eq", Values: 1, Literals: []LiteralKind{KindBoolean}},
		},
		"a/any(x:x/b eq 1) or a/all(x:x eq 2)": {
			{Property: "a/b", Operator: "any-eq", Values: 1, Literals: []LiteralKind{KindNumber}, Lambda: true},
			{Property: "a", Operator: "all-eq", Values: 1, Literals: []LiteralKind{KindNumber}, Lambda: true},
		},
		"a/any() and b/$count eq 0": {
			{Property: "a", Operator: "any", Lambda: true},
			{Property: "b", Operator: "count-eq", Values: 1, Literals: []LiteralKind{KindNumber}},
		},
	}

	for input, want := range tests {
		filter, err := Parse(input)
		if err != nil {
			t.Fatal(err)
		}

		if diff := cmp.Diff(want, filter.Clauses()); diff != "" {
			t.Errorf("Clauses of %q: %s", input, diff)
		}
	}
}

func TestOrClauses(t *testing.T) {
	t.Parallel()

	tests := map[string]int{
		"a eq 1":                         0,
		"a in (1,2,3)":                   0,
		"a eq 1 or b eq 2":               2,
		"(a eq 1 or b eq 2) or (c eq 3)": 3,
		"(a eq 1 or b eq 2) and (c eq 3 or d eq 4)":   2,
		"a eq 1 or b in (1,2,3)":                      4,
		"a eq 1 or b eq 2 and (c eq 1 or c eq 2)":     2,
		"a/any(x:x eq 1 or x eq 2 or x eq 3)":         3,
		"not (a eq 1 or b eq 2) or c eq 3 or c eq 4":  3,
		"(((a eq 1 or b eq 2) or c eq 3)) or d eq 4 ": 4,
	}

	for input, want := range tests {
		filter, err := Parse(input)
		if err != nil {
			t.Fatal(err)
		}

		if got := filter.OrClauses(); got != want {
			t.Errorf("OrClauses of %q = %d, want %d", input, got, want)
		}
	}
}

// Outcomes of a check without and with the advanced query parameters.
const (
	always  = "always"
	needsIt = "advanced"
	never   = "never"
)

func TestCheckFilter(t *testing.T) {
	t.Parallel()

	long := strings.Repeat("x", MaxEqualLength)
	tests := []struct {
		check   func(*Filter, bool) error
		filter  string
		outcome string
	}{
		{CheckUserFilter, "mail eq 'a'", always},
		{CheckUserFilter, "mail eq 'a' or proxyAddresses/any(x:x eq 'SMTP:a') or otherMails/any(x:x eq 'a')", always},
		{CheckUserFilter, "mail in ('a','b')", always},
		{CheckUserFilter, "id in ('a','b')", always},
		{CheckUserFilter, "otherMails/any(x:x in ('a','b'))", always},
		{CheckUserFilter, "proxyAddresses/any(x:x in ('a','b'))", never},
		{CheckUserFilter, "proxyAddresses/any(x:startswith(x,'smtp:a'))", always},
		{CheckUserFilter, "proxyAddresses/any(x:endswith(x,'a'))", needsIt},
		{CheckUserFilter, "otherMails eq 'a'", never},
		{CheckUserFilter, "mail/any(x:x eq 'a')", never},
		{CheckUserFilter, "otherMails/any(x:x ne 'a')", never},
		{CheckUserFilter, "not otherMails/any(x:x eq 'a')", needsIt},
		{CheckUserFilter, "otherMails/all(x:x eq 'a')", never},
		{CheckUserFilter, "otherMails/$count eq 0", needsIt},
		{CheckUserFilter, "otherMails/$count ne 0", needsIt},
		{CheckUserFilter, "otherMails/$count eq 1", never},
		{CheckUserFilter, "otherMails/$count gt 0", never},
		{CheckUserFilter, "mail/$count eq 0", never},
		{CheckUserFilter, "mail ne 'a'", needsIt},
		{CheckUserFilter, "not (mail eq 'a')", needsIt},
		{CheckUserFilter, "mail eq null", needsIt},
		{CheckUserFilter, "mail ne null", needsIt},
		{CheckUserFilter, "userPrincipalName eq null", never},
		{CheckUserFilter, "startswith(mail,'a')", always},
		{CheckUserFilter, "endswith(mail,'a')", needsIt},
		{CheckUserFilter, "endswith(displayName,'a')", never},
		{CheckUserFilter, "contains(displayName,'a')", never},
		{CheckUserFilter, "displayName gt 'a'", never},
		{CheckUserFilter, "displayName ge 'a'", needsIt},
		{CheckUserFilter, "companyName eq 'a'", needsIt},
		{CheckUserFilter, "startswith(employeeId,'a')", needsIt},
		{CheckUserFilter, "accountEnabled eq true", always},
		{CheckUserFilter, "accountEnabled ne true", needsIt},
		{CheckUserFilter, "accountEnabled eq 'true'", never},
		{CheckUserFilter, "userType eq 'Guest' and externalUserState eq 'PendingAcceptance'", always},
		{CheckUserFilter, "externalUserStateChangeDateTime ge 2026-01-01T00:00:00Z", never},
		{CheckUserFilter, "createdDateTime ge 2026-01-01T00:00:00Z", always},
		{CheckUserFilter, "createdDateTime ge '2026-01-01T00:00:00Z'", never},
		{CheckUserFilter, "employeeLeaveDateTime le 2026-01-01T00:00:00Z", needsIt},
		{CheckUserFilter, "id eq 6eff1c30-9e86-4c22-8c0d-8c7c0c2f5a11", never},
		{CheckUserFilter, "assignedLicenses/any(x:x/skuId eq 6eff1c30-9e86-4c22-8c0d-8c7c0c2f5a11)", always},
		{CheckUserFilter, "onPremisesExtensionAttributes/extensionAttribute15 eq 'a'", needsIt},
		{CheckUserFilter, "onPremisesExtensionAttributes/extensionAttribute16 eq 'a'", never},
		{CheckUserFilter, "extension_0123_source eq 'a'", always},
		{CheckUserFilter, "signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z", always},
		{CheckUserFilter, "signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z and userType eq 'Guest'", never},
		{CheckUserFilter, "signInNames/any(x:x eq 'a')", never},
		{CheckUserFilter, "identities/any(c:c/issuerAssignedId eq 'a' and c/issuer eq 'b')", always},
		{CheckUserFilter, "identities/any(c:c/issuer eq 'b')", never},
		{CheckUserFilter, "identities/any(c:c/issuerAssignedId eq 'a')", never},
		{CheckUserFilter, "identities/any(c:c/issuerAssignedId eq 'a' or c/issuer eq 'b')", never},
		{CheckUserFilter, "identities/any(c:c/issuer eq 'a' and c/issuer eq 'b')", never},
		{CheckUserFilter, "mail in (" + repeated("'a'", 15, ",") + ")", always},
		{CheckUserFilter, "mail in (" + repeated("'a'", 16, ",") + ")", never},
		{CheckUserFilter, repeated("mail eq 'a'", 15, " or "), always},
		{CheckUserFilter, repeated("mail eq 'a'", 16, " or "), never},
		{CheckUserFilter, repeated("mail in ('a','b')", 8, " or "), never},
		{CheckUserFilter, "mail eq '" + long + "'", always},
		{CheckUserFilter, "mail eq '" + long + "x'", never},
		{CheckUserFilter, "otherMails/any(x:x eq '" + long + "x')", never},

		{CheckGroupFilter, "displayName eq 'a'", always},
		{CheckGroupFilter, "groupTypes/any(x:x eq 'Unified')", always},
		{CheckGroupFilter, "not groupTypes/any(x:x eq 'Unified')", needsIt},
		{CheckGroupFilter, "description eq 'a'", needsIt},
		{CheckGroupFilter, "isAssignableToRole eq true", always},
		{CheckGroupFilter, "userType eq 'Guest'", never},

		{CheckMemberFilter, "id eq 'a'", always},
		{CheckMemberFilter, "id eq 'a' or id eq 'b'", always},
		{CheckMemberFilter, "id in ('a','b')", needsIt},
		{CheckMemberFilter, "not (id eq 'a')", needsIt},
		{CheckMemberFilter, "mail eq 'a'", needsIt},
		{CheckMemberFilter, "securityEnabled eq true", needsIt},
		{CheckMemberFilter, "nothing eq 'a'", never},
	}

	for _, test := range tests {
		t.Run(test.filter, func(t *testing.T) {
			t.Parallel()

			filter, err := Parse(test.filter)
			if err != nil {
				t.Fatal(err)
			}

			outcome := fmt.Sprintf("%t/%t", test.check(filter, false) == nil, test.check(filter, true) == nil)
			want := map[string]string{always: "true/true", needsIt: "false/true", never: "false/false"}[test.outcome]

			if outcome != want {
				t.Errorf("allowed by default and advanced: %s, want %s (%v; %v)",
					outcome, want, test.check(filter, false), test.check(filter, true))
			}
		})
	}
}

func TestCheckMessages(t *testing.T) {
	t.Parallel()

	const parametersMissing = "Operator '%s' is not supported because the required parameters might be missing. " +
		"Try adding $count=true query parameter and ConsistencyLevel:eventual header. " +
		"Refer to https://aka.ms/graph-docs/advanced-queries for more information"

	tests := map[string]struct{ code, message string }{
		"endsWith(mail,'a')":     {CodeUnsupportedQuery, fmt.Sprintf(parametersMissing, "endsWith")},
		"mail ne 'a'":            {CodeUnsupportedQuery, fmt.Sprintf(parametersMissing, "ne")},
		"not (mail eq 'a')":      {CodeUnsupportedQuery, fmt.Sprintf(parametersMissing, "not")},
		"otherMails/$count eq 0": {CodeUnsupportedQuery, fmt.Sprintf(parametersMissing, "$count")},
		"companyName eq 'a'": {
			CodeUnsupportedQuery,
			"Unsupported or invalid query filter clause specified for property 'companyName' of resource 'User'.",
		},
		"contains(mail,'a')":               {CodeUnsupportedQuery, "Operator: 'Contains' is not supported."},
		"otherMails/any(x:contains(x,''))": {CodeUnsupportedQuery, "Operator: 'Contains' is not supported."},
		"otherMails/all(x:contains(x,''))": {CodeUnsupportedQuery, "Operator: 'All' is not supported."},
		"createdDateTime gt 2026-01-01":    {CodeUnsupportedQuery, "Operator: 'GreaterThan' is not supported."},
		"accountEnabled eq 'true'": {
			CodeBadRequest,
			"Invalid filter clause: A binary operator with incompatible types was detected. " +
				"Found operand types 'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'.",
		},
		repeated("mail eq 'a'", 18, " or "): {
			CodeUnsupportedQuery,
			"Too many child clauses specified in search filter expression containing 'OR' operators: 18. Max allowed: 15.",
		},
	}

	for input, want := range tests {
		filter, err := Parse(input)
		if err != nil {
			t.Fatal(err)
		}

		code, message, ok := Refusal(CheckUserFilter(filter, false))
		if !ok || code != want.code || message != want.message {
			t.Errorf("%q is refused with %q %q, want %q %q", input, code, message, want.code, want.message)
		}
	}
}

func TestCheckOrderByAndSearch(t *testing.T) {
	t.Parallel()

	orders := func(property string) []Order { return []Order{{Property: property}} }
	search := func(text string) *Search {
		parsed, err := ParseSearch(text)
		if err != nil {
			t.Fatal(err)
		}

		return parsed
	}

	tests := map[string]struct {
		err     error
		allowed bool
	}{
		"default":                      {CheckUserOrderBy(orders("displayName"), false, false), true},
		"with filter":                  {CheckUserOrderBy(orders("displayName"), true, false), false},
		"with filter, advanced":        {CheckUserOrderBy(orders("displayName"), true, true), true},
		"advanced only":                {CheckUserOrderBy(orders("createdDateTime"), false, false), false},
		"advanced only, advanced":      {CheckUserOrderBy(orders("createdDateTime"), false, true), true},
		"not sortable":                 {CheckUserOrderBy(orders("mail"), false, true), false},
		"group":                        {CheckGroupOrderBy(orders("displayName"), false, false), true},
		"group, not sortable":          {CheckGroupOrderBy(orders("userPrincipalName"), false, true), false},
		"search":                       {CheckUserSearch(search(`"displayName:a"`), true), true},
		"search without header":        {CheckUserSearch(search(`"displayName:a"`), false), false},
		"search in what is not a text": {CheckUserSearch(search(`"accountEnabled:a"`), true), false},
		"search groups":                {CheckGroupSearch(search(`"description:a"`), true), true},
	}

	for name, test := range tests {
		var unsupported *UnsupportedError
		if refused := errors.As(test.err, &unsupported); refused == test.allowed {
			t.Errorf("%s: %v, want allowed = %t", name, test.err, test.allowed)
		}
	}
}

func repeated(text string, count int, separator string) string {
	return strings.TrimSuffix(strings.Repeat(text+separator, count), separator)
}
