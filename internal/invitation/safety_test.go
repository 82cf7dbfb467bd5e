package invitation_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// words matches a text however Terraform has wrapped its lines.
func words(text string) *regexp.Regexp {
	parts := strings.Fields(text)
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│|]+`))
}

// sameGuest fails unless the guest has the object id noted by the first call.
func sameGuest(e *acceptance.Environment) resource.TestCheckFunc {
	var first any
	return func(*terraform.State) error {
		user := e.Only(address)
		if first == nil {
			first = user["id"]
		}
		if user["id"] != first {
			return fmt.Errorf("the person is another one: %v, was %v", user["id"], first)
		}
		return nil
	}
}

func TestReplacementIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	triggered := func(input string) string {
		return e.Guest(`lifecycle { replace_triggered_by = [terraform_data.trigger] }`) +
			fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %q\n}\n", input)
	}
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: triggered("one"), Check: same},
			{Config: triggered("two"), ExpectError: words("A person cannot be replaced")},
			{Config: triggered("one"), Check: same, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
	})
	expectNoDeletion(t, e, 1)
}

// expectNoDeletion allows the one deletion of the final destroy.
func expectNoDeletion(t *testing.T, e *acceptance.Environment, final int) {
	t.Helper()
	deletions := e.Sent(func(r graphemulator.Request) bool { return r.Method == http.MethodDelete })
	if len(deletions) > final {
		t.Errorf("people were deleted: %v", deletions)
	}
}

func TestTaintIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{Config: e.Guest(), Taint: []string{guest}, ExpectError: words("A person would be deleted and created again")},
		},
	})
	expectNoDeletion(t, e, 1)
}

func TestRenameWithoutMovedIsRefused(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	renamed := strings.ReplaceAll(e.Guest(), `"test"`, `"renamed"`)
	same := sameGuest(e)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(), Check: same},
			{Config: renamed, ExpectError: words("A person would be deleted and created again")},
			{
				Config: renamed + "moved {\n  from = entraguest_invitation.test\n  to   = entraguest_invitation.renamed\n}\n",
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("entraguest_invitation.renamed", plancheck.ResourceActionNoop),
				}},
				Check: same,
			},
		},
	})
	expectNoDeletion(t, e, 1)
}

func TestTwoResourcesForOneAddressAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	two := ada()
	two["again"] = attributes{"email": strings.ToUpper(address)}
	s.Refuses(two, "email", "Two resources for one person")
	s.wrote()
}

func TestDeletedOutsideComesBack(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(profile)},
			{
				PreConfig: func() {
					if err := e.DeleteUser(e.TenantID(), e.Only(address)["id"].(string)); err != nil {
						t.Error(err)
					}
				},
				Config:           e.Guest(profile),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				Check:            func(*terraform.State) error { e.Only(address); return nil },
			},
		},
	})
}

// One 404 of a replica is not "gone": the person stays in the state.
func TestNotFoundIsNotGone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(), acceptance.Create)
	id := s.guest()
	s.AdvanceClock(time.Hour)
	s.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Times: 2, Status: http.StatusNotFound, Code: "Request_ResourceNotFound"})
	s.runs(ada(), acceptance.NoOp)
	s.lives(address, id)
	s.outside(s.PurgeUser(s.TenantID(), id))
	s.runs(ada(), acceptance.Create)
	s.farewell()
}

func TestForbiddenReadKeepsTheState(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(), acceptance.Create)
	id := s.guest()
	s.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: `/users/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	s.runs(ada(), acceptance.NoOp)
	s.lives(address, id)
	s.ClearFaults()
	s.runs(ada(), acceptance.NoOp)
	s.farewell()
}

func TestGuestWhoWasThereIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address, "companyName": "Fabrikam", "jobTitle": "Countess"})
	config := ada(attributes{"department": "Engines", "send_invitation_message": false})
	s.runs(config, acceptance.Create)
	if user := s.Only(address); user["id"] != id || user["companyName"] != "Fabrikam" || user["jobTitle"] != "Countess" || user["department"] != "Engines" {
		t.Errorf("what nobody wrote down was touched: %v", user)
	}
	s.runs(config, acceptance.NoOp)
	s.expectState(attributes{"origin": "adopted"})
	s.parts(id, false)
	s.undeleted()
}

func TestOnDestroy(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*stage, string) error{
		"keep":    func(s *stage, id string) error { return expectEnabled(s.Environment, id, true) },
		"disable": func(s *stage, id string) error { return expectEnabled(s.Environment, id, false) },
		"delete":  func(s *stage, _ string) error { return s.emptied(1) },
		"purge":   func(s *stage, _ string) error { return s.emptied(0) },
	}
	for way, check := range tests {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lagging)
			config := ada(attributes{"on_destroy": way})
			s.runs(config, acceptance.Create)
			id := s.guest()
			s.Must(config, options{Destroy: true})
			s.outside(check(s, id))
		})
	}
}

func TestPurgingAGuestWhoWasThereIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address})
	s.MustImport("ada", id)
	s.Must(ada(attributes{"on_destroy": "purge"}), options{})
	s.Settled(ada(attributes{"on_destroy": "purge"}))
	s.Refuses(configuration{}, "", "This person cannot be purged")
	s.runs(ada(attributes{"on_destroy": "keep"}), acceptance.Update)
	s.parts(id, true)
}

func TestWrongTenantIsOneErrorAndNoChange(t *testing.T) {
	t.Parallel()
	other := acceptance.Start(t, steady)
	e := acceptance.Start(t, steady)
	three := func(e *acceptance.Environment) string {
		var config strings.Builder
		config.WriteString(e.Provider())
		for _, name := range []string{"ada", "bob", "eve"} {
			fmt.Fprintf(&config, "resource \"entraguest_invitation\" %q {\n  email = \"%s@fabrikam.example\"\n}\n", name, name)
		}
		return config.String()
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: three(e)},
			{Config: three(other), ExpectError: once("Wrong tenant")},
			{Config: three(e), PlanOnly: true},
		},
	})
	if writes := other.Sent(acceptance.Everything); len(writes) > 0 {
		t.Errorf("the other tenant was asked: %v", writes)
	}
}

// once matches the output of a plan whose only error has the given summary. Warnings about
// the machine's own Terraform settings may come before it.
func once(summary string) *regexp.Regexp {
	const noError = `(?:[^E]|E[^r])*`
	return regexp.MustCompile(`^Error running pre-apply plan: exit status 1` + noError + `Error: ` + summary + noError + `$`)
}
