package graph

import (
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// hostile are texts that have to be quoted, escaped or shortened on their way into a filter.
func hostile() []string {
	return []string{
		"Fabrikam", "O'Brien & Sons", "''", "R#D", "Müller-Lüdenscheidt GmbH", "a' or mail ne '", "100%25", "a&$top=1", "a+b", "a;b=c?d",
		strings.Repeat("x", 250), strings.Repeat("ü'", 125), "\u202ea", "名前", "\t", "a,b", "(a)", "null", "'", "\\",
	}
}

// Whatever the criteria look like, their filter is one that Graph runs, and finds whom
// Matches accepts and nobody else.
func FuzzCondition(f *testing.F) {
	for i, seed := range hostile() {
		f.Add(seed, "x.example", seed, i)
		f.Add("", seed, "", i)
		f.Add(seed, "", seed, 0)
		f.Add(seed, "", seed, 1<<5)
	}
	f.Fuzz(func(t *testing.T, company, domain, name string, more int) {
		if !utf8.ValidString(company+domain+name) || strings.Contains(domain, "@") {
			t.Skip("Terraform's strings are UTF-8, and a domain has no @")
		}
		yes, created := true, time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
		criteria := Criteria{CompanyName: company, EmailDomain: domain}
		holder := map[string]any{
			"companyName": company, "mail": "ada@" + domain, "displayName": name, "userType": "Guest", "accountEnabled": true,
			"externalUserState": "Accepted", "createdDateTime": "2026-01-02T02:04:05Z",
		}
		for bit, ask := range []func(){
			func() { criteria.UserType = "Guest" },
			func() { criteria.RedemptionState = "Accepted" },
			func() { criteria.AccountEnabled = &yes },
			func() { criteria.CreatedFrom = &created },
			func() { later := created.Add(time.Second); criteria.CreatedBefore = &later },
			func() { criteria.Filter = equals("displayName", name) + " or displayName eq 'somebody'" },
		} {
			if more>>bit&1 == 1 {
				ask()
			}
		}
		condition := criteria.condition()
		if condition.filter == "" {
			if !criteria.Empty() {
				t.Errorf("%+v asks for nothing", criteria)
			}
			return
		}
		// The stranger meets none of them, or only the filter where there are others.
		stranger := map[string]any{
			"companyName": "\x01" + company, "mail": "ada@\x01" + domain, "displayName": "somebody", "userType": "Member", "accountEnabled": false,
			"externalUserState": "PendingAcceptance", "createdDateTime": "2026-01-02T02:04:07Z",
		}
		if criteria.CreatedFrom != nil {
			stranger["createdDateTime"] = "2026-01-02T02:04:04Z"
		}
		if criteria == (Criteria{Filter: criteria.Filter}) {
			stranger["displayName"] = "\x01" + name
		}
		checkCondition(t, condition, holder, stranger)
	})
}

func checkCondition(t *testing.T, condition condition, holder, stranger map[string]any) {
	t.Helper()
	if len(condition.filter) > odata.MaxLength {
		return // refused for its length, before it is sent
	}
	parsed, err := odata.Parse(condition.filter)
	if err != nil {
		t.Fatalf("%q: %v", condition.filter, err)
	}
	if err := odata.CheckUserFilter(parsed, condition.advanced); err != nil {
		t.Fatalf("%q: %v", condition.filter, err)
	}
	if found, err := parsed.Match(holder); err != nil || !found {
		t.Errorf("%q does not find %v: %v", condition.filter, holder, err)
	}
	if found, err := parsed.Match(stranger); err != nil || found {
		t.Errorf("%q finds a stranger: %v", condition.filter, err)
	}
}

// maxName is how long a user principal name may be; longer ones are refused at plan.
const maxName = 113

func atMost(text string, length int) string {
	letters := []rune(text)
	return string(letters[:min(len(letters), length)])
}

// Whatever user principal names look like, the requests for them ask for each of them once.
func FuzzNames(f *testing.F) {
	for _, seed := range hostile() {
		f.Add(seed, "o'brien#EXT#@contoso.onmicrosoft.com", uint8(39))
		f.Add("ada@x.example", seed, uint8(39))
	}
	f.Fuzz(func(t *testing.T, first, second string, many uint8) {
		if first == "" || second == "" || !utf8.ValidString(first+second) {
			t.Skip("names are not empty, and Terraform's strings are UTF-8")
		}
		names := []string{atMost(first, maxName), atMost(second, maxName)}
		for i := range many % 40 {
			names = append(names, atMost(strings.Repeat("n", int(i))+second, maxName))
		}
		for _, search := range []struct {
			path     string
			advanced bool
			url      func([]string) string
			former   string
		}{
			{"/users", false, namesURL, ""},
			{"/directory/deletedItems/microsoft.graph.user", true, deletedURL, "00000000000000000000000000000001"},
		} {
			var asked []string
			for some := range chunks(names, search.url) {
				asked = append(asked, some...)
				address := search.url(some)
				if len(some) > maxNames || len(some) > 1 && len(address) > maxListURL {
					t.Errorf("%d names in %d characters", len(some), len(address))
				}
				checkNames(t, address, search.path, search.advanced, some, search.former)
			}
			if strings.Join(asked, "\n") != strings.Join(names, "\n") {
				t.Errorf("asked for %q instead of %q", asked, names)
			}
		}
	})
}

// checkNames holds the address of a request against the names it asks for, of users who
// have them behind a prefix.
func checkNames(t *testing.T, address, path string, advanced bool, names []string, prefix string) {
	t.Helper()
	sent, err := url.Parse(address)
	if err != nil || sent.Path != path || strings.ContainsAny(address, " #+") || sent.Query().Has("$count") != advanced {
		t.Fatalf("badly escaped: %q: %v", address, err)
	}
	filter, err := odata.Parse(sent.Query().Get("$filter"))
	if err != nil {
		t.Fatalf("%q: %v", address, err)
	}
	if err := odata.CheckUserFilter(filter, advanced); err != nil {
		t.Fatalf("%q: %v", address, err)
	}
	for _, name := range names {
		if found, err := filter.Match(map[string]any{"userPrincipalName": prefix + name}); err != nil || !found {
			t.Errorf("%q does not find %q: %v", filter, name, err)
		}
	}
	if found, err := filter.Match(map[string]any{"userPrincipalName": "\x01"}); err != nil || found && !strings.Contains(strings.Join(names, ""), "\x01") {
		t.Errorf("%q finds a stranger: %v", filter, err)
	}
}
