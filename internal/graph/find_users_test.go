package graph_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// inBatches counts the requests inside batches.
func (d *directory) inBatches() int {
	count := 0
	for _, request := range d.Requests() {
		if request.Batched {
			count++
		}
	}
	return count
}

// find returns the ids of the holders of one key.
func (d *directory) find(t *testing.T, key graph.Key) []string {
	t.Helper()
	found, err := d.client.FindUsers(t.Context(), []graph.Key{key})
	if err != nil {
		t.Errorf("%v: %v", key, err)
	}
	return idsOf(found[key])
}

func idsOf(users []graph.User) []string {
	var ids []string
	for _, user := range users {
		ids = append(ids, user.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestFindUsers(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]graphemulator.Config{
		"steady":      {},
		"empty pages": {Switches: graphemulator.Switches{EmptyPages: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testFindUsers(t, config)
		})
	}
}

func testFindUsers(t *testing.T, config graphemulator.Config) {
	t.Helper()
	d := startDirectory(t, config)
	long, longer := strings.Repeat("x", 235)+"@long.example", strings.Repeat("x", 235)+"@long.example.net"
	users := map[string]map[string]any{
		"ada":    {"mail": "Ada@fabrikam.example", "userPrincipalName": "ada_fabrikam.example#EXT#@" + d.tenant.InitialDomain, "otherMails": []any{"Ada@fabrikam.example"}},
		"brien":  {"mail": "o'brien@x.example", "userPrincipalName": "o'brien@" + d.tenant.InitialDomain, "employeeId": "0'1"},
		"umlaut": {"mail": "jürgen@müller.example", "userPrincipalName": "jürgen@" + d.tenant.InitialDomain},
		"long":   {"mail": long, "userPrincipalName": strings.Repeat("n", 200) + "@" + d.tenant.InitialDomain},
		"longer": {"mail": longer},
		"alias":  {"mail": "main@x.example", "proxyAddresses": []any{"SMTP:main@x.example", "smtp:second@x.example"}, "employeeId": "E7"},
		"shared": {"userPrincipalName": "shared@" + d.tenant.InitialDomain, "otherMails": []any{"Family@x.example"}, "employeeId": "e7"},
		"other":  {"userPrincipalName": "other@" + d.tenant.InitialDomain, "otherMails": []any{"family@x.example", "main@x.example"}},
	}
	ids := map[string]string{}
	for name, user := range users {
		ids[name] = d.putUser(t, user)
	}
	tests := map[graph.Key][]string{
		{Kind: graph.ByObjectID, Value: strings.ToUpper(ids["ada"])}:                                                 {"ada"},
		{Kind: graph.ByObjectID, Value: "00000000-0000-0000-0000-00000000abcd"}:                                      nil,
		{Kind: graph.ByUserPrincipalName, Value: "ADA_fabrikam.example#ext#@" + d.tenant.InitialDomain}:              {"ada"},
		{Kind: graph.ByUserPrincipalName, Value: "o'brien@" + d.tenant.InitialDomain}:                                {"brien"},
		{Kind: graph.ByUserPrincipalName, Value: "JÜRGEN@" + d.tenant.InitialDomain}:                                 {"umlaut"},
		{Kind: graph.ByUserPrincipalName, Value: strings.Repeat("n", 200) + "@" + d.tenant.InitialDomain}:            {"long"},
		{Kind: graph.ByUserPrincipalName, Value: strings.Repeat("n", 200) + "@" + d.tenant.InitialDomain + ".other"}: nil,
		{Kind: graph.ByAddress, Value: "ada@FABRIKAM.example"}:                                                       {"ada"},
		{Kind: graph.ByAddress, Value: "O'Brien@x.example"}:                                                          {"brien"},
		{Kind: graph.ByAddress, Value: "Jürgen@MÜLLER.example"}:                                                      {"umlaut"},
		{Kind: graph.ByAddress, Value: long}:                                                                         {"long"},
		{Kind: graph.ByAddress, Value: longer}:                                                                       {"longer"},
		// Who has it in mail comes before who has it among other mails.
		{Kind: graph.ByAddress, Value: "main@x.example"}:                  {"alias"},
		{Kind: graph.ByAddress, Value: "SECOND@x.example"}:                {"alias"},
		{Kind: graph.ByAddress, Value: "family@X.example"}:                {"other", "shared"},
		{Kind: graph.ByAddress, Value: "nobody' or mail ne 'x@x.example"}: nil,
		{Kind: graph.ByEmployeeID, Value: "E7"}:                           {"alias", "shared"},
		{Kind: graph.ByEmployeeID, Value: "0'1"}:                          {"brien"},
	}
	var keys []graph.Key
	for key, names := range tests {
		var want []string
		for _, name := range names {
			want = append(want, ids[name])
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, d.find(t, key)); diff != "" {
			t.Errorf("%v: %s", key, diff)
		}
		tests[key] = want
		keys = append(keys, key, key)
	}
	// All together, and twice.
	found, err := d.client.FindUsers(t.Context(), keys, graph.DisplayName)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(tests) {
		t.Errorf("%d keys are answered, want %d", len(found), len(tests))
	}
	for key, users := range found {
		if diff := cmp.Diff(tests[key], idsOf(users)); diff != "" {
			t.Errorf("together, %v: %s", key, diff)
		}
		for _, user := range users {
			if user.DisplayName == nil || user.UserPrincipalName == "" || user.Department != nil || user.CreatedDateTime != nil {
				t.Errorf("%v is read with %+v", key, user)
			}
		}
	}
}

func TestThreeThousandAddresses(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("about size, not about concurrency")
	}
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 3000)
	var keys []graph.Key
	for _, user := range seed.Tenants[0].Users {
		keys = append(keys, graph.Key{Kind: graph.ByAddress, Value: strings.ToUpper(fmt.Sprint(user["mail"]))})
	}
	d := startDirectory(t, graphemulator.Config{Seed: seed})
	found, err := d.client.FindUsers(t.Context(), keys, graph.DisplayName)
	if err != nil {
		t.Fatal(err)
	}
	for key, users := range found {
		if len(users) != 1 || users[0].Mail == nil || !strings.EqualFold(*users[0].Mail, key.Value) {
			t.Fatalf("%v: %v", key, users)
		}
	}
	t.Logf("%d requests in %d on the wire", d.inBatches(), d.onTheWire())
	if len(found) != len(keys) || d.inBatches() > 200 || d.onTheWire() > 12 {
		t.Errorf("%d found with %d requests in %d on the wire", len(found), d.inBatches(), d.onTheWire())
	}
}

