package memberships_test

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

const longAgo = "2020-01-02T03:04:05Z"

// stage is a tenant with a group and a workspace of its memberships, which are planned
// and applied without the CLI, so that every diagnostic can be seen.
type stage struct {
	*acceptance.Environment
	*acceptance.Stage
	t                            *testing.T
	ada, grace, mary, eve, group string
}

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	steady := func(c *graphemulator.Config) { c.ReplicationLag = 0 }
	e := acceptance.Start(t, append([]func(*graphemulator.Config){steady}, configure...)...)
	s := &stage{Environment: e, Stage: e.Stage(t, "entraguest_group_memberships"), t: t}
	s.ada, s.grace, s.mary, s.eve = s.person("ada"), s.person("grace"), s.person("mary"), s.person("eve")
	s.group = s.newGroup(nil)
	t.Cleanup(func() {
		for _, request := range s.Requests() {
			if request.Method == http.MethodDelete && strings.Contains(request.Path, "/groups") && !strings.HasSuffix(request.Path, "/$ref") {
				t.Errorf("a person was deleted: %s %s", request.Method, request.Path)
			}
		}
	})
	return s
}

func (s *stage) person(nick string) string {
	s.t.Helper()
	id, err := s.PutUser(s.TenantID(), map[string]any{
		"userPrincipalName": nick + "_x.example#EXT#@" + s.InitialDomain(), "displayName": nick, "mail": nick + "@x.example",
		"userType": "Guest", "creationType": "Invitation", "createdDateTime": longAgo,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *stage) people(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = s.person(fmt.Sprint("p", i))
	}
	return ids
}

func (s *stage) newGroup(properties map[string]any) string {
	s.t.Helper()
	group := map[string]any{"displayName": "Circle", "mailEnabled": false, "securityEnabled": true, "createdDateTime": longAgo}
	maps.Copy(group, properties)
	id, err := s.PutGroup(s.TenantID(), group)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// of is the group with these members; exclusively if alone.
func (s *stage) of(ids []string, more ...attributes) configuration {
	all := attributes{"group_id": s.group, "member_ids": ids}
	for _, some := range more {
		maps.Copy(all, some)
	}
	return configuration{"test": all}
}

func list(ids ...string) []string { return ids }

// alone makes a configuration exclusive.
var alone = attributes{"exclusive": true} //nolint:gochecknoglobals // a constant

// in compares who is in the group.
func (s *stage) in(want ...string) {
	s.t.Helper()
	got := s.Members(s.TenantID(), s.group)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(append([]string{}, want...), append([]string{}, got...)); diff != "" {
		s.t.Errorf("the members differ: %s", diff)
	}
}

func (s *stage) put(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		if err := s.AddMember(s.TenantID(), s.group, id); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *stage) take(id string) {
	s.t.Helper()
	if err := s.RemoveMember(s.TenantID(), s.group, id); err != nil {
		s.t.Fatal(err)
	}
}

// later lets time pass: soon after a write, the provider takes nothing for a change.
func (s *stage) later() {
	s.AdvanceClock(10 * time.Minute)
	s.ResetRequests()
}

// onTheWire counts the requests to Graph since the last call; a batch is one.
func (s *stage) onTheWire() int {
	count := 0
	for _, request := range s.Requests() {
		if strings.HasPrefix(request.Path, "/v1.0/") && !request.Batched {
			count++
		}
	}
	s.ResetRequests()
	return count
}

func (s *stage) may(roles ...string) {
	s.SetRoles(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID, roles)
}
