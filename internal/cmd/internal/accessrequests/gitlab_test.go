package accessrequests_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// gitLab is as much of GitLab's API as gitlab.py uses: canned answers, and a log of what was changed.
type gitLab struct {
	*httptest.Server
	answers map[string]any

	mu      sync.Mutex
	changes []string
}

func newGitLab(t *testing.T, answers map[string]any) *gitLab {
	t.Helper()
	fake := &gitLab{answers: answers}
	fake.Server = httptest.NewServer(fake)
	t.Cleanup(fake.Close)

	return fake
}

// ServeHTTP answers a GET from the table, and notes everything else.
func (g *gitLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/projects/7")
	if r.Header.Get("PRIVATE-TOKEN") != "token" {
		http.Error(w, "{}", http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		answer, found := g.answers[path]
		if !found {
			answer = []any{}
		}
		_ = json.NewEncoder(w).Encode(answer)
		return
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "{}", http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.changes = append(g.changes, r.Method+" "+path+" "+string(sent))
	_, _ = io.WriteString(w, "{}")
}

// sent returns the changes that begin so.
func (g *gitLab) sent(prefix string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var found []string
	for _, change := range g.changes {
		if strings.HasPrefix(change, prefix) {
			found = append(found, change)
		}
	}

	return found
}

func (g *gitLab) variables(more ...string) []string {
	return append([]string{
		"CI_API_V4_URL=" + g.URL, "CI_PROJECT_ID=7", "CI_DEFAULT_BRANCH=main", "CI_MERGE_REQUEST_IID=3", "GITLAB_TOKEN=token",
	}, more...)
}

// encoded is a request in the variable that a trigger has.
func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// answers has one labelled issue, and somebody who set the label.
func answers(description string, level int) map[string]any {
	return map[string]any{
		"/issues":                          []any{map[string]any{"iid": 12, "description": description, "author": map[string]any{"username": "octocat"}}},
		"/issues/12/resource_label_events": []any{map[string]any{"action": "add", "user": map[string]any{"id": 5}, "label": map[string]any{"name": "guest-approved"}}},
		"/members/all":                     []any{map[string]any{"id": 5, "access_level": level}},
	}
}

func TestGitLabRequests(t *testing.T) {
	t.Parallel()
	good := body(fields(map[string]string{"display_name": "<b>Ada</b> @all"}))
	for name, test := range map[string]struct {
		answers map[string]any
		opened  int
		refused int
	}{
		"approved":          {answers(good, 30), 1, 0},
		"by a reporter":     {answers(good, 20), 0, 0},
		"hostile":           {answers(good+"\n### Evil\n", 40), 0, 1},
		"a megabyte":        {answers(strings.Repeat("evil", 1<<18), 40), 0, 1},
		"description empty": {answers("", 40), 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			fake := newGitLab(t, test.answers)
			log, code := python(t, folder, fake.variables(), "scripts/gitlab.py", "requests")
			if code != 0 || strings.Contains(log, "evil") || strings.Contains(log, "Ada") {
				t.Errorf("code %d, log %q", code, log)
			}
			commits, opened := fake.sent("POST /repository/commits"), fake.sent("POST /merge_requests")
			if len(commits) != test.opened || len(opened) != test.opened || len(fake.sent("POST /issues/12/notes")) != test.refused {
				t.Errorf("%q", fake.changes)
			}
			for _, text := range opened {
				if !strings.Contains(text, `"Closes #12"`) || strings.Contains(text, "Ada") {
					t.Error(text)
				}
			}
			if len(fake.sent("PUT /issues/12")) != 1 || len(requestFiles(t, folder)) != 0 {
				t.Errorf("the label or the file was left: %q", fake.changes)
			}
		})
	}
}

func TestGitLabOutside(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	fake := newGitLab(t, nil)
	for request, want := range map[string]int{
		encoded(asJSON(t, fields(nil))): 0,
		// GitLab would have put the value of a variable in place of its name.
		asJSON(t, fields(nil)):                     1,
		encoded(`{"email":"evil"}`):                1,
		encoded(asJSON(t, fields(nil))) + "\nevil": 1,
		encoded("\xff"):                            1,
		"":                                         1,
		strings.Repeat("evil", 20_000):             1,
	} {
		log, code := python(t, folder, fake.variables("REQUEST="+request), "scripts/gitlab.py", "outside")
		if code != want || strings.Contains(log, "evil") {
			t.Errorf("code %d, log %q", code, log)
		}
	}
	if len(fake.sent("POST /merge_requests")) != 1 {
		t.Errorf("%q", fake.changes)
	}
}

// TestGitLabOutsideMeetsAMergeRequest leaves alone what somebody may be looking at, or have approved.
func TestGitLabOutsideMeetsAMergeRequest(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	fake := newGitLab(t, map[string]any{"/merge_requests": []any{map[string]any{"iid": 3}}})
	if log, code := python(t, folder, fake.variables("REQUEST="+encoded(asJSON(t, fields(nil)))), "scripts/gitlab.py", "outside"); code != 1 || len(fake.changes) != 0 {
		t.Errorf("code %d, log %q, changes %q", code, log, fake.changes)
	}
}

// TestGitLabGoesOn takes a request although somebody who is gone has labelled another one, or nobody is its author.
func TestGitLabGoesOn(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	table := answers(body(fields(nil)), 30)
	issue := func(number int, author any) map[string]any {
		return map[string]any{"iid": number, "description": body(fields(map[string]string{"email": "grace.hopper@partner.example"})), "author": author}
	}
	label := map[string]any{"name": "guest-approved"}
	table["/issues"] = append([]any{issue(10, map[string]any{"username": "octocat"}), issue(11, nil)}, table["/issues"].([]any)...)
	table["/issues/10/resource_label_events"] = []any{map[string]any{"action": "add", "user": nil, "label": label}}
	table["/issues/11/resource_label_events"] = table["/issues/12/resource_label_events"]
	fake := newGitLab(t, table)

	log, code := python(t, folder, fake.variables(), "scripts/gitlab.py", "requests")
	if code != 1 || !strings.Contains(log, "Issue 11: failed") || strings.Contains(log, "grace") {
		t.Errorf("code %d, log %q", code, log)
	}
	commits := fake.sent("POST /repository/commits")
	if len(commits) != 1 || strings.Contains(commits[0], "grace") || len(requestFiles(t, folder)) != 0 {
		t.Errorf("commits %q, files %q", commits, requestFiles(t, folder))
	}
	if len(fake.sent("PUT /issues/10")) != 1 {
		t.Error("the label of somebody who is gone was left")
	}
}

func TestGitLabNote(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		notes []any
		want  string
	}{
		"first": {[]any{}, "POST /merge_requests/3/notes "},
		"again": {[]any{map[string]any{"id": 9, "system": false, "body": "old\n<!-- plan -->"}}, "PUT /merge_requests/3/notes/9 "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			write(t, filepath.Join(folder, "comment.md"), "what will happen\n")
			fake := newGitLab(t, map[string]any{"/merge_requests/3/notes": test.notes})
			if log, code := python(t, folder, fake.variables(), "scripts/gitlab.py", "note", "comment.md"); code != 0 {
				t.Error(log)
			}
			if len(fake.changes) != 1 || !strings.HasPrefix(fake.changes[0], test.want) || !strings.Contains(fake.changes[0], "what will happen") {
				t.Errorf("%q", fake.changes)
			}
		})
	}
}

func TestGitLabPending(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		open bool
		want string
	}{
		"first":  {"somebody waits", false, "POST /issues "},
		"again":  {"somebody waits", true, "PUT /issues/4 "},
		"over":   {"", true, `PUT /issues/4 {"state_event": "close"}`},
		"nobody": {"", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			if test.text != "" {
				write(t, filepath.Join(folder, "issue.md"), test.text)
			}
			issues := []any{}
			if test.open {
				issues = append(issues, map[string]any{"iid": 4})
			}
			fake := newGitLab(t, map[string]any{"/issues": issues})
			if log, code := python(t, folder, fake.variables(), "scripts/gitlab.py", "pending", "issue.md"); code != 0 {
				t.Error(log)
			}
			if test.want == "" && len(fake.changes) != 0 || test.want != "" && (len(fake.changes) != 1 || !strings.HasPrefix(fake.changes[0], test.want)) {
				t.Errorf("%q", fake.changes)
			}
		})
	}
}
