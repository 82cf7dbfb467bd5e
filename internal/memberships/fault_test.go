package memberships_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// One person is refused, the others are not: nothing is tainted, and the next apply goes on.
func TestSomebodyFails(t *testing.T) {
	t.Parallel()
	s := start(t)
	config := s.of(list(s.ada, s.grace, s.mary))
	refuse := func(id string) {
		s.AddFaults(graphemulator.Fault{Method: http.MethodDelete, PathRegexp: id, Status: http.StatusForbidden})
	}
	ghost := "00000000-0000-0000-0000-00000000abcd"
	short := attributes{"timeouts": attributes{"create": "2s", "update": "2s"}}
	withGhost := s.of(list(s.ada, ghost), short)
	diags := s.Must(withGhost, options{})
	if !diags.Has("Not everybody came into the group") || !diags.Has(ghost) || s.State["test"].Tainted || s.State["test"].Get("complete") != false {
		t.Errorf("got %s", diags)
	}
	s.in(s.ada)
	// The next plan shows who is missing, and Update fails loudly.
	s.Fails(withGhost, "Adding to the group failed")
	if diff := cmp.Diff(any(list(s.ada)), s.State["test"].Get("member_ids")); diff != "" {
		t.Error(diff)
	}
	s.Must(config, options{})
	s.Settled(config)
	refuse(s.grace)
	s.Fails(s.of(list(s.eve)), "Removing from the group failed")
	s.in(s.grace, s.eve)
	want := list(s.grace, s.eve)
	if diff := cmp.Diff(any(want), s.State["test"].Get("member_ids")); diff != "" {
		t.Error(diff)
	}
	s.Fails(configuration{}, "Removing from the group failed")
	s.in(s.grace)
	s.ClearFaults()
	s.Must(configuration{}, options{})
	s.in()
	// Nobody came in: nothing is in the state.
	s.Fails(s.of(list(ghost), short), "Adding to the group failed")
	if len(s.State) > 0 {
		t.Error("what was refused is in the state")
	}
}

func TestEachRequestFailsOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphemulator.Fault{
		"throttled":  {Status: http.StatusTooManyRequests, RetryAfter: 1},
		"broken":     {Status: http.StatusInternalServerError},
		"conflict":   {Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
		"lost after": {DropConnection: true, AfterEffect: true},
	} {
		for _, path := range []string{`/groups/[^/]*$`, `/members$`, `/members/\$ref$`, `/members/[^/]*/\$ref$`} {
			if fault.Status == http.StatusConflict && !strings.Contains(path, "ref") {
				continue
			}
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel()
				s := start(t)
				once := fault
				once.PathRegexp, once.Times = path, 1
				s.AddFaults(once)
				s.Must(s.of(list(s.ada, s.grace), alone), options{})
				s.in(s.ada, s.grace)
				s.Settled(s.of(list(s.ada, s.grace), alone))
				s.later()
				s.ClearFaults()
				s.AddFaults(once)
				s.Must(s.of(list(s.mary, s.grace), alone), options{})
				s.in(s.mary, s.grace)
				s.Must(configuration{}, options{})
				s.in()
			})
		}
	}
}

func TestLaggingReplicas(t *testing.T) {
	t.Parallel()
	for name, hits := range map[string]graphemulator.LagHits{"some": graphemulator.LagSome, "all": graphemulator.LagAll} {
		for _, exclusive := range []bool{false, true} {
			t.Run(fmt.Sprint(name, exclusive), func(t *testing.T) {
				t.Parallel()
				s := start(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = 700*time.Millisecond, hits })
				how := attributes{"exclusive": exclusive}
				s.Must(s.of(list(s.ada, s.grace), how), options{})
				s.Settled(s.of(list(s.ada, s.grace), how))
				s.Must(s.of(list(s.ada, s.mary), how), options{})
				s.Settled(s.of(list(s.ada, s.mary), how))
				s.in(s.ada, s.mary)
				s.Must(configuration{}, options{})
				s.in()
			})
		}
	}
}

func TestReadingThatIsNotAllowed(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Must(s.of(list(s.ada), alone), options{})
	s.may("User.Invite.All")
	if diags := s.Refresh(t.Context()); len(diags) != 1 || !diags.Has("Memberships cannot be read") || len(s.State) != 1 {
		t.Errorf("got %s", diags)
	}
	s.may("GroupMember.ReadWrite.All", "User.Read.All")
	s.group = s.newGroup(map[string]any{"groupTypes": []any{"Unified"}, "mailEnabled": true, "visibility": "HiddenMembership"})
	s.State = map[string]acceptance.Object{}
	s.Must(s.of(list(s.ada)), options{})
	s.later()
	if diags := s.Refresh(t.Context()); !diags.Has("Member.Read.Hidden") || len(s.State) != 1 || len(diags.Errors()) > 0 {
		t.Errorf("got %s", diags)
	}
}
