package specialist_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// sender is a shared mailbox that welcome mails come from.
func sender(t testing.TB, e *acceptance.Environment) (name, id string) {
	t.Helper()
	name = "welcome@" + e.Domain()
	return name, put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Welcome", "mail": name})
}

// welcomed is Jan with a welcome mail from the mailbox; lines are added to the resource.
func welcomed(e *acceptance.Environment, body, trigger string, lines ...string) string {
	if trigger != "" {
		trigger = fmt.Sprintf("trigger = %q", trigger)
	}
	return jan(e, append(lines, fmt.Sprintf(`contact_email = %q
  welcome_email = {
    from      = %q
    subject   = "Welcome, {{given_name}}"
    body_text = %q
    %s
  }`, contact, "welcome@"+e.Domain(), body, trigger))...)
}

func status(want string) statecheck.StateCheck { return value("welcome_email_status", want) }

// mailDue expects a plan that shows that a mail goes, or that none does.
func mailDue(due bool) plancheck.PlanCheck {
	if due {
		return plancheck.ExpectUnknownValue(specialist, tfjsonpath.New("welcome_email_status"))
	}
	return plancheck.ExpectKnownValue(specialist, tfjsonpath.New("welcome_email_status"), knownvalue.NotNull())
}

// mails expects that many mails, and hands the last one on.
func mails(e *acceptance.Environment, want int, use func(graphemulator.Mail) error) resource.TestCheckFunc {
	return func(*terraform.State) error {
		all := e.Mailbox()
		if len(all) != want {
			return fmt.Errorf("%d mails, want %d", len(all), want)
		}
		if want == 0 || use == nil {
			return nil
		}
		return use(all[want-1])
	}
}

var secretInMail = regexp.MustCompile(`<(.*)>`)

