package graph_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// firstAccessRoles are the least permissions of the operations in this file.
var firstAccessRoles = []string{"Mail.Send", "User-PasswordProfile.ReadWrite.All", "UserAuthMethod-TAP.ReadWrite.All", "User.RevokeSessions.All", "User.Read.All"}

func startFirstAccess(t *testing.T, config graphemulator.Config, roles ...string) *directory {
	t.Helper()
	d := startDirectory(t, config)
	if roles == nil {
		roles = firstAccessRoles
	}
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, roles)
	return d
}

func (d *directory) sent(suffix string) int {
	count := 0
	for _, request := range d.Requests() {
		if strings.HasSuffix(request.Path, suffix) {
			count++
		}
	}
	return count
}

func welcome() graph.Message {
	return graph.Message{
		To: []string{"ada@partner.example"}, CC: []string{"boss@contoso.example"}, BCC: []string{"log@contoso.example"},
		ReplyTo: []string{"help@contoso.example"}, Subject: "Welcome", HTML: true, Body: secret.New("<p>Hello</p>"),
	}
}

func TestSendMail(t *testing.T) {
	t.Parallel()
	d := startFirstAccess(t, graphemulator.Config{})
	d.putUser(t, map[string]any{"mail": "desk@contoso.example", "userPrincipalName": "desk@" + d.tenant.InitialDomain})
	if err := d.client.SendMail(t.Context(), "desk@"+d.tenant.InitialDomain, welcome()); err != nil {
		t.Fatal(err)
	}
	mails := d.Mailbox()
	if len(mails) != 1 || mails[0].From != "desk@contoso.example" || !slices.Equal(mails[0].To, welcome().To) || !slices.Equal(mails[0].CC, welcome().CC) ||
		!slices.Equal(mails[0].BCC, welcome().BCC) || !slices.Equal(mails[0].ReplyTo, welcome().ReplyTo) || mails[0].Body != "<p>Hello</p>" ||
		mails[0].ContentType != "html" || mails[0].Saved {
		t.Errorf("%+v", mails)
	}
	saved := welcome()
	saved.SaveToSentItems, saved.HTML = true, false
	if err := d.client.SendMail(t.Context(), "desk@"+d.tenant.InitialDomain, saved); err != nil {
		t.Fatal(err)
	}
	if mail := d.Mailbox()[1]; !mail.Saved || mail.ContentType != "text" {
		t.Errorf("%+v", mail)
	}
}

func TestSendMailFaults(t *testing.T) {
	t.Parallel()
	const path = "/sendMail$"
	for name, test := range map[string]struct {
		fault graphemulator.Fault
		// mails are what Exchange has accepted, tries what it was sent.
		mails, tries int
		uncertain    bool
		kind         func(error) bool
	}{
		"throttled once":       {graphemulator.Fault{PathRegexp: path, Times: 1, Status: 429, RetryAfter: 1, Code: "ApplicationThrottled"}, 1, 2, false, nil},
		"answer lost":          {graphemulator.Fault{PathRegexp: path, Times: 1, DropConnection: true, AfterEffect: true}, 1, 1, true, nil},
		"request lost":         {graphemulator.Fault{PathRegexp: path, Times: 1, DropConnection: true}, 0, 1, true, nil},
		"500":                  {graphemulator.Fault{PathRegexp: path, Times: 1, Status: 500}, 0, 1, true, nil},
		"504 after the effect": {graphemulator.Fault{PathRegexp: path, Times: 1, Status: 504, AfterEffect: true}, 1, 1, true, nil},
		"503 of Graph":         {graphemulator.Fault{PathRegexp: path, Times: 1, Status: 503}, 1, 2, false, nil},
		"503 for good":         {graphemulator.Fault{PathRegexp: path, Status: 503}, 0, 6, false, isKind[*graph.Unavailable]},
		"403":                  {graphemulator.Fault{PathRegexp: path, Times: 1, Status: 403, Code: "ErrorAccessDenied"}, 0, 1, false, graph.IsForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := startFirstAccess(t, graphemulator.Config{})
			desk := d.putUser(t, map[string]any{"mail": "desk@contoso.example"})
			d.AddFaults(test.fault)
			err := d.client.SendMail(t.Context(), desk, welcome())
			if _, uncertain := errors.AsType[*graph.Uncertain](err); uncertain != test.uncertain {
				t.Errorf("uncertain %t: %v", uncertain, err)
			}
			if test.kind != nil && !test.kind(err) || test.kind == nil && !test.uncertain && err != nil {
				t.Errorf("got %v", err)
			}
			if got := len(d.Mailbox()); got != test.mails {
				t.Errorf("%d mails, want %d", got, test.mails)
			}
			if got := d.sent("/sendMail"); got != test.tries {
				t.Errorf("sent %d times, want %d", got, test.tries)
			}
		})
	}
}

