package specialist_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// signsIn checks with the emulator's own sign-in which password is valid.
func signsIn(e *acceptance.Environment, password string, want bool) resource.TestCheckFunc {
	return func(*terraform.State) error {
		_, err := e.SignIn(e.TenantID(), "jan.novak@"+e.Domain(), password)
		switch {
		case want:
			return err
		case err == nil:
			return errors.New("the password is valid")
		default:
			return nil
		}
	}
}

func TestPasswordIsSetAndRotated(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	const first, second = "Correct-Horse-1", "Battery-Staple-2"
	with := func(password string, version int) string {
		return jan(e, fmt.Sprintf("password_wo = %q", password), fmt.Sprintf("password_wo_version = %d", version), "force_change_password_next_sign_in = false")
	}
	e.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{Config: with(first, 1), Check: signsIn(e, first, true)},
			// Without another version the password stays.
			{Config: with(second, 1), Check: signsIn(e, first, true), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			{Config: with(second, 2), Check: resource.ComposeTestCheckFunc(signsIn(e, second, true), signsIn(e, first, false))},
			// Without a password one is made that nobody sees.
			{Config: jan(e, "password_wo_version = 3"), Check: signsIn(e, second, false)},
		},
	})
}

// Whether Graph names what is to blame or not: the line with the password is shown, and
// what to do about it.
func TestWeakPasswordIsAnErrorAtTheAttribute(t *testing.T) {
	t.Parallel()
	for name, named := range map[string]bool{"named": true, "not named": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t, steady, func(c *graphemulator.Config) { c.Switches.PasswordErrorTarget = named })
			weak := jan(e, `password_wo = "aaaaaaaaaaaa"`, "password_wo_version = 2")
			wanted := regexp.MustCompile(`(?s)password_wo += "aaaaaaaaaaaa".*password\s+complexity.*three\s+of\s+these\s+kinds`)
			e.Test(resource.TestCase{
				TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
				Steps: []resource.TestStep{
					{Config: weak, ExpectError: wanted},
					{Config: jan(e, "password_wo_version = 1")},
					{Config: weak, ExpectError: wanted},
				},
			})
		})
	}
}

// The password could not be set: the profile is, and the next plan shows the rest.
func TestFailedRotationIsMadeUpFor(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			{Config: jan(e, `password_wo = "Correct-Horse-1"`, "password_wo_version = 1", "force_change_password_next_sign_in = false")},
			{
				PreConfig: func() {
					e.AddFaults(graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Skip: 1, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
				},
				Config:      jan(e, `password_wo = "Battery-Staple-2"`, "password_wo_version = 2", "force_change_password_next_sign_in = false", `job_title = "Boss"`),
				ExpectError: words("Setting the password failed"),
			},
			{
				Config:           jan(e, `password_wo = "Battery-Staple-2"`, "password_wo_version = 2", "force_change_password_next_sign_in = false", `job_title = "Boss"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: signsIn(e, "Battery-Staple-2", true),
			},
		},
	})
}

// The answer to the creation is lost after it was carried out, or before.
func TestLostAnswerToTheCreation(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]bool{"carried out": true, "never arrived": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acceptance.Start(t)
			e.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/users$`, Times: 1, DropConnection: true, AfterEffect: after})
			e.Test(resource.TestCase{Steps: []resource.TestStep{{
				Config: jan(e, profile), ConfigStateChecks: []statecheck.StateCheck{flag("complete", true), value("origin", "created")},
			}}})
			if deleted := len(e.DeletedUsers(e.TenantID())); deleted != 1 {
				t.Errorf("%d accounts were made", deleted)
			}
		})
	}
}

// A later step fails: the account is in the state and is completed by the next apply.
func TestUnfinishedCreation(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, steady)
	e.Test(resource.TestCase{Steps: []resource.TestStep{
		{
			PreConfig: func() {
				e.AddFaults(graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
			},
			Config: jan(e, profile), ConfigStateChecks: []statecheck.StateCheck{flag("complete", false)}, ExpectNonEmptyPlan: true,
		},
		{Config: jan(e, profile), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{flag("complete", true)}},
	}})
}
