package manager_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

var (
	noOptions acceptance.Options
	nothing   acceptance.Configuration
)

// one is a configuration with ada's manager.
func (s *stage) one(manager string) acceptance.Configuration {
	return acceptance.Configuration{"ada": {"user_id": s.ada, "manager_id": manager}}
}

func TestBadInputIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	s := start(t)
	group, err := s.PutGroup(s.TenantID(), map[string]any{"displayName": "Board", "mailEnabled": false, "securityEnabled": true, "members": []any{s.ada}})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ config, want string }{
		"no GUID":   {s.config("grace@x.example"), "must be an object id"},
		"nobody":    {s.config(""), "must be an object id"},
		"oneself":   {s.config(strings.ToUpper(s.ada)), "A user cannot be their own manager"},
		"twice":     {s.config(s.grace) + block("again", strings.ToUpper(s.ada), s.joan), "Two resources for one manager"},
		"protected": {s.Provider(fmt.Sprintf("protected_group_id = %q", group)) + block("test", s.ada, s.grace), "A protected person"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acceptance.Run(t, resource.TestCase{Steps: []resource.TestStep{{Config: test.config, ExpectError: words(test.want)}}})
		})
	}
	t.Cleanup(func() {
		if sent := s.Sent(acceptance.Writes); len(sent) > 0 {
			t.Errorf("sent %v", sent)
		}
	})
}

func TestMissingPermissionIsAnErrorAtPlan(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		c.Seed.Tenants[0].Applications[0].Roles = []string{"User.Read.All"}
	})
	s.Test(resource.TestCase{Steps: []resource.TestStep{{
		Config: s.Provider(`permission_check = "error"`) + block("test", s.ada, s.grace), ExpectError: words("User.ReadWrite.All"),
	}}, CheckDestroy: s.managed("")})
}

// Nobody by that id is an error that says so, soon, and leaves nothing behind.
func TestNoSuchManager(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(resource.TestStep{Config: s.config("00000000-0000-0000-0000-00000000abcd"), ExpectError: words("There is no such user or no such manager")})
}

func TestImportOfNobody(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.test(
		resource.TestStep{Config: s.config(s.grace), ResourceName: name, ImportState: true, ImportStateId: s.joan, ExpectError: words("There is no manager")},
		resource.TestStep{Config: s.config(s.grace), ResourceName: name, ImportState: true, ImportStateId: "ada/..", ExpectError: words("Invalid import id")},
	)
}

// Each request fails once, or its answer is lost: the next apply at the latest completes.
func TestEachRequestFailsOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphemulator.Fault{
		"throttled":    {Status: http.StatusTooManyRequests, RetryAfter: 1},
		"broken after": {Status: http.StatusServiceUnavailable, AfterEffect: true},
		"lost":         {DropConnection: true},
		"lost after":   {DropConnection: true, AfterEffect: true},
		"forbidden":    {Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, steady)
			w := s.Workspace("entraguest_user_manager")
			once := fault
			once.PathRegexp, once.Times = `/manager/\$ref$`, 1
			for _, config := range []acceptance.Configuration{s.one(s.grace), s.one(s.joan), nothing} {
				s.AdvanceClock(time.Hour)
				s.ClearFaults()
				s.AddFaults(once)
				if diags := w.Run(t.Context(), config, noOptions); len(diags.Errors()) > 0 {
					if diags := w.Run(t.Context(), config, noOptions); len(diags.Errors()) > 0 {
						t.Fatal(diags)
					}
				}
				want := ""
				if config != nil {
					want, _ = config["ada"]["manager_id"].(string)
				}
				if err := s.managed(want)(nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A manager who cannot be read stays in the state.
func TestForbiddenReadKeepsTheState(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	w := s.Workspace("entraguest_user_manager")
	if diags := w.Run(t.Context(), s.one(s.grace), noOptions); len(diags.Errors()) > 0 {
		t.Fatal(diags)
	}
	s.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users`, Status: http.StatusForbidden})
	if diags := w.Refresh(t.Context()); len(diags.Errors()) > 0 || !diags.Has("Managers cannot be read") || len(w.State) != 1 {
		t.Errorf("%d objects are left: %s", len(w.State), diags)
	}
}

// A refresh that meets a replica without the manager, soon after the write, waits for it.
func TestLaggingReplica(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *graphemulator.Config) {
		c.LagHits, c.ReplicationLag = graphemulator.LagAll, 300*time.Millisecond
	})
	w := s.Workspace("entraguest_user_manager")
	for _, manager := range []string{s.grace, s.joan} {
		if diags := w.Run(t.Context(), s.one(manager), noOptions); len(diags.Errors()) > 0 {
			t.Fatal(diags)
		}
		plan, diags := w.Plan(t.Context(), s.one(manager), noOptions)
		if len(diags.Errors()) > 0 || !plan.Empty() {
			t.Fatalf("the plan after the apply is not empty: %s", diags)
		}
	}
	if sent := s.Sent(puts); len(sent) != 2 {
		t.Errorf("sent %v", sent)
	}
}
