package invitation_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// write is one kind of write: what brings it about, and what it must have led to.
type write struct {
	method, path string
	// before is applied first, unless it is nil; outside changes the directory then.
	before  func(*stage) configuration
	outside func(*stage)
	after   func(*stage) configuration
	// mails is how many were sent in the end.
	mails int
	// tries is how often the write is sent where its answer is lost; 2 when zero.
	tries int
	check func(*stage) error
}

func plainly(more ...attributes) func(*stage) configuration {
	return func(*stage) configuration { return ada(more...) }
}

// boss is an employee to refer to, made once.
func (s *stage) boss() string {
	if user, ok := s.User(s.TenantID(), "boss@"+s.InitialDomain()); ok {
		return fmt.Sprint(user["id"])
	}
	return employee(s.Environment, "boss")
}

func managed(s *stage) configuration   { return ada(attributes{"manager_id": s.boss()}) }
func sponsored(s *stage) configuration { return ada(attributes{"sponsor_ids": []string{s.boss()}}) }
func nobody(*stage) configuration      { return configuration{} }

func (s *stage) is(property string, want any) error {
	if user := s.only(); user[property] != want {
		return fmt.Errorf("%s is %v, want %v", property, user[property], want)
	}
	return nil
}

// only is the one guest; there must not be a second.
func (s *stage) only() map[string]any {
	s.t.Helper()
	guests := slices.DeleteFunc(s.Users(s.TenantID()), func(user map[string]any) bool {
		return !strings.Contains(fmt.Sprint(user["userPrincipalName"]), "#EXT#")
	})
	if len(guests) != 1 {
		s.t.Fatalf("%d guests, want one: %v", len(guests), guests)
	}
	return guests[0]
}

func (s *stage) emptied(deleted int) error {
	if got := len(s.DeletedUsers(s.TenantID())); got != deleted {
		return fmt.Errorf("%d deleted users, want %d", got, deleted)
	}
	return guestGone(s.Environment)
}

// writes are all kinds of writes the resource has.
func writes() map[string]write {
	deleted := func(s *stage) {
		id := put(s.t.(*testing.T), s.Environment, map[string]any{"mail": address})
		s.outside(s.DeleteUser(s.TenantID(), id))
	}
	return map[string]write{
		"invitation": {method: http.MethodPost, path: `/invitations$`, after: plainly(), mails: 1, tries: 1, check: func(s *stage) error { return s.is("mail", address) }},
		"first profile": {
			method: http.MethodPatch, path: `/users/`, after: plainly(attributes{"job_title": "Analyst"}), mails: 1,
			check: func(s *stage) error { return s.is("jobTitle", "Analyst") },
		},
		"profile": {
			method: http.MethodPatch, path: `/users/`, before: plainly(), after: plainly(attributes{"job_title": "Analyst"}), mails: 1,
			check: func(s *stage) error { return s.is("jobTitle", "Analyst") },
		},
		"first manager": {method: http.MethodPut, path: `/manager/`, after: managed, mails: 1, check: func(s *stage) error { return s.around(s.boss(), "") }},
		"manager":       {method: http.MethodPut, path: `/manager/`, before: plainly(), after: managed, mails: 1, check: func(s *stage) error { return s.around(s.boss(), "") }},
		"no manager": {
			method: http.MethodDelete, path: `/manager/`, before: managed, after: plainly(attributes{"manager_id": ""}), mails: 1,
			check: func(s *stage) error { return s.around("", "") },
		},
		"sponsor": {method: http.MethodPost, path: `/sponsors/`, before: plainly(), after: sponsored, mails: 1, check: func(s *stage) error { return s.around("", s.boss()) }},
		"no sponsor": {
			method: http.MethodDelete, path: `/sponsors/`, before: sponsored, after: plainly(attributes{"sponsor_ids": []string{}}), mails: 1,
			check: func(s *stage) error { return s.around("", "") },
		},
		"restore": {
			method: http.MethodPost, path: `/restore$`, outside: deleted, after: plainly(attributes{"restore_deleted": true}),
			check: func(s *stage) error { return s.is("mail", address) },
		},
		"address of a move": {
			method: http.MethodPatch, path: `/users/`, before: plainly(), after: plainly(attributes{"email": newAddress}), mails: 2,
			check: func(s *stage) error { return s.is("mail", newAddress) },
		},
		"reset of a move": {
			method: http.MethodPost, path: `/invitations$`, before: plainly(), after: plainly(attributes{"email": newAddress}), mails: 2, tries: 1,
			outside: func(s *stage) { s.outside(s.Redeem(s.TenantID(), address)) },
			check:   func(s *stage) error { return s.is("externalUserState", "PendingAcceptance") },
		},
		"resend": {
			method: http.MethodPost, path: `/invitations$`, before: plainly(), after: plainly(attributes{"resend_trigger": "1"}), mails: 2, tries: 1,
			check: func(s *stage) error { return s.is("mail", address) },
		},
		"disable": {
			method: http.MethodPatch, path: `/users/`, before: plainly(), after: plainly(attributes{"account_enabled": false}), mails: 1,
			check: func(s *stage) error { return s.is("accountEnabled", false) },
		},
		"farewell": {method: http.MethodDelete, path: `/users/[^/]*$`, before: plainly(), after: nobody, mails: 1, check: func(s *stage) error { return s.emptied(1) }},
		"farewell by disabling": {
			method: http.MethodPatch, path: `/users/`, before: plainly(attributes{"on_destroy": "disable"}), after: nobody, mails: 1,
			check: func(s *stage) error { return s.is("accountEnabled", false) },
		},
		"purge": {
			method: http.MethodDelete, path: `/deletedItems/`, before: plainly(attributes{"on_destroy": "purge"}), after: nobody, mails: 1,
			check: func(s *stage) error { return s.emptied(0) },
		},
	}
}

