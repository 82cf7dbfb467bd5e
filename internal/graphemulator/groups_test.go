package graphemulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	group, ada, bob := c.group(), c.invite("ada@partner.example"), c.invite("bob@partner.example")
	members := "groups/" + group + "/members"
	c.expect(http.StatusNoContent, http.MethodPost, members+"/$ref", c.reference(ada))
	c.expect(http.StatusNoContent, http.MethodPost, members+"/$ref", object{"@odata.id": "https://graph.microsoft.com/v1.0/users/" + bob})
	if a := c.graph(http.MethodPost, members+"/$ref", c.reference(ada)); a.status != 400 || a.code() != "Request_BadRequest" ||
		a.message() != "One or more added object references already exist for the following modified properties: 'members'." {
		t.Errorf("twice: %d %s", a.status, a.raw)
	}

	a := c.expect(http.StatusOK, http.MethodGet, members, nil)
	if diff := cmp.Diff([]string{ada, bob}, a.column("id")); diff != "" {
		t.Error(diff)
	}
	if a.values()[0]["@odata.type"] != "#microsoft.graph.user" || a.values()[0]["mail"] != "ada@partner.example" {
		t.Errorf("member = %v", a.values()[0])
	}
	for path, want := range map[string][]string{
		members + "?$filter=id eq '" + bob + "'": {bob}, members + "?$select=id&$top=1": {ada},
	} {
		if diff := cmp.Diff(want, c.expect(http.StatusOK, http.MethodGet, path, nil).column("id")); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	cast := c.eventual().expect(http.StatusOK, http.MethodGet, members+"/graph.user?$count=true&$filter=startswith(displayName,'b')&$select=id,mail", nil)
	if diff := cmp.Diff([]string{"bob@partner.example"}, cast.column("mail")); diff != "" {
		t.Error(diff)
	}
	if a := c.eventual().expect(http.StatusOK, http.MethodGet, members+"/$count", nil); a.raw != "2" {
		t.Errorf("$count = %s", a.raw)
	}

	c.expect(http.StatusNoContent, http.MethodDelete, members+"/"+ada+"/$ref", nil)
	if a := c.graph(http.MethodDelete, members+"/"+ada+"/$ref", nil); a.status != 404 || a.code() != "Request_ResourceNotFound" {
		t.Errorf("twice: %d %s", a.status, a.raw)
	}
	if diff := cmp.Diff([]string{bob}, c.Members(c.tenant.TenantID, group)); diff != "" {
		t.Error(diff)
	}
	c.user(ada)
}

// Without /$ref the request is about the person, and deletes him.
func TestDeleteMemberWithoutRef(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	if err := c.AddMember(c.tenant.TenantID, c.group(), id); err != nil {
		t.Fatal(err)
	}
	path := "groups/" + c.group() + "/members/" + id
	if a := c.as("GroupMember.ReadWrite.All").graph(http.MethodDelete, path, nil); a.status != http.StatusForbidden {
		t.Errorf("without a permission on users: %d", a.status)
	}
	c.expect(http.StatusNoContent, http.MethodDelete, path, nil)
	if _, there := c.User(c.tenant.TenantID, id); there || len(c.DeletedUsers(c.tenant.TenantID)) != 1 {
		t.Error("the user is still there")
	}
}

func TestBindMembers(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	var references []any
	for range 21 {
		references = append(references, c.reference(c.put(object{}))["@odata.id"])
	}
	bind := func(references ...any) answer {
		return c.graph(http.MethodPatch, "groups/"+c.group(), object{"members@odata.bind": references})
	}
	if a := bind(references...); a.status != 400 {
		t.Errorf("21 references: %d %s", a.status, a.raw)
	}
	if a := bind(references[0], c.reference("00000000-0000-4000-8000-000000000000")["@odata.id"]); a.status != 404 {
		t.Errorf("one that is not there: %d %s", a.status, a.raw)
	}
	if n := len(c.Members(c.tenant.TenantID, c.group())); n != 0 {
		t.Errorf("%d of a refused request are members", n)
	}
	if a := bind(references[:20]...); a.status != 204 {
		t.Errorf("20 references: %d %s", a.status, a.raw)
	}
	if a := bind(references[20], references[0]); a.status != 400 || len(c.Members(c.tenant.TenantID, c.group())) != 20 {
		t.Errorf("one who is in already: %d %s", a.status, a.raw)
	}
}