// The pass that was mailed signs in, once.
func TestMailedPassSignsInOnce(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	_, box := sender(t, e)
	name := "jan.novak@" + e.Domain()
	use := func(mail graphemulator.Mail) error {
		if mail.Subject != "Welcome, Jan" || mail.To[0] != contact || !strings.Contains(mail.Body, name) {
			return fmt.Errorf("the mail is %+v", mail)
		}
		pass := secretInMail.FindStringSubmatch(mail.Body)[1]
		if _, err := e.SignIn(e.TenantID(), name, pass); err != nil {
			return fmt.Errorf("the mailed pass: %w", err)
		}
		if _, err := e.SignIn(e.TenantID(), name, pass); err == nil {
			return errors.New("a pass for one sign-in was good for two")
		}
		return nil
	}
	config := func(trigger string) string {
		return welcomed(e, "{{user_principal_name}} <{{temporary_access_pass}}>", trigger, `temporary_access_pass = { lifetime_in_minutes = 60, usable_once = true }`)
	}
	e.Test(resource.TestCase{
		CheckDestroy: others(e, box),
		Steps: []resource.TestStep{
			{Config: config(""), ConfigPlanChecks: planned(plancheck.ResourceActionCreate, mailDue(true)), ConfigStateChecks: []statecheck.StateCheck{status("accepted"), flag("complete", true)}, Check: mails(e, 1, use)},
			// The first trigger changes from nothing to something: it sends again.
			{Config: config("again"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(true)), Check: mails(e, 2, use)},
			{Config: config("again"), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
}

// The password that was mailed is the account's, and has to be changed.
func TestMailedPasswordSignsIn(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	_, box := sender(t, e)
	name, first := "jan.novak@"+e.Domain(), ""
	use := func(mail graphemulator.Mail) error {
		password := secretInMail.FindStringSubmatch(mail.Body)[1]
		done, err := e.SignIn(e.TenantID(), name, password)
		if err != nil || !done.MustChangePassword || password == first {
			return fmt.Errorf("signing in with the mailed password, which must be changed (%v): %w", done.MustChangePassword, errors.Join(err, errors.New("or it is the first one")))
		}
		if first != "" {
			if _, err := e.SignIn(e.TenantID(), name, first); err == nil {
				return errors.New("the first password is still valid")
			}
		}
		first = password
		return nil
	}
	revoked := func(want bool) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if _, ended := e.SessionsRevokedAt(e.TenantID(), fmt.Sprint(account(t, e, name)["id"])); ended != want {
				return fmt.Errorf("sessions revoked: %v", ended)
			}
			return nil
		}
	}
	e.Test(resource.TestCase{
		CheckDestroy: others(e, box),
		Steps: []resource.TestStep{
			{Config: welcomed(e, "<{{password}}>", "1"), Check: resource.ComposeTestCheckFunc(mails(e, 1, use), revoked(false))},
			{Config: welcomed(e, "<{{password}}>", "2"), Check: resource.ComposeTestCheckFunc(mails(e, 2, use), revoked(false))},
			{Config: welcomed(e, "<{{password}}>", "3", "revoke_sessions_on_rotation = true"), Check: resource.ComposeTestCheckFunc(mails(e, 3, use), revoked(true))},
		},
	})
}

// A mail that fails leaves the person in the state, and the next apply sends it with
// another password.
func TestFailedMailIsMadeUpFor(t *testing.T) {
	t.Parallel()
	tests := map[string]graphemulator.Fault{
		"no mailbox":    {Status: http.StatusNotFound, Code: "MailboxNotEnabledForRESTAPI"},
		"no permission": {Status: http.StatusForbidden, Code: "ErrorAccessDenied"},
		"out of order":  {Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", RetryAfter: 600},
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			_, box := sender(t, e)
			fault.Method, fault.PathRegexp, fault.Times = http.MethodPost, `/sendMail$`, 1
			config := welcomed(e, "<{{password}}>", "")
			e.Test(resource.TestCase{
				CheckDestroy: others(e, box),
				Steps: []resource.TestStep{
					{
						PreConfig: func() { e.AddFaults(fault) }, Config: config, ExpectNonEmptyPlan: true, Check: mails(e, 0, nil),
						ConfigStateChecks: []statecheck.StateCheck{status("failed"), flag("complete", false)},
					},
					{
						Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(true)),
						ConfigStateChecks: []statecheck.StateCheck{status("accepted"), flag("complete", true)},
						Check: mails(e, 1, func(mail graphemulator.Mail) error {
							_, err := e.SignIn(e.TenantID(), "jan.novak@"+e.Domain(), secretInMail.FindStringSubmatch(mail.Body)[1])
							return err
						}),
					},
				},
			})
			if deleted := len(e.DeletedUsers(e.TenantID())); deleted != 1 {
				t.Errorf("%d accounts were deleted, want the one at the end", deleted)
			}
		})
	}
}

// A lost answer is no reason for a second mail, unless the configuration says so.
func TestLostAnswerToTheMail(t *testing.T) {
	t.Parallel()
	for uncertain, want := range map[string]int{"assume_sent": 1, "resend": 2} {
		t.Run(uncertain, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady)
			_, box := sender(t, e)
			e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, DropConnection: true, AfterEffect: true})
			config := strings.Replace(welcomed(e, "Hello", ""), `subject `, fmt.Sprintf("on_uncertain = %q\n    subject ", uncertain), 1)
			e.Test(resource.TestCase{
				CheckDestroy: others(e, box),
				Steps:        []resource.TestStep{{Config: config, Check: mails(e, want, nil), ConfigStateChecks: []statecheck.StateCheck{status("accepted"), flag("complete", true)}}},
			})
		})
	}
}

