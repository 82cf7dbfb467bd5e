package graphemulator_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// reasonOf is why a sign-in was refused, "" when it was not.
func (c *client) reasonOf(upn, secret string) graphemulator.SignInReason {
	c.t.Helper()
	_, err := c.SignIn(c.tenant.TenantID, upn, secret)
	refused, ok := errors.AsType[*graphemulator.SignInRefused](err)
	if err != nil && !ok {
		c.t.Fatal(err)
	}
	if refused == nil {
		return ""
	}
	return refused.Reason
}

func TestSignInWithAPassword(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	member := c.member("ada")
	id := c.expect(http.StatusCreated, http.MethodPost, "users", member).text("id")
	upn, tenant := member["userPrincipalName"].(string), c.tenant.TenantID
	first := member["passwordProfile"].(object)["password"].(string)
	signedIn, err := c.SignIn(tenant, upn, first)
	if err != nil || !signedIn.MustChangePassword || signedIn.UserID != id || signedIn.Method != graphemulator.ByPassword {
		t.Fatalf("%+v, %v", signedIn, err)
	}
	if err := c.ChangePassword(tenant, upn, first, "password"); err == nil {
		t.Error("a weak password is taken")
	}
	if err := c.ChangePassword(tenant, upn, first, "Own-choice-17"); err != nil {
		t.Fatal(err)
	}
	if signedIn, err = c.SignIn(tenant, upn, "Own-choice-17"); err != nil || signedIn.MustChangePassword {
		t.Errorf("%+v, %v", signedIn, err)
	}
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+id, object{"passwordProfile": object{"password": "Reset-by-us-9", "forceChangePasswordNextSignIn": false}})
	if signedIn, err = c.SignIn(tenant, upn, "Reset-by-us-9"); err != nil || signedIn.MustChangePassword {
		t.Errorf("%+v, %v", signedIn, err)
	}
	guest := c.invite("eve@partner.example")
	for name, test := range map[string]struct {
		upn, secret string
		want        graphemulator.SignInReason
	}{
		"old password": {upn, first, graphemulator.WrongCredential},
		"no password":  {upn, "", graphemulator.WrongCredential},
		"unknown":      {"nobody@x.example", "x", graphemulator.UnknownUser},
		"guest":        {guest, "x", graphemulator.ForeignUser},
	} {
		if got := c.reasonOf(test.upn, test.secret); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	c.expect(http.StatusNoContent, http.MethodPatch, "users/"+id, object{"accountEnabled": false})
	if got := c.reasonOf(upn, "Reset-by-us-9"); got != graphemulator.DisabledUser {
		t.Errorf("disabled: %q", got)
	}
}

func TestPasswordsNeedADirectoryRole(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	path, body := "users/"+c.put(object{}), object{"passwordProfile": object{"password": "Xw-9102-kd"}}
	c.expect(http.StatusNoContent, http.MethodPatch, path, body)
	c.SetDirectoryRoles(c.tenant.TenantID, c.tenant.Applications[0].ClientID)
	c.expect(http.StatusNoContent, http.MethodPatch, path, body) // the token is the old one
	c.signIn()
	c.expect(http.StatusForbidden, http.MethodPatch, path, body)
	c.expect(http.StatusNoContent, http.MethodPatch, path, object{"city": "Bonn"})
}

func TestRevokedSessionsAreKnown(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	member, guest := c.put(object{}), c.invite("eve@partner.example")
	for _, id := range []string{member, guest} {
		if _, revoked := c.SessionsRevokedAt(c.tenant.TenantID, id); revoked {
			t.Error("revoked before anybody asked")
		}
		c.expect(http.StatusOK, http.MethodPost, "users/"+id+"/revokeSignInSessions", nil)
	}
	if at, revoked := c.SessionsRevokedAt(c.tenant.TenantID, member); !revoked || time.Since(at) > time.Minute {
		t.Errorf("%v %t", at, revoked)
	}
	if _, revoked := c.SessionsRevokedAt(c.tenant.TenantID, guest); revoked {
		t.Error("the sessions of a guest are at home")
	}
}

