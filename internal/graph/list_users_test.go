package graph_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func moment(t *testing.T, text string) *time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return &at
}

// listed is who meets the criteria, by display name.
func (d *directory) listed(t *testing.T, criteria graph.Criteria, properties ...graph.Property) []string {
	t.Helper()
	var names []string
	err := d.client.ListUsers(t.Context(), criteria, append(properties, graph.DisplayName), func(user graph.User) {
		names = append(names, *user.DisplayName)
	})
	if err != nil {
		t.Errorf("%+v: %v", criteria, err)
	}
	slices.Sort(names)
	return names
}

func startCrowd(t *testing.T, config graphemulator.Config) *directory {
	t.Helper()
	d := startDirectory(t, config)
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, []string{"User.Read.All", "AuditLog.Read.All"})
	for name, user := range map[string]map[string]any{
		"ada": {
			"mail": "ada@fabrikam.example", "userType": "Guest", "externalUserState": "Accepted", "companyName": "Fabrikam's & Söhne",
			"createdDateTime": "2026-01-01T00:00:00Z", "signInActivity": map[string]any{"lastSignInDateTime": "2026-02-01T00:00:00Z", "lastNonInteractiveSignInDateTime": "2026-05-01T00:00:00Z"},
		},
		"bob": {
			"mail": "bob@sub.fabrikam.example", "userType": "Guest", "externalUserState": "PendingAcceptance", "companyName": "Fabrikam",
			"createdDateTime": "2026-01-02T00:00:00Z", "signInActivity": map[string]any{"lastSuccessfulSignInDateTime": "2026-03-01T00:00:00Z"},
		},
		"cid": {"mail": "cid@FABRIKAM.example", "accountEnabled": false, "createdDateTime": "2026-01-03T00:00:00Z", "companyName": "fabrikam"},
		"dan": {"userType": "Member", "createdDateTime": "2026-01-04T00:00:00Z"},
	} {
		user["displayName"] = name
		d.putUser(t, user)
	}
	return d
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		criteria graph.Criteria
		want     []string
	}{
		"everybody":            {graph.Criteria{}, []string{"ada", "bob", "cid", "dan"}},
		"guests":               {graph.Criteria{UserType: "guest"}, []string{"ada", "bob"}},
		"pending":              {graph.Criteria{RedemptionState: "PendingAcceptance"}, []string{"bob"}},
		"domain":               {graph.Criteria{EmailDomain: "fabrikam.example"}, []string{"ada", "cid"}},
		"company":              {graph.Criteria{CompanyName: "FABRIKAM"}, []string{"bob", "cid"}},
		"company with quotes":  {graph.Criteria{CompanyName: "fabrikam's & söhne"}, []string{"ada"}},
		"disabled":             {graph.Criteria{AccountEnabled: new(false)}, []string{"cid"}},
		"created in time":      {graph.Criteria{CreatedFrom: moment(t, "2026-01-02T01:00:00+01:00"), CreatedBefore: moment(t, "2026-01-04T00:00:00Z")}, []string{"bob", "cid"}},
		"created in fractions": {graph.Criteria{CreatedFrom: moment(t, "2026-01-02T00:00:00.5Z"), CreatedBefore: moment(t, "2026-01-04T00:00:00.5Z")}, []string{"cid", "dan"}},
		"not signed in":        {graph.Criteria{LastSignInBefore: moment(t, "2026-05-01T00:00:00Z")}, []string{"bob", "cid", "dan"}},
		"not signed in yet":    {graph.Criteria{LastSignInBefore: moment(t, "2026-05-01T00:00:01Z")}, []string{"ada", "bob", "cid", "dan"}},
		"raw":                  {graph.Criteria{Filter: "startsWith(displayName,'a') or startsWith(displayName,'d')"}, []string{"ada", "dan"}},
		"raw and more":         {graph.Criteria{Filter: "startsWith(displayName,'a') or startsWith(displayName,'d')", UserType: "Member"}, []string{"dan"}},
		"raw, advanced":        {graph.Criteria{Filter: "userType ne 'Guest' and not(companyName eq 'x')"}, []string{"cid", "dan"}},
		"raw sign-ins": {
			graph.Criteria{Filter: "signInActivity/lastSignInDateTime le 2026-03-01T00:00:00Z", UserType: "Guest", EmailDomain: "fabrikam.example"},
			[]string{"ada"},
		},
		"everything": {graph.Criteria{
			UserType: "Guest", RedemptionState: "Accepted", EmailDomain: "fabrikam.example", CompanyName: "Fabrikam's & Söhne", AccountEnabled: new(true),
			CreatedFrom: moment(t, "2026-01-01T00:00:00Z"), CreatedBefore: moment(t, "2026-01-01T00:00:01Z"), LastSignInBefore: moment(t, "2027-01-01T00:00:00Z"), Filter: "accountEnabled eq true",
		}, []string{"ada"}},
	}
	for _, empty := range []bool{false, true} {
		d := startCrowd(t, graphemulator.Config{Switches: graphemulator.Switches{EmptyPages: empty}})
		for name, test := range tests {
			if diff := cmp.Diff(test.want, d.listed(t, test.criteria)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// What Graph would not take for its length is not sent, and nothing shorter is held back.
func TestLongFilter(t *testing.T) {
	t.Parallel()
	d := startCrowd(t, graphemulator.Config{})
	clauses := strings.Repeat("displayName eq '"+strings.Repeat("x", 110)+"' or ", 13)
	for length := range 121 {
		criteria := graph.Criteria{Filter: clauses + "displayName eq '" + strings.Repeat("x", length) + "'"}
		err := d.client.ListUsers(t.Context(), criteria, nil, func(graph.User) {})
		if err == nil {
			continue
		}
		if long, ok := errors.AsType[*graph.TooLong](err); !ok || long.Length != long.Most+1 {
			t.Errorf("%d: %v", length, err)
		}
		return
	}
	t.Error("no filter was too long")
}

func TestListUsersInPages(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 2500)
	d := startDirectory(t, graphemulator.Config{Seed: seed})
	if n := len(d.listed(t, graph.Criteria{EmailDomain: "partner03.example"})); n != 125 {
		t.Errorf("%d users have the domain", n)
	}
	d.ResetRequests()
	if n := len(d.listed(t, graph.Criteria{})); n != 2500 || d.onTheWire() != 3 {
		t.Errorf("%d users in %d requests", n, d.onTheWire())
	}
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, []string{"User.Read.All"})
	err := d.client.ListUsers(t.Context(), graph.Criteria{LastSignInBefore: moment(t, "2026-05-01T00:00:00Z")}, nil, func(graph.User) {})
	if refusal, ok := graph.RefusalOf(err); !ok || !slices.Contains(refusal.Needs, "AuditLog.Read.All") {
		t.Errorf("got %v", err)
	}
	err = d.client.ListUsers(t.Context(), graph.Criteria{Filter: "mail like 'x'"}, nil, func(graph.User) {})
	if refusal, ok := graph.RefusalOf(err); !ok || refusal.Status != http.StatusBadRequest || !strings.Contains(refusal.Subject, "mail like 'x'") {
		t.Errorf("got %v", err)
	}
}

func TestFindGroups(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	long := strings.Repeat("g", 200)
	ids := map[string]string{}
	for _, name := range []string{"Team O'Brien & Söhne #1", long, long + "g", "Twin", "twin"} {
		id, err := d.PutGroup(d.tenant.TenantID, map[string]any{"displayName": name, "mailNickname": fmt.Sprintf("n%d", len(ids))})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = id
	}
	for name, want := range map[string][]string{
		"team o'brien & söhne #1": {ids["Team O'Brien & Söhne #1"]},
		long:                      {ids[long]},
		"TWIN":                    {ids["Twin"], ids["twin"]},
		"nobody":                  nil,
	} {
		groups, err := d.client.GroupsByDisplayName(t.Context(), name)
		var found []string
		for _, group := range groups {
			found = append(found, group.ID)
		}
		slices.Sort(found)
		slices.Sort(want)
		if err != nil || !slices.Equal(found, want) {
			t.Errorf("%s: %v, %v, want %v", name, found, err, want)
		}
	}
	groups, err := d.client.GroupsByMailNickname(t.Context(), "N0")
	if err != nil || len(groups) != 1 || groups[0].ID != ids["Team O'Brien & Söhne #1"] {
		t.Errorf("%v, %v", groups, err)
	}
	d.AddFaults(graphemulator.Fault{PathRegexp: "/groups$", Status: http.StatusForbidden})
	if _, err := d.client.GroupsByMailNickname(t.Context(), "n0"); !graph.IsForbidden(err) {
		t.Errorf("got %v", err)
	}
}