func TestWrongReferences(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{})
	unified := c.putGroup(object{"groupTypes": []string{"Unified"}, "mailEnabled": true})
	members := "groups/" + c.group() + "/members/$ref"
	tests := map[string]struct {
		path   string
		body   any
		status int
	}{
		"no address":          {members, object{"@odata.id": id}, 400},
		"other host":          {members, object{"@odata.id": "https://graph.example/v1.0/directoryObjects/" + id}, 400},
		"no version":          {members, object{"@odata.id": c.ready.GraphEndpoint + "/directoryObjects/" + id}, 400},
		"other collection":    {members, object{"@odata.id": c.ready.GraphEndpoint + "/v1.0/devices/" + id}, 400},
		"no id":               {members, object{"@odata.id": c.ready.GraphEndpoint + "/v1.0/directoryObjects/ada"}, 400},
		"more properties":     {members, object{"@odata.id": c.reference(id)["@odata.id"], "id": id}, 400},
		"empty":               {members, object{}, 400},
		"unknown":             {members, c.reference("00000000-0000-4000-8000-000000000000"), 404},
		"beta":                {members, object{"@odata.id": c.ready.GraphEndpoint + "/beta/directoryObjects/" + id}, 204},
		"unified, by users":   {"groups/" + unified + "/members/$ref", object{"@odata.id": c.ready.GraphEndpoint + "/v1.0/users/" + id}, 400},
		"unified":             {"groups/" + unified + "/members/$ref", c.reference(id), 204},
		"unified, group":      {"groups/" + unified + "/members/$ref", c.reference(c.group()), 400},
		"manager is a group":  {"users/" + id + "/manager/$ref", c.reference(c.group()), 400},
		"manager is himself":  {"users/" + id + "/manager/$ref", c.reference(id), 400},
		"manager not there":   {"users/" + id + "/manager/$ref", c.reference("00000000-0000-4000-8000-000000000000"), 404},
		"unknown group":       {"groups/00000000-0000-4000-8000-000000000000/members/$ref", c.reference(id), 404},
		"sponsor not there":   {"users/" + id + "/sponsors/$ref", c.reference("00000000-0000-4000-8000-000000000000"), 404},
		"sponsor's own group": {"users/" + id + "/sponsors/$ref", c.reference(c.group()), 204},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method := http.MethodPost
			if strings.Contains(test.path, "manager") {
				method = http.MethodPut
			}
			if a := c.graph(method, test.path, test.body); a.status != test.status {
				t.Errorf("got %d %s, want %d", a.status, a.raw, test.status)
			}
		})
	}
}

// The kinds of groups whose members Graph does not write.
func TestUnwritableGroups(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{})
	tests := map[string]struct {
		group   object
		status  int
		message string
	}{
		"dynamic":      {object{"groupTypes": []string{"DynamicMembership"}, "membershipRule": "user.city -eq \"Bonn\""}, 403, "Insufficient privileges"},
		"synchronised": {object{"onPremisesSyncEnabled": true}, 400, "on-premises mastered"},
		"mail-enabled": {object{"mailEnabled": true}, 403, "mail-enabled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.group["members"] = []string{id}
			path := "groups/" + c.putGroup(test.group) + "/members/"
			for _, a := range []answer{c.graph(http.MethodPost, path+"$ref", c.reference(id)), c.graph(http.MethodDelete, path+id+"/$ref", nil)} {
				if a.status != test.status || !strings.Contains(a.message(), test.message) {
					t.Errorf("got %d %s", a.status, a.raw)
				}
			}
		})
	}
	switched := start(t, graphemulator.Config{Switches: graphemulator.Switches{DynamicGroupBadRequest: true}})
	group := switched.putGroup(object{"groupTypes": []string{"DynamicMembership"}})
	if a := switched.graph(http.MethodPost, "groups/"+group+"/members/$ref", switched.reference(switched.put(object{}))); a.status != 400 {
		t.Errorf("switched: %d", a.status)
	}
}

func TestHiddenMembership(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	group := c.putGroup(object{"visibility": "HiddenMembership", "members": []string{c.put(object{})}})
	for roles, want := range map[string]int{"GroupMember.Read.All": 0, "GroupMember.Read.All Member.Read.Hidden": 1} {
		a := c.as(strings.Fields(roles)...).expect(http.StatusOK, http.MethodGet, "groups/"+group+"/members", nil)
		if len(a.values()) != want {
			t.Errorf("%s: %d members", roles, len(a.values()))
		}
	}
}

