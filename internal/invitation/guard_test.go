package invitation_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestEmailDomains(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		argument        string
		domains         []string
		more            attributes
		attribute, want string
	}{
		"not allowed":      {argument: "allowed_email_domains", domains: []string{"contoso.example"}, attribute: "email", want: "is of no domain in allowed_email_domains"},
		"nobody":           {argument: "allowed_email_domains", domains: []string{}, attribute: "email", want: "is of no domain in allowed_email_domains"},
		"denied":           {argument: "denied_email_domains", domains: []string{"Fabrikam.Example."}, attribute: "email", want: "is of a domain in denied_email_domains"},
		"other mail":       {argument: "denied_email_domains", domains: []string{"*.contoso.example"}, more: attributes{"other_mails": []string{"a@sub.contoso.example"}}, attribute: "other_mails", want: "is of a domain in denied_email_domains"},
		"copy of the mail": {argument: "denied_email_domains", domains: []string{"contoso.example"}, more: attributes{"message": attributes{"cc_recipients": []string{"a@contoso.example"}}}, attribute: "message", want: "is of a domain in denied_email_domains"},
		"entry no domain":  {argument: "denied_email_domains", domains: []string{"not a domain"}, attribute: "denied_email_domains", want: "is no valid domain"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.ProviderArguments[test.argument] = test.domains
			s.Refuses(ada(test.more), test.attribute, test.want)
			s.wrote()
		})
	}
}

// Narrowing the lists later warns about who is there, and refuses a move and an import.
func TestEmailDomainsOfWhoIsThere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(), acceptance.Create)
	s.ProviderArguments["denied_email_domains"] = []string{"fabrikam.example", "contoso.example"}
	analyst := ada(attributes{"job_title": "Analyst"})
	_, diags := s.Plan(t.Context(), analyst, options{})
	s.Blames(diags, "email", "is of a domain in denied_email_domains")
	s.runs(analyst, acceptance.Update)
	s.Refuses(ada(attributes{"email": newAddress}), "email", "is of a domain in denied_email_domains")
	s.Blames(s.Import(t.Context(), "again", address).Errors(), "", "This domain is not allowed")
	s.farewell()
}

// persons is a configuration of guests in fabrikam.example; more attributes are added to each.
func persons(more attributes, names ...string) configuration {
	all := configuration{}
	for _, name := range names {
		all[name] = attributes{"email": name + "@fabrikam.example"}
		maps.Copy(all[name], more)
	}
	return all
}

func TestMaxRemovals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	names := []string{"ada", "bob", "eve"}
	s.ProviderArguments["max_removals"] = 2
	s.Must(persons(nil, names...), options{})
	for name, config := range map[string]configuration{"deleted": {}, "disabled": persons(attributes{"account_enabled": false}, names...)} {
		if errs := s.Run(t.Context(), config, options{}).Errors(); len(errs) != 1 || !errs.Has("more than 2 persons, the limit of max_removals") {
			t.Errorf("%s: got %s", name, errs)
		}
	}
	s.Settled(persons(nil, names...))
	s.ProviderArguments["max_removals"] = -1
	s.farewell()
}

func TestProtectedGroup(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := put(t, s.Environment, map[string]any{"mail": address})
	s.outside(s.AddMember(s.TenantID(), s.group, id))
	shielded := maps.Clone(s.ProviderArguments)
	shielded["protected_group_id"] = s.group
	const refusal = "This person is protected"
	s.ProviderArguments = shielded
	s.Refuses(ada(), "", refusal)
	s.Blames(s.Import(t.Context(), "ada", id).Errors(), "", refusal)
	s.ProviderArguments = s.Arguments()
	s.runs(ada(), acceptance.Create)
	s.ProviderArguments = shielded
	s.runs(ada(), acceptance.NoOp)
	s.Refuses(ada(attributes{"job_title": "Analyst"}), "", refusal)
	s.Refuses(configuration{}, "", refusal)
	s.ProviderArguments = s.Arguments()
	s.runs(ada(), acceptance.NoOp)
	s.parts(id, false)
}

// A group that lists nobody, because it is empty or because its membership is hidden,
// protects nobody: nothing is changed in its name.
func TestProtectedGroupThatListsNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	put(t, s.Environment, map[string]any{"mail": address})
	s.ProviderArguments["protected_group_id"] = s.group
	s.Refuses(ada(), "", "lists no members, so it protects nobody")
	s.wrote()
}

func TestProviderOnDestroy(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(), acceptance.Create)
	s.expectState(attributes{"on_destroy": "auto"})
	s.ProviderArguments["on_destroy"] = "keep"
	s.runs(ada(), acceptance.Update)
	s.expectState(attributes{"on_destroy": "keep"})
	s.parts(s.guest(), true)
}

// Pull requests are planned by an identity that can only read.
func TestPlannedByAReader(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	client := s.Ready().Tenants[0].Applications[0].ClientID
	s.SetRoles(s.TenantID(), client, []string{"User.Read.All", "GroupMember.Read.All"})
	analyst := ada(attributes{"job_title": "Analyst"})
	s.Plans(analyst, acceptance.Create)
	s.ProviderArguments["permission_check"] = "error"
	s.Refuses(ada(), "", "A permission is missing")
	delete(s.ProviderArguments, "permission_check")
	s.SetRoles(s.TenantID(), client, graphemulator.AllRoles())
	s.runs(analyst, acceptance.Create)
	s.expectState(attributes{"complete": true})
	s.farewell()
}

// A person with a directory role: Graph refuses, and the state keeps the person.
func TestRefusedDeletionKeepsTheState(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.runs(ada(), acceptance.Create)
	id := s.guest()
	s.AddFaults(graphemulator.Fault{Method: http.MethodDelete, PathRegexp: `/users/`, Times: 1, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	s.Refuses(configuration{}, "", `apply on_destroy = "keep" first`)
	s.runs(ada(), acceptance.NoOp)
	s.lives(address, id)
	s.farewell()
}

// Only Graph's clock counts, not this machine's.
func TestRunnersClockTwoDaysOff(t *testing.T) {
	t.Parallel()
	for name, offset := range map[string]time.Duration{"slow": 48 * time.Hour, "fast": -48 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, func(c *graphemulator.Config) {
				c.Now = func() time.Time { return time.Now().Add(offset) }
			})
			config := ada(attributes{"expires_at": s.in(24 * time.Hour)})
			s.runs(config, acceptance.Create)
			s.expectState(attributes{"expired": false, "origin": "invited"})
			s.AdvanceClock(25 * time.Hour)
			s.runs(config, acceptance.Update)
			s.expectState(attributes{"expired": true, "origin": "invited"})
			s.farewell()
		})
	}
}

// A plan of a hundred new guests asks who is there in a dozen requests.
func TestHundredLookUpsAreADozenRequests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprint("guest", i)
	}
	if plan := s.MustPlan(persons(nil, names...), options{Parallelism: 10}); len(plan.Changes) != len(names) {
		t.Errorf("%d changes", len(plan.Changes))
	}
	batches := 0
	for _, request := range s.Requests() {
		if !request.Batched && strings.HasPrefix(request.Path, "/v1.0/") {
			batches++
		}
	}
	// Eleven or twelve, one of them for the tenant's own domains. On a machine with other
	// work to do callers fall out of step now and then; the exact rule is tested in the
	// graph package, on a clock of its own.
	if batches > 16 {
		t.Errorf("%d requests on the wire", batches)
	}
	t.Logf("%d requests on the wire", batches)
}
