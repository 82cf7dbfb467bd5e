package graphemulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestInvitation(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	body := invitation("Ada.L@partner.example")
	body["invitedUserDisplayName"] = "Ada Lovelace"
	body["sendInvitationMessage"] = true
	body["invitedUserMessageInfo"] = object{
		"customizedMessageBody": "Welcome!",
		"ccRecipients": []object{
			{"emailAddress": object{"address": "boss@contoso.example"}},
			{"emailAddress": object{"address": "second@contoso.example"}},
		},
	}
	a := c.expect(http.StatusCreated, http.MethodPost, "invitations", body)
	invited := a.body["invitedUser"].(object)
	id := invited["id"].(string)
	upn := "Ada.L_partner.example#EXT#@" + c.tenant.InitialDomain
	if invited["userPrincipalName"] != upn || a.body["status"] != "PendingAcceptance" ||
		!strings.Contains(a.text("inviteRedeemUrl"), a.text("id")) {
		t.Errorf("unexpected invitation: %s", a.raw)
	}

	user := c.user(id)
	want := object{
		"userPrincipalName": upn, "mail": "Ada.L@partner.example", "displayName": "Ada Lovelace", "userType": "Guest",
		"creationType": "Invitation", "externalUserState": "PendingAcceptance", "accountEnabled": true,
		"mailNickname": "Ada.L_partner.example#EXT#",
	}
	for name, value := range want {
		if user[name] != value {
			t.Errorf("%s = %v, want %v", name, user[name], value)
		}
	}
	if diff := cmp.Diff([]any{"SMTP:Ada.L@partner.example"}, user["proxyAddresses"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"Ada.L@partner.example"}, user["otherMails"]); diff != "" {
		t.Error(diff)
	}

	mails := c.Mailbox()
	if len(mails) != 1 {
		t.Fatalf("%d mails were sent, want 1", len(mails))
	}
	mail := mails[0]
	if diff := cmp.Diff([]string{"boss@contoso.example"}, mail.CC); diff != "" {
		t.Error("only the first recipient gets a copy:", diff)
	}
	if strings.Contains(mail.Body, "Welcome!") {
		t.Error("the message of an application is dropped, but it was sent")
	}
	if mail.RedeemURL != a.text("inviteRedeemUrl") {
		t.Error("the mail carries another link than the answer")
	}

	if err := c.Redeem(c.tenant.TenantID, "ada.l@PARTNER.example"); err != nil {
		t.Fatal(err)
	}
	got := c.expect(http.StatusOK, http.MethodGet, "users/"+id+"?$select=externalUserState,identities", nil)
	if got.text("externalUserState") != "Accepted" || !strings.Contains(got.raw, `"ExternalAzureAD"`) {
		t.Errorf("after acceptance: %s", got.raw)
	}
}

// The form of the answer is documented down to its nulls.
func TestInvitationAnswer(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	a := c.expect(http.StatusCreated, http.MethodPost, "invitations", invitation("ada@partner.example"))
	user := c.user(a.body["invitedUser"].(object)["id"].(string))
	for _, name := range []string{"id", "inviteRedeemUrl"} {
		if a.text(name) == "" {
			t.Errorf("%s is missing", name)
		}
		delete(a.body, name)
	}
	want := object{
		"@odata.context":         c.ready.GraphEndpoint + "/v1.0/$metadata#invitations/$entity",
		"invitedUserDisplayName": nil, "invitedUserType": "Guest", "invitedUserEmailAddress": "ada@partner.example",
		"sendInvitationMessage": false, "resetRedemption": false, "inviteRedirectUrl": "https://myapps.microsoft.com",
		"status": "PendingAcceptance",
		"invitedUserMessageInfo": object{
			"messageLanguage": nil, "customizedMessageBody": nil,
			"ccRecipients": []any{object{"emailAddress": object{"name": nil, "address": nil}}},
		},
		"invitedUser": object{"id": user["id"], "userPrincipalName": user["userPrincipalName"]},
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Error(diff)
	}
	if len(c.Mailbox()) != 0 {
		t.Error("a mail was sent without sendInvitationMessage")
	}
}

