package accessrequests_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hostile is text that would do something in Markdown if it were not put into code.
const hostile = "`</code>` | x | @octocat/team #1 [a](https://evil.example) ![b](//evil) <img src=x>\n::error::x\u202e\u2028```\n"

// planned is a plan as `terraform show -json` prints it, with one change of each kind.
func planned(t *testing.T) string {
	t.Helper()
	change := func(kind, key string, actions []string, before, after map[string]any, more ...string) map[string]any {
		described := map[string]any{
			"address": "entraguest_" + kind + `.x["` + key + `"]`, "mode": "managed", "type": "entraguest_" + kind, "index": key,
			"change": map[string]any{
				"actions": actions, "before": before, "after": after, "after_unknown": map[string]any{},
				"before_sensitive": map[string]any{"redeem_url": true}, "after_sensitive": map[string]any{"redeem_url": true},
			},
		}
		for _, name := range more {
			described["change"].(map[string]any)[name] = map[string]any{"id": "x"}
		}

		return described
	}
	guest := func(email string, more map[string]any) map[string]any {
		values := map[string]any{
			"email": email, "display_name": hostile, "company_name": hostile, "justification": hostile,
			"expires_at": "2027-01-31T23:59:59Z", "account_enabled": true, "expired": false, "on_destroy": "auto",
			"redeem_url": "https://redeem.example/secret",
		}
		maps.Copy(values, more)

		return values
	}
	key := func(digit string) string { return strings.Repeat(digit, 32) }
	group := map[string]any{"group_id": "id-of-group", "member_id": "id", "expires_at": "2027-01-31T23:59:59Z", "active": true, "expired": false}

	return asJSON(t, map[string]any{
		"variables": map[string]any{"groups": map[string]any{"value": map[string]any{"project-site": "id-of-group"}}},
		"resource_changes": []any{
			change("invitation", key("1"), []string{"create"}, nil, guest("invited@x.example", nil)),
			change("group_membership", key("1"), []string{"create"}, nil, group),
			change("invitation", key("2"), []string{"create"}, nil, guest("adopted@x.example", map[string]any{"origin": "adopted"})),
			change("invitation", key("3"), []string{"update"}, guest("changed@x.example", map[string]any{"job_title": "Analyst"}),
				guest("changed@x.example", map[string]any{"job_title": "Lead " + hostile, "redeem_url": "https://redeem.example/another-secret"})),
			change("invitation", key("4"), []string{"update"}, guest("expired@x.example", nil),
				guest("expired@x.example", map[string]any{"expired": true, "account_enabled": false})),
			change("invitation", key("5"), []string{"delete"}, guest("deleted@x.example", map[string]any{"origin": "invited"}), nil),
			change("invitation", key("6"), []string{"delete"}, guest("disabled@x.example", map[string]any{"origin": "adopted"}), nil),
			change("invitation", key("7"), []string{"delete"}, guest("kept@x.example", map[string]any{"on_destroy": "keep"}), nil),
			change("invitation", key("8"), []string{"no-op"}, guest("same@x.example", nil), guest("same@x.example", nil)),
			change("invitation", key("9"), []string{"no-op"}, guest("member@x.example", nil), guest("member@x.example", nil)),
			change("group_membership", key("9"), []string{"delete"}, group, nil),
			change("user_photo", key("a"), []string{"create"}, nil, map[string]any{}),
			change("invitation", key("b"), []string{"no-op"}, guest("imported@x.example", nil), guest("imported@x.example", nil), "importing"),
			change("invitation", key("c"), []string{"forget"}, guest("forgotten@x.example", nil), nil),
			change("invitation", key("d"), []string{"update"}, guest("both@x.example", map[string]any{"company_name": "Old", "city": "Bern", "name": "old@x.example"}),
				guest("both@x.example", map[string]any{"company_name": "New", "city": "Rome", "name": "new@x.example", "expired": true, "account_enabled": false})),
			change("group_membership", key("d"), []string{"update"}, group,
				map[string]any{"group_id": "id-of-group", "member_id": "id", "expires_at": "2027-01-31T23:59:59Z", "active": false, "expired": true}),
			change("group_membership", key("e"), []string{"no-op"}, group, group, "importing"),
			change("group_membership", key("f"), []string{"forget"}, group, nil),
		},
	})
}

// sections cuts a comment at its headings.
func sections(comment string) map[string]string {
	found := map[string]string{}
	for part := range strings.SplitSeq(comment, "\n### ") {
		title, text, _ := strings.Cut(part, "\n")
		found[title] = text
	}

	return found
}

