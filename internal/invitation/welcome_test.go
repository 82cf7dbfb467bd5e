package invitation_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// mailbox is a shared mailbox that welcome mails come from.
func mailbox(t *testing.T, e *acceptance.Environment) (id string) {
	t.Helper()
	name := "welcome@" + e.Domain()
	id, err := e.PutUser(e.TenantID(), map[string]any{"userPrincipalName": name, "displayName": "Welcome", "mail": name})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// welcomed is a guest with a welcome mail; lines are added to the resource.
func welcomed(e *acceptance.Environment, body, trigger string, lines ...string) string {
	if trigger != "" {
		trigger = fmt.Sprintf("trigger = %q", trigger)
	}
	return e.Guest(append(lines, fmt.Sprintf(`display_name = "Ada & <Countess>"
  welcome_email = {
    from      = %q
    subject   = "Welcome to {{tenant_name}}"
    body_html = %q
    %s
  }`, "welcome@"+e.Domain(), body, trigger))...)
}

func mailDue(due bool) plancheck.PlanCheck {
	if due {
		return plancheck.ExpectUnknownValue(guest, tfjsonpath.New("welcome_email_status"))
	}
	return plancheck.ExpectKnownValue(guest, tfjsonpath.New("welcome_email_status"), knownvalue.NotNull())
}

var link = regexp.MustCompile(`href="([^"]*)"`)

// received expects that many mails of our own and none of Microsoft's, and hands the last
// one on.
func received(e *acceptance.Environment, want int, use func(graphemulator.Mail) error) resource.TestCheckFunc {
	return func(*terraform.State) error {
		all := e.Mailbox()
		for _, mail := range all {
			if mail.Kind != "message" {
				return fmt.Errorf("Microsoft mailed as well: %s", mail.Subject)
			}
		}
		if len(all) != want {
			return fmt.Errorf("%d mails, want %d", len(all), want)
		}
		if want == 0 || use == nil {
			return nil
		}
		return use(all[want-1])
	}
}

const htmlBody = `<p>Hello {{display_name}}</p><a href="{{redeem_url}}">Accept</a>`

// The link that was mailed redeems, and is in no state.
func TestMailedLinkRedeems(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	box := mailbox(t, e)
	redeem := func(mail graphemulator.Mail) error {
		if mail.Subject != "Welcome to Contoso" || mail.To[0] != address || !strings.Contains(mail.Body, "Ada &amp; &lt;Countess&gt;") {
			return fmt.Errorf("the mail is %+v", mail)
		}
		found := link.FindStringSubmatch(mail.Body)[1]
		if err := e.RedeemLink(e.TenantID(), strings.ReplaceAll(found, "&amp;", "&")); err != nil {
			return err
		}
		if state := e.Only(address)["externalUserState"]; state != "Accepted" {
			return fmt.Errorf("after the link the guest is %v", state)
		}
		return nil
	}
	e.Test(resource.TestCase{
		CheckDestroy: leaves(e, box),
		Steps: []resource.TestStep{
			{
				Config: welcomed(e, htmlBody, ""), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{mailDue(true)}},
				ConfigStateChecks: []statecheck.StateCheck{
					value("welcome_email_status", "accepted"), complete(true), null("redeem_url"),
					statecheck.ExpectKnownValue(guest, tfjsonpath.New("send_invitation_message"), knownvalue.Bool(false)),
				},
				Check: received(e, 1, redeem),
			},
			{
				Config:            welcomed(e, htmlBody, "again"),
				ConfigStateChecks: []statecheck.StateCheck{value("welcome_email_status", "accepted"), null("redeem_url")},
				Check:             received(e, 2, redeem),
			},
		},
	})
}

// leaves checks that exactly the given accounts are left.
func leaves(e *acceptance.Environment, ids ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		users := e.Users(e.TenantID())
		if len(users) != len(ids) {
			return fmt.Errorf("%d accounts are left", len(users))
		}
		for i, user := range users {
			if user["id"] != ids[i] {
				return fmt.Errorf("%v is left", user["userPrincipalName"])
			}
		}
		return nil
	}
}