func TestInvitationRefusals(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].BlockedInviteDomains = []string{"blocked.example"}
	c := start(t, graphemulator.Config{Seed: seed})
	internal := c.put(object{"mail": "inside@external.example"})
	disabled := c.invite("off@partner.example")
	if err := c.PatchUser(c.tenant.TenantID, disabled, object{"accountEnabled": false}); err != nil {
		t.Fatal(err)
	}
	c.putGroup(object{"proxyAddresses": []string{"SMTP:team@partner.example"}})
	users := len(c.Users(c.tenant.TenantID))

	with := func(address, name string, value any) object {
		body := invitation(address)
		body[name] = value
		return body
	}
	six := make([]object, 6)
	for i := range six {
		six[i] = object{"id": c.put(object{})}
	}
	users += 6
	tests := map[string]struct {
		body    any
		status  int
		message string
	}{
		"no address":      {with("", "invitedUserEmailAddress", nil), 400, "invitedUserEmailAddress"},
		"no redirect":     {with("n@partner.example", "inviteRedirectUrl", nil), 400, "inviteRedirectUrl"},
		"no web redirect": {with("n@partner.example", "inviteRedirectUrl", "ftp://x.example"), 400, "inviteRedirectUrl"},
		"plus":            {invitation("a+b@partner.example"), 400, "The Primary SMTP Address is an invalid value"},
		"exclamation":     {invitation("a!b@partner.example"), 400, "not valid"},
		"blank":           {invitation("a b@partner.example"), 400, "not valid"},
		"leading dot":     {invitation(".a@partner.example"), 400, "not valid"},
		"trailing dash":   {invitation("a-@partner.example"), 400, "not valid"},
		"no domain":       {invitation("a@localhost"), 400, "not valid"},
		"no at":           {invitation("partner.example"), 400, "not valid"},
		"own domain":      {invitation("a@" + c.tenant.VerifiedDomains[1]), 400, "the domain of the user's email address is a verified domain of this directory"},
		"initial domain":  {invitation("a@" + c.tenant.InitialDomain), 400, "Invitee is in inviter tenant"},
		"blocked domain":  {invitation("a@Blocked.example"), 400, "collaboration restrictions"},
		"internal user":   {invitation("inside@external.example"), 400, "The invited user already exists in the directory as object ID: " + internal},
		"disabled guest":  {invitation("off@partner.example"), 412, "as object ID: " + disabled + ", but the account is blocked from signing in."},
		"group address":   {invitation("team@partner.example"), 400, "proxyAddresses already exists"},
		"user type":       {with("n@partner.example", "invitedUserType", "Boss"), 400, "invitedUserType"},
		"read-only":       {with("n@partner.example", "status", "Completed"), 400, "read-only"},
		"unknown":         {with("n@partner.example", "companyName", "X"), 400, "Invalid property 'companyName'."},
		"wrong type":      {with("n@partner.example", "sendInvitationMessage", "yes"), 400, "Edm.Boolean"},
		"six sponsors":    {with("n@partner.example", "invitedUserSponsors", six), 400, "maximum of 5"},
		"typed sponsor":   {with("n@partner.example", "invitedUserSponsors", []object{{"@odata.type": "#microsoft.graph.directoryObject", "id": internal}}), 400, "invitedUserSponsors"},
		"no such sponsor": {with("n@partner.example", "invitedUserSponsors", []object{{"id": "00000000-0000-4000-8000-000000000000"}}), 404, "does not exist"},
		"reset, no id":    {with("n@partner.example", "resetRedemption", true), 400, "id of the invited user is required"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := c.graph(http.MethodPost, "invitations", test.body)
			if a.status != test.status || !strings.Contains(a.message(), test.message) {
				t.Errorf("got %d %s, want %d %q", a.status, a.raw, test.status, test.message)
			}
		})
	}
	t.Cleanup(func() {
		if n := len(c.Users(c.tenant.TenantID)); n != users {
			t.Errorf("refused invitations made %d users", n-users)
		}
	})
}

func TestInvitationPolicy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		policy, role string
		status       int
	}{
		{"none", "User.Invite.All", 403},
		{"adminsAndGuestInviters", "User.ReadWrite.All", 403},
		{"adminsAndGuestInviters", "User.Invite.All", 201},
		{"everyone", "User.ReadWrite.All", 201},
	} {
		t.Run(test.policy+" "+test.role, func(t *testing.T) {
			t.Parallel()
			seed := graphemulator.DefaultSeed()
			seed.Tenants[0].AllowInvitesFrom = test.policy
			a := start(t, graphemulator.Config{Seed: seed}).as(test.role).graph(http.MethodPost, "invitations", invitation("a@partner.example"))
			if a.status != test.status || test.status == 403 && !strings.HasPrefix(a.message(), "Guest invitations not allowed for your company.") {
				t.Errorf("got %d %s", a.status, a.raw)
			}
		})
	}
}