func TestTemporaryAccessPass(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{"userPrincipalName": "ada@" + c.tenant.InitialDomain})
	path := "users/" + id + "/authentication/temporaryAccessPassMethods"
	if listed := c.expect(http.StatusOK, http.MethodGet, path, nil); len(listed.values()) != 0 {
		t.Errorf("passes %s", listed.raw)
	}
	made := c.expect(http.StatusCreated, http.MethodPost, path, object{"lifetimeInMinutes": 60, "isUsableOnce": true})
	code := made.text("temporaryAccessPass")
	if code == "" || made.body["isUsable"] != true || made.text("methodUsabilityReason") != "EnabledByPolicy" || made.body["lifetimeInMinutes"] != 60.0 {
		t.Errorf("answer %s", made.raw)
	}
	for _, a := range []answer{c.expect(http.StatusOK, http.MethodGet, path, nil), c.expect(http.StatusOK, http.MethodGet, path+"/"+made.text("id"), nil)} {
		if strings.Contains(a.raw, code) {
			t.Errorf("the code shows again: %s", a.raw)
		}
	}
	if signedIn, err := c.SignIn(c.tenant.TenantID, id, code); err != nil || signedIn.Method != graphemulator.ByAccessPass {
		t.Errorf("%+v, %v", signedIn, err)
	}
	if got := c.reasonOf(id, code); got != graphemulator.PassUsed {
		t.Errorf("used twice: %q", got)
	}
	next := c.expect(http.StatusCreated, http.MethodPost, path, object{"startDateTime": time.Now().Add(time.Hour).Format(time.RFC3339)})
	if got := c.reasonOf(id, code); got != graphemulator.WrongCredential {
		t.Errorf("the replaced one: %q", got)
	}
	code = next.text("temporaryAccessPass")
	if got := c.reasonOf(id, code); got != graphemulator.PassNotYetValid {
		t.Errorf("too early: %q", got)
	}
	c.AdvanceClock(90 * time.Minute)
	for range 2 {
		if got := c.reasonOf(id, code); got != "" {
			t.Errorf("in time: %q", got)
		}
	}
	c.AdvanceClock(time.Hour)
	if got := c.reasonOf(id, code); got != graphemulator.PassExpired {
		t.Errorf("too late: %q", got)
	}
	c.expect(http.StatusNoContent, http.MethodDelete, path+"/"+next.text("id"), nil)
	c.expect(http.StatusNotFound, http.MethodDelete, path+"/"+next.text("id"), nil)
	for _, request := range c.Requests() {
		if strings.Contains(string(request.Response)+string(request.Body), code) {
			t.Errorf("the record has the pass: %s", request.Response)
		}
	}
}

func TestTemporaryAccessPassPolicy(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.put(object{})
	path := func(id string) string { return "users/" + id + "/authentication/temporaryAccessPassMethods" }
	for name, test := range map[string]struct {
		body object
		text string
	}{
		"too long":    {object{"lifetimeInMinutes": 481}, "between 60 and 480"},
		"too short":   {object{"lifetimeInMinutes": 59}, "between 60 and 480"},
		"no number":   {object{"lifetimeInMinutes": "60"}, "Edm.Int32"},
		"no flag":     {object{"isUsableOnce": "yes"}, "Edm.Boolean"},
		"past":        {object{"startDateTime": "2020-01-01T00:00:00Z"}, "past"},
		"no time":     {object{"startDateTime": "tomorrow"}, "Edm.DateTimeOffset"},
		"own code":    {object{"temporaryAccessPass": "abc"}, "Invalid property"},
		"wrong model": {object{"@odata.type": "#microsoft.graph.user"}, "type"},
	} {
		if a := c.expect(http.StatusBadRequest, http.MethodPost, path(id), test.body); !strings.Contains(a.message(), test.text) {
			t.Errorf("%s: %s", name, a.message())
		}
	}
	if a := c.expect(http.StatusBadRequest, http.MethodPost, path(c.invite("eve@partner.example")), object{}); !strings.Contains(a.message(), "external guest user") {
		t.Errorf("guest: %s", a.message())
	}
	c.SetAccessPassPolicy(c.tenant.TenantID, graphemulator.AccessPassPolicy{OneTime: true, Length: 20, DefaultMinutes: 120})
	made := c.expect(http.StatusCreated, http.MethodPost, path(id), object{"isUsableOnce": false})
	if made.body["isUsableOnce"] != true || len(made.text("temporaryAccessPass")) != 20 || made.body["lifetimeInMinutes"] != 120.0 {
		t.Errorf("by the policy: %s", made.raw)
	}
	c.SetAccessPassPolicy(c.tenant.TenantID, graphemulator.AccessPassPolicy{Disabled: true})
	if got := c.reasonOf(id, made.text("temporaryAccessPass")); got != graphemulator.PassBlocked {
		t.Errorf("blocked: %q", got)
	}
	if a := c.expect(http.StatusBadRequest, http.MethodPost, path(id), object{}); !strings.HasPrefix(a.message(), "Converged UserCredentialPolicy does not allow") {
		t.Errorf("disabled: %s", a.message())
	}
}

func mail(to ...string) object {
	var recipients []object
	for _, address := range to {
		recipients = append(recipients, object{"emailAddress": object{"address": address}})
	}
	return object{"message": object{
		"subject": "Welcome", "body": object{"contentType": "text", "content": "planted-secret"}, "toRecipients": recipients,
	}, "saveToSentItems": false}
}