// Adding or editing the block sends nothing; nor does the trigger of somebody imported.
func TestNobodyIsMailedByAccident(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	_, box := sender(t, e)
	name := "jan.novak@" + e.Domain()
	e.Test(resource.TestCase{
		CheckDestroy: others(e, box),
		Steps: []resource.TestStep{
			{Config: jan(e, fmt.Sprintf("contact_email = %q", contact)), ConfigStateChecks: []statecheck.StateCheck{status("none")}},
			{Config: welcomed(e, "Hello", ""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(false)), Check: mails(e, 0, nil)},
			{Config: welcomed(e, "Hello again", ""), Check: mails(e, 0, nil)},
			{Config: jan(e, fmt.Sprintf("contact_email = %q", contact)), Check: mails(e, 0, nil)},
			{Config: welcomed(e, "Hello", "1"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(false)), Check: mails(e, 0, nil)},
			{Config: welcomed(e, "Hello", "2"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(true)), Check: mails(e, 1, nil)},
		},
	})
	imported := put(t, e, map[string]any{"userPrincipalName": name, "displayName": "Jan Novak", "givenName": "Jan", "surname": "Novak", "otherMails": []any{contact}})
	e.Test(resource.TestCase{
		CheckDestroy: others(e, box, imported),
		Steps: []resource.TestStep{
			{Config: welcomed(e, "Hello", "1"), ResourceName: specialist, ImportState: true, ImportStateId: name, ImportStatePersist: true},
			{Config: welcomed(e, "Hello", "1"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(false)), Check: mails(e, 1, nil)},
			{Config: welcomed(e, "Hello", "2"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(true)), Check: mails(e, 2, nil)},
		},
	})
}

func TestMailsThatAreRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	pass := "temporary_access_pass = {}"
	denied := strings.Replace(welcomed(e, "Hello", ""), "provider \"entraguest\" {", "provider \"entraguest\" {\n  denied_email_domains = [\"rival.example\"]", 1)
	steps := map[string]string{
		"No pass is made for the mail":                    welcomed(e, "<{{temporary_access_pass}}>", ""),
		"Nobody would see the pass":                       welcomed(e, "Hello", "", pass),
		"the placeholder {{pasword}} is unknown":          welcomed(e, "<{{pasword}}>", ""),
		"the placeholder {{redeem_url}} is not available": welcomed(e, "<{{redeem_url}}>", ""),
		"The welcome mail has no recipient":               strings.Replace(welcomed(e, "Hello", ""), "contact_email", "# contact_email", 1),
		"Recipient not allowed":                           strings.Replace(denied, "subject ", "cc = [\"boss@rival.example\"]\n    subject ", 1),
		"body_html or body_text":                          strings.Replace(welcomed(e, "Hello", ""), "body_text", "body_html = \"x\"\n    body_text", 1),
	}
	for want, config := range steps {
		e.Test(resource.TestCase{Steps: []resource.TestStep{{Config: config, ExpectError: words(want)}}})
	}
}

// A policy that allows no passes is explained, and the person stays in the state.
func TestPolicyRefusesThePass(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	_, box := sender(t, e)
	e.SetAccessPassPolicy(e.TenantID(), graphemulator.AccessPassPolicy{Disabled: true})
	config := welcomed(e, "<{{temporary_access_pass}}>", "", "temporary_access_pass = {}")
	e.Test(resource.TestCase{
		CheckDestroy: others(e, box),
		Steps: []resource.TestStep{
			{Config: config, ExpectNonEmptyPlan: true, ConfigStateChecks: []statecheck.StateCheck{status("failed"), flag("complete", false)}},
			{Config: config, ExpectError: words("Enable the method Temporary Access Pass")},
			{
				PreConfig: func() { e.SetAccessPassPolicy(e.TenantID(), graphemulator.AccessPassPolicy{}) },
				Config:    config, ConfigStateChecks: []statecheck.StateCheck{status("accepted"), flag("complete", true)}, Check: mails(e, 1, nil),
			},
		},
	})
}

// Whose time is over is not welcomed any more.
func TestExpiredIsNotWelcomed(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	_, box := sender(t, e)
	ends := fmt.Sprintf("expires_at = %q", e.Now().Add(24*time.Hour).UTC().Format(time.RFC3339))
	config := welcomed(e, "<{{password}}>", "", ends)
	e.Test(resource.TestCase{
		CheckDestroy: others(e, box),
		Steps: []resource.TestStep{
			{
				PreConfig: func() {
					e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, Status: http.StatusForbidden})
				},
				Config: config, ExpectNonEmptyPlan: true, ConfigStateChecks: []statecheck.StateCheck{status("failed")},
			},
			{
				PreConfig: func() { e.AdvanceClock(48 * time.Hour) },
				Config:    config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, mailDue(false)),
				ConfigStateChecks: []statecheck.StateCheck{status("none"), flag("complete", true), flag("expired", true)}, Check: mails(e, 0, nil),
			},
		},
	})
}