// Inviting somebody who is there answers with the person who is there.
func TestReinvite(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].ExternalAccounts = [][]string{{"ada@partner.example", "lovelace@partner.example"}}
	c := start(t, graphemulator.Config{Seed: seed})
	first := c.expect(http.StatusCreated, http.MethodPost, "invitations", invitation("ada@partner.example"))
	id := first.body["invitedUser"].(object)["id"].(string)

	again := invitation("ADA@partner.example")
	again["sendInvitationMessage"], again["invitedUserDisplayName"] = true, "Somebody Else"
	second := c.expect(http.StatusCreated, http.MethodPost, "invitations", again)
	if second.body["invitedUser"].(object)["id"] != id || second.text("inviteRedeemUrl") == first.text("inviteRedeemUrl") {
		t.Errorf("the second invitation: %s", second.raw)
	}
	if c.user(id)["displayName"] != "ada" {
		t.Error("the second invitation changed the person")
	}
	if len(c.Mailbox()) != 1 {
		t.Errorf("%d mails were sent, want 1", len(c.Mailbox()))
	}

	if got := c.invite("lovelace@partner.example"); got != id {
		t.Errorf("the alias made %s, want %s", got, id)
	}
	if diff := cmp.Diff([]any{"SMTP:ada@partner.example", "smtp:lovelace@partner.example"}, c.user(id)["proxyAddresses"]); diff != "" {
		t.Error(diff)
	}

	// One who has accepted gets no second mail.
	if err := c.Redeem(c.tenant.TenantID, "ada@partner.example"); err != nil {
		t.Fatal(err)
	}
	c.expect(http.StatusCreated, http.MethodPost, "invitations", again)
	if len(c.Mailbox()) != 1 {
		t.Error("a guest who has accepted was mailed again")
	}
}

func TestResetRedemption(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	if err := c.Redeem(c.tenant.TenantID, "ada@partner.example"); err != nil {
		t.Fatal(err)
	}
	before := c.user(id)
	reset := func(address string) object {
		body := invitation(address)
		body["resetRedemption"], body["invitedUser"] = true, object{"id": id}
		return body
	}
	if a := c.graph(http.MethodPost, "invitations", reset("new@partner.example")); a.status != 400 || !strings.Contains(a.message(), "mail or otherMails") {
		t.Errorf("an address of nobody: %d %s", a.status, a.raw)
	}
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+id, object{"otherMails": []string{"new@partner.example"}})
	if a := c.as("User.Invite.All").graph(http.MethodPost, "invitations", reset("new@partner.example")); a.status != 403 {
		t.Errorf("without User.ReadWrite.All: %d", a.status)
	}
	c.SetRoleHolder(c.tenant.TenantID, id, true)
	if a := c.graph(http.MethodPost, "invitations", reset("new@partner.example")); a.status != 403 {
		t.Errorf("a holder of a role: %d", a.status)
	}
	c.SetRoleHolder(c.tenant.TenantID, id, false)
	c.expect(http.StatusCreated, http.MethodPost, "invitations", reset("new@partner.example"))
	after := c.user(id)
	if after["externalUserState"] != "PendingAcceptance" || after["userPrincipalName"] != before["userPrincipalName"] {
		t.Errorf("after the reset: %v", after)
	}
}

func TestInviteInternalUser(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{"userPrincipalName": "ada@" + c.tenant.InitialDomain})
	body := invitation("ada@partner.example")
	body["invitedUser"] = object{"id": id}
	c.expect(http.StatusCreated, http.MethodPost, "invitations", body)
	user := c.user(id)
	if user["externalUserState"] != "PendingAcceptance" || user["userPrincipalName"] != "ada@"+c.tenant.InitialDomain {
		t.Errorf("user = %v", user)
	}
}