func TestCommentSaysWhatHappensToWhom(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	write(t, filepath.Join(folder, "plan.json"), planned(t))
	write(t, filepath.Join(folder, "plan.jsonl"), `{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Careful","detail":"One."}}`+"\n")

	comment, code := python(t, folder, nil, "scripts/comment.py", "plan.jsonl", "plan.json")
	if code != 0 {
		t.Fatal(comment)
	}
	got := sections(comment)
	for title, want := range map[string][]string{
		"Will be invited (1)": {"invited@x.example", "project-site", "2027-01-31"},
		"Are in the tenant already and will be taken over (1)": {"adopted@x.example"},
		"Are in the tenant already and will be imported (1)":   {"imported@x.example", "nothing changes"},
		"Will be changed (2)": {
			"changed@x.example", "title: ` Analyst ` → ` Lead ", "| ` both@x.example ` | company: ` Old ` → ` New `; also ` city ` |",
		},
		"Time is over: will be disabled (2)":                      {"expired@x.example", "both@x.example"},
		"Will be forgotten: stay as they are, without an end (1)": {"forgotten@x.example"},
		"Will be let go (3)": {
			"deleted@x.example", "deleted; can be restored for 30 days", "disabled@x.example", "| disabled |", "kept@x.example", "left as they are",
		},
		"Groups (4)":        {"| ` member@x.example ` | leaves |", "project-site", "is in it, and is managed from now on", "stays, and is not managed any more"},
		"Other changes (1)": {"user_photo"},
		"Warnings (1)":      {"Careful"},
	} {
		for _, text := range want {
			if !strings.Contains(got[title], text) {
				t.Errorf("%q is missing under %q in\n%s", text, title, comment)
			}
		}
	}
	for _, never := range []string{"same@x.example", "secret", "redeem"} {
		if strings.Contains(comment, never) {
			t.Errorf("%q has no place in\n%s", never, comment)
		}
	}
}

var codeSpan = regexp.MustCompile("` [^`]* `")

// TestCommentIsEscaped looks at what remains outside of code: the words of the script, and nothing else.
func TestCommentIsEscaped(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	write(t, filepath.Join(folder, "plan.json"), planned(t))
	write(t, filepath.Join(folder, "plan.jsonl"), asJSON(t, map[string]any{
		"type": "diagnostic", "diagnostic": map[string]any{"severity": "error", "summary": hostile, "detail": "```\n" + hostile + "````"},
	})+"\nnot JSON\n[]\n")

	comment, code := python(t, folder, nil, "scripts/comment.py", "plan.jsonl", "plan.json")
	if code != 0 {
		t.Fatal(comment)
	}
	if strings.ContainsAny(comment, "\u202e\u2028\u0085\r\x00") {
		t.Error("a character that turns or breaks a line got through")
	}
	text, messages, found := strings.Cut(comment, "### Errors (1)\n\n")
	if !found {
		t.Fatal(comment)
	}
	outside := codeSpan.ReplaceAllString(text, "")
	for _, never := range []string{"@", "<", "[", "evil", "octocat", "`", "::"} {
		if strings.Contains(outside, never) {
			t.Errorf("%q outside of code in\n%s", never, outside)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| ` ") && !strings.HasSuffix(line, " |\n") {
			t.Errorf("a row is broken: %q", line)
		}
	}
	fence, _, _ := strings.Cut(messages, "text\n")
	if strings.Trim(fence, "`") != "" || strings.Count(messages, fence) != 2 || !strings.HasSuffix(messages, "\n"+fence+"\n") {
		t.Errorf("the block can be left: fence %q in\n%s", fence, messages)
	}
}

// TestCommentHasItsLimit writes about very many people, and stays below what GitHub takes. A change has two values of
// each attribute, so a row of one is far longer than that of an invitation.
func TestCommentHasItsLimit(t *testing.T) {
	t.Parallel()
	guest := func(text string) string {
		return strings.ReplaceAll(`{"email":"LONG","display_name":"LONG","company_name":"LONG","job_title":"LONG","department":"LONG","justification":"LONG"}`,
			"LONG", strings.Repeat(text, 250))
	}
	diagnostics := make([]string, 100)
	for i := range diagnostics {
		diagnostics[i] = asJSON(t, map[string]any{"type": "diagnostic", "diagnostic": map[string]any{
			"severity": "warning", "summary": strings.Repeat("y", i), "detail": strings.Repeat("ž", 10_000),
		}})
	}
	for action, before := range map[string]string{"create": "null", "update": guest("ü")} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			folder := copyExample(t)
			entry := `{"address":"a","mode":"managed","type":"entraguest_invitation","index":"#","change":{"actions":["` + action + `"],"before":` + before + `,"after":` + guest("x") + `}}`
			write(t, filepath.Join(folder, "plan.json"), `{"resource_changes":[`+strings.Repeat(entry+",", 499)+entry+`]}`)
			write(t, filepath.Join(folder, "plan.jsonl"), strings.Join(diagnostics, "\n"))

			comment, code := python(t, folder, nil, "scripts/comment.py", "plan.jsonl", "plan.json")
			rows := strings.Count(comment, "\n| ` ")
			if code != 0 || len(comment) > 65_536 || rows < 20 || !strings.Contains(comment, fmt.Sprintf("\n\nand %d more", 500-rows)) {
				t.Errorf("code %d, %d bytes, %d rows", code, len(comment), rows)
			}
		})
	}
}