func TestMailboxLimits(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := start(t, graphemulator.Config{Now: func() time.Time { return now }})
	desk, other := c.put(object{"mail": "desk@contoso.example"}), c.put(object{"mail": "other@contoso.example"})
	batch := func(mailbox string, chained bool) []float64 {
		var steps []object
		for i := range 6 {
			step := object{"id": string(rune('a' + i)), "method": "POST", "url": "/users/" + mailbox + "/sendMail", "headers": object{"Content-Type": "application/json"}, "body": mail("ada@partner.example")}
			if chained && i > 0 {
				step["dependsOn"] = []string{string(rune('a' + i - 1))}
			}
			steps = append(steps, step)
		}
		var statuses []float64
		for _, response := range c.expect(http.StatusOK, http.MethodPost, "$batch", object{"requests": steps}).body["responses"].([]any) {
			statuses = append(statuses, response.(object)["status"].(float64))
		}
		slices.Sort(statuses)
		return statuses
	}
	if got := batch(desk, false); !slices.Equal(got, []float64{202, 202, 202, 202, 429, 429}) {
		t.Errorf("statuses %v", got)
	}
	if got := batch(desk, true); !slices.Equal(got, []float64{202, 202, 202, 202, 202, 202}) {
		t.Errorf("one after the other: %v", got)
	}
	for range 20 {
		c.expect(http.StatusAccepted, http.MethodPost, "users/"+desk+"/sendMail", mail("ada@partner.example"))
	}
	refused := c.expect(http.StatusTooManyRequests, http.MethodPost, "users/"+desk+"/sendMail", mail("ada@partner.example"))
	if refused.header.Get("Retry-After") != "60" {
		t.Errorf("Retry-After %s", refused.header.Get("Retry-After"))
	}
	c.expect(http.StatusAccepted, http.MethodPost, "users/"+other+"/sendMail", mail("ada@partner.example"))
	c.AdvanceClock(time.Minute)
	c.expect(http.StatusAccepted, http.MethodPost, "users/"+desk+"/sendMail", mail("ada@partner.example"))
	for _, request := range c.Requests() {
		if strings.Contains(string(request.Body), "planted-secret") {
			t.Fatalf("the record has the body of a mail: %s", request.Body)
		}
	}
	if mails := c.Mailbox(); mails[0].Body != "planted-secret" || mails[0].Saved {
		t.Errorf("the mailbox has %+v", mails[0])
	}
}

// A message that takes more than 4 MB as a request is refused.
func TestSendMailIsLimited(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	desk := c.put(object{"mail": "desk@contoso.example"})
	for size, status := range map[int]int{4<<20 - 1000: http.StatusAccepted, 4 << 20: http.StatusRequestEntityTooLarge, 9 << 20: http.StatusRequestEntityTooLarge} {
		message := mail("ada@partner.example")
		message["message"].(object)["body"].(object)["content"] = strings.Repeat("x", size)
		if a := c.graph(http.MethodPost, "users/"+desk+"/sendMail", message); a.status != status {
			t.Errorf("%d bytes: status %d, want %d", size, a.status, status)
		}
	}
}

func TestSendMailByExchange(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	desk, boss := c.put(object{"mail": "desk@contoso.example"}), c.put(object{"mail": "boss@contoso.example"})
	reader := c.as("User.Read.All")
	if a := reader.expect(http.StatusForbidden, http.MethodPost, "users/"+desk+"/sendMail", mail("ada@partner.example")); a.code() != "ErrorAccessDenied" {
		t.Errorf("code %s", a.code())
	}
	if err := c.GrantMailbox(c.tenant.TenantID, c.tenant.Applications[0].ClientID, desk); err != nil {
		t.Fatal(err)
	}
	reader.expect(http.StatusAccepted, http.MethodPost, "users/"+desk+"/sendMail", mail("ada@partner.example"))
	reader.expect(http.StatusForbidden, http.MethodPost, "users/"+boss+"/sendMail", mail("ada@partner.example"))
	if a := c.expect(http.StatusNotFound, http.MethodPost, "users/nobody@contoso.example/sendMail", mail("ada@partner.example")); a.code() != "ErrorInvalidUser" {
		t.Errorf("code %s", a.code())
	}
	if a := c.expect(http.StatusBadRequest, http.MethodPost, "users/"+desk+"/sendMail", object{"message": object{
		"subject": "a\r\nBcc: eve@x.example", "toRecipients": mail("ada@partner.example")["message"].(object)["toRecipients"],
	}}); a.code() != "ErrorPropertyValidationFailure" {
		t.Errorf("code %s", a.code())
	}
}
