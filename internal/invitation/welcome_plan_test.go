package invitation_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// A trigger that is known only after apply sends the mail when it has changed, and none
// when it has not.
func TestTriggerKnownAfterApply(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	box := mailbox(t, e)
	config := func(output, version string) string {
		return strings.Replace(welcomed(e, htmlBody, "X"), `trigger = "X"`, "trigger = terraform_data.t.output", 1) +
			fmt.Sprintf("\nresource \"terraform_data\" \"t\" {\n  input = %q\n  triggers_replace = %q\n}\n", output, version)
	}
	e.Test(resource.TestCase{CheckDestroy: leaves(e, box), Steps: []resource.TestStep{
		{Config: config("1", "1"), Check: received(e, 1, nil)},
		{
			Config: config("2", "2"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{mailDue(true)}},
			ConfigStateChecks: []statecheck.StateCheck{value("welcome_email_status", "accepted"), complete(true), null("redeem_url")}, Check: received(e, 2, nil),
		},
		{Config: config("2", "3"), ConfigStateChecks: []statecheck.StateCheck{value("welcome_email_status", "accepted"), complete(true)}, Check: received(e, 2, nil)},
	}})
}

// The same with the whole block, for somebody whose link is in the state.
func TestBlockKnownAfterApply(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	box := mailbox(t, e)
	config := func(trigger string) string {
		return e.Guest(`display_name = "Ada"`, "send_invitation_message = false", "welcome_email = terraform_data.t.output") + fmt.Sprintf(`
resource "terraform_data" "t" {
  input = { from = %q, subject = "Welcome", body_html = %q, trigger = %q }
}
`, "welcome@"+e.Domain(), `<a href="{{redeem_url}}">Accept</a>`, trigger)
	}
	e.Test(resource.TestCase{CheckDestroy: leaves(e, box), Steps: []resource.TestStep{
		{Config: e.Guest(`display_name = "Ada"`, "send_invitation_message = false"), Check: received(e, 0, nil)},
		{Config: config("1"), ConfigStateChecks: []statecheck.StateCheck{null("redeem_url")}, Check: received(e, 0, nil)},
		{Config: config("2"), ConfigStateChecks: []statecheck.StateCheck{null("redeem_url"), complete(true)}, Check: received(e, 1, nil)},
	}})
}

// The guard rails hold for everybody who gets a mail, also for somebody who is there.
func TestDeniedGuestIsNotMailed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	s.Must(s.greeted(textBody, attributes{"trigger": "1"}), options{})
	s.ProviderArguments["denied_email_domains"] = []string{"fabrikam.example"}
	s.Settled(s.greeted(textBody, attributes{"trigger": "1"}))
	if plan, diags := s.Plan(t.Context(), s.greeted(textBody, attributes{"trigger": "2"}), options{}); plan != nil || !diags.Has("Recipient not allowed") {
		t.Errorf("got %s", diags)
	}
	s.Must(s.greeted(textBody, attributes{"trigger": "2", "to": []string{"boss@contoso.example"}}), options{})
	s.mailed(2)
}

// A hole in the mail is seen at plan, where it can be known.
func TestMailWithAHoleIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	until := attributes{"expires_at": s.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)}
	for placeholder, set := range map[string]attributes{"given_name": {"given_name": "Ada"}, "surname": {"surname": "Lovelace"}, "expires_at": until} {
		config := s.greeted("Hello {{"+placeholder+"}}, {{redeem_url}}", nil)
		if plan, diags := s.Plan(t.Context(), config, options{}); plan != nil || !diags.Has("{{"+placeholder+"}} would be empty in the mail: set "+placeholder) {
			t.Errorf("%s: %s", placeholder, diags)
		}
		maps.Copy(config["ada"], set)
		s.MustPlan(config, options{})
		config["ada"][placeholder] = acceptance.Unknown
		s.MustPlan(config, options{})
	}
	s.Must(ada(), options{})
	s.Must(s.greeted("Hello {{given_name}}, {{redeem_url}}", nil), options{})
	if plan, diags := s.Plan(t.Context(), s.greeted("Hello {{given_name}}, {{redeem_url}}", attributes{"trigger": "1"}), options{}); plan != nil || !diags.Has("set given_name") {
		t.Errorf("later: %s", diags)
	}
}

