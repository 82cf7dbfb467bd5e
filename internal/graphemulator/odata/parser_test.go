package odata

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCanonicalForm(t *testing.T) {
	t.Parallel()

	tests := map[string]string{
		"mail eq 'ada@fabrikam.example'":                                  "mail eq 'ada@fabrikam.example'",
		"  mail   EQ\t'x'  ":                                              "mail eq 'x'",
		"displayName eq 'O''Brien'":                                       "displayName eq 'O''Brien'",
		"displayName eq ''''":                                             "displayName eq ''''",
		"displayName eq ''":                                               "displayName eq ''",
		"mail eq null":                                                    "mail eq null",
		"accountEnabled eq true":                                          "accountEnabled eq true",
		"x eq -1.5e3":                                                     "x eq -1.5e3",
		"createdDateTime ge 2026-01-01T00:00:00Z":                         "createdDateTime ge 2026-01-01T00:00:00Z",
		"createdDateTime ge 2026-01-01T00:00:00.123+02:00":                "createdDateTime ge 2026-01-01T00:00:00.123+02:00",
		"createdDateTime le 2026-01-01T00:00Z":                            "createdDateTime le 2026-01-01T00:00Z",
		"createdDateTime le 2026-01-01":                                   "createdDateTime le 2026-01-01",
		"id eq 184efa21-98c3-4e5d-95ab-d07053a96e67":                      "id eq 184efa21-98c3-4e5d-95ab-d07053a96e67",
		"mail in ('a','b')":                                               "mail in ('a','b')",
		"mail IN( 'a' , 'b' )":                                            "mail in ('a','b')",
		"startsWith(displayName,'Ad')":                                    "startswith(displayName,'Ad')",
		"endswith( mail , '@x.example' )":                                 "endswith(mail,'@x.example')",
		"contains(displayName,'da')":                                      "contains(displayName,'da')",
		"employeeOrgData/division eq 'R'":                                 "employeeOrgData/division eq 'R'",
		"a eq 1 or b eq 2 and c eq 3":                                     "a eq 1 or b eq 2 and c eq 3",
		"(a eq 1 or b eq 2) and c eq 3":                                   "(a eq 1 or b eq 2) and c eq 3",
		"(a eq 1)or(b eq 2)":                                              "a eq 1 or b eq 2",
		"(a eq 1 or b eq 2) or c eq 3":                                    "a eq 1 or b eq 2 or c eq 3",
		"a eq 1 and (b eq 2 and c eq 3)":                                  "a eq 1 and b eq 2 and c eq 3",
		"((((a eq 1))))":                                                  "a eq 1",
		"NOT(companyName eq 'M')":                                         "not (companyName eq 'M')",
		"not startsWith(displayName,'C')":                                 "not startswith(displayName,'C')",
		"not (startsWith(displayName,'C'))":                               "not startswith(displayName,'C')",
		"not (a eq 1 or b eq 2)":                                          "not (a eq 1 or b eq 2)",
		"not(not(a eq 1))":                                                "not " + "not (a eq 1)",
		"not (a in (1,2))":                                                "not (a in (1,2))",
		"not a/any(x:x eq 'b') and c eq 1":                                "not a/any(x:x eq 'b') and c eq 1",
		"otherMails/any(x:x eq 'a')":                                      "otherMails/any(x:x eq 'a')",
		"otherMails/any( x : x eq 'a' or endswith(x, 'b'))":               "otherMails/any(x:x eq 'a' or endswith(x,'b'))",
		"otherMails/any(x:x in ('a','b'))":                                "otherMails/any(x:x in ('a','b'))",
		"otherMails/any()":                                                "otherMails/any()",
		"otherMails/all(x:startswith(x,'a'))":                             "otherMails/all(x:startswith(x,'a'))",
		"identities/any(c:c/issuerAssignedId eq 'j' and c/issuer eq 'k')": "identities/any(c:c/issuerAssignedId eq 'j' and c/issuer eq 'k')",
		"assignedLicenses/$count eq 0":                                    "assignedLicenses/$count eq 0",
		"any eq 'x'":                                                      "any eq 'x'",
	}

	for input, want := range tests {
		t.Run(input, func(t *testing.T) {
			t.Parallel()

			filter, err := Parse(input)
			if err != nil {
				t.Fatalf("Parse(%q): %v", input, err)
			}

			if got := filter.String(); got != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]int{
		"":                                  0,
		"mail":                              4,
		"mail eq":                           7,
		"mail eq ":                          8,
		"mail eq 'x":                        8,
		"mail eq x":                         8,
		"mail eq \"x\"":                     8,
		"mail eq 'x' y":                     12,
		"mail eq 'x' and":                   12,
		"mail eq 'x' and ":                  16,
		"mail eq 'x'or mail eq 'y'":         11,
		"mail is 'x'":                       5,
		"'x' eq mail":                       0,
		"(mail eq 'x'":                      12,
		"mail eq 'x')":                      11,
		"not mail eq 'x'":                   4,
		"not mail in ('x')":                 4,
		"mail in ()":                        9,
		"mail in ('x'":                      12,
		"mail in ('x',)":                    13,
		"mail in 'x'":                       8,
		"substringof('x',mail)":             0,
		"startswith(mail)":                  15,
		"startswith(mail,1)":                16,
		"startswith('x',mail)":              11,
		"startswith(mail,'x'":               19,
		"startswith(otherMails/any(x:x),1)": 26,
		"a/any(x:y eq 1)":                   8,
		"a/any(x:x/any(y:y eq 1))":          10,
		"a/any(x.y:x eq 1)":                 6,
		"a/any(x x eq 1)":                   8,
		"a/all()":                           6,
		"a/any(x:x eq 1":                    14,
		"$count eq 0":                       0,
		"a/$size eq 0":                      2,
		"a//b eq 0":                         2,
		"any(x:x eq 1)":                     0,
		"a eq 0x10":                         5,
		"a eq NaN":                          5,
		"a eq 1e999":                        5,
		"a ge 2026-01-01T00:00:00":          5,
		"a eq guid'x'":                      5,
	}

	for input, position := range tests {
		t.Run(input, func(t *testing.T) {
			t.Parallel()

			filter, err := Parse(input)

			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("Parse(%q) = %v, %v, want a *SyntaxError", input, filter, err)
			}

			if syntax.Position != position {
				t.Errorf("Position = %d (%v), want %d", syntax.Position, err, position)
			}
		})
	}
}

func TestParseIsBounded(t *testing.T) {
	t.Parallel()

	tests := map[string]string{
		"parentheses": strings.Repeat("(", maxDepth+1) + "a eq 1" + strings.Repeat(")", maxDepth+1),
		"negations":   strings.Repeat("not ", maxDepth+1) + "startswith(a,'b')",
		"length":      "a eq '" + strings.Repeat("x", MaxLength) + "'",
	}

	for name, input := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var syntax *SyntaxError
			if _, err := Parse(input); !errors.As(err, &syntax) {
				t.Fatalf("error = %v, want a *SyntaxError", err)
			}
		})
	}

	deepest := strings.Repeat("(", maxDepth) + "a eq 1" + strings.Repeat(")", maxDepth)
	if _, err := Parse(deepest); err != nil {
		t.Errorf("Parse at the limit: %v", err)
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()

	_, err := Parse("subject eq")

	code, message, ok := Refusal(err)
	if !ok || code != "BadRequest" || message != "Invalid filter clause: Syntax error at position 10 in 'subject eq'." {
		t.Errorf("Refusal(%v) = %q, %q, %t", err, code, message, ok)
	}

	if _, _, ok := Refusal(errors.ErrUnsupported); ok {
		t.Error("Refusal of a foreign error reports true")
	}
}