func TestFiveThousandIDs(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 100)
	var keys []graph.Key
	for i := range 5000 {
		id := fmt.Sprintf("00000000-0000-0000-0000-%012d", i)
		if i < 100 {
			id = fmt.Sprint(seed.Tenants[0].Users[i]["id"])
		}
		keys = append(keys, graph.Key{Value: id})
	}
	d := startDirectory(t, graphemulator.Config{Seed: seed})
	found, err := d.client.FindUsers(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, users := range found {
		held += len(users)
	}
	if len(found) != 5000 || held != 100 || d.onTheWire() > 17 {
		t.Errorf("%d ids, %d held, %d requests on the wire", len(found), held, d.onTheWire())
	}
}

// One key that Graph does not take is named, and those that fail for a while are asked again.
func TestFindUsersFaults(t *testing.T) {
	t.Parallel()
	keys := []graph.Key{
		{Kind: graph.ByAddress, Value: "ada@x.example"},
		{Kind: graph.ByAddress, Value: "poison@x.example"},
		{Kind: graph.ByAddress, Value: "second@x.example"},
	}
	link := func(d *directory, query string) []byte {
		return fmt.Appendf(nil, `{"value":[],"@odata.nextLink":%q}`, d.Ready().GraphEndpoint+"/v1.0/users?"+query)
	}
	for name, test := range map[string]struct {
		fault func(*directory) graphemulator.Fault
		// err is part of the error, "" for none.
		err string
	}{
		"throttled": {fault: func(*directory) graphemulator.Fault {
			return graphemulator.Fault{PathRegexp: "/users$", Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 1}
		}},
		"failing for a while": {fault: func(*directory) graphemulator.Fault {
			return graphemulator.Fault{PathRegexp: "/users$", Times: 2, Status: http.StatusInternalServerError}
		}},
		"lost": {fault: func(*directory) graphemulator.Fault {
			return graphemulator.Fault{PathRegexp: "batch$", Times: 1, DropConnection: true}
		}},
		"poison": {
			fault: func(*directory) graphemulator.Fault {
				return graphemulator.Fault{QueryRegexp: "poison", Status: http.StatusBadRequest, Code: "Request_BadRequest"}
			},
			err: `"poison@x.example": HTTP 400`,
		},
		"forbidden": {
			fault: func(*directory) graphemulator.Fault {
				return graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusForbidden}
			},
			err: `"ada@x.example and 2 more": HTTP 403`,
		},
		"no list": {
			fault: func(*directory) graphemulator.Fault {
				return graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusOK, Body: []byte(`{}`)}
			},
			err: "holds no list",
		},
		"loop": {
			fault: func(d *directory) graphemulator.Fault {
				return graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusOK, Body: link(d, "$skiptoken=x")}
			},
			err: "links back",
		},
		"elsewhere": {
			fault: func(*directory) graphemulator.Fault {
				return graphemulator.Fault{PathRegexp: "/users$", Status: http.StatusOK, Body: []byte(`{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users"}`)}
			},
			err: "on another host",
		},
		// The search begins anew, key by key.
		"expired page": {fault: func(d *directory) graphemulator.Fault {
			return graphemulator.Fault{PathRegexp: "/users$", Times: 1, Status: http.StatusOK, Body: link(d, "$skiptoken=x")}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startDirectory(t, graphemulator.Config{})
			d.putUser(t, map[string]any{"mail": "ada@x.example"})
			d.putUser(t, map[string]any{"mail": "main@x.example", "proxyAddresses": []any{"SMTP:main@x.example", "smtp:second@x.example"}})
			d.AddFaults(test.fault(d))
			found, err := d.client.FindUsers(t.Context(), keys)
			if test.err == "" {
				if err != nil || len(found[keys[0]]) != 1 || len(found[keys[1]]) != 0 || len(found[keys[2]]) != 1 {
					t.Errorf("%v, %v", found, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %v", err)
			}
			if refused, ok := errors.AsType[*graph.Forbidden](err); ok && !slices.Equal(refused.Needs, []string{"User.Read.All"}) {
				t.Errorf("needs %v", refused.Needs)
			}
		})
	}
}

