package invitation_test

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// greeted is Ada with a welcome mail; what is in mail is added to the block, more to the
// resource.
func (s *stage) greeted(body string, mail attributes, more ...attributes) configuration {
	block := attributes{"from": "welcome@" + s.Domain(), "subject": "Welcome", "body_text": body}
	maps.Copy(block, mail)
	return ada(append([]attributes{{"welcome_email": block}}, more...)...)
}

const textBody = "Hello {{display_name}}, accept: {{redeem_url}}"

// unseen lets reads of single users find nobody.
func (s *stage) unseen(fault graphemulator.Fault) {
	fault.Method, fault.PathRegexp = http.MethodGet, `/users/[^/]+$`
	s.AddFaults(fault)
}

var notFound = graphemulator.Fault{Status: http.StatusNotFound, Code: "Request_ResourceNotFound"}

// Graph answers an invitation to another address of somebody who is there with that
// person: nobody is welcomed, unless the trigger asks for it.
func TestWhoWasThereIsNotWelcomed(t *testing.T) {
	t.Parallel()
	const alias = "lovelace@fabrikam.example"
	for name, lag := range map[string]time.Duration{"at once": 0, "with lag": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = lag, graphemulator.LagAll })
			mailbox(t, s.Environment)
			s.AddExternalAccount(s.TenantID(), address, alias)
			put(t, s.Environment, map[string]any{"mail": address, "displayName": "Ada"})
			config := func(trigger string) configuration {
				return s.greeted(textBody, attributes{"trigger": trigger}, attributes{"email": alias, "on_destroy": "keep"})
			}
			diags := s.Must(config("1"), options{})
			s.mailed(0)
			s.expectState(attributes{"origin": "adopted", "welcome_email_status": "none", "complete": true, "redemption_state": "Accepted"})
			if !diags.Has("A guest was there already") || !diags.Has("nobody who was there is welcomed") {
				t.Errorf("nobody is told:\n%s", diags)
			}
			if lag > 0 {
				return // the address is not everywhere yet
			}
			s.Settled(config("1"))
			s.Must(config("2"), options{})
			s.mailed(1)
		})
	}
}

// Until the directory shows the person nobody knows who it is, and nobody is mailed. The
// next apply does it, if the person is new.
func TestFirstMailWaitsForTheProof(t *testing.T) {
	t.Parallel()
	const alias = "lovelace@fabrikam.example"
	forbidden := graphemulator.Fault{Status: http.StatusForbidden, Code: "Authorization_RequestDenied"}
	for name, test := range map[string]struct {
		fault graphemulator.Fault
		says  string
		// there says that the person was; then is how the second apply goes.
		there bool
		then  options
		mails int
	}{
		"new":                       {fault: notFound, says: "cannot be seen yet", mails: 1},
		"new, without refresh":      {fault: notFound, says: "cannot be seen yet", then: options{NoRefresh: true}, mails: 1},
		"there before":              {fault: notFound, says: "cannot be seen yet", there: true},
		"there, without refresh":    {fault: notFound, says: "cannot be seen yet", there: true, then: options{NoRefresh: true}},
		"no permission to read":     {fault: forbidden, says: "User.Read.All", mails: 1},
		"no permission, and there ": {fault: forbidden, says: "User.Read.All", there: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			mailbox(t, s.Environment)
			if test.there {
				s.AddExternalAccount(s.TenantID(), address, alias)
				put(t, s.Environment, map[string]any{"mail": address, "displayName": "Ada"})
			}
			config := s.greeted(textBody, nil, attributes{"email": alias, "on_destroy": "keep", "timeouts": attributes{"create": "3s"}})
			s.unseen(test.fault)
			diags := s.Must(config, options{})
			s.mailed(0)
			s.expectState(attributes{"welcome_email_status": "pending", "complete": false})
			if !diags.Has("The welcome mail is not sent yet") || !diags.Has(test.says) || diags.Has("The mailbox in from") {
				t.Errorf("nobody is told:\n%s", diags)
			}
			s.ClearFaults()
			s.Must(config, test.then)
			s.mailed(test.mails)
			s.Settled(config)
			s.expectState(attributes{"welcome_email_status": map[int]string{0: "none", 1: "accepted"}[test.mails], "complete": true})
			s.Must(config, options{})
			s.mailed(test.mails)
			if origin := s.State["ada"].Get("origin"); (origin == "adopted") != test.there {
				t.Errorf("origin %v", origin)
			}
		})
	}
}

// Without a refresh the update asks itself, and fails loudly when it cannot see either.
func TestMadeUpForMailWaitsForTheProof(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	config := s.greeted(textBody, nil, attributes{"timeouts": attributes{"create": "3s", "update": "3s"}})
	s.unseen(notFound)
	s.Must(config, options{})
	s.ClearFaults()
	late := notFound
	late.Skip = 1 // the update looks for what else is unfinished first
	s.unseen(late)
	diags := s.Run(t.Context(), config, options{NoRefresh: true})
	if !diags.Errors().Has("The welcome mail is not sent yet") {
		t.Errorf("got %s", diags)
	}
	s.mailed(0)
	s.expectState(attributes{"welcome_email_status": "pending", "complete": false, "origin": "invited"})
	s.ClearFaults()
	// Who changes the trigger means the person, whoever it is.
	s.Must(s.greeted(textBody, attributes{"trigger": "now"}), options{NoRefresh: true})
	s.mailed(1)
}