// around compares manager and sponsor of the guest.
func (s *stage) around(manager, sponsor string) error {
	id := fmt.Sprint(s.only()["id"])
	if got := s.Manager(s.TenantID(), id); got != manager {
		return fmt.Errorf("manager %q, want %q", got, manager)
	}
	if got := strings.Join(s.Sponsors(s.TenantID(), id), " "); got != sponsor {
		return fmt.Errorf("sponsors %q, want %q", got, sponsor)
	}
	return nil
}

// ready brings the directory to where the write comes next.
func (w write) ready(s *stage) configuration {
	if w.before != nil {
		s.Must(w.before(s), options{})
		s.AdvanceClock(time.Hour)
		s.Must(w.before(s), options{})
	}
	if w.outside != nil {
		w.outside(s)
	}
	after := w.after(s)
	s.ResetRequests()
	return after
}

// done fails unless the write has had its effect once and nothing is left to do.
func (w write) done(s *stage, after configuration) {
	s.t.Helper()
	if err := w.check(s); err != nil {
		s.t.Error(err)
	}
	s.Settled(after)
	s.mailed(w.mails)
}

// The write happens and its answer is lost: it is not done twice, and nothing is left.
func TestLostAnswerToEveryWrite(t *testing.T) {
	t.Parallel()
	for name, w := range writes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			after := w.ready(s)
			s.AddFaults(graphemulator.Fault{Method: w.method, PathRegexp: w.path, Times: 1, DropConnection: true, AfterEffect: true})
			start := time.Now()
			s.Must(after, options{})
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
			tries := 0
			for _, request := range s.Requests() {
				if request.Method == w.method && strings.Contains(request.Path, strings.Trim(w.path, "$[^/]*")) {
					tries++
				}
			}
			if want := max(w.tries, 1); tries < want || tries > max(w.tries, 2) {
				t.Errorf("the write was sent %d times", tries)
			}
			w.done(s, after)
		})
	}
}

// The write is refused: a create still succeeds, untainted, everything else fails
// loudly, and the next apply does what is left and nothing twice.
func TestEveryWriteRefusedOnce(t *testing.T) {
	t.Parallel()
	all := writes()
	delete(all, "purge") // TestRefusedPurge
	for name, w := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			after := w.ready(s)
			s.AddFaults(graphemulator.Fault{Method: w.method, PathRegexp: w.path, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
			diags := s.Run(t.Context(), after, options{})
			object, exists := s.State["ada"]
			if object.Tainted {
				t.Fatalf("tainted:\n%s", diags.Errors())
			}
			incomplete := exists && object.Get("complete") == false
			if failed := len(diags.Errors()) > 0; failed == incomplete {
				t.Errorf("failed %t, incomplete %t:\n%s", failed, incomplete, diags)
			}
			if plan := s.MustPlan(after, options{}); plan.Empty() {
				t.Error("the next plan does not show what is left")
			}
			s.Must(after, options{})
			w.done(s, after)
		})
	}
}