func TestInvitationSponsors(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	sponsor := c.put(object{})
	body := invitation("ada@partner.example")
	body["invitedUserSponsors"] = []object{{"id": sponsor}, {"id": c.group()}}
	a := c.expect(http.StatusCreated, http.MethodPost, "invitations", body)
	id := a.body["invitedUser"].(object)["id"].(string)
	if diff := cmp.Diff([]string{sponsor, c.group()}, c.Sponsors(c.tenant.TenantID, id)); diff != "" {
		t.Error(diff)
	}
	if got := c.Sponsors(c.tenant.TenantID, c.invite("bob@partner.example")); len(got) != 0 {
		t.Errorf("sponsors nobody asked for: %v", got)
	}
}

// An organisational contact keeps its address.
func TestInviteContact(t *testing.T) {
	t.Parallel()
	seed := graphemulator.DefaultSeed()
	seed.Tenants[0].Contacts = []string{"ada@partner.example"}
	c := start(t, graphemulator.Config{Seed: seed})
	user := c.user(c.invite("ada@partner.example"))
	if user["mail"] != nil || len(user["proxyAddresses"].([]any)) != 0 {
		t.Errorf("user = %v", user)
	}
}

func TestInvitationSwitches(t *testing.T) {
	t.Parallel()
	member := invitation("m@partner.example")
	member["invitedUserType"] = "Member"
	apostrophe := invitation("o'hara@partner.example")
	typed := func(c *client) object {
		body := invitation("t@partner.example")
		body["invitedUserSponsors"] = []object{{"@odata.type": "#microsoft.graph.user", "id": c.put(object{})}}
		return body
	}
	tests := map[string]struct {
		switches graphemulator.Switches
		roles    []string
		body     func(*client) object
		off, on  int
	}{
		"member":       {graphemulator.Switches{MemberInviteAllowed: true}, []string{"User.Invite.All"}, func(*client) object { return member }, 403, 201},
		"apostrophe":   {graphemulator.Switches{ApostropheRefused: true}, graphemulator.AllRoles(), func(*client) object { return apostrophe }, 201, 400},
		"unauthorized": {graphemulator.Switches{InvitationUnauthorized: true}, []string{"User.Read.All"}, func(*client) object { return member }, 403, 401},
		"typed":        {graphemulator.Switches{TypedSponsorsAccepted: true}, graphemulator.AllRoles(), typed, 400, 201},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			off := start(t, graphemulator.Config{}).as(test.roles...)
			if a := off.graph(http.MethodPost, "invitations", test.body(off)); a.status != test.off {
				t.Errorf("off: got %d %s, want %d", a.status, a.raw, test.off)
			}
			on := start(t, graphemulator.Config{Switches: test.switches}).as(test.roles...)
			if a := on.graph(http.MethodPost, "invitations", test.body(on)); a.status != test.on {
				t.Errorf("on: got %d %s, want %d", a.status, a.raw, test.on)
			}
		})
	}
}

func TestReinviteSwitches(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{Switches: graphemulator.Switches{
		ReinviteCompleted: true, ReinviteSilent: true, SoftDeletedBlocksInvite: true, OtherMailsEmpty: true,
		InviterBecomesSponsor: true, InvitationErrorCode: "Request_BadRequest",
	}})
	id := c.invite("ada@partner.example")
	if got := c.user(id)["otherMails"]; len(got.([]any)) != 0 {
		t.Errorf("otherMails = %v", got)
	}
	if got := c.Sponsors(c.tenant.TenantID, id); len(got) != 1 {
		t.Errorf("sponsors = %v", got)
	}
	body := invitation("ada@partner.example")
	body["sendInvitationMessage"] = true
	c.expect(http.StatusCreated, http.MethodPost, "invitations", body)
	if len(c.Mailbox()) != 0 {
		t.Error("the second invitation sent a mail")
	}
	if err := c.Redeem(c.tenant.TenantID, "ada@partner.example"); err != nil {
		t.Fatal(err)
	}
	if a := c.expect(http.StatusCreated, http.MethodPost, "invitations", body); a.body["status"] != "Completed" {
		t.Errorf("status = %v", a.body["status"])
	}
	c.expect(http.StatusNoContent, http.MethodDelete, "users/"+id, nil)
	if a := c.graph(http.MethodPost, "invitations", body); a.status != 400 || a.code() != "Request_BadRequest" {
		t.Errorf("a deleted guest: %d %s", a.status, a.raw)
	}
}