// The proof costs one request, and only where a mail goes.
func TestProofCostsOneRead(t *testing.T) {
	t.Parallel()
	reads := func(r graphemulator.Request) bool {
		return r.Method == http.MethodGet && strings.Contains(r.Path, "/users/")
	}
	for _, want := range []int{0, 1} {
		s := newStage(t)
		mailbox(t, s.Environment)
		config := ada()
		if want > 0 {
			config = s.greeted(textBody, nil)
		}
		s.Must(config, options{})
		if got := s.Sent(reads); len(got) != want {
			t.Errorf("%d reads of users, want %d: %v", len(got), want, got)
		}
	}
}

// Restored and imported people are not welcomed, but the trigger can do it.
func TestRestoredAreNotWelcomed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	id := put(t, s.Environment, map[string]any{"mail": address, "displayName": "Ada"})
	s.outside(s.DeleteUser(s.TenantID(), id))
	config := func(trigger string) configuration {
		return s.greeted(textBody, attributes{"trigger": trigger}, attributes{"restore_deleted": true})
	}
	s.Must(config("1"), options{})
	s.mailed(0)
	s.expectState(attributes{"origin": "restored", "welcome_email_status": "none"})
	s.Must(config("2"), options{})
	s.mailed(1)
}

func TestImportedAreNotWelcomed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	box := mailbox(t, s.Environment)
	id := put(t, s.Environment, map[string]any{"mail": address, "displayName": "Ada"})
	config := func(trigger string) configuration {
		return s.greeted(textBody, attributes{"trigger": trigger}, attributes{"display_name": "Ada"})
	}
	s.MustImport("ada", address)
	s.Must(config("1"), options{})
	s.Settled(config("1"))
	s.mailed(0)
	s.expectState(attributes{"welcome_email_status": "none"})
	s.runs(config("2"), acceptance.Update)
	s.mailed(1)
	s.Must(configuration{}, options{})
	s.outside(leaves(s.Environment, box, id)(nil))
}

// A name that nobody has written down is the one that Graph has made.
func TestMailSaysTheNameOfTheDirectory(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	config := func(trigger string) configuration {
		return s.greeted("Hello {{display_name}}, {{user_principal_name}}", attributes{"trigger": trigger}, attributes{"send_invitation_message": true})
	}
	for turn, o := range []options{{}, {NoRefresh: true}, {}} {
		s.Must(config(strconv.Itoa(turn)), o)
		mails := s.Mailbox()
		if body := mails[len(mails)-1].Body; body != "Hello ada, ada_fabrikam.example#EXT#@"+s.InitialDomain() {
			t.Errorf("turn %d: %q", turn, body)
		}
	}
	s.mailed(4) // Microsoft's first
}

// Every answer to the invitation is lost, so there is no link to mail: the next apply
// makes one.
func TestMailWithoutALinkIsNotSent(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	config := func(trigger string) configuration { return s.greeted(textBody, attributes{"trigger": trigger}) }
	s.Must(config("1"), options{})
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 3, DropConnection: true, AfterEffect: true})
	diags := s.Run(t.Context(), config("2"), options{})
	s.mailed(1)
	s.expectState(attributes{"welcome_email_status": "failed", "complete": false})
	if !diags.Errors().Has("there is none to mail") {
		t.Errorf("got %s", diags)
	}
	s.Must(config("2"), options{})
	s.mailed(2)
	if body := s.Mailbox()[1].Body; !strings.Contains(body, "accept: https://") {
		t.Errorf("%q", body)
	}
}

// A mail that fails with the create is a warning that says why.
func TestFailedMailOfACreateIsTold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/sendMail$`, Times: 1, Status: http.StatusForbidden, Code: "ErrorAccessDenied"})
	diags := s.Must(s.greeted(textBody, nil), options{})
	if !diags.Has("The welcome mail was not sent") || !diags.Has("ErrorAccessDenied") || !diags.Has("the next apply sends the mail") {
		t.Errorf("nobody is told:\n%s", diags)
	}
}

// The invitation that makes the link of a mail is the last one sent.
func TestMailedInvitationIsRecorded(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	config := func(body, trigger string) configuration {
		return s.greeted(body, attributes{"trigger": trigger}, attributes{"display_name": "Ada"})
	}
	s.Must(config(textBody, "1"), options{})
	first := s.State["ada"]
	s.AdvanceClock(time.Hour)
	s.Must(config(textBody, "2"), options{})
	second := s.State["ada"]
	if second.Text("invitation_id") == "" || second.Text("invitation_id") == first.Text("invitation_id") || second.Text("invited_at") <= first.Text("invited_at") {
		t.Errorf("%s of %s, then %s of %s", first.Text("invitation_id"), first.Text("invited_at"), second.Text("invitation_id"), second.Text("invited_at"))
	}
	s.Must(config("Hello {{display_name}}, {{sign_in_url}}", "3"), options{})
	s.expectState(attributes{"invitation_id": second.Text("invitation_id"), "invited_at": second.Text("invited_at")})
	s.mailed(3)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusForbidden})
	if diags := s.Run(t.Context(), config(textBody, "4"), options{}); len(diags.Errors()) == 0 {
		t.Error("without a link the mail must fail")
	}
	s.expectState(attributes{"invitation_id": second.Text("invitation_id"), "invited_at": second.Text("invited_at")})
}