// Whoever moves, or is invited again, hears of it.
func TestNobodyIsInvitedInSilence(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	config := func(trigger string, more attributes) configuration {
		return s.greeted(textBody, attributes{"trigger": trigger}, attributes{"display_name": "Ada"}, more)
	}
	s.Must(config("1", nil), options{})
	s.mailed(1)
	const silent, refused = "Nobody is mailed about the move", "Nobody would be mailed"
	if plan, diags := s.Plan(t.Context(), config("1", attributes{"resend_trigger": "x"}), options{}); plan != nil || !diags.Errors().Has(refused) {
		t.Errorf("another invitation: %s", diags)
	}
	// Microsoft's mail will do, and so will one of our own.
	s.Must(config("1", attributes{"resend_trigger": "x", "send_invitation_message": true}), options{})
	s.mailed(2)
	s.Must(config("2", attributes{"resend_trigger": "y"}), options{})
	s.mailed(3)
	if _, diags := s.Plan(t.Context(), config("2", attributes{"resend_trigger": "y", "email": newAddress}), options{}); !diags.Has(silent) {
		t.Errorf("a move: %s", diags)
	}
	if diags := s.Must(config("3", attributes{"resend_trigger": "y", "email": newAddress}), options{}); diags.Has(silent) {
		t.Errorf("a move with a mail: %s", diags)
	}
	s.mailed(4)
	mail := s.Mailbox()[3]
	_, mailed, _ := strings.Cut(mail.Body, "accept: ")
	if err := s.RedeemLink(s.TenantID(), mailed); err != nil || mail.To[0] != newAddress {
		t.Errorf("%v, the mail is %+v", err, mail)
	}
}

// With a mail of our own no link stays in the state, wherever it comes from.
func TestLinkLeavesTheState(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	plain := attributes{"display_name": "Ada", "send_invitation_message": false}
	s.Must(ada(plain), options{})
	if s.State["ada"].Text("redeem_url") == "" {
		t.Fatal("without the block the link is in the state")
	}
	s.Must(s.greeted(textBody, attributes{"trigger": "1"}, plain), options{})
	s.expectState(attributes{"redeem_url": nil})
	s.Must(s.greeted(textBody, attributes{"trigger": "2"}, plain), options{})
	s.expectState(attributes{"redeem_url": nil})
	s.mailed(1)
}

// Nobody in the protected group is mailed.
func TestProtectedGuestIsNotMailed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	s.Must(s.greeted(textBody, attributes{"trigger": "1"}), options{})
	s.outside(s.AddMember(s.TenantID(), s.group, s.State["ada"].Text("object_id")))
	s.ProviderArguments["protected_group_id"] = s.group
	s.Settled(s.greeted(textBody, attributes{"trigger": "1"}))
	if plan, diags := s.Plan(t.Context(), s.greeted(textBody, attributes{"trigger": "2"}), options{}); plan != nil || !diags.Has("This person is protected") {
		t.Errorf("got %s", diags)
	}
}

// A first mail that leads nowhere is worth a warning.
func TestMailWithoutAnyLinkIsTold(t *testing.T) {
	t.Parallel()
	const told = "The welcome mail has no link"
	for body, want := range map[string]bool{"Hello": true, "Hello {{redeem_url}}": false, "Hello {{sign_in_url}}": false} {
		s := newStage(t)
		mailbox(t, s.Environment)
		if diags := s.Must(s.greeted(body, attributes{"trigger": "1"}), options{}); diags.Has(told) != want {
			t.Errorf("%s: %s", body, diags)
		}
		if diags := s.Must(s.greeted(body, attributes{"trigger": "2"}), options{}); diags.Has(told) != want {
			t.Errorf("%s, pending: %s", body, diags)
		}
		s.outside(s.Redeem(s.TenantID(), address))
		if diags := s.Must(s.greeted(body, attributes{"trigger": "3"}), options{}); diags.Has(told) {
			t.Errorf("%s, accepted: %s", body, diags)
		}
		if _, diags := s.Plan(t.Context(), s.greeted(body, attributes{"trigger": "4"}, attributes{"send_invitation_message": true}), options{}); diags.Has(told) {
			t.Errorf("%s, with Microsoft's: %s", body, diags)
		}
	}
}

// A trigger that changes after the time is over sends nothing, and says so.
func TestTriggerAfterTheTimeIsOver(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	config := func(trigger string, days int) configuration {
		until := s.Now().Add(time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339)
		return s.greeted(textBody, attributes{"trigger": trigger}, attributes{"expires_at": until})
	}
	s.Must(config("1", 1), options{})
	s.AdvanceClock(48 * time.Hour)
	s.Must(config("1", -1), options{})
	diags := s.Must(config("2", -1), options{})
	if !diags.Has("Nobody is welcomed after the time is over") || !diags.Has("change welcome_email.trigger") {
		t.Errorf("nobody is told:\n%s", diags)
	}
	s.Must(config("2", 3), options{})
	s.mailed(1)
	s.Must(config("3", 3), options{})
	s.mailed(2)
}
