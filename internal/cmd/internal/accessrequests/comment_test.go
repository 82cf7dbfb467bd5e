package accessrequests_test

import (
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
	change := func(kind, key string, actions []string, before, after map[string]any) map[string]any {
		return map[string]any{
			"address": "entraguest_" + kind + `.x["` + key + `"]`, "mode": "managed", "type": "entraguest_" + kind, "index": key,
			"change": map[string]any{
				"actions": actions, "before": before, "after": after, "after_unknown": map[string]any{},
				"before_sensitive": map[string]any{"redeem_url": true}, "after_sensitive": map[string]any{"redeem_url": true},
			},
		}
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
			change("group_membership", key("9"), []string{"delete"}, group, nil),
			change("user_photo", key("a"), []string{"create"}, nil, map[string]any{}),
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
		"Will be changed (1)":                {"changed@x.example", "title: ` Analyst ` → ` Lead "},
		"Time is over: will be disabled (1)": {"expired@x.example"},
		"Will be let go (3)": {
			"deleted@x.example", "deleted; can be restored for 30 days", "disabled@x.example", "| disabled |", "kept@x.example", "left as they are",
		},
		"Groups (1)":        {"leaves", "project-site"},
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

// TestCommentHasItsLimit writes about very many people, and stays below what GitHub takes.
func TestCommentHasItsLimit(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	entry := func(i int) string {
		return strings.ReplaceAll(`{"address":"a","mode":"managed","type":"entraguest_invitation","index":"#","change":{"actions":["create"],"before":null,"after":{"email":"LONG","display_name":"LONG","company_name":"LONG","justification":"LONG"}}}`,
			"LONG", strings.Repeat("x", 250+i%2))
	}
	changes := make([]string, 500)
	for i := range changes {
		changes[i] = entry(i)
	}
	write(t, filepath.Join(folder, "plan.json"), `{"resource_changes":[`+strings.Join(changes, ",")+`]}`)
	diagnostics := make([]string, 100)
	for i := range diagnostics {
		diagnostics[i] = asJSON(t, map[string]any{"type": "diagnostic", "diagnostic": map[string]any{
			"severity": "warning", "summary": strings.Repeat("y", i), "detail": strings.Repeat("z", 10_000),
		}})
	}
	write(t, filepath.Join(folder, "plan.jsonl"), strings.Join(diagnostics, "\n"))

	comment, code := python(t, folder, nil, "scripts/comment.py", "plan.jsonl", "plan.json")
	if code != 0 || len(comment) > 65_536 || !strings.Contains(comment, "and 420 more") {
		t.Errorf("code %d, %d characters", code, len(comment))
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
