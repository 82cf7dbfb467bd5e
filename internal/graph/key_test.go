package graph

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// Whatever an address, a name or an id looks like, its filter is one that Graph runs, and
// finds whoever has it.
func FuzzKeyFilter(f *testing.F) {
	for _, seed := range []string{
		"ada@fabrikam.example", "o'brien@x.example", "''@x", "ada_x.example#EXT#@contoso.onmicrosoft.com", "jürgen@müller.example",
		"a' or mail ne '", "100%25@x", "a&$top=1", "a+b@x.example", strings.Repeat("x", 250) + "@long.example", "\u202ea@b", "名前@例え.example", "a,b@x", "\t",
	} {
		f.Add(seed, seed+"x")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		if first == "" || second == "" || !utf8.ValidString(first) || !utf8.ValidString(second) {
			t.Skip("values are not empty, and Terraform's strings are UTF-8")
		}
		for kind := ByObjectID; kind <= ByEmployeeID; kind++ {
			keys := []Key{{kind, first}, {kind, second}}
			if fixed := kind == ByObjectID || kind == ByEmployeeID; fixed && max(len(first), len(second)) > maxComparison {
				continue // no id is that long
			}
			property := string(kind.property())
			checkFilter(t, propertyFilter(keys[:1]), map[string]any{property: first})
			checkFilter(t, propertyFilter(keys), map[string]any{property: second})
		}
		keys := []Key{{ByAddress, first}, {ByAddress, second}}
		checkFilter(t, otherAddressFilter(keys), map[string]any{"otherMails": []any{"z", second}})
		checkFilter(t, otherAddressFilter(keys), map[string]any{"proxyAddresses": []any{"smtp:" + first}})
	})
}

func checkFilter(t *testing.T, filter string, holder map[string]any) {
	t.Helper()
	sent, err := url.ParseQuery("$filter=" + escapeQuery(filter))
	if err != nil || sent.Get("$filter") != filter || len(sent) != 1 {
		t.Fatalf("%q arrives as %v, %v", filter, sent, err)
	}
	parsed, err := odata.Parse(filter)
	if err != nil {
		t.Fatalf("%q: %v", filter, err)
	}
	if err := odata.CheckUserFilter(parsed, false); err != nil {
		t.Fatalf("%q: %v", filter, err)
	}
	if found, err := parsed.Match(holder); err != nil || !found {
		t.Errorf("%q does not find %v: %v", filter, holder, err)
	}
	if found, err := parsed.Match(map[string]any{}); err != nil || found {
		t.Errorf("%q finds nobody in particular: %v", filter, err)
	}
	for property := range holder {
		stranger := map[string]any{property: "stranger"}
		if _, list := holder[property].([]any); list {
			stranger[property] = []any{"stranger"}
		}
		if found, err := parsed.Match(stranger); err != nil || found && !strings.Contains(strings.ToLower(filter), "'stranger") {
			t.Errorf("%q finds a stranger: %v", filter, err)
		}
	}
}
