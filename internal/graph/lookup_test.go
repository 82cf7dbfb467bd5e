package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestGuestUserPrincipalName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ email, domain, want string }{
		"documented":       {email: "user@contoso.com", domain: "fabrikam.onmicrosoft.com", want: "user_contoso.com#EXT#@fabrikam.onmicrosoft.com"},
		"case is kept":     {email: "Ada.Lovelace@Contoso.com", domain: "fabrikam.onmicrosoft.com", want: "Ada.Lovelace_Contoso.com#EXT#@fabrikam.onmicrosoft.com"},
		"underscores stay": {email: "a_b@c-d.example", domain: "f.onmicrosoft.com", want: "a_b_c-d.example#EXT#@f.onmicrosoft.com"},
		"apostrophe":       {email: "o'brien@x.example", domain: "f.onmicrosoft.us", want: "o'brien_x.example#EXT#@f.onmicrosoft.us"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := GuestUserPrincipalName(test.email, test.domain); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// directoryOf answers list requests with the objects of each list, all of them: the
// look-up has to tell whose they are.
func directoryOf(lists map[string][]map[string]any) func(batchedRequest) *inner {
	return func(request batchedRequest) *inner {
		path, _, _ := strings.Cut(request.URL, "?")
		return &inner{Status: http.StatusOK, Body: map[string]any{"value": lists[path]}}
	}
}

func TestLookUpTellsWhoHoldsWhat(t *testing.T) {
	t.Parallel()
	ada := "Ada@x.example"
	service := &batchService{answer: directoryOf(map[string][]map[string]any{
		"/users": {
			{"id": "mail", "mail": "ada@X.example", "otherMails": []string{ada}},
			{"id": "primary", "proxyAddresses": []string{"SMTP:ada@x.example"}},
			{"id": "alias", "proxyAddresses": []string{"SMTP:else@x.example", "smtp:ada@x.example"}},
			{"id": "guest", "userPrincipalName": "ADA_x.example#ext#@contoso.onmicrosoft.com", "mail": "moved@x.example"},
			{"id": "other", "otherMails": []string{"ADA@x.example"}, "proxyAddresses": []string{"sip:ada@x.example"}},
			{"id": "stranger", "mail": "bada@x.example", "userPrincipalName": "bada_x.example#EXT#@contoso.onmicrosoft.com"},
			{"id": "mail", "mail": "ada@X.example"}, // shown twice by a list that changes
		},
		"/directory/deletedItems/microsoft.graph.user": {
			{"id": "00-01", "userPrincipalName": "0001ada_x.example#EXT#@contoso.onmicrosoft.com", "deletedDateTime": "2026-01-01T00:00:00Z"},
			{"id": "00-02", "userPrincipalName": "0002bada_x.example#EXT#@contoso.onmicrosoft.com", "deletedDateTime": "2026-01-02T00:00:00Z"},
			{"id": "00-03", "userPrincipalName": "0003x", "mail": ada, "deletedDateTime": "2026-01-03T00:00:00Z"},
			{"id": "00-04", "userPrincipalName": "0004x", "mail": ada},
		},
		"/contacts": {{"id": "contact", "displayName": "Ada at X", "mail": "ada@x.example"}, {"id": "no", "mail": "no@x.example"}},
		"/groups":   {{"id": "group", "displayName": nil, "proxyAddresses": []string{"SMTP:ADA@x.example"}}},
	})}
	client := newTestClient(t, tokenOfEverything, service)
	match, err := client.LookUp(t.Context(), ada, "contoso.onmicrosoft.com")
	if err != nil {
		t.Fatal(err)
	}
	ids := func(users []User) (ids []string) {
		for _, user := range users {
			ids = append(ids, user.ID)
		}
		return ids
	}
	for name, list := range map[string]struct{ got, want []string }{
		"users":       {ids(match.Users), []string{"mail", "primary", "alias", "guest"}},
		"other mails": {ids(match.OtherMails), []string{"other"}},
		"deleted":     {ids(match.Deleted), []string{"00-03", "00-01", "00-04"}},
		"unread":      {match.Unread, nil},
	} {
		if diff := cmp.Diff(list.want, list.got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if diff := cmp.Diff([]Holder{{ID: "contact", DisplayName: "Ada at X", Mail: "ada@x.example"}}, match.Contacts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Holder{{ID: "group"}}, match.Groups); diff != "" {
		t.Error(diff)
	}
	if len(service.batches) != 1 {
		t.Errorf("%d requests", len(service.batches))
	}

	// Without the initial domain nobody is recognised by the name of a guest.
	match, err = client.LookUp(t.Context(), ada, "")
	if err != nil || slices.Contains(ids(match.Users), "guest") || slices.Contains(ids(match.Deleted), "00-01") {
		t.Errorf("got %v, %v", match, err)
	}
}

func TestLookUpFollowsPages(t *testing.T) {
	t.Parallel()
	page := func(id string, next string) *inner {
		body := map[string]any{"value": []any{map[string]any{"id": id, "mail": "ada@x.example"}}}
		if next != "" {
			body["@odata.nextLink"] = next
		}
		return &inner{Status: http.StatusOK, Body: body}
	}
	tests := map[string]struct {
		next    string
		want    []string
		wantErr bool
	}{
		"to the end":          {next: testEndpoint + "/v1.0/users?$skiptoken=x", want: []string{"first", "second"}},
		"not to strangers":    {next: "https://evil.example/v1.0/users?$skiptoken=x", wantErr: true},
		"not to a look-alike": {next: testEndpoint + ".evil.example/v1.0/users", wantErr: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := &batchService{answer: func(request batchedRequest) *inner {
				if request.URL == "/users?$skiptoken=x" {
					return page("second", "")
				}
				return page("first", test.next)
			}}
			client := newTestClient(t, staticToken(`{"tid":"t","roles":["User.Invite.All"]}`), service)
			match, err := client.LookUp(t.Context(), "ada@x.example", "")
			if (err != nil) != test.wantErr {
				t.Fatalf("got %v", err)
			}
			var ids []string
			for _, user := range match.Users {
				ids = append(ids, user.ID)
			}
			if diff := cmp.Diff(test.want, ids); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLookUpKeepsHeadersOnFurtherPages(t *testing.T) {
	t.Parallel()
	service := &batchService{answer: func(request batchedRequest) *inner {
		body := map[string]any{"value": []any{}}
		if strings.HasPrefix(request.URL, "/directory/") && !strings.Contains(request.URL, "$skiptoken") {
			body["@odata.nextLink"] = testEndpoint + "/v1.0/directory/deletedItems/microsoft.graph.user?$skiptoken=x"
		}
		return &inner{Status: http.StatusOK, Body: body}
	}}
	client := newTestClient(t, tokenOfEverything, service)
	if _, err := client.LookUp(t.Context(), "ada@x.example", ""); err != nil {
		t.Fatal(err)
	}
	last := service.batches[len(service.batches)-1]
	if len(service.batches) != 2 || len(last) != 1 || last[0].Headers["ConsistencyLevel"] != "eventual" {
		t.Errorf("the next page was asked for with %+v", last)
	}
}

func TestLookUpPermissions(t *testing.T) {
	t.Parallel()
	all := []string{"/users", "/directory/deletedItems/microsoft.graph.user", "/contacts", "/groups"}
	tests := map[string]struct {
		token      staticToken
		forbidden  string   // the list Graph refuses
		want       []string // lists asked for by the second look-up
		wantUnread []string
		wantErr    func(error) bool
	}{
		"everything":                 {token: tokenOfEverything, want: all},
		"users only":                 {token: `{"tid":"t","roles":["User.Read.All"]}`, want: all[:2], wantUnread: []string{"OrgContact.Read.All", "GroupMember.Read.All"}},
		"a wide permission":          {token: `{"tid":"t","roles":["Directory.Read.All"]}`, want: all},
		"invite only":                {token: `{"tid":"t","roles":["User.Invite.All"]}`, want: all[:1], wantUnread: []string{"User.Read.All", "OrgContact.Read.All", "GroupMember.Read.All"}},
		"a person":                   {token: `{"tid":"t","scp":"openid Directory.AccessAsUser.All"}`, want: all},
		"a token that does not tell": {token: `{"tid":"t"}`, want: all},
		"not a token at all":         {token: `-`, want: all},
		"refused contacts":           {token: tokenOfEverything, forbidden: "/contacts", want: []string{all[0], all[1], all[3]}, wantUnread: []string{"OrgContact.Read.All"}},
		"refused deleted items":      {token: tokenOfEverything, forbidden: all[1], want: []string{all[0], all[2], all[3]}, wantUnread: []string{"User.Read.All"}},
		"refused users":              {token: tokenOfEverything, forbidden: "/users", want: all, wantErr: IsForbidden},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := &batchService{answer: func(request batchedRequest) *inner {
				if test.forbidden != "" && strings.HasPrefix(request.URL, test.forbidden+"?") {
					return &inner{Status: http.StatusForbidden, Body: graphError("Authorization_RequestDenied")}
				}
				return &inner{Status: http.StatusOK, Body: map[string]any{"value": []any{}}}
			}}
			client := newTestClient(t, test.token, service)
			for range 2 {
				match, err := client.LookUp(t.Context(), "ada@x.example", "c.onmicrosoft.com")
				if test.wantErr == nil && err != nil || test.wantErr != nil && !test.wantErr(err) {
					t.Fatalf("got %v", err)
				}
				if err != nil {
					if refused, _ := RefusalOf(err); refused.Subject != "ada@x.example" || !slices.Equal(refused.Needs, []string{"User.Read.All"}) {
						t.Errorf("got %+v", refused)
					}
				}
				if diff := cmp.Diff(test.wantUnread, match.Unread); diff != "" {
					t.Error(diff)
				}
			}
			var asked []string
			for _, request := range service.urls()[1] {
				path, _, _ := strings.Cut(request, "?")
				asked = append(asked, path)
			}
			if diff := cmp.Diff(test.want, asked); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// lookUpAll looks the addresses up at the same time, in one gathering.
func lookUpAll(t *testing.T, client *Client, addresses ...string) ([]Match, []error) {
	t.Helper()
	client.lookups.gatherer.highWater, client.lookups.gatherer.left = len(addresses), time.Now()
	matches, errs := make([]Match, len(addresses)), make([]error, len(addresses))
	var group sync.WaitGroup
	for i, address := range addresses {
		group.Go(func() { matches[i], errs[i] = client.LookUp(t.Context(), address, "") })
	}
	group.Wait()
	return matches, errs
}

func TestLookUpOneBadAddressHurtsNobodyElse(t *testing.T) {
	t.Parallel()
	service := &batchService{answer: func(request batchedRequest) *inner {
		if strings.Contains(request.URL, "bad@") {
			return &inner{Status: http.StatusBadRequest, Body: graphError("Request_UnsupportedQuery")}
		}
		return &inner{Status: http.StatusOK, Body: map[string]any{"value": []any{map[string]any{"id": "1", "mail": "ada@x.example"}}}}
	}}
	client := newTestClient(t, staticToken(`{"tid":"t","roles":["User.Invite.All"]}`), service)
	matches, errs := lookUpAll(t, client, "ada@x.example", "bad@x.example", "eve@x.example")
	if errs[0] != nil || len(matches[0].Users) != 1 || errs[2] != nil || len(matches[2].Users) != 0 {
		t.Errorf("got %v, %v", matches, errs)
	}
	refused, ok := RefusalOf(errs[1])
	if !is[*BadRequest](errs[1]) || !ok || refused.Subject != "bad@x.example" {
		t.Errorf("got %v", errs[1])
	}
	if sizes := service.urls(); len(sizes) != 2 || len(sizes[0]) != 1 || len(sizes[1]) != 3 {
		t.Errorf("requests %v, want one filter for all, then one for each", sizes)
	}
}

func TestLookUpErrorsNameTheirAddress(t *testing.T) {
	t.Parallel()
	service := &batchService{answer: func(batchedRequest) *inner {
		return &inner{Status: http.StatusForbidden, Body: graphError("Authorization_RequestDenied")}
	}}
	client := newTestClient(t, tokenOfEverything, service)
	addresses := []string{"ada@x.example", "bob@x.example", "eve@x.example"}
	_, errs := lookUpAll(t, client, addresses...)
	for i, err := range errs {
		if refused, ok := RefusalOf(err); !ok || refused.Subject != addresses[i] {
			t.Errorf("%s: got %v", addresses[i], err)
		}
	}
}

func TestLookUpEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &batchService{answer: func(batchedRequest) *inner {
			return &inner{Status: 429, Headers: map[string]string{"Retry-After": "3600"}}
		}}
		client := newTestClient(t, tokenOfEverything, service)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		_, err := client.LookUp(ctx, "ada@x.example", "")
		if !is[*Failure](err) || !strings.Contains(err.Error(), `looking for the address "ada@x.example"`) {
			t.Errorf("got %T: %v", err, err)
		}
	})
}