// A mail that fails is made up for by another link.
func TestFailedWelcomeIsMadeUpFor(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	box := mailbox(t, s.Environment)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 2, Status: http.StatusForbidden, Code: "ErrorAccessDenied"})
	config := s.greeted("", attributes{"body_text": nil, "body_html": htmlBody}, attributes{"display_name": "Ada"})
	s.MustApply(s.Plans(config, acceptance.Create))
	s.received(0)
	s.expectState(attributes{"welcome_email_status": "failed", "complete": false, "redeem_url": nil})
	s.Refuses(config, "", "Exchange RBAC for Applications")
	s.runs(config, acceptance.Update)
	s.expectState(attributes{"welcome_email_status": "accepted", "complete": true})
	s.received(1)
	s.outside(s.RedeemLink(s.TenantID(), strings.ReplaceAll(link.FindStringSubmatch(s.Mailbox()[0].Body)[1], "&amp;", "&")))
	s.farewell()
	s.outside(leaves(s.Environment, box)(nil))
	if deleted := len(s.DeletedUsers(s.TenantID())); deleted != 1 {
		t.Errorf("%d guests were deleted, want the one at the end", deleted)
	}
}

// received expects that many mails of our own and none of Microsoft's.
func (s *stage) received(want int) {
	s.t.Helper()
	s.outside(received(s.Environment, want, nil)(nil))
}

// Whoever was there already, or is there without the block, is not mailed by it.
func TestExistingGuestsAreNotWelcomed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	box := mailbox(t, s.Environment)
	id := put(t, s.Environment, map[string]any{"mail": address})
	config := func(trigger string) configuration {
		return s.greeted(textBody, attributes{"trigger": trigger}, attributes{"display_name": "Ada"})
	}
	due := func(plan *acceptance.SavedPlan, want bool) {
		t.Helper()
		if status := plan.Changes[0].Get("welcome_email_status"); want != (status == acceptance.Unknown) || status == nil {
			t.Errorf("the status is planned as %v", status)
		}
		s.MustApply(plan)
	}
	due(s.Plans(config("1"), acceptance.Create), false)
	s.Settled(config("1"))
	s.received(0)
	s.expectState(attributes{"origin": "adopted", "welcome_email_status": "none"})
	due(s.Plans(config("2"), acceptance.Update), true)
	s.Settled(config("2"))
	s.received(1)
	s.runs(config("3"), acceptance.Update)
	s.received(2)
	s.Must(configuration{}, options{})
	s.outside(leaves(s.Environment, box, id)(nil))
}

// The block is added to a hundred people who are there: nobody is mailed.
func TestAddingTheBlockMailsNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	people := func(more attributes) configuration {
		all := configuration{}
		for i := range 100 {
			one := attributes{"email": fmt.Sprintf("guest%d@fabrikam.example", i), "send_invitation_message": false}
			maps.Copy(one, more)
			all[fmt.Sprintf("guest%d", i)] = one
		}
		return all
	}
	s.Must(people(nil), options{Parallelism: 10})
	s.Must(people(attributes{"welcome_email": attributes{"from": "welcome@" + s.Domain(), "subject": "Hello", "body_text": "Hello {{email}}"}}), options{Parallelism: 10})
	if mails := len(s.Mailbox()); mails != 0 {
		t.Errorf("%d people were mailed", mails)
	}
}

func TestGuestsGetNoCredentials(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, name := range []string{"password", "temporary_access_pass"} {
		html := attributes{"body_text": nil, "body_html": "<p>{{" + name + "}}</p>"}
		s.Refuses(s.greeted("", html), "welcome_email.body_html", "the placeholder {{"+name+"}} is not available")
	}
	s.wrote()
}