func TestParseSelect(t *testing.T) {
	t.Parallel()

	got, err := ParseSelect("id, displayName,employeeOrgData/division ,*")
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff([]string{"id", "displayName", "employeeOrgData/division", "*"}, got); diff != "" {
		t.Error(diff)
	}

	for _, input := range []string{"", "id,", ",id", "id displayName", "id;mail", "a/", "$count"} {
		var syntax *SyntaxError
		if _, err := ParseSelect(input); !errors.As(err, &syntax) {
			t.Errorf("ParseSelect(%q): error %v, want a *SyntaxError", input, err)
		}
	}
}

func TestParseOrderBy(t *testing.T) {
	t.Parallel()

	got, err := ParseOrderBy("displayName desc,userPrincipalName , createdDateTime ASC")
	if err != nil {
		t.Fatal(err)
	}

	want := []Order{{Property: "displayName", Descending: true}, {Property: "userPrincipalName"}, {Property: "createdDateTime"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	for _, input := range []string{"", "displayName down", "displayName desc asc", "displayName,", "'x'"} {
		var syntax *SyntaxError
		if _, err := ParseOrderBy(input); !errors.As(err, &syntax) {
			t.Errorf("ParseOrderBy(%q): error %v, want a *SyntaxError", input, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"mail eq 'O''Brien' or not (a in (1,2.5,null)) and startswith(b/c,'d')",
		"identities/any(c:c/issuerAssignedId eq 'j' and c/issuer eq 'k')",
		"not (not endswith(mail,'x')) or a/$count ne 0 or (b ge 2026-01-01T00:00:00Z or c eq true)",
		"((a eq 1 or b eq 2)) and otherMails/all(x:x ne 'y')",
	} {
		f.Add(seed)
	}

	object := map[string]any{
		"mail": "ada@fabrikam.example", "a": 1.0, "b": map[string]any{"c": "d"}, "otherMails": []any{"x", nil},
		"identities": []any{map[string]any{"issuer": "k", "issuerAssignedId": "j"}}, "c": true,
	}

	f.Fuzz(func(t *testing.T, input string) {
		filter, err := Parse(input)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Position < 0 || syntax.Position > len(input) {
				t.Fatalf("Parse(%q): %#v", input, err)
			}

			return
		}

		canonical := filter.String()
		if len(canonical) > MaxLength {
			return
		}

		again, err := Parse(canonical)
		if err != nil {
			t.Fatalf("Parse(%q) of %q: %v", canonical, input, err)
		}

		if got := again.String(); got != canonical {
			t.Fatalf("canonical form of %q is not stable: %q, then %q", input, canonical, got)
		}

		if diff := cmp.Diff(filter.Clauses(), again.Clauses()); diff != "" {
			t.Fatalf("clauses of %q differ: %s", input, diff)
		}

		matched, err := filter.Match(object)
		if again, errAgain := again.Match(object); matched != again || (err == nil) != (errAgain == nil) {
			t.Fatalf("Match of %q: %t, %v, then %t, %v", input, matched, err, again, errAgain)
		}

		_ = CheckUserFilter(filter, false)
	})
}

func FuzzQueryOptions(f *testing.F) {
	f.Add("id, employeeOrgData/division,*")
	f.Add("displayName desc,mail asc")
	f.Add(`"displayName:ada \\" b" AND "mail:a" OR "mail:b"`)

	f.Fuzz(func(t *testing.T, input string) {
		selected, errSelect := ParseSelect(input)
		orders, errOrder := ParseOrderBy(input)
		search, errSearch := ParseSearch(input)

		for _, err := range []error{errSelect, errOrder, errSearch} {
			var syntax *SyntaxError
			if err != nil && (!errors.As(err, &syntax) || syntax.Position > len(input)) {
				t.Fatalf("%q: %#v", input, err)
			}
		}

		if errSelect == nil && len(selected) == 0 || errOrder == nil && len(orders) == 0 ||
			errSearch == nil && len(search.Terms()) == 0 {
			t.Fatalf("%q is accepted and says nothing", input)
		}
	})
}
