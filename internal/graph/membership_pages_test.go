package graph

import (
	"net/http"
	"strings"
	"testing"
)

const (
	testGroup  = "00000000-0000-0000-0000-0000000000aa"
	testMember = "00000000-0000-0000-0000-0000000000bb"
)

func ids(list ...string) []map[string]any {
	objects := []map[string]any{}
	for _, id := range list {
		objects = append(objects, map[string]any{"id": id})
	}
	return objects
}

// memberService answers the group, and the lists of memberships page by page.
func memberService(pages map[string]*inner) *batchService {
	return &batchService{answer: func(request batchedRequest) *inner {
		path, query, _ := strings.Cut(request.URL, "?")
		if page, ok := pages[path+"?"+query]; ok {
			return page
		}
		if page, ok := pages[path]; ok {
			return page
		}
		if path == "/groups/"+testGroup {
			return fine(request)
		}
		return &inner{Status: http.StatusNotFound, Body: graphError(codeNotFound)}
	}}
}

func pageOf(next string, list ...string) *inner {
	body := map[string]any{"value": ids(list...)}
	if next != "" {
		body["@odata.nextLink"] = next
	}
	return &inner{Status: http.StatusOK, Body: body}
}

func TestMembershipPages(t *testing.T) {
	t.Parallel()
	const own, base = "/users/" + testMember + "/memberOf", testEndpoint + "/v1.0"
	denied := &inner{Status: http.StatusForbidden, Body: graphError("Authorization_RequestDenied")}
	for name, test := range map[string]struct {
		pages  map[string]*inner
		want   Standing
		failed string
	}{
		"an empty page first": {map[string]*inner{
			own: pageOf(base + own + "?$skiptoken=2"), own + "?$skiptoken=2": pageOf("", strings.ToUpper(testGroup)),
		}, In, ""},
		"not on any page": {map[string]*inner{
			own: pageOf(base+own+"?$skiptoken=2", testMember), own + "?$skiptoken=2": pageOf(""),
		}, Out, ""},
		"a page elsewhere":        {map[string]*inner{own: pageOf("https://evil.example/x")}, Out, "another host"},
		"a page read already":     {map[string]*inner{own: pageOf(base + own + "?$skiptoken=2"), own + "?$skiptoken=2": pageOf(base + own + "?$skiptoken=2")}, Out, "links back"},
		"no list":                 {map[string]*inner{own: {Status: http.StatusOK, Body: "?"}}, Out, "looking in group"},
		"a group":                 {map[string]*inner{"/groups/" + testMember + "/memberOf": pageOf("", testGroup)}, In, ""},
		"a service principal":     {map[string]*inner{"/servicePrincipals/" + testMember + "/memberOf": pageOf("", testGroup)}, In, ""},
		"nobody":                  {nil, NoMember, ""},
		"nobody, principals shut": {map[string]*inner{"/servicePrincipals/" + testMember + "/memberOf": denied}, NoMember, ""},
		"users shut":              {map[string]*inner{own: denied}, Out, "Authorization_RequestDenied"},
		"groups shut":             {map[string]*inner{"/groups/" + testMember + "/memberOf": denied}, Out, "Authorization_RequestDenied"},
		"no group":                {map[string]*inner{"/groups/" + testGroup: {Status: http.StatusNotFound, Body: graphError(codeNotFound)}}, NoGroup, ""},
		"the group shut":          {map[string]*inner{"/groups/" + testGroup: denied}, Out, "Authorization_RequestDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, tokenOfEverything, memberService(test.pages))
			got, err := client.ConfirmedStanding(t.Context(), testGroup, testMember)
			switch {
			case test.failed != "" && (err == nil || !strings.Contains(err.Error(), test.failed)):
				t.Errorf("%d, %v", got, err)
			case test.failed == "" && (err != nil || got != test.want):
				t.Errorf("%d, %v", got, err)
			}
		})
	}
}

// The ids sought in one group go into filters of 15; another group has its own.
func TestIndexIsAskedInFilters(t *testing.T) {
	t.Parallel()
	service := memberService(map[string]*inner{"/groups/" + testGroup + "/members": pageOf("", testMember)})
	client := newTestClient(t, tokenOfEverything, service)
	pairs := []pair{{testMember, testMember}}
	for range 31 {
		pairs = append(pairs, pair{testGroup, testMember})
	}
	found := make([]outcome[bool], len(pairs))
	client.members.searchIndex(t.Context(), pairs, func(i int, one outcome[bool]) { found[i] = one })
	for i, one := range found {
		if one.value != (i > 0) || (one.err == nil) != (i > 0) || i == 0 && !IsNotFound(one.err) {
			t.Errorf("%d: %+v", i, one)
		}
	}
	urls := service.urls()
	if len(urls) != 1 || len(urls[0]) != 4 {
		t.Errorf("%v", urls)
	}
	for _, url := range urls[0] {
		if strings.Count(url, testMember) > maxClauses+1 || len(url) > maxListURL {
			t.Errorf("%s", url)
		}
	}
}
