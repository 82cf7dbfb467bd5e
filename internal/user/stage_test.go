package user_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const (
	one  = "data.entraguest_user.test"
	many = "data.entraguest_users.test"
)

// stage is a tenant with people, and a second one with ada alone.
type stage struct {
	*acceptance.Environment
	t *testing.T
	// ids are object ids by display name.
	ids map[string]string
	// away is ada in the second tenant.
	away string
}

func start(t *testing.T, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	twoTenants := func(c *graphemulator.Config) {
		c.Seed = graphemulator.DefaultSeed()
		other := graphemulator.DefaultSeed().Tenants[0]
		other.Applications = c.Seed.Tenants[0].Applications
		c.Seed.Tenants = append(c.Seed.Tenants, other)
	}
	s := &stage{Environment: acceptance.Start(t, append([]func(*graphemulator.Config){twoTenants}, configure...)...), t: t, ids: map[string]string{}}
	s.put("grace", map[string]any{"userPrincipalName": "grace@" + s.InitialDomain(), "createdDateTime": "2020-01-01T00:00:00Z", "employeeId": "7", "usageLocation": "DE"})
	s.put("ada", map[string]any{
		"userPrincipalName": "ada_x.example#EXT#@" + s.InitialDomain(), "mail": "Ada@x.example", "otherMails": []any{"z@x.example", "Ada@x.example"},
		"proxyAddresses": []any{"smtp:second@x.example", "SMTP:Ada@x.example"}, "userType": "Guest", "creationType": "Invitation",
		"externalUserState": "Accepted", "externalUserStateChangeDateTime": "2024-01-02T00:00:00Z", "createdDateTime": "2024-01-01T00:00:00Z",
		"department": "R&D", "companyName": "Fabrikam", "businessPhones": []any{"+49 30 1"}, "employeeOrgData": map[string]any{"costCenter": "C1", "division": nil},
		"onPremisesExtensionAttributes": map[string]any{"extensionAttribute3": "three", "extensionAttribute4": nil}, "employeeLeaveDateTime": "2030-01-01T00:00:00Z",
		"manager": s.ids["grace"], "sponsors": []any{s.ids["grace"]},
		"licenseAssignmentStates": []any{map[string]any{"skuId": "11111111-0000-0000-0000-000000000000", "assignedByGroup": "22222222-0000-0000-0000-000000000000", "state": "Error", "error": "CountViolation", "disabledPlans": []any{}}},
		"signInActivity":          map[string]any{"lastSignInDateTime": "2025-01-01T00:00:00Z", "lastSuccessfulSignInDateTime": "2025-02-01T00:00:00Z"},
	})
	s.put("bob", map[string]any{
		"mail": "bob@x.example", "otherMails": []any{"family@x.example"}, "userType": "Guest", "creationType": "Invitation", "externalUserState": "PendingAcceptance",
		"createdDateTime": "2025-01-01T00:00:00Z", "accountEnabled": false, "companyName": "Fabrikam",
	})
	s.put("cid", map[string]any{"mail": "cid@y.example", "otherMails": []any{"family@x.example"}, "createdDateTime": "2025-06-01T00:00:00Z"})
	id, err := s.PutUser(s.otherTenant(), map[string]any{"displayName": "away", "mail": "ada@x.example"})
	if err != nil {
		t.Fatal(err)
	}
	s.away = id
	return s
}

// steady has no replication lag, for tests that count requests.
func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }

func (s *stage) put(name string, user map[string]any) {
	s.t.Helper()
	user["displayName"] = name
	id, err := s.PutUser(s.TenantID(), user)
	if err != nil {
		s.t.Fatal(err)
	}
	s.ids[name] = id
}

func (s *stage) otherTenant() string { return s.Ready().Tenants[1].TenantID }

// may leaves the application these permissions.
func (s *stage) may(roles ...string) {
	s.SetRoles(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID, roles)
}

// look returns a configuration with one data source of a kind.
func (s *stage) look(kind string, lines ...string) string {
	return s.Provider() + s.data(kind, lines...)
}

func (s *stage) data(kind string, lines ...string) string {
	return fmt.Sprintf("\ndata %q \"test\" {\n  %s\n}\n", kind, strings.Join(lines, "\n  "))
}

func (s *stage) test(steps ...resource.TestStep) {
	s.t.Helper()
	s.Test(resource.TestCase{Steps: steps, CheckDestroy: func(*terraform.State) error { return nil }})
}

func value(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func text(want string) knownvalue.Check { return knownvalue.StringExact(want) }

// finds checks who is in users, by display name, and that the two maps say the same.
func (s *stage) finds(names ...string) statecheck.StateCheck {
	objects, byID := map[string]knownvalue.Check{}, map[string]knownvalue.Check{}
	for _, name := range names {
		object := knownvalue.ObjectPartial(map[string]knownvalue.Check{"object_id": text(s.ids[name]), "display_name": text(name)})
		objects[s.ids[name]], byID[s.ids[name]] = object, object
	}
	var sorted []knownvalue.Check
	for _, id := range slices.Sorted(maps.Keys(objects)) {
		sorted = append(sorted, objects[id])
	}
	return both{value(many, "users", knownvalue.ListExact(sorted)), value(many, "by_id", knownvalue.MapExact(byID))}
}

// both is two checks in one.
type both [2]statecheck.StateCheck

// CheckState runs both checks.
func (b both) CheckState(ctx context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	var first, second statecheck.CheckStateResponse
	b[0].CheckState(ctx, req, &first)
	b[1].CheckState(ctx, req, &second)
	resp.Error = errors.Join(first.Error, second.Error)
}

// requests compares the requests to Graph on the wire since the last call.
func (s *stage) requests(most int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		count := 0
		for _, request := range s.Requests() {
			if strings.HasPrefix(request.Path, "/v1.0/") && !request.Batched {
				count++
			}
			if request.Method != http.MethodGet && strings.HasPrefix(request.Path, "/v1.0/") && request.Path != "/v1.0/$batch" {
				return fmt.Errorf("a data source writes: %s %s", request.Method, request.Path)
			}
		}
		s.ResetRequests()
		if count == 0 || count > most {
			return fmt.Errorf("%d requests, want at most %d", count, most)
		}
		return nil
	}
}

// byEmail checks whom addresses lead to, by display name.
func (s *stage) byEmail(names map[string]string) statecheck.StateCheck {
	want := map[string]knownvalue.Check{}
	for address, name := range names {
		want[address] = text(s.ids[name])
	}
	return value(many, "by_email", knownvalue.MapExact(want))
}