// TestExpiryAlone lets the nightly run apply what follows from a date, and nothing else.
func TestExpiryAlone(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	write(t, filepath.Join(folder, "plan.json"), planned(t))

	output, code := python(t, folder, nil, "scripts/nightly.py", "targets", "plan.json")
	want := `-target=entraguest_invitation.x["` + strings.Repeat("4", 32) + `"]` + "\n"
	if code != 0 || !strings.Contains(output, want) || strings.Count(output, "-target=") != 1 {
		t.Errorf("code %d, output %q", code, output)
	}
	if _, code := python(t, folder, nil, "scripts/nightly.py", "only-expiry", "plan.json"); code != 1 {
		t.Errorf("a plan with other changes was taken for one of expiry alone")
	}
	if _, code := python(t, folder, nil, "scripts/nightly.py", "all-ended", "plan.json"); code != 1 {
		t.Errorf("a guest whose time is over, and who changes besides, was forgotten")
	}
}

// TestExpiryWithAnythingElse takes a change for an expiry only if it is one and nothing else.
func TestExpiryWithAnythingElse(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	for name, test := range map[string]struct {
		more    string
		expires bool
	}{
		"alone":         {``, true},
		"accepted":      {`,"redemption_state":"Accepted","redeem_url":null`, true},
		"another name":  {`,"display_name":"New"`, false},
		"purged":        {`,"on_destroy":"purge"`, false},
		"until later":   {`,"expires_at":"2028-01-31T23:59:59Z"`, false},
		"other address": {`,"email":"New@x.example"`, false},
		"unknown":       {`},"after_unknown":{"manager_id":true`, false},
		"sensitive":     {`,"hidden":"new"},"after_sensitive":{"hidden":true`, false},
		"imported":      {`},"importing":{"id":"x"`, false},
	} {
		const before = `"email":"x@x.example","display_name":"Old","on_destroy":"disable","expires_at":"2027-01-31T23:59:59Z","redemption_state":"PendingAcceptance"`
		write(t, filepath.Join(folder, "plan.json"), `{"resource_changes":[{"address":"entraguest_invitation.guest[\"`+strings.Repeat("0", 32)+`\"]",`+
			`"mode":"managed","type":"entraguest_invitation","index":"0","change":{"actions":["update"],`+
			`"before":{`+before+`,"account_enabled":true,"expired":false},"after":{`+before+`,"account_enabled":false,"expired":true`+test.more+`}}}]}`)
		for command, want := range map[string]bool{"only-expiry": test.expires, "all-ended": test.expires} {
			if output, code := python(t, folder, nil, "scripts/nightly.py", command, "plan.json"); (code == 0) != want {
				t.Errorf("%s, %s: code %d\n%s", name, command, code, output)
			}
		}
		if output, _ := python(t, folder, nil, "scripts/nightly.py", "targets", "plan.json"); strings.Contains(output, "-target=") != test.expires {
			t.Errorf("%s: targets %q", name, output)
		}
	}
}

// TestPending names who was invited more than 14 days ago and has not accepted.
func TestPending(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	guest := func(email, state, invited string, expired bool) map[string]any {
		return map[string]any{"type": "entraguest_invitation", "values": map[string]any{
			"email": email, "display_name": hostile, "redemption_state": state, "invited_at": invited, "expired": expired,
		}}
	}
	write(t, filepath.Join(folder, "plan.json"), asJSON(t, map[string]any{"prior_state": map[string]any{"values": map[string]any{"root_module": map[string]any{"resources": []any{
		guest("late@x.example", "PendingAcceptance", "2027-01-01T00:00:00Z", false),
		guest("fresh@x.example", "PendingAcceptance", "2027-01-10T00:00:00Z", false),
		guest("there@x.example", "Accepted", "2027-01-01T00:00:00Z", false),
		guest("over@x.example", "PendingAcceptance", "2027-01-01T00:00:00Z", true),
	}}}}}))

	for now, want := range map[string]bool{"2027-01-16T00:00:00+00:00": true, "2027-01-14T00:00:00+00:00": false} {
		log, code := python(t, folder, []string{"NOW=" + now}, "scripts/nightly.py", "pending", "plan.json", "issue.md")
		issue := read(t, filepath.Join(folder, "issue.md"))
		if code != 0 || strings.Contains(issue, "late@x.example") != want || (issue != "") != want || strings.Contains(log, "@") {
			t.Errorf("at %s: code %d, log %q, issue\n%s", now, code, log, issue)
		}
		if strings.Contains(issue, "fresh@") || strings.Contains(issue, "there@") || strings.Contains(issue, "over@") ||
			strings.Contains(codeSpan.ReplaceAllString(issue, ""), "@") {
			t.Errorf("at %s:\n%s", now, issue)
		}
	}
}