func TestUserDetails(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	boss := d.putUser(t, map[string]any{"mail": "boss@x.example"})
	ada := d.putUser(t, map[string]any{
		"mail": "ada@x.example", "manager": boss, "sponsors": []any{boss},
		"licenseAssignmentStates": []any{map[string]any{"skuId": "s", "assignedByGroup": nil, "state": "Error", "error": "CountViolation"}},
	})
	details, err := d.client.UserDetails(t.Context(), ada, graph.LicenseAssignments)
	if err != nil {
		t.Fatal(err)
	}
	want := []graph.LicenseAssignmentState{{SkuID: "s", State: "Error", Error: "CountViolation"}}
	if details.ManagerID != boss || !slices.Equal(details.SponsorIDs, []string{boss}) || !cmp.Equal(details.LicenseAssignmentStates, want) || d.onTheWire() != 1 {
		t.Errorf("%+v in %d requests", details, d.onTheWire())
	}
	details, err = d.client.UserDetails(t.Context(), boss)
	if err != nil || details.ManagerID != "" || details.SponsorIDs != nil {
		t.Errorf("%+v, %v", details, err)
	}
	if _, err := d.client.UserDetails(t.Context(), "00000000-0000-0000-0000-00000000abcd"); !graph.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
	_, err = d.client.UserDetails(t.Context(), ada, graph.SignIns, graph.EmployeeLeaveDateTime)
	if refused, ok := graph.RefusalOf(err); !ok || !slices.Equal(refused.Needs, []string{"User.Read.All", "User-LifeCycleInfo.Read.All", "AuditLog.Read.All"}) {
		t.Errorf("got %v", err)
	}
	for _, path := range []string{"/manager$", "/sponsors$"} {
		d.AddFaults(graphemulator.Fault{PathRegexp: path, Times: 1, Status: http.StatusForbidden})
		if _, err := d.client.UserDetails(t.Context(), ada); !graph.IsForbidden(err) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}
