package graph

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClauses(t *testing.T) {
	t.Parallel()
	wanted := sought{address: "o'brien@x.example", guestName: "o'brien_x.example#EXT#@f.onmicrosoft.com"}
	proxies := []string{
		"proxyAddresses/any(p:p eq 'SMTP:o''brien@x.example')",
		"proxyAddresses/any(p:p eq 'smtp:o''brien@x.example')",
	}
	users := slices.Concat([]string{"mail eq 'o''brien@x.example'"}, proxies, []string{
		"otherMails/any(m:m eq 'o''brien@x.example')",
		"userPrincipalName eq 'o''brien_x.example#EXT#@f.onmicrosoft.com'",
	})
	deleted := []string{"mail eq 'o''brien@x.example'", "endsWith(userPrincipalName,'o''brien_x.example#EXT#@f.onmicrosoft.com')"}
	withoutDomain := sought{address: wanted.address}
	long := strings.Repeat("é", maxComparison)
	tests := map[string]struct{ got, want []string }{
		"users":                   {userClauses(wanted), users},
		"users without a domain":  {userClauses(withoutDomain), users[:4]},
		"deleted":                 {deletedClauses(wanted), deleted},
		"deleted without domain":  {deletedClauses(withoutDomain), deleted[:1]},
		"contacts and groups":     {proxyClauses(wanted), proxies},
		"as long as eq may be":    {[]string{equals("mail", long)}, []string{"mail eq '" + long + "'"}},
		"longer than eq may be":   {[]string{equals("mail", long+"x")}, []string{"startsWith(mail,'" + long + "')"}},
		"a prefix makes too long": {proxyClauses(sought{address: long})[:1], []string{"proxyAddresses/any(p:startsWith(p,'SMTP:" + string([]rune(long)[:maxComparison-5]) + "'))"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzSearchURL(f *testing.F) {
	f.Add("ada@x.example", "f.onmicrosoft.com")
	f.Add("o'br+ien#?&%=; é@x.example", "")
	f.Fuzz(func(t *testing.T, address, domain string) {
		wanted := sought{address: address, guestName: GuestUserPrincipalName(address, domain)}
		for _, place := range places() {
			searches := place.searches([]sought{wanted, wanted})
			for _, s := range searches {
				parsed, err := url.Parse(s.request.url)
				if err != nil {
					t.Fatal(err)
				}
				if strings.ContainsAny(s.request.url, " #+") || parsed.Path != place.path {
					t.Errorf("badly escaped: %s", s.request.url)
				}
				clauses := place.clauses(wanted)
				both := slices.Concat(clauses, clauses)
				filter := parsed.Query().Get("$filter")
				if filter != strings.Join(clauses, " or ") && filter != strings.Join(both, " or ") {
					t.Errorf("the filter came out as %q", filter)
				}
			}
		}
	})
}

func TestSearchesShareFilters(t *testing.T) {
	t.Parallel()
	wanted := func(n, length int) []sought {
		all := make([]sought, n)
		for i := range all {
			address := fmt.Sprintf("%s%02d@x.example", strings.Repeat("g", length), i)
			all[i] = sought{address: address, guestName: GuestUserPrincipalName(address, "contoso.onmicrosoft.com")}
		}
		return all
	}
	tests := map[string]struct {
		wanted []sought
		want   []int // requests per place: users, deleted, contacts, groups
	}{
		"one":            {wanted: wanted(1, 10), want: []int{1, 1, 1, 1}},
		"ten":            {wanted: wanted(10, 10), want: []int{4, 2, 2, 2}},
		"twenty":         {wanted: wanted(20, 10), want: []int{7, 3, 3, 3}},
		"ten long ones":  {wanted: wanted(10, 90), want: []int{5, 2, 2, 2}},
		"longer than eq": {wanted: wanted(2, 600), want: []int{2, 2, 1, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []int
			for _, place := range places() {
				searches := place.searches(test.wanted)
				got = append(got, len(searches))
				seen := map[int]int{}
				for _, s := range searches {
					if len(s.seekers) > 1 && len(s.request.url) > maxListURL {
						t.Errorf("a URL of %d characters", len(s.request.url))
					}
					if clauses := strings.Count(s.request.url, "%20or%20") + 1; clauses > maxClauses {
						t.Errorf("%d clauses in one filter", clauses)
					}
					if eventual := s.request.headers["ConsistencyLevel"] == "eventual"; eventual != strings.Contains(s.request.url, "$count=true") || eventual != place.advanced {
						t.Errorf("half an advanced query: %v %s", s.request.headers, s.request.url)
					}
					for _, seeker := range s.seekers {
						seen[seeker]++
					}
				}
				for i := range test.wanted {
					if seen[i] != 1 {
						t.Errorf("address %d is in %d filters", i, seen[i])
					}
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
