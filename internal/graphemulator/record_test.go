package graphemulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	c.ResetRequests()
	c.signIn()
	c.with("client-request-id", "11111111-2222-4333-8444-555555555555").expect(http.StatusOK, http.MethodGet, "users/"+id+"?$select=id", nil)
	c.expect(http.StatusCreated, http.MethodPost, "users", c.member("grace"))
	c.graph(http.MethodPatch, "users/x", "no JSON")

	requests := c.Requests()
	if len(requests) != 4 {
		t.Fatalf("%d requests are recorded", len(requests))
	}
	everything, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{
		"token": c.token, "client secret": c.tenant.Applications[0].ClientSecret, "password": "Xw-9102-kd",
	} {
		if strings.Contains(string(everything), secret) {
			t.Errorf("the record holds the %s", name)
		}
	}
	get := requests[1]
	if get.Method != http.MethodGet || get.Path != "/v1.0/users/"+id || get.Query != "$select=id" || get.Status != 200 || get.Connection != requests[0].Connection ||
		get.Headers["Authorization"] != "***" || get.Headers["Client-Request-Id"] == "" || string(get.Body) != "null" {
		t.Errorf("recorded: %+v", get)
	}
	var response object
	if err := json.Unmarshal(get.Response, &response); err != nil || response["id"] != id {
		t.Errorf("response = %s", get.Response)
	}
	if string(requests[3].Body) != `"no JSON"` {
		t.Errorf("body = %s", requests[3].Body)
	}
}

func TestAnswerHeaders(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	const id = "11111111-2222-4333-8444-555555555555"
	for path, status := range map[string]int{"users": 200, "users/x": 404} {
		a := c.with("client-request-id", id).expect(status, http.MethodGet, path, nil)
		for _, name := range []string{"request-id", "Date", "x-ms-resource-unit"} {
			if a.header.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
		if a.header.Get("OData-Version") != "4.0" || a.header.Get("client-request-id") != id {
			t.Errorf("%s: headers %v", path, a.header)
		}
		if status == 404 {
			inner := a.body["error"].(object)["innerError"].(object)
			if inner["request-id"] != a.header.Get("request-id") || inner["client-request-id"] != id || strings.HasSuffix(inner["date"].(string), "Z") {
				t.Errorf("innerError = %v", inner)
			}
		}
	}
}

func TestAdmin(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	admin := func(method, path string, body any) answer {
		t.Helper()
		a := c.do(method, c.ready.AdminURL+"/"+path, body)
		if a.status != http.StatusOK {
			t.Fatalf("%s %s: %d %s", method, path, a.status, a.raw)
		}
		return a
	}
	list := func(path string) []object {
		t.Helper()
		var values []object
		if err := json.Unmarshal([]byte(admin(http.MethodGet, path, nil).raw), &values); err != nil {
			t.Fatal(err)
		}
		return values
	}
	body := invitation("ada@partner.example")
	body["sendInvitationMessage"] = true
	c.expect(http.StatusCreated, http.MethodPost, "invitations", body)

	requests := list("requests")
	if len(requests) != 1 {
		t.Fatalf("requests = %v", requests)
	}
	for _, name := range []string{"time", "method", "path", "query", "status", "batched", "connection", "headers", "body", "response"} {
		if _, there := requests[0][name]; !there {
			t.Errorf("a request has no %q", name)
		}
	}
	if users := list("users?tenant=" + c.tenant.TenantID); len(users) != 1 || users[0]["mail"] != "ada@partner.example" {
		t.Errorf("users = %v", users)
	}
	if groups := list("groups?tenant=" + c.tenant.TenantID); len(groups) != 1 || groups[0]["members"] == nil {
		t.Errorf("groups = %v", groups)
	}
	if mails := list("mailbox"); len(mails) != 1 || mails[0]["redeem_url"] == "" {
		t.Errorf("mailbox = %v", mails)
	}
	admin(http.MethodPost, "redeem", object{"tenant_id": c.tenant.TenantID, "email": "ada@partner.example"})
	if users := list("users?tenant=" + c.tenant.TenantID); users[0]["externalUserState"] != "Accepted" {
		t.Errorf("users = %v", users)
	}
	admin(http.MethodPost, "reset-requests", nil)
	if requests := list("requests"); len(requests) != 0 {
		t.Errorf("requests = %v", requests)
	}
	admin(http.MethodPost, "faults", []object{{"method": "GET", "path_regexp": "/users$", "times": 1, "status": 500, "retry_after": 3, "code": "x", "drop_connection": false, "after_effect": false}})
	if diff := cmp.Diff([]int{500, 200}, c.statuses(2, http.MethodGet, "users")); diff != "" {
		t.Error(diff)
	}
	admin(http.MethodPost, "clock", object{"now": "2031-01-01T00:00:00Z"})
	if c.Now().Year() != 2031 {
		t.Errorf("now = %v", c.Now())
	}
	admin(http.MethodPost, "roles", object{"tenant_id": c.tenant.TenantID, "client_id": c.tenant.Applications[0].ClientID, "roles": []string{}})
	c.signIn()
	c.expect(http.StatusForbidden, http.MethodGet, "users", nil)

	for path, body := range map[string]any{
		"redeem": object{"tenant_id": c.tenant.TenantID, "email": "nobody@partner.example"}, "faults": []object{{"path_regex": "x"}},
		"clock": object{}, "roles": "{",
	} {
		if a := c.do(http.MethodPost, c.ready.AdminURL+"/"+path, body); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", path, a.status, a.raw)
		}
	}
	if a := c.do(http.MethodGet, c.ready.AdminURL+"/colours", nil); a.status != http.StatusNotFound {
		t.Errorf("unknown operation: %d", a.status)
	}
}

func TestCloseFreesEverything(t *testing.T) {
	t.Parallel()
	first, err := graphemulator.Start(graphemulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ready := first.Ready()
	for range 2 {
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if content, err := readFile(ready.CACertificatesPath); err == nil {
		t.Errorf("the CA file is still there: %d bytes", len(content))
	}
	// The address is free again.
	second, err := graphemulator.Start(graphemulator.Config{Listen: ready.MetadataHost})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStartIsQuick(t *testing.T) {
	t.Parallel()
	start(t, graphemulator.Config{})
	begin := time.Now()
	const n = 20
	for range n {
		emulator, err := graphemulator.Start(graphemulator.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if err := emulator.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if each := time.Since(begin) / n; each > 200*time.Millisecond {
		t.Errorf("starting takes %v", each)
	}
}

func TestBadSeeds(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*graphemulator.SeedTenant){
		"no tenant id": func(t *graphemulator.SeedTenant) { t.TenantID = "" },
		"no domain":    func(t *graphemulator.SeedTenant) { t.InitialDomain = "" },
		"no client id": func(t *graphemulator.SeedTenant) { t.Applications[0].ClientID = "" },
		"certificate":  func(t *graphemulator.SeedTenant) { t.Applications[0].Certificates = []string{"x"} },
		"user id":      func(t *graphemulator.SeedTenant) { t.Users = []map[string]any{{"id": "x"}} },
		"group id":     func(t *graphemulator.SeedTenant) { t.Groups = []map[string]any{{"id": "x"}} },
		"same user name": func(t *graphemulator.SeedTenant) {
			t.Users = []map[string]any{{"userPrincipalName": "a@b.example"}, {"userPrincipalName": "A@b.example"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := graphemulator.DefaultSeed()
			change(&seed.Tenants[0])
			if emulator, err := graphemulator.Start(graphemulator.Config{Seed: seed}); err == nil {
				t.Error("started", emulator.Close())
			}
		})
	}
}
