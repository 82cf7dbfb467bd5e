package release_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	action = regexp.MustCompile(`(?m)uses: ([\w./-]+)@(.*)$`)
	pinned = regexp.MustCompile(`^[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$`)
)

// workflows are those of the project, and those it gives away.
func workflows(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, folder := range []string{".", filepath.Join("examples", "access-requests")} {
		files, err := filepath.Glob(filepath.Join(root, folder, ".github", "workflows", "*.yml"))
		if err != nil || len(files) < 2 {
			t.Fatalf("workflows %q in %s, %v", files, folder, err)
		}
		found = append(found, files...)
	}

	return found
}

// TestActionsArePinned lets every action be of one commit, the same in all workflows.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	versions := map[string]string{}
	for _, file := range workflows(t) {
		text := read(t, file)
		found := action.FindAllStringSubmatch(text, -1)
		if len(found) != strings.Count(text, "uses:") {
			t.Errorf("%s: %d actions are written in another way", file, strings.Count(text, "uses:")-len(found))
		}
		for _, match := range found {
			name, version := match[1], match[2]
			if !pinned.MatchString(version) {
				t.Errorf("%s: %s is not pinned to a commit: %s", file, name, version)
			}
			if other, known := versions[name]; known && other != version {
				t.Errorf("%s: %s is %s here and %s elsewhere", file, name, version, other)
			}
			versions[name] = version
		}
	}
}

// TestWorkflowsOfTheProject lets them have no more rights than they need, and no text of others in their scripts.
func TestWorkflowsOfTheProject(t *testing.T) {
	t.Parallel()
	writers := 0
	for _, name := range []string{"release.yml", "soak.yml", "test.yml"} {
		text := read(t, filepath.Join(root, ".github", "workflows", name))
		writers += strings.Count(text, ": write")
		if !strings.Contains(text, "\npermissions:\n  contents: read\n\n") {
			t.Errorf("%s: it does not begin with the right to read alone", name)
		}
		if strings.Count(text, "actions/checkout@") != strings.Count(text, "persist-credentials: false") {
			t.Errorf("%s: a checkout leaves the token behind", name)
		}
		for _, never := range []string{"pull_request_target", "workflow_run", "write-all", "github.head_ref", "github.event."} {
			if strings.Contains(text, never) {
				t.Errorf("%s: %s has no place in it", name, never)
			}
		}
		if regexp.MustCompile(`(?m)^ *(- )?run:.*\$\{\{`).MatchString(text) {
			t.Errorf("%s: an expression in a script", name)
		}
	}
	release := read(t, filepath.Join(root, ".github", "workflows", "release.yml"))
	checks, publish, found := strings.Cut(release, "\n  release:\n    needs: checks\n")
	if !found || !strings.Contains(checks, "run: .ci/run\n") || !strings.Contains(checks, "run: .ci/releasable ") || strings.Contains(checks, "write") || !strings.Contains(publish, "contents: write") {
		t.Error("a release is published without all checks, or the checks may write")
	}
	if writers != 1 {
		t.Error("more than the release may write")
	}
}

// TestSoakRuns lets it run without anybody asking for it, and in time.
func TestSoakRuns(t *testing.T) {
	t.Parallel()
	text := read(t, filepath.Join(root, ".github", "workflows", "soak.yml"))
	for _, want := range []string{"schedule:", "workflow_dispatch:", "timeout-minutes: 70", "run: make soak\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if makefile := read(t, filepath.Join(root, "GNUmakefile")); !strings.Contains(makefile, "-timeout 60m -soak") {
		t.Error("the job ends before the test does")
	}
}

// TestIssueForms warns everybody who is about to write in public, and leads who has found a hole elsewhere.
func TestIssueForms(t *testing.T) {
	t.Parallel()
	const report = "https://github.com/entraguest/terraform-provider-entraguest/security/advisories/new"
	for file, wants := range map[string][]string{
		"config.yml":  {"blank_issues_enabled: false", report},
		"bug.yml":     {report, "Everybody can read this", "Version of the provider", "Version of Terraform or OpenTofu", "Request id", "Nothing above names a person"},
		"feature.yml": {"Leave out names and addresses"},
	} {
		text := read(t, filepath.Join(root, ".github", "ISSUE_TEMPLATE", file))
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", file, want)
			}
		}
	}
}
