package odata

import (
	"encoding/json"
	"errors"
	"testing"
)

const adaJSON = `{
	"id": "6eff1c30-9e86-4c22-8c0d-8c7c0c2f5a11",
	"displayName": "Ada Lovelace",
	"mail": "Ada@Fabrikam.example",
	"jobTitle": null,
	"accountEnabled": true,
	"createdDateTime": "2026-03-01T12:00:00Z",
	"otherMails": ["ada@fabrikam.example", "lovelace@analytical.example"],
	"businessPhones": [],
	"rank": 7,
	"employeeOrgData": {"division": "Engines", "costCenter": null},
	"identities": [
		{"signInType": "federated", "issuer": "mail", "issuerAssignedId": "ada@fabrikam.example"},
		{"signInType": "userPrincipalName", "issuer": "contoso.example", "issuerAssignedId": "other"}
	]
}`

func ada(t *testing.T) map[string]any {
	t.Helper()

	var object map[string]any
	if err := json.Unmarshal([]byte(adaJSON), &object); err != nil {
		t.Fatal(err)
	}

	return object
}

func TestMatch(t *testing.T) {
	t.Parallel()

	tests := map[string]bool{
		"mail eq 'ada@fabrikam.EXAMPLE'":                       true,
		"mail ne 'ada@fabrikam.example'":                       false,
		"mail eq 'ada'":                                        false,
		"mail eq null":                                         false,
		"mail ne null":                                         true,
		"jobTitle eq null":                                     true,
		"jobTitle ne 'Countess'":                               true,
		"jobTitle eq 'Countess'":                               false,
		"jobTitle ge 'A'":                                      false,
		"missing eq null":                                      true,
		"missing/below eq null":                                true,
		"mail in ('x', 'ADA@fabrikam.example')":                true,
		"mail in ('x', 'y')":                                   false,
		"jobTitle in ('x', null)":                              true,
		"startswith(displayName,'ada')":                        true,
		"startswith(displayName,'lovelace')":                   false,
		"endswith(displayName,'LACE')":                         true,
		"contains(displayName,'a l')":                          true,
		"startswith(jobTitle,'x')":                             false,
		"not startswith(jobTitle,'x')":                         true,
		"displayName gt 'ada'":                                 true,
		"displayName lt 'ada'":                                 false,
		"accountEnabled eq true":                               true,
		"accountEnabled ne true":                               false,
		"createdDateTime eq 2026-03-01T13:00:00+01:00":         true,
		"createdDateTime ge 2026-03-01T12:00:00.000Z":          true,
		"createdDateTime gt 2026-03-01T12:00:00Z":              false,
		"createdDateTime lt 2026-03-02":                        true,
		"id eq 6EFF1C30-9e86-4c22-8c0d-8c7c0c2f5a11":           true,
		"rank eq 7.0":                                          true,
		"rank le 6":                                            false,
		"employeeOrgData/division eq 'engines'":                true,
		"employeeOrgData/costCenter eq null":                   true,
		"otherMails/any(x:x eq 'LOVELACE@analytical.example')": true,
		"otherMails/any(x:startswith(x,'b'))":                  false,
		"otherMails/all(x:endswith(x,'.example'))":             true,
		"otherMails/all(x:startswith(x,'ada'))":                false,
		"otherMails/any()":                                     true,
		"businessPhones/any()":                                 false,
		"businessPhones/all(x:x eq '1')":                       true,
		"missing/any(x:x eq '1')":                              false,
		"otherMails/$count eq 2":                               true,
		"businessPhones/$count eq 0":                           true,
		"missing/$count eq 0":                                  true,
		"identities/any(c:c/issuerAssignedId eq 'ada@fabrikam.example' and c/issuer eq 'mail')": true,
		"identities/any(c:c/issuerAssignedId eq 'other' and c/issuer eq 'mail')":                false,
		"mail eq 'x' or displayName eq 'Ada Lovelace' and accountEnabled eq true":               true,
		"(mail eq 'x' or displayName eq 'Ada Lovelace') and accountEnabled eq false":            false,
		"not (mail eq 'x') and not (not (accountEnabled eq true))":                              true,
	}

	for input, want := range tests {
		t.Run(input, func(t *testing.T) {
			t.Parallel()

			filter, err := Parse(input)
			if err != nil {
				t.Fatal(err)
			}

			got, err := filter.Match(ada(t))
			if err != nil || got != want {
				t.Errorf("Match = %t, %v, want %t", got, err, want)
			}
		})
	}
}

