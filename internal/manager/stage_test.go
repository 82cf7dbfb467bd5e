package manager_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const (
	name = "entraguest_user_manager.test"

	// What setting and removing ada's manager look like on the wire.
	sets    = "PUT /users/ada/manager/$ref"
	removes = "DELETE /users/ada/manager/$ref"
)

// stage is a tenant with three users.
type stage struct {
	*acceptance.Environment
	t                *testing.T
	ada, grace, joan string
}

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	s := &stage{Environment: acceptance.Start(t, configure...), t: t}
	s.ada, s.grace, s.joan = s.person("ada"), s.person("grace"), s.person("joan")
	return s
}

func (s *stage) person(nick string) string {
	s.t.Helper()
	id, err := s.PutUser(s.TenantID(), map[string]any{
		"userPrincipalName": nick + "@" + s.InitialDomain(), "displayName": nick, "createdDateTime": "2020-01-02T03:04:05Z",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func block(label, user, manager string, lines ...string) string {
	return fmt.Sprintf("\nresource \"entraguest_user_manager\" %q {\n  user_id    = %q\n  manager_id = %q\n  %s\n}\n", label, user, manager, strings.Join(lines, "\n  "))
}

// config makes somebody ada's manager.
func (s *stage) config(manager string, lines ...string) string {
	return s.Provider() + block("test", s.ada, manager, lines...)
}

// test runs the steps; in the end ada has no manager.
func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: s.managed("")})
}

// managed checks who ada's manager is in the directory.
func (s *stage) managed(want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := s.Manager(s.TenantID(), s.ada); got != want {
			return fmt.Errorf("the manager is %q, want %q", got, want)
		}
		return nil
	}
}

// wrote compares the writes since the last call, with names instead of ids.
func (s *stage) wrote(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, line := range s.Sent(acceptance.Writes) {
			got = append(got, strings.NewReplacer(s.ada, "ada", "/v1.0", "").Replace(line))
		}
		s.ResetRequests()
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("writes differ: %s", diff)
		}
		return nil
	}
}

// later does something behind Terraform's back, ten minutes later: so soon after a write
// of its own, the provider takes nothing for a change.
func (s *stage) later(change func() error) func() {
	return func() {
		s.ResetRequests()
		s.AdvanceClock(10 * time.Minute)
		if err := change(); err != nil {
			s.t.Error(err)
		}
	}
}

// outside sets ada's manager behind Terraform's back.
func (s *stage) outside(manager string) func() {
	return s.later(func() error { return s.SetManager(s.TenantID(), s.ada, manager) })
}

func value(attribute, want string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(name, tfjsonpath.New(attribute), knownvalue.StringExact(want))
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name, action)}}
}

// words matches a text that Terraform may have wrapped.
func words(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(text)), `[\s│]+`))
}

// steady has no replication lag.
func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }

// puts keeps the requests that set a manager.
func puts(request graphemulator.Request) bool { return request.Method == http.MethodPut }
