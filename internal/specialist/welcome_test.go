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
			w := walk(t)
			_, box := sender(t, w.Environment)
			fault.Method, fault.PathRegexp, fault.Times = http.MethodPost, `/sendMail$`, 1
			config := w.welcomed("<{{password}}>", nil)
			w.AddFaults(fault)
			w.Must(config, options{})
			w.mailed("failed", 0)
			w.applyMail(config, true)
			w.mailed("accepted", 1)
			if _, err := w.SignIn(w.TenantID(), "jan.novak@"+w.Domain(), secretInMail.FindStringSubmatch(w.Mailbox()[0].Body)[1]); err != nil {
				t.Error(err)
			}
			w.Must(configuration{}, options{})
			if err := others(w.Environment, box)(nil); err != nil {
				t.Error(err)
			}
			if deleted := len(w.DeletedUsers(w.TenantID())); deleted != 1 {
				t.Errorf("%d accounts were deleted, want the one at the end", deleted)
			}
		})
	}
}

// welcomed is Jan with a welcome mail, whose trigger may be nil; more attributes are added.
func (w *walker) welcomed(body string, trigger any, more ...attributes) configuration {
	mail := attributes{"welcome_email": attributes{"from": "welcome@" + w.Domain(), "subject": "Welcome, {{given_name}}", "body_text": body, "trigger": trigger}}
	return w.jan(append([]attributes{reached, mail}, more...)...)
}

// mailed compares the status of the mail, and how many have gone; a mail that failed is
// what is missing.
func (w *walker) mailed(status string, mails int) {
	w.t.Helper()
	state := w.State["jan"]
	if got := state.Text("welcome_email_status"); got != status || state.Get("complete") != (status != "failed") || len(w.Mailbox()) != mails {
		w.t.Errorf("the status is %s, complete is %v, and %d mails have gone", got, state.Get("complete"), len(w.Mailbox()))
	}
}

// applyMail carries out a change that says whether a mail is due, after which nothing is.
func (w *walker) applyMail(config configuration, due bool) {
	w.t.Helper()
	plan := w.Plans(config, acceptance.Update)
	if planned := plan.Changes[0].Get("welcome_email_status"); due != (planned == acceptance.Unknown) {
		w.t.Errorf("the status is planned as %v", planned)
	}
	w.MustApply(plan)
	w.Settled(config)
}

// A lost answer is no reason for a second mail, unless the configuration says so.
func TestLostAnswerToTheMail(t *testing.T) {
	t.Parallel()
	for uncertain, want := range map[string]int{"assume_sent": 1, "resend": 2} {
		t.Run(uncertain, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			sender(t, w.Environment)
			w.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, DropConnection: true, AfterEffect: true})
			config := w.welcomed("Hello", nil)
			config["jan"]["welcome_email"].(attributes)["on_uncertain"] = uncertain
			w.Must(config, options{})
			w.Settled(config)
			w.mailed("accepted", want)
		})
	}
}

// Adding or editing the block sends nothing; nor does the trigger of somebody imported.
func TestNobodyIsMailedByAccident(t *testing.T) {
	t.Parallel()
	w := walk(t)
	_, box := sender(t, w.Environment)
	name := "jan.novak@" + w.Domain()
	w.Must(w.jan(reached), options{})
	w.mailed("none", 0)
	sends := func(config configuration, due bool, mails int) {
		t.Helper()
		w.applyMail(config, due)
		if got := len(w.Mailbox()); got != mails {
			t.Errorf("%d mails, want %d", got, mails)
		}
	}
	sends(w.welcomed("Hello", nil), false, 0)
	sends(w.welcomed("Hello again", nil), false, 0)
	sends(w.jan(reached), false, 0)
	sends(w.welcomed("Hello", "1"), false, 0)
	sends(w.welcomed("Hello", "2"), true, 1)
	w.Must(configuration{}, options{})
	imported := put(t, w.Environment, map[string]any{"userPrincipalName": name, "displayName": "Jan Novak", "givenName": "Jan", "surname": "Novak", "otherMails": []any{contact}})
	if errs := w.Import(t.Context(), "jan", name).Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	sends(w.welcomed("Hello", "1"), false, 1)
	sends(w.welcomed("Hello", "2"), true, 2)
	w.Must(configuration{}, options{})
	if err := others(w.Environment, box, imported)(nil); err != nil {
		t.Error(err)
	}
}

func TestMailsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := walk(t)
	with := func(argument string, value any) configuration {
		config := w.welcomed("Hello", nil)
		config["jan"]["welcome_email"].(attributes)[argument] = value
		return config
	}
	refused := func(want string, config configuration) {
		t.Helper()
		if errs := w.Run(t.Context(), config, options{}).Errors(); !errs.Has(want) {
			t.Errorf("no %q: %s", want, errs)
		}
	}
	refused("No pass is made for the mail", w.welcomed("<{{temporary_access_pass}}>", nil))
	refused("Nobody would see the pass", w.welcomed("Hello", nil, attributes{"temporary_access_pass": attributes{}}))
	refused("the placeholder {{pasword}} is unknown", w.welcomed("<{{pasword}}>", nil))
	refused("the placeholder {{redeem_url}} is not available", w.welcomed("<{{redeem_url}}>", nil))
	refused("The welcome mail has no recipient", w.welcomed("Hello", nil, attributes{"contact_email": nil}))
	refused("body_html or body_text", with("body_html", "x"))
	w.ProviderArguments["denied_email_domains"] = []string{"rival.example"}
	refused("Recipient not allowed", with("cc", []string{"boss@rival.example"}))
	if left := w.Users(w.TenantID()); len(left) > 0 {
		t.Errorf("left are %v", left)
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
	w := walk(t)
	sender(t, w.Environment)
	config := w.welcomed("<{{password}}>", nil, attributes{"expires_at": w.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)})
	w.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, Status: http.StatusForbidden})
	w.Must(config, options{})
	w.mailed("failed", 0)
	w.AdvanceClock(48 * time.Hour)
	w.applyMail(config, false)
	w.mailed("none", 0)
	if w.State["jan"].Get("expired") != true {
		t.Error("not expired")
	}
}