// Deleted, but not purged: nothing is left that a state could hold, so it is a warning.
func TestRefusedPurge(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	w := writes()["purge"]
	after := w.ready(s)
	s.AddFaults(graphemulator.Fault{Method: w.method, PathRegexp: w.path, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	if diags := s.Must(after, options{}); !diags.Has("A guest is deleted, but not purged") {
		t.Errorf("nobody is told:\n%s", diags)
	}
	if err := s.emptied(1); err != nil || len(s.State) > 0 {
		t.Errorf("%v, state %v", err, s.State)
	}
}

// Graph refuses the reset of a move, and then also to put the old address back: the move
// is half done, and the next apply completes it.
func TestMoveStuckInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	w := writes()["reset of a move"]
	after := w.ready(s)
	s.AddFaults(graphemulator.Fault{Method: w.method, PathRegexp: w.path, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	s.OnRequest(func(r graphemulator.Request) {
		if r.Path == "/v1.0/invitations" && len(s.Mailbox()) == 1 {
			s.AddFaults(graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
		}
	})
	if diags := s.Run(t.Context(), after, options{}); len(diags.Errors()) == 0 {
		t.Fatal("a move that is half done must fail")
	}
	s.ClearFaults()
	s.AdvanceClock(time.Hour)
	if plan := s.MustPlan(after, options{}); plan.Empty() {
		t.Error("the next plan does not show what is left")
	}
	s.Must(after, options{})
	w.done(s, after)
}

// The write never arrives, or is not carried out: it is sent again within the same apply.
func TestLostReset(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	w := writes()["reset of a move"]
	after := w.ready(s)
	s.AddFaults(graphemulator.Fault{Method: w.method, PathRegexp: w.path, Times: 1, Status: http.StatusServiceUnavailable})
	s.Must(after, options{})
	w.done(s, after)
}

// For a while every replica answers "not found", and the first write is even refused.
func TestReplicationWithEveryReplicaBehind(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"not found": http.StatusNotFound, "forbidden": http.StatusForbidden} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(c *graphemulator.Config) {
				c.ReplicationLag, c.LagHits = 300*time.Millisecond, graphemulator.LagAll
			})
			wanted := ada(attributes{"job_title": "Analyst", "manager_id": s.boss(), "sponsor_ids": []string{s.boss()}})
			s.AddFaults(graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Times: 1, Status: status})
			s.Must(wanted, options{})
			if complete := s.State["ada"].Get("complete"); complete != (status == http.StatusNotFound) {
				t.Errorf("complete is %v", complete)
			}
			s.Must(wanted, options{})
			s.Settled(wanted)
			if err := s.around(s.boss(), s.boss()); err != nil {
				t.Error(err)
			}
			s.mailed(1)
		})
	}
}

// Graph asks to wait in the middle of a hundred: everybody waits, nobody is lost, and
// nobody is mailed twice.
func TestThrottledInTheMiddleOfAHundred(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	hundred := configuration{}
	for i := range 100 {
		hundred[fmt.Sprintf("guest%03d", i)] = attributes{"email": fmt.Sprintf("guest%03d@fabrikam.example", i), "job_title": "Analyst"}
	}
	plan := s.MustPlan(hundred, options{Parallelism: 100})
	var invitations atomic.Int32
	s.OnRequest(func(r graphemulator.Request) {
		if r.Path != "/v1.0/invitations" {
			return
		}
		if invitations.Add(1) == 50 {
			s.AddFaults(graphemulator.Fault{PathRegexp: `/v1.0/`, Times: 5, Status: http.StatusTooManyRequests, RetryAfter: 2})
		}
	})
	start := time.Now()
	if errs := s.Apply(t.Context(), plan).Errors(); len(errs) > 0 {
		t.Fatalf("unexpected errors:\n%s", errs)
	}
	if took := time.Since(start); took < 2*time.Second {
		t.Errorf("took %s, less than Graph asked to wait", took)
	}
	to := map[string]int{}
	for _, mail := range s.Mailbox() {
		to[strings.Join(mail.To, " ")]++
	}
	for name, wanted := range hundred {
		if object := s.State[name]; object.Get("complete") != true {
			t.Errorf("%s: complete is %v", name, object.Get("complete"))
		}
		if got := to[fmt.Sprint(wanted["email"])]; got != 1 {
			t.Errorf("%d mails to %s", got, name)
		}
	}
	if plan := s.MustPlan(hundred, options{Parallelism: 100}); !plan.Empty() {
		t.Errorf("%d changes are left", len(plan.Changes))
	}
}
