package graphemulator_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func (c *client) member(name string) object {
	return object{
		"accountEnabled": true, "displayName": name, "mailNickname": name,
		"userPrincipalName": name + "@" + c.tenant.VerifiedDomains[1],
		"passwordProfile":   object{"password": "Xw-9102-kd", "forceChangePasswordNextSignIn": true},
	}
}

func TestCreateUser(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	a := c.expect(http.StatusCreated, http.MethodPost, "users", c.member("grace"))
	id := a.text("id")
	want := object{
		"@odata.context": c.ready.GraphEndpoint + "/v1.0/$metadata#users/$entity", "id": id, "businessPhones": []any{},
		"displayName": "grace", "givenName": nil, "jobTitle": nil, "mail": nil, "mobilePhone": nil, "officeLocation": nil,
		"preferredLanguage": nil, "surname": nil, "userPrincipalName": "grace@" + c.tenant.VerifiedDomains[1],
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Error(diff)
	}
	if user := c.user(id); user["userType"] != "Member" || user["passwordProfile"] != nil {
		t.Errorf("user = %v", user)
	}
	for _, name := range []string{id, "grace@" + c.tenant.VerifiedDomains[1], "GRACE@" + c.tenant.VerifiedDomains[1]} {
		if got := c.expect(http.StatusOK, http.MethodGet, "users/"+name, nil).text("id"); got != id {
			t.Errorf("users/%s = %s", name, got)
		}
	}
}

func TestCreateUserRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.expect(http.StatusCreated, http.MethodPost, "users", c.member("taken"))
	tests := map[string]struct {
		property string
		value    any
		message  string
	}{
		"no nickname":     {"mailNickname", nil, "A value is required for property 'mailNickname' of resource 'User'."},
		"no password":     {"passwordProfile", nil, "A value is required for property 'passwordProfile'"},
		"no name":         {"displayName", "", "A value is required for property 'displayName'"},
		"weak password":   {"passwordProfile", object{"password": "password"}, "password complexity requirements"},
		"foreign domain":  {"userPrincipalName", "new@elsewhere.example", "You must use one of the verified domain names"},
		"accent":          {"userPrincipalName", "rené@" + c.tenant.InitialDomain, "Property userPrincipalName is invalid."},
		"blank":           {"userPrincipalName", "a b@" + c.tenant.InitialDomain, "Property userPrincipalName is invalid."},
		"taken":           {"userPrincipalName", "Taken@" + c.tenant.VerifiedDomains[1], "Another object with the same value for property userPrincipalName already exists."},
		"unknown":         {"favouriteColour", "red", "Invalid property 'favouriteColour'."},
		"unknown inside":  {"employeeOrgData", object{"costCentre": "1"}, "Invalid property 'employeeOrgData/costCentre'."},
		"wrong type":      {"accountEnabled", "true", "Edm.Boolean"},
		"no collection":   {"otherMails", "a@b.example", "Collection(Edm.String)"},
		"extensions":      {"onPremisesExtensionAttributes", object{"extensionAttribute1": "x"}, "One or more property values specified are invalid."},
		"country":         {"usageLocation", "Germany", "usageLocation"},
		"unknown country": {"usageLocation", "XX", "usageLocation"},
		"user type":       {"userType", "Alien", "userType"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := c.member("new")
			body[test.property] = test.value
			a := c.graph(http.MethodPost, "users", body)
			if a.status != http.StatusBadRequest || !strings.Contains(a.message(), test.message) {
				t.Errorf("got %d %s, want %q", a.status, a.raw, test.message)
			}
		})
	}
}

func TestPatchUser(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+id, object{
		"jobTitle": "Analyst", "companyName": "Partner", "usageLocation": "DE", "businessPhones": []string{"+49 1"},
		"employeeOrgData":               object{"costCenter": "4711", "division": "North"},
		"onPremisesExtensionAttributes": object{"extensionAttribute3": "c"},
		"employeeLeaveDateTime":         "2027-01-31T00:00:00Z",
	})
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+id, object{
		"jobTitle": nil, "employeeOrgData": object{"costCenter": "4712"}, "mail": "ada.new@partner.example",
		"onPremisesExtensionAttributes": object{"extensionAttribute4": "d"}, "otherMails": []string{},
	})
	a := c.expect(http.StatusOK, http.MethodGet,
		"users/"+id+"?$select=jobTitle,companyName,employeeOrgData,mail,proxyAddresses,otherMails,onPremisesExtensionAttributes,employeeLeaveDateTime", nil)
	attributes := a.body["onPremisesExtensionAttributes"].(object)
	if attributes["extensionAttribute3"] != "c" || attributes["extensionAttribute4"] != "d" || len(attributes) != 15 {
		t.Errorf("extension attributes = %v", attributes)
	}
	delete(a.body, "onPremisesExtensionAttributes")
	delete(a.body, "@odata.context")
	want := object{
		"id": id, "jobTitle": nil, "companyName": "Partner", "employeeOrgData": object{"costCenter": "4712", "division": nil},
		"mail": "ada.new@partner.example", "proxyAddresses": []any{"SMTP:ada.new@partner.example", "smtp:ada@partner.example"},
		"otherMails": []any{}, "employeeLeaveDateTime": "2027-01-31T00:00:00Z",
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Error(diff)
	}
}

func TestPatchUserRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	c.invite("bob@partner.example")
	if err := c.PatchUser(c.tenant.TenantID, id, object{"usageLocation": "DE"}); err != nil {
		t.Fatal(err)
	}
	many := make([]string, 251)
	for i := range many {
		many[i] = "a@b.example"
	}
	tests := map[string]struct {
		body    any
		message string
	}{
		"id":                {object{"id": id}, "read-only"},
		"createdDateTime":   {object{"createdDateTime": "2026-01-01T00:00:00Z"}, "read-only"},
		"proxyAddresses":    {object{"proxyAddresses": []string{"SMTP:x@y.example"}}, "read-only"},
		"externalUserState": {object{"externalUserState": "Accepted"}, "read-only"},
		"creationType":      {object{"creationType": "Invitation"}, "read-only"},
		"aboutMe":           {object{"aboutMe": "me"}, "read-only"},
		"manager":           {object{"manager@odata.bind": "https://graph.microsoft.com/v1.0/users/" + id}, "invalid"},
		"null mail":         {object{"mail": nil}, "'mail'"},
		"null name":         {object{"displayName": nil}, "'displayName'"},
		"null location":     {object{"usageLocation": nil}, "'usageLocation'"},
		"null enabled":      {object{"accountEnabled": nil}, "accountEnabled"},
		"null collection":   {object{"otherMails": nil}, "otherMails"},
		"empty string":      {object{"jobTitle": ""}, "'jobTitle'"},
		"long job title":    {object{"jobTitle": strings.Repeat("x", 129)}, "'jobTitle'"},
		"long given name":   {object{"givenName": strings.Repeat("x", 65)}, "'givenName'"},
		"long employee id":  {object{"employeeId": strings.Repeat("x", 17)}, "'employeeId'"},
		"long postal code":  {object{"postalCode": strings.Repeat("x", 41)}, "'postalCode'"},
		"two phones":        {object{"businessPhones": []string{"1", "2"}}, "'businessPhones'"},
		"251 mails":         {object{"otherMails": many}, "'otherMails'"},
		"no address":        {object{"otherMails": []string{"ada"}}, "'otherMails'"},
		"taken address":     {object{"mail": "bob@partner.example"}, "proxyAddresses already exists"},
		"date":              {object{"employeeLeaveDateTime": "tomorrow"}, "employeeLeaveDateTime"},
		"number":            {object{"jobTitle": 3}, "jobTitle"},
		"unknown":           {object{"jobTitel": "x"}, "Invalid property 'jobTitel'."},
		"no object":         {`["x"]`, "Unable to read JSON"},
		"no JSON":           {`{`, "Unable to read JSON"},
	}
	before := c.user(id)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := c.graph(http.MethodPatch, "users/"+id, test.body)
			if a.status != http.StatusBadRequest || !strings.Contains(a.message(), test.message) {
				t.Errorf("got %d %s, want %q", a.status, a.raw, test.message)
			}
		})
	}
	t.Cleanup(func() {
		if diff := cmp.Diff(before, c.user(id)); diff != "" {
			t.Errorf("a refused request had an effect: %s", diff)
		}
	})
	// Null where nothing is; the longest values that are allowed.
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+c.put(object{}), object{"usageLocation": nil, "jobTitle": "x"})
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+c.invite("eve@partner.example"), object{
		"jobTitle": strings.Repeat("ä", 128), "givenName": strings.Repeat("x", 64), "employeeId": strings.Repeat("x", 16),
		"streetAddress": strings.Repeat("x", 1024), "displayName": strings.Repeat("x", 256), "postalCode": strings.Repeat("x", 40),
	})
}

func TestContentType(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	for contentType, status := range map[string]int{
		"application/json": 204, "application/json; charset=utf-8": 204, "text/plain": 415, "application/x-www-form-urlencoded": 415, "": 400,
	} {
		if a := c.with("Content-Type", contentType).graph(http.MethodPatch, "users/"+id, object{"city": "Bonn"}); a.status != status {
			t.Errorf("%q: got %d %s, want %d", contentType, a.status, a.raw, status)
		}
	}
}

