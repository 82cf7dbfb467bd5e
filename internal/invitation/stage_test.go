package invitation_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

type (
	attributes    = acceptance.Attributes
	configuration = acceptance.Configuration
	options       = acceptance.Options
)

// stage is a directory with one group and a workspace of guests.
type stage struct {
	*acceptance.Environment
	*acceptance.Stage
	t     testing.TB
	group string
}

func newStage(t testing.TB, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	e := acceptance.Start(t, append([]func(*graphemulator.Config){steady}, configure...)...)
	return &stage{
		Environment: e, Stage: e.Stage(t, "entraguest_invitation"), t: t,
		group: fmt.Sprint(e.Groups(e.TenantID())[0]["id"]),
	}
}

// ada is a configuration of one guest; more attributes are added.
func ada(more ...attributes) configuration {
	all := attributes{"email": address}
	for _, one := range more {
		maps.Copy(all, one)
	}
	return configuration{"ada": all}
}

// resident brings a guest in who was invited some days ago, is in the group, and known
// to every replica. It returns the object id.
func (s *stage) resident(config configuration) string {
	s.t.Helper()
	s.Must(config, options{})
	id := s.State["ada"].Text("object_id")
	if err := s.AddMember(s.TenantID(), s.group, id); err != nil {
		s.t.Fatal(err)
	}
	s.AdvanceClock(48 * time.Hour)
	s.Must(config, options{})
	s.ResetRequests()
	return id
}

// safe fails unless the person lives and is a member, nobody was deleted, and just the
// given number of mails was ever sent.
func (s *stage) safe(id string, mails int) {
	s.t.Helper()
	if _, ok := s.User(s.TenantID(), id); !ok {
		s.t.Errorf("the person %s is gone", id)
	}
	if members := s.Members(s.TenantID(), s.group); !slices.Contains(members, id) {
		s.t.Errorf("the person %s is in the group no more: %v", id, members)
	}
	if users := s.Users(s.TenantID()); len(users) != 1 {
		s.t.Errorf("%d users, want one: %v", len(users), users)
	}
	s.undeleted()
	s.mailed(mails)
}

func (s *stage) mailed(want int) {
	s.t.Helper()
	if got := len(s.Mailbox()); got != want {
		s.t.Errorf("%d mails, want %d", got, want)
	}
}

func (s *stage) outside(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func deletes(r graphemulator.Request) bool { return r.Method == http.MethodDelete }

// expectState fails unless attributes of Ada are as wanted.
func (s *stage) expectState(want attributes) {
	s.t.Helper()
	s.compare(s.State["ada"], want)
}

// compare fails unless attributes of a state, or of a plan, are as wanted.
func (s *stage) compare(what dated, want attributes) {
	s.t.Helper()
	for name, wanted := range want {
		if got := what.Get(name); got != wanted {
			s.t.Errorf("%s is %v, want %v", name, got, wanted)
		}
	}
}

// runs carries one change of a kind out, or none. Nothing is left to do then, whether
// Terraform refreshes or not.
func (s *stage) runs(config configuration, action acceptance.Action) {
	s.t.Helper()
	s.MustApply(s.Plans(config, action))
	s.Idle(config, options{NoRefresh: true})
	s.Settled(config)
}

// guest is the object id of Ada in the state.
func (s *stage) guest() string { return s.State["ada"].Text("object_id") }

// lives fails unless the one user with the address is the person with the id.
func (s *stage) lives(mail, id string) {
	s.t.Helper()
	if got := s.Only(mail)["id"]; got != id {
		s.t.Errorf("the person is another one: %v, was %s", got, id)
	}
}

// wrote compares what was sent since the last call, but for reads.
func (s *stage) wrote(want ...string) {
	s.t.Helper()
	got := s.Sent(acceptance.Writes)
	if id := s.guest(); id != "" {
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], id, "{id}")
		}
	}
	s.ResetRequests()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("requests differ: %s", diff)
	}
}

// undeleted fails if somebody was deleted.
func (s *stage) undeleted() {
	s.t.Helper()
	if deletions := s.Sent(deletes); len(deletions) > 0 {
		s.t.Errorf("sent %v", deletions)
	}
}

// farewell takes everybody out of the configuration, and no guest is left.
func (s *stage) farewell() {
	s.t.Helper()
	s.Must(configuration{}, options{})
	s.outside(guestGone(s.Environment))
}

// parts takes everybody out of the configuration; the person stays, enabled or not.
func (s *stage) parts(id string, enabled bool) {
	s.t.Helper()
	s.Must(configuration{}, options{})
	s.outside(expectEnabled(s.Environment, id, enabled))
}

// in is a moment on Graph's clock, as a configuration writes it.
func (s *stage) in(after time.Duration) string {
	return s.Now().Add(after).UTC().Format(time.RFC3339)
}

// lagging is a directory every other of whose answers comes from an older replica.
func lagging(c *graphemulator.Config) { c.ReplicationLag = 200 * time.Millisecond }