func TestMemberOf(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{})
	inner := c.putGroup(object{"members": []string{id}})
	outer := c.putGroup(object{"members": []string{inner}})
	for path, want := range map[string][]string{
		"users/" + id + "/memberOf": {inner}, "users/" + id + "/transitiveMemberOf": {inner, outer},
		"groups/" + inner + "/memberOf": {outer}, "groups/" + outer + "/transitiveMembers": {inner, id},
	} {
		if diff := cmp.Diff(want, c.expect(http.StatusOK, http.MethodGet, path, nil).column("id")); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

// What a directory client does with a group it owns, on /beta.
func TestGroupLifecycle(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	principal := c.expect(http.StatusOK, http.MethodGet, "servicePrincipals?$filter=appId eq '"+c.tenant.Applications[0].ClientID+"'", nil).column("id")[0]
	member := c.put(object{})
	a := c.do(http.MethodPost, "/beta/groups", object{
		"@odata.type": "#microsoft.graph.group", "displayName": "Team", "mailNickname": "team", "mailEnabled": false, "securityEnabled": true,
		"groupTypes": []string{}, "membershipRule": nil, "resourceBehaviorOptions": []string{}, "resourceProvisioningOptions": []string{},
		"owners@odata.bind":  []string{c.ready.GraphEndpoint + "/beta/directoryObjects/" + principal},
		"members@odata.bind": []string{c.ready.GraphEndpoint + "/v1.0/directoryObjects/" + member},
	})
	if a.status != http.StatusCreated {
		t.Fatalf("got %d %s", a.status, a.raw)
	}
	id := a.text("id")
	owners := c.do(http.MethodGet, "/beta/groups/"+id+"/owners", nil)
	if owners.status != 200 || len(owners.values()) != 1 || owners.values()[0]["@odata.type"] != "#microsoft.graph.servicePrincipal" {
		t.Errorf("owners: %d %s", owners.status, owners.raw)
	}
	if diff := cmp.Diff([]string{member}, c.Members(c.tenant.TenantID, id)); diff != "" {
		t.Error(diff)
	}
	c.expect(http.StatusNoContent, http.MethodPatch, "groups/"+id, object{"description": "The team"})
	if got := c.expect(http.StatusOK, http.MethodGet, "groups/"+id, nil).text("description"); got != "The team" {
		t.Errorf("description = %q", got)
	}
	for _, body := range []object{{"displayName": nil}, {"id": id}, {"colour": "red"}, {"mailEnabled": "no"}, {"isAssignableToRole": true}} {
		if a := c.graph(http.MethodPatch, "groups/"+id, body); a.status != 400 {
			t.Errorf("%v: %d %s", body, a.status, a.raw)
		}
	}
	c.expect(http.StatusNoContent, http.MethodDelete, "groups/"+id, nil)
	c.expect(http.StatusNotFound, http.MethodGet, "groups/"+id, nil)
}

func TestDirectoryObjects(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{})
	a := c.expect(http.StatusOK, http.MethodPost, "directoryObjects/getByIds", object{
		"ids": []string{id, "00000000-0000-4000-8000-000000000000", c.group()}, "types": []string{"user", "group"},
	})
	if diff := cmp.Diff([]string{id, c.group()}, a.column("id")); diff != "" {
		t.Error(diff)
	}
	if a := c.expect(http.StatusOK, http.MethodGet, "directoryObjects/"+c.group(), nil); a.text("@odata.type") != "#microsoft.graph.group" {
		t.Errorf("got %s", a.raw)
	}
	if a := c.graph(http.MethodPost, "directoryObjects/getByIds", object{"ids": []string{}}); a.status != 400 {
		t.Errorf("no ids: %d", a.status)
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	a := c.expect(http.StatusOK, http.MethodGet, "organization?$select=id,displayName,verifiedDomains", nil)
	domains := a.values()[0]["verifiedDomains"].([]any)
	first := domains[0].(object)
	if len(domains) != 2 || first["name"] != c.tenant.InitialDomain || first["isInitial"] != true || len(a.values()[0]) != 3 {
		t.Errorf("got %s", a.raw)
	}
	if a := c.graph(http.MethodGet, "organization?$select=colour", nil); a.status != 400 {
		t.Errorf("unknown property: %d", a.status)
	}
}