func TestMatchRefusesTypes(t *testing.T) {
	t.Parallel()

	tests := map[string]string{
		"accountEnabled eq 'true'":              "accountEnabled",
		"accountEnabled gt true":                "accountEnabled",
		"mail eq true":                          "mail",
		"mail eq 1":                             "mail",
		"mail eq 2026-03-01T12:00:00Z":          "mail",
		"rank eq '7'":                           "rank",
		"otherMails eq 'x'":                     "otherMails",
		"employeeOrgData eq 'x'":                "employeeOrgData",
		"mail/any(x:x eq 'a')":                  "mail",
		"mail/$count eq 0":                      "mail/$count",
		"otherMails/$count eq '2'":              "otherMails/$count",
		"mail/address eq 'a'":                   "mail/address",
		"startswith(accountEnabled,'t')":        "accountEnabled",
		"identities/any(c:c eq 'x')":            "c",
		"otherMails/any(c:c/issuer eq 'x')":     "c/issuer",
		"mail eq 'x' and rank eq '7'":           "rank",
		"accountEnabled eq true or rank eq '7'": "rank",
		"not (mail in (1))":                     "mail",
	}

	for input, property := range tests {
		t.Run(input, func(t *testing.T) {
			t.Parallel()

			filter, err := Parse(input)
			if err != nil {
				t.Fatal(err)
			}

			got, err := filter.Match(ada(t))

			var mismatch *TypeError
			if !errors.As(err, &mismatch) {
				t.Fatalf("Match = %t, %v, want a *TypeError", got, err)
			}

			if mismatch.Property != property || got {
				t.Errorf("Match = %t, Property = %q, want false, %q", got, mismatch.Property, property)
			}

			if code, _, ok := Refusal(err); !ok || code != CodeBadRequest {
				t.Errorf("Refusal = %q, %t", code, ok)
			}
		})
	}
}

func TestMatchGoCollections(t *testing.T) {
	t.Parallel()

	object := map[string]any{
		"otherMails": []string{"a"},
		"identities": []map[string]any{{"issuer": "mail"}},
		"rank":       7,
		"size":       json.Number("8"),
	}

	for _, input := range []string{
		"otherMails/any(x:x eq 'a')", "identities/any(x:x/issuer eq 'mail')", "rank eq 7", "size gt 7",
	} {
		filter, err := Parse(input)
		if err != nil {
			t.Fatal(err)
		}

		if matched, err := filter.Match(object); err != nil || !matched {
			t.Errorf("Match of %q = %t, %v", input, matched, err)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()

	tests := map[string]bool{
		`"displayName:ada"`:                            true,
		`"displayName:LOVE"`:                           true,
		`"displayName:lace"`:                           false,
		`"displayName:ada love"`:                       true,
		`"mail:ada@"`:                                  true,
		`"mail:fabrikam"`:                              false,
		`"jobTitle:x"`:                                 false,
		`"displayName:ada" AND "mail:x"`:               false,
		`"displayName:x" AND "mail:ada" OR "mail:ada"`: true,
		`"displayName:x" OR "mail:ada" AND "mail:x"`:   false,
		`"displayName:\"ada\""`:                        true,
	}

	for input, want := range tests {
		search, err := ParseSearch(input)
		if err != nil {
			t.Errorf("ParseSearch(%s): %v", input, err)

			continue
		}

		if got, err := search.Match(ada(t)); err != nil || got != want {
			t.Errorf("Match of %s = %t, %v, want %t", input, got, err, want)
		}
	}

	for _, input := range []string{
		"", "displayName:ada", `"ada"`, `"displayName:"`, `"displayName:ada`, `"mail:a" and "mail:b"`,
		`"mail:a" AND`, `"mail:a""mail:b"`, `"mail:a" "mail:b"`,
	} {
		var syntax *SyntaxError
		if _, err := ParseSearch(input); !errors.As(err, &syntax) {
			t.Errorf("ParseSearch(%s): error %v, want a *SyntaxError", input, err)
		}
	}
}
