package graph_test

import (
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// directory is an emulated tenant and a client signed in to it.
type directory struct {
	*graphemulator.Emulator
	client *graph.Client
	tenant graphemulator.ReadyTenant
}

// lookUpRoles are for everything but contacts, of which the emulator has no list.
var lookUpRoles = []string{"User.Read.All", "GroupMember.Read.All"}

func startDirectory(t *testing.T, config graphemulator.Config) *directory {
	t.Helper()
	return startDirectoryAs(t, config, lookUpRoles)
}

// startDirectoryAs signs in with the given permissions.
func startDirectoryAs(t testing.TB, config graphemulator.Config, roles []string) *directory {
	t.Helper()
	if len(config.Seed.Tenants) == 0 {
		config.Seed = graphemulator.DefaultSeed()
	}
	config.Seed.Tenants[0].Applications[0].Roles = roles
	emulator, err := graphemulator.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Error(err)
		}
	})
	ready := emulator.Ready()
	tenant := ready.Tenants[0]
	return &directory{Emulator: emulator, client: signIn(t, ready), tenant: tenant}
}

// signIn returns a client of its own, with connections of its own.
func signIn(t testing.TB, ready graphemulator.Ready) *graph.Client {
	t.Helper()
	certificates, err := os.ReadFile(ready.CACertificatesPath)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificates)
	transport := graph.NewTransport(roots)
	t.Cleanup(transport.CloseIdleConnections)
	tenant := ready.Tenants[0]
	credential, err := azidentity.NewClientSecretCredential(tenant.TenantID, tenant.Applications[0].ClientID, tenant.Applications[0].ClientSecret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azcore.ClientOptions{
				Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: ready.AuthorityHost},
				Transport: &http.Client{Transport: transport},
			},
			DisableInstanceDiscovery: true,
		})
	if err != nil {
		t.Fatal(err)
	}
	client, err := graph.New(graph.Options{
		Endpoint: ready.GraphEndpoint, Scope: ready.GraphEndpoint + "/.default",
		Credential: credential, Transport: transport, UserAgent: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// onTheWire counts the requests to Graph; a batch is one.
func (d *directory) onTheWire() int {
	count := 0
	for _, request := range d.Requests() {
		if strings.HasPrefix(request.Path, "/v1.0/") && !request.Batched {
			count++
		}
	}
	return count
}

func (d *directory) putUser(t *testing.T, user map[string]any) string {
	t.Helper()
	id, err := d.PutUser(d.tenant.TenantID, user)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// describe shortens a match to "list: id" lines.
func describe(match graph.Match) []string {
	var lines []string
	for name, users := range map[string][]graph.User{"user": match.Users, "other mails": match.OtherMails, "deleted": match.Deleted} {
		for _, user := range users {
			lines = append(lines, name+" "+user.ID)
		}
	}
	for name, holders := range map[string][]graph.Holder{"contact": match.Contacts, "group": match.Groups} {
		for _, holder := range holders {
			lines = append(lines, name+" "+holder.ID)
		}
	}
	return lines
}

func TestLookUpInADirectory(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	initial := d.tenant.InitialDomain
	long := strings.Repeat("x", 110) + "@long.example"
	member := func(name string, properties map[string]any) map[string]any {
		user := map[string]any{"userPrincipalName": name + "@" + initial, "displayName": name, "mailNickname": name}
		maps.Copy(user, properties)
		return user
	}
	guest := func(address string) map[string]any {
		return map[string]any{
			"userPrincipalName": graph.GuestUserPrincipalName(address, initial), "displayName": address,
			"mail": address, "proxyAddresses": []any{"SMTP:" + address}, "otherMails": []any{address},
			"userType": "Guest", "creationType": "Invitation",
		}
	}
	ada := d.putUser(t, guest("Ada@fabrikam.example"))
	brien := d.putUser(t, guest("o'brien@fabrikam.example"))
	patient := d.putUser(t, guest(long))
	alias := d.putUser(t, member("alias", map[string]any{"mail": "main@x.example", "proxyAddresses": []any{"SMTP:main@x.example", "smtp:second@x.example"}}))
	specialist := d.putUser(t, member("specialist", map[string]any{"otherMails": []any{"private@x.example"}}))
	moved := guest("old@x.example")
	moved["mail"], moved["proxyAddresses"], moved["otherMails"] = "new@x.example", []any{"SMTP:new@x.example"}, []any{}
	movedID := d.putUser(t, moved)
	gone := d.putUser(t, guest("gone@x.example"))
	namesake := d.putUser(t, guest("begone@x.example"))
	for _, id := range []string{gone, namesake} {
		if err := d.DeleteUser(d.tenant.TenantID, id); err != nil {
			t.Fatal(err)
		}
	}
	group, err := d.PutGroup(d.tenant.TenantID, map[string]any{
		"displayName": "Team", "mailNickname": "team", "mail": "team@x.example", "proxyAddresses": []any{"SMTP:team@x.example"},
		"groupTypes": []any{"Unified"}, "mailEnabled": true, "securityEnabled": false,
	})
	if err != nil {
		t.Fatal(err)
	}

	tests := map[string][]string{
		"ada@FABRIKAM.example":     {"user " + ada},
		"o'brien@fabrikam.example": {"user " + brien},
		long:                       {"user " + patient},
		strings.Repeat("x", 110) + "@long.example.x": nil,
		"main@x.example":      {"user " + alias},
		"second@x.example":    {"user " + alias},
		"private@x.example":   {"other mails " + specialist},
		"old@x.example":       {"user " + movedID},
		"new@x.example":       {"user " + movedID},
		"gone@x.example":      {"deleted " + gone},
		"team@x.example":      {"group " + group},
		"nobody@x.example":    nil,
		"odd+#&%=?@x.example": nil,
	}
	// All at once, so that they share filters.
	var all sync.WaitGroup
	for address, want := range tests {
		all.Go(func() {
			match, err := d.client.LookUp(t.Context(), address, initial)
			if err != nil {
				t.Errorf("%s: %v", address, err)
				return
			}
			if diff := cmp.Diff(want, describe(match)); diff != "" {
				t.Errorf("%s: %s", address, diff)
			}
			if diff := cmp.Diff([]string{"OrgContact.Read.All"}, match.Unread); diff != "" {
				t.Error(diff)
			}
		})
	}
	all.Wait()
}

// TestLookUpBudget looks 100 addresses up, ten at a time as Terraform does.
func TestLookUpBudget(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config  graphemulator.Config
		between time.Duration // Terraform's own work after each
	}{
		"fast":                   {},
		"50 ms":                  {config: graphemulator.Config{Latency: 50 * time.Millisecond}},
		"300 ms":                 {config: graphemulator.Config{Latency: 300 * time.Millisecond}},
		"with work in between":   {config: graphemulator.Config{Latency: 50 * time.Millisecond}, between: 5 * time.Millisecond},
		"with a lagging replica": {config: graphemulator.Config{ReplicationLag: 500 * time.Millisecond, Throttle: graphemulator.ThrottleSmall}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			graphemulator.SeedGuests(&test.config.Seed, 200)
			d := startDirectory(t, test.config)
			slots := make(chan struct{}, 10)
			var all sync.WaitGroup
			for i := range 100 {
				all.Go(func() {
					slots <- struct{}{}
					defer func() { <-slots }()
					address, want := fmt.Sprintf("new%02d@partner.example", i), 0
					if i%2 == 0 {
						address, want = fmt.Sprintf("GUEST%05d@partner%02d.example", i+1, i%20), 1
					}
					match, err := d.client.LookUp(t.Context(), address, d.tenant.InitialDomain)
					if err != nil || len(match.Users) != want {
						t.Errorf("%s: %d users, %v", address, len(match.Users), err)
					}
					if test.between > 0 {
						time.Sleep(test.between)
					}
				})
			}
			all.Wait()
			count := d.onTheWire()
			t.Logf("%d requests on the wire", count)
			if count > 15 {
				t.Errorf("%d requests on the wire for 100 look-ups, want 15 at most", count)
			}
		})
	}
}

func TestLookUpSurvivesFaults(t *testing.T) {
	t.Parallel()
	tests := map[string][]graphemulator.Fault{
		"the batch is throttled":     {{Method: "POST", PathRegexp: `\$batch$`, Times: 1, Status: 429, RetryAfter: 1}},
		"a search is throttled":      {{Method: "GET", PathRegexp: "/users$", Times: 1, Status: 429, RetryAfter: 1}},
		"the answer is lost":         {{Method: "POST", PathRegexp: `\$batch$`, Times: 1, DropConnection: true, AfterEffect: true}},
		"a search fails":             {{Method: "GET", PathRegexp: "deletedItems", Times: 2, Status: 503}},
		"groups are not to be read":  {{Method: "GET", PathRegexp: "/groups$", Status: 403}},
		"deleted are not to be read": {{Method: "GET", PathRegexp: "deletedItems", Status: 403}},
	}
	for name, faults := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := graphemulator.Config{}
			graphemulator.SeedGuests(&config.Seed, 3)
			d := startDirectory(t, config)
			d.AddFaults(faults...)
			var all sync.WaitGroup
			for i := range 3 {
				all.Go(func() {
					match, err := d.client.LookUp(t.Context(), fmt.Sprintf("guest%05d@partner%02d.example", i+1, i), d.tenant.InitialDomain)
					if err != nil || len(match.Users) != 1 {
						t.Errorf("got %v, %v", match, err)
					}
				})
			}
			all.Wait()
		})
	}
}

func TestLookUpWithoutPermission(t *testing.T) {
	t.Parallel()
	d := startDirectory(t, graphemulator.Config{})
	d.SetRoles(d.tenant.TenantID, d.tenant.Applications[0].ClientID, []string{"User.Invite.All"})
	_, err := d.client.LookUp(t.Context(), "ada@x.example", d.tenant.InitialDomain)
	refused, ok := graph.RefusalOf(err)
	if !graph.IsForbidden(err) || !ok || refused.Needs[0] != "User.Read.All" || refused.RequestID == "" {
		t.Errorf("got %v", err)
	}
}