func isKind[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func TestSendMailRefusals(t *testing.T) {
	t.Parallel()
	d := startFirstAccess(t, graphemulator.Config{})
	if err := d.client.SendMail(t.Context(), "nobody@contoso.example", welcome()); !graph.IsNotFound(err) {
		t.Errorf("unknown user: %v", err)
	}
	if err := d.client.SendMail(t.Context(), d.putUser(t, map[string]any{}), welcome()); !graph.IsNotFound(err) {
		t.Errorf("no mailbox: %v", err)
	}
	d = startFirstAccess(t, graphemulator.Config{}, "User.Read.All")
	desk := d.putUser(t, map[string]any{"mail": "desk@contoso.example"})
	err := d.client.SendMail(t.Context(), desk, welcome())
	if refused, _ := graph.RefusalOf(err); !graph.IsForbidden(err) || !slices.Equal(refused.Needs, []string{"Mail.Send"}) {
		t.Errorf("no permission: %v", err)
	}
	// A grant in Exchange is in no token.
	if err := d.GrantMailbox(d.tenant.TenantID, d.tenant.Applications[0].ClientID, desk); err != nil {
		t.Fatal(err)
	}
	if err := d.client.SendMail(t.Context(), desk, welcome()); err != nil {
		t.Errorf("granted in Exchange: %v", err)
	}
}

func TestSetPassword(t *testing.T) {
	t.Parallel()
	d := startFirstAccess(t, graphemulator.Config{})
	upn := "ada@" + d.tenant.InitialDomain
	id := d.putUser(t, map[string]any{"userPrincipalName": upn})
	password := graph.NewPassword()
	if err := d.client.SetPassword(t.Context(), id, password, true, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if signedIn, err := d.SignIn(d.tenant.TenantID, upn, password.Reveal()); err != nil || !signedIn.MustChangePassword {
		t.Errorf("%+v, %v", signedIn, err)
	}
	if err := d.client.SetPassword(t.Context(), id, secret.New("weak"), false, time.Time{}); !isKind[*graph.BadRequest](err) || !strings.Contains(err.Error(), "complexity") {
		t.Errorf("weak: %v", err)
	}
	for _, request := range d.Requests() {
		if strings.Contains(string(request.Body), password.Reveal()) {
			t.Errorf("the record has the password: %s", request.Body)
		}
	}
}

func TestSetPasswordOfAFreshUser(t *testing.T) {
	t.Parallel()
	d := startFirstAccess(t, graphemulator.Config{})
	id := d.putUser(t, map[string]any{})
	if _, err := d.client.User(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	d.AddFaults(graphemulator.Fault{Method: "PATCH", Times: 1, Status: 404}, graphemulator.Fault{Method: "POST", PathRegexp: "AccessPass", Times: 1, Status: 404})
	now := d.client.Now()
	if err := d.client.SetPassword(t.Context(), id, graph.NewPassword(), true, now); err != nil {
		t.Error(err)
	}
	if _, err := d.client.CreateTemporaryAccessPass(t.Context(), id, graph.AccessPassOptions{}, now); err != nil {
		t.Error(err)
	}
	d.AddFaults(graphemulator.Fault{Method: "PATCH", Times: 1, Status: 404})
	if err := d.client.SetPassword(t.Context(), id, graph.NewPassword(), true, now.Add(-time.Hour)); !graph.IsNotFound(err) {
		t.Errorf("an old user who is gone: %v", err)
	}
}

func TestCreateTemporaryAccessPass(t *testing.T) {
	t.Parallel()
	d := startFirstAccess(t, graphemulator.Config{})
	upn := "ada@" + d.tenant.InitialDomain
	id := d.putUser(t, map[string]any{"userPrincipalName": upn})
	once := true
	// The answer to the first is lost: asking again replaces that pass.
	d.AddFaults(graphemulator.Fault{Method: "POST", PathRegexp: "AccessPass", Times: 1, DropConnection: true, AfterEffect: true})
	pass, err := d.client.CreateTemporaryAccessPass(t.Context(), id, graph.AccessPassOptions{Lifetime: 2 * time.Hour, UsableOnce: &once}, time.Time{})
	if err != nil || pass.ID == "" || pass.Lifetime != 2*time.Hour || !pass.UsableOnce || !pass.ExpiresAt().Equal(pass.StartsAt.Add(2*time.Hour)) {
		t.Fatalf("%+v, %v", pass, err)
	}
	if _, err := d.SignIn(d.tenant.TenantID, upn, pass.Code.Reveal()); err != nil {
		t.Error(err)
	}
	if _, err := d.SignIn(d.tenant.TenantID, upn, pass.Code.Reveal()); err == nil {
		t.Error("a one-time pass was used twice")
	}
	for name, test := range map[string]struct {
		options graph.AccessPassOptions
		want    string
	}{
		"too long": {graph.AccessPassOptions{Lifetime: 24 * time.Hour}, "between 60 and 480"},
		"past":     {graph.AccessPassOptions{StartsAt: time.Now().Add(-time.Hour)}, "past"},
	} {
		if _, err := d.client.CreateTemporaryAccessPass(t.Context(), id, test.options, time.Time{}); !isKind[*graph.BadRequest](err) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRevokeSignInSessions(t *testing.T) {
	t.Parallel()
	for _, silent := range []bool{false, true} {
		d := startFirstAccess(t, graphemulator.Config{Switches: graphemulator.Switches{RevokeNoContent: silent}})
		id := d.putUser(t, map[string]any{})
		d.AddFaults(graphemulator.Fault{Method: "POST", PathRegexp: "revoke", Times: 1, DropConnection: true})
		if err := d.client.RevokeSignInSessions(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if _, revoked := d.SessionsRevokedAt(d.tenant.TenantID, id); !revoked {
			t.Error("nothing was revoked")
		}
	}
}

// The least permissions are named when one is missing.
func TestFirstAccessNamesThePermission(t *testing.T) {
	t.Parallel()
	d := startFirstAccess(t, graphemulator.Config{}, "User.Read.All")
	id := d.putUser(t, map[string]any{})
	_, passErr := d.client.CreateTemporaryAccessPass(t.Context(), id, graph.AccessPassOptions{}, time.Time{})
	for want, err := range map[string]error{
		"UserAuthMethod-TAP.ReadWrite.All":   passErr,
		"User-PasswordProfile.ReadWrite.All": d.client.SetPassword(t.Context(), id, graph.NewPassword(), true, time.Time{}),
		"User.RevokeSessions.All":            d.client.RevokeSignInSessions(t.Context(), id),
	} {
		if refused, ok := graph.RefusalOf(err); !ok || !slices.Equal(refused.Needs, []string{want}) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