// A synchronised user takes changes of what is mastered in the cloud only.
func TestSyncedUser(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{"onPremisesSyncEnabled": true})
	if a := c.graph(http.MethodPatch, "users/"+id, object{"jobTitle": "x"}); a.status != 400 || !strings.Contains(a.message(), "on-premises mastered") {
		t.Errorf("got %d %s", a.status, a.raw)
	}
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+id, object{"usageLocation": "DE"})
}

func TestGuestByPrincipalName(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	name := url.PathEscape("ada_partner.example#EXT#@" + c.tenant.InitialDomain)
	for _, path := range []string{"users/" + name, "users('" + name + "')", "users('" + id + "')"} {
		if got := c.expect(http.StatusOK, http.MethodGet, path, nil).text("id"); got != id {
			t.Errorf("%s = %s, want %s", path, got, id)
		}
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	a := c.expect(http.StatusOK, http.MethodGet, "users/"+id+"?$select=mail,userType", nil)
	want := object{
		"@odata.context": c.ready.GraphEndpoint + "/v1.0/$metadata#users(mail,userType)/$entity",
		"id":             id, "mail": "ada@partner.example", "userType": "Guest",
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Error(diff)
	}
	for _, path := range []string{"users/" + id + "?$select=colour", "users?$select=id,colour", "groups?$select=colour", "users/" + id + "?$select=manager"} {
		if a := c.graph(http.MethodGet, path, nil); a.status != http.StatusBadRequest || !strings.Contains(a.message(), "Could not find a property named") {
			t.Errorf("%s: got %d %s", path, a.status, a.raw)
		}
	}
	if a := c.graph(http.MethodGet, "users?$select=aboutMe", nil); a.status != http.StatusNotImplemented {
		t.Errorf("aboutMe on the collection: got %d %s", a.status, a.raw)
	}
	if a := c.do(http.MethodGet, "/beta/users/"+id+"?$select=showInAddressList", nil); a.status != http.StatusOK || a.body["showInAddressList"] != nil {
		t.Errorf("beta: %d %s", a.status, a.raw)
	}
}

func TestQueryRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	or := strings.TrimSuffix(strings.Repeat("mail eq 'a@b.example' or ", 16), " or ")
	in := "mail in (" + strings.TrimSuffix(strings.Repeat("'a@b.example',", 16), ",") + ")"
	tests := map[string]struct {
		path     string
		eventual bool
		code     string
		message  string
	}{
		"endswith":         {"users?$filter=endswith(mail,'@b.example')", false, "Request_UnsupportedQuery", "Operator 'endsWith' is not supported because the required parameters might be missing."},
		"endswith, header": {"users?$filter=endswith(mail,'@b.example')", true, "Request_UnsupportedQuery", "Try adding $count=true"},
		"ne":               {"users?$filter=mail ne 'x'", false, "Request_UnsupportedQuery", "required parameters"},
		"16 clauses":       {"users?$filter=" + or, false, "Request_UnsupportedQuery", "Too many child clauses specified in search filter expression containing 'OR' operators: 16. Max allowed: 15."},
		"16 values":        {"users?$filter=" + in, false, "Request_UnsupportedQuery", "Max allowed: 15."},
		"contains":         {"users?$filter=contains(mail,'x')", true, "Request_UnsupportedQuery", ""},
		"signInNames":      {"users?$filter=signInNames/any(x:x eq 'a')", false, "Request_UnsupportedQuery", "signInNames"},
		"syntax":           {"users?$filter=mail eq", false, "BadRequest", "Invalid filter clause"},
		"count":            {"users/$count", false, "Request_BadRequest", "$count is not currently supported."},
		"search":           {"users?$search=\"displayName:a\"", false, "Request_UnsupportedQuery", "ConsistencyLevel"},
		"order and filter": {"users?$filter=userType eq 'Guest'&$orderby=displayName", false, "Request_UnsupportedQuery", "Sorting not supported"},
		"order":            {"users?$orderby=jobTitle", false, "Request_UnsupportedQuery", "Sorting"},
		"skip":             {"users?$skip=10", false, "Request_BadRequest", "$skip"},
		"top":              {"users?$top=1000", false, "Request_UnsupportedQuery", "Invalid page size specified: '1000'."},
		"top zero":         {"users?$top=0", false, "Request_UnsupportedQuery", "Invalid page size"},
		"token":            {"users?$skiptoken=abc", false, "Directory_ExpiredPageToken", ""},
		"option":           {"users?$apply=x", false, "BadRequest", "$apply"},
		"twice":            {"users?$top=1&$top=2", false, "BadRequest", "more than once"},
		"expand":           {"users?$expand=manager&$count=true", true, "Request_BadRequest", "$expand"},
		"expand unknown":   {"users?$expand=boss", false, "BadRequest", "boss"},
		"expand photo":     {"users?$expand=photo", false, "ExpandNotSupported", ""},
		"expand two":       {"users?$expand=manager,sponsors", false, "Request_BadRequest", "$expand"},
		"member cast":      {"groups/" + c.group() + "/members/microsoft.graph.user", false, "Request_UnsupportedQuery", "ConsistencyLevel"},
		"member filter":    {"groups/" + c.group() + "/members?$filter=startswith(displayName,'a')", false, "Request_UnsupportedQuery", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := c
			if test.eventual {
				c = c.eventual()
			}
			a := c.graph(http.MethodGet, test.path, nil)
			if a.status != http.StatusBadRequest || a.code() != test.code || !strings.Contains(a.message(), test.message) {
				t.Errorf("got %d %s, want %s %q", a.status, a.raw, test.code, test.message)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	ada, bob := c.invite("ada@one.example"), c.invite("bob@two.example")
	if err := c.Redeem(c.tenant.TenantID, "bob@two.example"); err != nil {
		t.Fatal(err)
	}
	c.put(object{"userPrincipalName": "o'hara@" + c.tenant.InitialDomain, "displayName": "O'Hara"})
	tests := map[string]struct {
		filter   string
		advanced bool
		want     []string
	}{
		"mail":             {"mail eq 'ADA@one.example'", false, []string{ada}},
		"proxy address":    {"proxyAddresses/any(p:p eq 'SMTP:ada@one.example')", false, []string{ada}},
		"other mails":      {"otherMails/any(m:m eq 'bob@two.example')", false, []string{bob}},
		"state":            {"externalUserState eq 'PendingAcceptance'", false, []string{ada}},
		"creation type":    {"creationType eq 'Invitation' and externalUserState eq 'Accepted'", false, []string{bob}},
		"in":               {"mail in ('ada@one.example','bob@two.example')", false, []string{ada, bob}},
		"ends with":        {"endswith(mail,'@two.example')", true, []string{bob}},
		"not":              {"not(endswith(mail,'@two.example')) and userType eq 'Guest'", true, []string{ada}},
		"or":               {"mail eq 'ada@one.example' or mail eq 'bob@two.example'", false, []string{ada, bob}},
		"nobody":           {"mail eq 'x@y.example'", false, []string{}},
		"id":               {"id in ('" + bob + "')", false, []string{bob}},
		"doubled quotes":   {"displayName eq 'x''y'", false, []string{}},
		"created":          {"createdDateTime ge 2020-01-01T00:00:00Z and userType eq 'Guest'", false, []string{ada, bob}},
		"own identity":     {"identities/any(i:i/issuer eq '" + c.tenant.InitialDomain + "' and i/issuerAssignedId eq 'ada_one.example#EXT#@" + c.tenant.InitialDomain + "')", false, []string{ada}},
		"starts with name": {"startswith(displayName,'bo')", false, []string{bob}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, path := c, "users?$select=id&$filter="+url.QueryEscape(test.filter)
			if test.advanced {
				c, path = c.eventual(), path+"&$count=true"
			}
			if diff := cmp.Diff(test.want, c.expect(http.StatusOK, http.MethodGet, path, nil).column("id")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCountAndSearch(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.invite("ada@one.example")
	c.invite("bob@two.example")
	if a := c.eventual().expect(http.StatusOK, http.MethodGet, "users/$count?$filter=userType eq 'Guest'", nil); a.raw != "2" {
		t.Errorf("$count = %s", a.raw)
	}
	if a := c.expect(http.StatusOK, http.MethodGet, "users?$count=true", nil); a.body["@odata.count"] != nil {
		t.Error("$count=true without the header is not ignored")
	}
	if a := c.eventual().expect(http.StatusOK, http.MethodGet, "users?$count=true&$top=1", nil); a.body["@odata.count"] != 2.0 {
		t.Errorf("@odata.count = %v", a.body["@odata.count"])
	}
	if got := c.eventual().expect(http.StatusOK, http.MethodGet, `users?$search="displayName:bob"&$select=mail`, nil).column("mail"); !slices.Equal(got, []string{"bob@two.example"}) {
		t.Errorf("$search = %v", got)
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	graphemulator.SeedGuests(&seed, 250)
	c := start(t, graphemulator.Config{Seed: seed})
	a := c.expect(http.StatusOK, http.MethodGet, "users", nil)
	if len(a.values()) != 100 || a.text("@microsoft.graph.tips") == "" {
		t.Errorf("the first page holds %d", len(a.values()))
	}
	c = c.eventual()
	path := "/v1.0/users?$top=30&$select=mail&$count=true&$filter=" + url.QueryEscape("endswith(mail,'@partner01.example') or endswith(mail,'@partner02.example') or startswith(mail,'guest')")
	var mails []string
	pages := 0
	for path != "" {
		a := c.do(http.MethodGet, path, nil)
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, a.status, a.raw)
		}
		if _, counted := a.body["@odata.count"]; counted != (pages == 0) {
			t.Errorf("page %d: counted is %v", pages, counted)
		}
		mails = append(mails, a.column("mail")...)
		path = a.text("@odata.nextLink")
		// Somebody vanishes between two pages: nobody is left out or shown twice.
		if pages == 0 {
			first := c.Users(c.tenant.TenantID)[0]["id"].(string)
			if err := c.DeleteUser(c.tenant.TenantID, first); err != nil {
				t.Fatal(err)
			}
		}
		pages++
	}
	unique := slices.Compact(slices.Sorted(slices.Values(mails)))
	if pages != 9 || len(mails) != 250 || len(unique) != 250 {
		t.Errorf("%d pages with %d guests, %d of them different", pages, len(mails), len(unique))
	}
	// The next page of an advanced query needs the header again.
	next := c.do(http.MethodGet, "/v1.0/users?$top=1&$count=true&$filter=endswith(mail,'e')", nil).text("@odata.nextLink")
	if a := c.with("ConsistencyLevel", "").do(http.MethodGet, next, nil); a.status != http.StatusBadRequest {
		t.Errorf("without the header the next page answers %d", a.status)
	}
}

func TestOrderBy(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	for _, name := range []string{"Carol", "alice", "Bob"} {
		c.put(object{"displayName": name, "userPrincipalName": name + "@" + c.tenant.InitialDomain})
	}
	a := c.expect(http.StatusOK, http.MethodGet, "users?$select=displayName&$orderby=displayName desc&$top=2", nil)
	names := append(a.column("displayName"), c.do(http.MethodGet, a.text("@odata.nextLink"), nil).column("displayName")...)
	if diff := cmp.Diff([]string{"Carol", "Bob", "alice"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	for path, segment := range map[string]string{"colours": "colours", "users/x/colours": "colours", "users/x/manager/colour": "colour"} {
		if a := c.graph(http.MethodGet, path, nil); a.status != 400 || a.message() != "Resource not found for the segment '"+segment+"'." {
			t.Errorf("%s: got %d %s", path, a.status, a.raw)
		}
	}
	for _, request := range []string{"DELETE users", "PUT users", "GET invitations", "PATCH organization", "POST users/x/manager"} {
		method, path, _ := strings.Cut(request, " ")
		if a := c.graph(method, path, nil); a.status != 405 || a.code() != "Request_BadRequest" {
			t.Errorf("%s: got %d %s", request, a.status, a.raw)
		}
	}
	if a := c.graph(http.MethodGet, "me/manager", nil); a.status != 400 || !strings.Contains(a.message(), "delegated") {
		t.Errorf("me: %d %s", a.status, a.raw)
	}
	if a := c.graph(http.MethodGet, "users/00000000-0000-4000-8000-000000000000", nil); a.status != 404 || a.code() != "Request_ResourceNotFound" {
		t.Errorf("unknown user: %d %s", a.status, a.raw)
	}
}

func TestRevokeSignInSessions(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	guest := c.invite("ada@partner.example")
	member := c.put(object{"signInSessionsValidFromDateTime": "2020-01-01T00:00:00Z"})
	before := c.user(guest)
	for _, id := range []string{guest, member} {
		if a := c.expect(http.StatusOK, http.MethodPost, "users/"+id+"/revokeSignInSessions", nil); a.body["value"] != true {
			t.Errorf("got %s", a.raw)
		}
	}
	if diff := cmp.Diff(before, c.user(guest)); diff != "" {
		t.Error("a guest's sessions cannot be revoked:", diff)
	}
	if c.user(member)["signInSessionsValidFromDateTime"] == "2020-01-01T00:00:00Z" {
		t.Error("the member's sessions are still valid")
	}
	silent := start(t, graphemulator.Config{Switches: graphemulator.Switches{RevokeNoContent: true}})
	silent.expect(http.StatusNoContent, http.MethodPost, "users/"+silent.put(object{})+"/revokeSignInSessions", nil)
}
