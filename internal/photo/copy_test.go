package photo_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestCopyFollowsItsSource(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.outside(s.otherTenant(), s.home, jpegFile("red"))()
	s.test(
		resource.TestStep{
			Config:            s.copied(),
			ConfigPlanChecks:  planned(plancheck.ResourceActionCreate),
			Check:             resource.ComposeTestCheckFunc(s.shows(s.ada, "red"), s.wrote("PUT ada")),
			ConfigStateChecks: []statecheck.StateCheck{complete(true), value("content_sha256", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{64}$`)))},
		},
		resource.TestStep{
			// A refresh compares etags and downloads nothing.
			PreConfig: s.ResetRequests, RefreshState: true, Check: s.sent("GET /users/ada/photo", "GET /users/home/photo"),
		},
		resource.TestStep{Config: s.copied(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{
			PreConfig:        s.outside(s.otherTenant(), s.home, jpegFile("green")),
			Config:           s.copied(),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeTestCheckFunc(s.shows(s.ada, "green"), s.wrote("PUT ada")),
		},
		resource.TestStep{
			// Drift here is mended from there.
			PreConfig:        s.outside(s.TenantID(), s.ada, jpegFile("blue")),
			Config:           s.copied(),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            s.shows(s.ada, "green"),
		},
		resource.TestStep{
			// A photo taken away at home goes here too.
			PreConfig:         s.outside(s.otherTenant(), s.home, nil),
			Config:            s.copied(),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
			Check:             resource.ComposeTestCheckFunc(s.shows(s.ada, ""), s.wrote("DELETE ada")),
			ConfigStateChecks: []statecheck.StateCheck{complete(true), value("content_sha256", knownvalue.Null()), value("etag", knownvalue.Null())},
		},
		resource.TestStep{
			PreConfig: s.outside(s.otherTenant(), s.home, jpegFile("blue")),
			Config:    s.copied(), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.shows(s.ada, "blue"),
		},
	)
}

// A source without a photo leaves alone whatever is there, until the end.
func TestNothingToCopy(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.outside(s.TenantID(), s.ada, jpegFile("blue"))()
	grace := fmt.Sprintf("copy_from = { tenant_id = %q, user_id = %q }", s.TenantID(), s.grace)
	s.Test(resource.TestCase{
		CheckDestroy: s.shows(s.ada, "blue"),
		Steps: []resource.TestStep{
			{Config: s.copied(), Check: resource.ComposeTestCheckFunc(s.shows(s.ada, "blue"), s.wrote()), ConfigStateChecks: []statecheck.StateCheck{complete(true), value("content_sha256", knownvalue.Null())}},
			{Config: s.copied(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			// Another source without a photo, in the same tenant.
			{Config: s.sources() + block("test", s.ada, grace), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: s.wrote()},
		},
	})
}

func TestCopyWithinTheTenant(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.outside(s.TenantID(), s.grace, jpegFile("green"))()
	line := fmt.Sprintf("copy_from = { user_id = %q }", s.grace)
	s.Test(resource.TestCase{
		CheckDestroy: resource.ComposeTestCheckFunc(s.shows(s.ada, ""), s.shows(s.grace, "green")),
		Steps:        []resource.TestStep{{Config: s.photo(line), Check: s.shows(s.ada, "green")}},
	})
}

func TestOnlyListedTenantsAreRead(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.outside(s.otherTenant(), s.home, jpegFile("red"))()
	line := fmt.Sprintf("copy_from = { tenant_id = %q, user_id = %q }", s.otherTenant(), s.home)
	unlisted := regexp.MustCompile(`(?s)Photos cannot be copied from this tenant.*source_tenant_ids`)
	stranger := "00000000-0000-0000-0000-00000000abcd"
	s.test(
		resource.TestStep{Config: s.photo(line), ExpectError: unlisted},
		// Listed, but the application is not known there: the sign-in says so, at plan.
		resource.TestStep{
			Config:      s.Provider(fmt.Sprintf("source_tenant_ids = [%q]", stranger)) + block("test", s.ada, fmt.Sprintf("copy_from = { tenant_id = %q, user_id = %q }", stranger, s.home)),
			ExpectError: regexp.MustCompile(`(?s)AADSTS90002`),
		},
		resource.TestStep{Config: s.Provider(`source_tenant_ids = ["contoso"]`) + block("test", s.ada, line), ExpectError: regexp.MustCompile(`must be an object id`)},
		resource.TestStep{Config: s.copied(), Check: s.shows(s.ada, "red")},
	)
	for _, request := range s.Requests() {
		if request.Method == http.MethodPut && regexp.MustCompile(s.home).MatchString(request.Path) {
			t.Errorf("the source was written: %s", request.Path)
		}
	}
}

// Whether the application may read photos in the source shows at plan.
func TestPermissionInTheSource(t *testing.T) {
	t.Parallel()
	s := start(t)
	workspace := s.Workspace("entraguest_user_photo")
	workspace.ProviderArguments["source_tenant_ids"] = []string{s.otherTenant()}
	config := acceptance.Configuration{
		"ada":   {"user_id": s.ada, "copy_from": acceptance.Attributes{"tenant_id": s.otherTenant(), "user_id": s.home}},
		"grace": {"user_id": s.grace, "copy_from": acceptance.Attributes{"tenant_id": s.otherTenant(), "user_id": s.home}},
	}
	application := s.Ready().Tenants[0].Applications[0].ClientID
	for role, may := range map[string]bool{
		"ProfilePhoto.Read.All": true, "ProfilePhoto.ReadWrite.All": true, "User.Read.All": true, "User.ReadWrite.All": true,
		"GroupMember.Read.All": false, "User.ReadBasic.All": false,
	} {
		s.SetRoles(s.otherTenant(), application, []string{role})
		for check, want := range map[string]struct {
			says  int
			fails bool
		}{"warn": {says: 1}, "error": {says: 1, fails: true}, "off": {}} {
			if may {
				want.says, want.fails = 0, false
			}
			workspace.ProviderArguments["permission_check"] = check
			_, diags := workspace.Plan(t.Context(), config, acceptance.Options{})
			said := strings.Count(diags.String(), "for reading photos in tenant "+s.otherTenant()+": ProfilePhoto.Read.All")
			if said != want.says || len(diags.Errors()) > 0 != want.fails {
				t.Errorf("%s, %s: got %s", role, check, diags)
			}
		}
	}
}

// A source that cannot be read keeps what was copied.
func TestUnreadableSource(t *testing.T) {
	t.Parallel()
	s := start(t, steady)
	s.outside(s.otherTenant(), s.home, jpegFile("red"))()
	s.test(
		resource.TestStep{Config: s.copied()},
		resource.TestStep{
			PreConfig: func() {
				s.AddFaults(graphemulator.Fault{PathRegexp: s.home, Status: http.StatusForbidden})
			},
			Config: s.copied(), ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: s.shows(s.ada, "red"),
		},
	)
}
