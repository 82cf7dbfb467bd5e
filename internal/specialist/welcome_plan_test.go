package specialist_test

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// desk is a workspace of one specialist who gets mails.
type desk struct {
	*acceptance.Environment
	*acceptance.Stage
	t    *testing.T
	from string
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	e := acceptance.Start(t, steady)
	from, _ := sender(t, e)
	return &desk{Environment: e, Stage: e.Stage(t, "entraguest_specialist_user"), t: t, from: from}
}

// greeted is Jan with a welcome mail; more attributes are added to the resource.
func (d *desk) greeted(body, trigger string, more ...acceptance.Attributes) acceptance.Configuration {
	all := acceptance.Attributes{
		"given_name": "Jan", "surname": "Novak", "domain": d.Domain(), "contact_email": contact,
		"welcome_email": acceptance.Attributes{"from": d.from, "subject": "Welcome", "body_text": body, "trigger": trigger},
	}
	for _, one := range more {
		maps.Copy(all, one)
	}
	return acceptance.Configuration{"jan": all}
}

// must carries a configuration out without an error, after which so many mails have gone.
func (d *desk) must(config acceptance.Configuration, mails int) acceptance.Diagnostics {
	d.t.Helper()
	diags := d.Must(config, acceptance.Options{})
	if got := len(d.Mailbox()); got != mails {
		d.t.Errorf("%d mails, want %d", got, mails)
	}
	return diags
}

// refused fails unless the plan is, with the text.
func (d *desk) refused(config acceptance.Configuration, want string) {
	d.t.Helper()
	if plan, diags := d.Plan(d.t.Context(), config, acceptance.Options{}); plan != nil || !diags.Has(want) {
		d.t.Errorf("%q is missing in %s", want, diags)
	}
}

// A trigger that is known only after apply sends the mail when it has changed, and none
// when it has not.
func TestTriggerKnownAfterApply(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	_, box := sender(t, e)
	config := func(output, version string) string {
		return strings.Replace(welcomed(e, "<{{password}}>", "X"), `trigger = "X"`, "trigger = terraform_data.t.output", 1) +
			fmt.Sprintf("\nresource \"terraform_data\" \"t\" {\n  input = %q\n  triggers_replace = %q\n}\n", output, version)
	}
	e.Test(resource.TestCase{CheckDestroy: others(e, box), Steps: []resource.TestStep{
		{Config: config("1", "1"), Check: mails(e, 1, nil)},
		{
			Config: config("2", "2"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{mailDue(true)}},
			ConfigStateChecks: []statecheck.StateCheck{status("accepted"), flag("complete", true)}, Check: mails(e, 2, nil),
		},
		{Config: config("2", "3"), ConfigStateChecks: []statecheck.StateCheck{status("accepted"), flag("complete", true)}, Check: mails(e, 2, nil)},
	}})
}

// The guard rails hold for everybody who gets a mail, also for somebody who is there.
func TestDeniedContactIsNotMailed(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.must(d.greeted("<{{password}}>", "1"), 1)
	d.ProviderArguments["denied_email_domains"] = []string{"fabrikam.example"}
	d.must(d.greeted("<{{password}}>", "1"), 1)
	d.refused(d.greeted("<{{password}}>", "2"), "Recipient not allowed")
}

// A hole in the mail is seen at plan, where it can be known.
func TestMailWithAHoleIsRefused(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	nameless := acceptance.Attributes{"given_name": nil, "surname": nil, "display_name": "Jan", "user_principal_name": "jan@" + d.Domain()}
	for placeholder, attribute := range map[string]string{"given_name": "given_name", "surname": "surname", "expires_at": "expires_at", "email": "contact_email"} {
		config := d.greeted("Hello {{"+placeholder+"}}", "1", nameless, acceptance.Attributes{"contact_email": nil})
		config["jan"]["welcome_email"].(acceptance.Attributes)["to"] = []string{"boss@contoso.example"}
		d.refused(config, "{{"+placeholder+"}} would be empty in the mail: set "+attribute)
	}
	d.must(d.greeted("Hello {{display_name}}, {{user_principal_name}}", "1", nameless), 1)
}

// A start that has passed means at once: the mail can be sent again, and made up for.
func TestPassThatStartsLater(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	name := "jan.novak@" + d.Domain()
	start := acceptance.Attributes{"temporary_access_pass": acceptance.Attributes{"start_at": d.Now().Add(2 * time.Hour).UTC().Format(time.RFC3339)}}
	mailed := func() string {
		all := d.Mailbox()
		return secretInMail.FindStringSubmatch(all[len(all)-1].Body)[1]
	}
	d.must(d.greeted("<{{temporary_access_pass}}>", "1", start), 1)
	if _, err := d.SignIn(d.TenantID(), name, mailed()); err == nil {
		t.Error("the pass is valid before its start")
	}
	d.AdvanceClock(48 * time.Hour)
	d.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, Status: http.StatusForbidden})
	if diags := d.Run(t.Context(), d.greeted("<{{temporary_access_pass}}>", "2", start), acceptance.Options{}); !diags.Errors().Has("The welcome mail was not sent") {
		t.Fatalf("got %s", diags)
	}
	d.must(d.greeted("<{{temporary_access_pass}}>", "2", start), 2)
	if _, err := d.SignIn(d.TenantID(), name, mailed()); err != nil {
		t.Error(err)
	}
}

// A mail that fails with the create is a warning that says why.
func TestFailedMailOfACreateIsTold(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, Status: http.StatusForbidden, Code: "ErrorAccessDenied"})
	diags := d.must(d.greeted("<{{password}}>", "1"), 0)
	if !diags.Has("The welcome mail was not sent") || !diags.Has("ErrorAccessDenied") || !diags.Has("the next apply sends the mail") {
		t.Errorf("nobody is told:\n%s", diags)
	}
}

// A trigger that changes after the time is over sends nothing, and says so.
func TestTriggerAfterTheTimeIsOver(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	config := func(trigger string, days int) acceptance.Configuration {
		until := d.Now().Add(time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339)
		return d.greeted("<{{password}}>", trigger, acceptance.Attributes{"expires_at": until})
	}
	d.must(config("1", 1), 1)
	d.AdvanceClock(48 * time.Hour)
	d.must(config("1", -1), 1)
	if diags := d.must(config("2", -1), 1); !diags.Has("Nobody is welcomed after the time is over") {
		t.Errorf("nobody is told:\n%s", diags)
	}
	d.must(config("3", 3), 2)
}

// Who waits for the mailbox longer than the resource may take is mailed all the same: a
// bulk apply waits, it does not fail.
func TestMailsWaitBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.Prepare = acceptance.FullMailbox(t, d.from)
	timeouts := acceptance.Attributes{"timeouts": acceptance.Attributes{"create": acceptance.FullMailboxTimeout, "update": acceptance.FullMailboxTimeout}}
	for turn := range 2 {
		d.must(d.greeted("<{{password}}>", strconv.Itoa(turn), timeouts), turn+1)
		if state := d.State["jan"]; state.Get("complete") != true || state.Text("welcome_email_status") != "accepted" {
			t.Errorf("turn %d: %v, %s", turn, state.Get("complete"), state.Text("welcome_email_status"))
		}
	}
}
