package graphemulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	user, manager := c.invite("ada@partner.example"), c.put(object{})
	group := c.group()
	roleGroup := c.putGroup(object{"isAssignableToRole": true})
	deleted := c.invite("gone@partner.example")
	if err := c.DeleteUser(c.tenant.TenantID, deleted); err != nil {
		t.Fatal(err)
	}
	users, members := "users/"+user, "groups/"+group+"/members"
	bind := object{"members@odata.bind": []string{c.reference(manager)["@odata.id"].(string)}}

	// Each case runs with the roles and expects the status; the effect of an allowed
	// request is that of its own, so every allowed write has its own object.
	tests := map[string]struct {
		roles  string
		method string
		path   string
		body   any
		status int
	}{
		"invite least":            {"User.Invite.All", "POST", "invitations", invitation("p1@partner.example"), 201},
		"invite writer":           {"User.ReadWrite.All", "POST", "invitations", invitation("p2@partner.example"), 201},
		"invite reader":           {"User.Read.All", "POST", "invitations", invitation("p3@partner.example"), 403},
		"list basic":              {"User.ReadBasic.All", "GET", "users", nil, 200},
		"list basic, department":  {"User.ReadBasic.All", "GET", "users?$select=id,department", nil, 403},
		"list basic, mail":        {"User.ReadBasic.All", "GET", "users?$select=id,mail", nil, 200},
		"list reader":             {"User.Read.All", "GET", "users?$select=id,department", nil, 200},
		"list nothing":            {"", "GET", "users", nil, 403},
		"list group reader":       {"Group.Read.All", "GET", "users", nil, 403},
		"sign-in without audit":   {"User.Read.All", "GET", "users?$select=signInActivity", nil, 403},
		"sign-in with audit":      {"User.Read.All AuditLog.Read.All", "GET", "users?$select=signInActivity", nil, 200},
		"leave date unread":       {"User.Read.All", "GET", users + "?$select=employeeLeaveDateTime", nil, 403},
		"leave date read":         {"User.Read.All User-LifeCycleInfo.Read.All", "GET", users + "?$select=employeeLeaveDateTime", nil, 200},
		"patch reader":            {"User.Read.All", "PATCH", users, object{"city": "Bonn"}, 403},
		"patch writer":            {"User.ReadWrite.All", "PATCH", users, object{"city": "Bonn"}, 204},
		"patch update":            {"User.ReadUpdate.All", "PATCH", users, object{"city": "Bonn"}, 204},
		"enable alone":            {"User.EnableDisableAccount.All", "PATCH", users, object{"accountEnabled": true}, 403},
		"enable with read":        {"User.EnableDisableAccount.All User.Read.All", "PATCH", users, object{"accountEnabled": true}, 204},
		"enable and city":         {"User.EnableDisableAccount.All User.Read.All", "PATCH", users, object{"accountEnabled": true, "city": "Bonn"}, 403},
		"mails":                   {"User-Mail.ReadWrite.All", "PATCH", users, object{"otherMails": []string{"ada@partner.example"}}, 204},
		"phones":                  {"User-Phone.ReadWrite.All", "PATCH", users, object{"mobilePhone": "+49 2"}, 204},
		"phones only":             {"User-Phone.ReadWrite.All", "PATCH", users, object{"otherMails": []string{}}, 403},
		"password writer":         {"User.ReadWrite.All", "PATCH", "users/" + manager, object{"passwordProfile": object{"password": "Xw-9102-kd"}}, 403},
		"password":                {"User-PasswordProfile.ReadWrite.All", "PATCH", "users/" + manager, object{"passwordProfile": object{"password": "Xw-9102-kd"}}, 204},
		"leave date writer":       {"User.ReadWrite.All", "PATCH", users, object{"employeeLeaveDateTime": nil}, 403},
		"leave date":              {"User.Read.All User-LifeCycleInfo.ReadWrite.All", "PATCH", users, object{"employeeLeaveDateTime": nil}, 204},
		"identities writer":       {"User.ReadWrite.All", "PATCH", users, object{"identities": []object{}}, 403},
		"create":                  {"User.Create", "POST", "users", c.member("p4"), 201},
		"create invite":           {"User.Invite.All", "POST", "users", c.member("p5"), 403},
		"delete restorer":         {"User.DeleteRestore.All", "DELETE", "users/" + c.put(object{}), nil, 204},
		"delete inviter":          {"User.Invite.All", "DELETE", users, nil, 403},
		"delete member only":      {"GroupMember.ReadWrite.All", "DELETE", users, nil, 403},
		"deleted items":           {"User.Read.All", "GET", "directory/deletedItems/microsoft.graph.user", nil, 200},
		"deleted items inviter":   {"User.Invite.All", "GET", "directory/deletedItems/microsoft.graph.user", nil, 403},
		"restore reader":          {"User.Read.All", "POST", "directory/deletedItems/" + deleted + "/restore", nil, 403},
		"purge reader":            {"User.Read.All", "DELETE", "directory/deletedItems/" + deleted, nil, 403},
		"manager reader":          {"User.Read.All", "GET", users + "/manager", nil, 404},
		"manager basic":           {"User.ReadBasic.All", "GET", users + "/manager", nil, 403},
		"manager put reader":      {"User.Read.All", "PUT", users + "/manager/$ref", c.reference(manager), 403},
		"sponsors reader":         {"User.Read.All", "GET", users + "/sponsors", nil, 200},
		"sponsor add reader":      {"User.Read.All", "POST", users + "/sponsors/$ref", c.reference(manager), 403},
		"revoke":                  {"User.RevokeSessions.All", "POST", users + "/revokeSignInSessions", nil, 200},
		"revoke reader":           {"User.Read.All", "POST", users + "/revokeSignInSessions", nil, 403},
		"groups":                  {"Group.ReadBasic.All", "GET", "groups", nil, 200},
		"groups user reader":      {"User.Read.All", "GET", "groups", nil, 403},
		"members":                 {"GroupMember.Read.All", "GET", members, nil, 200},
		"member add reader":       {"GroupMember.Read.All", "POST", members + "/$ref", c.reference(user), 403},
		"member add":              {"GroupMember.ReadWrite.All", "POST", members + "/$ref", c.reference(user), 204},
		"member bind":             {"GroupMember.ReadWrite.All", "PATCH", "groups/" + group, bind, 403},
		"member bind writer":      {"Group.ReadWrite.All", "PATCH", "groups/" + group, bind, 204},
		"role group":              {"Group.ReadWrite.All", "POST", "groups/" + roleGroup + "/members/$ref", c.reference(user), 403},
		"role group with role":    {"GroupMember.ReadWrite.All RoleManagement.ReadWrite.Directory", "POST", "groups/" + roleGroup + "/members/$ref", c.reference(user), 204},
		"organization":            {"Organization.Read.All", "GET", "organization", nil, 200},
		"organization group":      {"GroupMember.Read.All", "GET", "organization", nil, 403},
		"policy":                  {"Policy.Read.All", "GET", "policies/authorizationPolicy", nil, 200},
		"policy directory reader": {"Directory.Read.All", "GET", "policies/authorizationPolicy", nil, 403},
		"by ids":                  {"User.Read.All", "POST", "directoryObjects/getByIds", object{"ids": []string{user}}, 403},
		"by ids reader":           {"Directory.Read.All", "POST", "directoryObjects/getByIds", object{"ids": []string{user}}, 200},
		"passes reader":           {"UserAuthMethod-TAP.Read.All", "POST", "users/" + manager + "/authentication/temporaryAccessPassMethods", object{}, 403},
		"passes writer":           {"UserAuthMethod-TAP.ReadWrite.All", "POST", "users/" + manager + "/authentication/temporaryAccessPassMethods", object{}, 201},
		"passes user writer":      {"User.ReadWrite.All", "GET", "users/" + manager + "/authentication/temporaryAccessPassMethods", nil, 403},
		"photo":                   {"ProfilePhoto.Read.All", "GET", users + "/photo", nil, 404},
		"photo put reader":        {"ProfilePhoto.Read.All", "PUT", users + "/photo/$value", "x", 403},
	}
	// Tokens are made one after the other, because the roles are those of one application.
	for name, test := range tests {
		as := c.as(strings.Fields(test.roles)...)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := as.graph(test.method, test.path, test.body)
			if a.status != test.status {
				t.Errorf("got %d %s, want %d", a.status, a.raw, test.status)
			}
			if test.status == http.StatusForbidden && (a.code() != "Authorization_RequestDenied" || a.message() != "Insufficient privileges to complete the operation.") {
				t.Errorf("the refusal is %s", a.raw)
			}
		})
	}
}

// A new permission needs a new token.
func TestRolesTakeEffectWithTheNextToken(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.SetRoles(c.tenant.TenantID, c.tenant.Applications[0].ClientID, nil)
	c.expect(http.StatusOK, http.MethodGet, "users", nil)
	c.signIn()
	c.expect(http.StatusForbidden, http.MethodGet, "users", nil)
}

// Without the permission to read them, related objects show type and id only.
func TestUnreadableMembers(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{"displayName": "Ada"})
	if err := c.AddMember(c.tenant.TenantID, c.group(), id); err != nil {
		t.Fatal(err)
	}
	a := c.as("GroupMember.Read.All").expect(http.StatusOK, http.MethodGet, "groups/"+c.group()+"/members", nil)
	if values := a.values(); len(values) != 1 || len(values[0]) != 2 || values[0]["id"] != id || values[0]["@odata.type"] != "#microsoft.graph.user" {
		t.Errorf("got %s", a.raw)
	}
}
