package accessrequests_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const (
	planClient, applyClient = "6f1b1b0e-0c5e-4a55-9d3b-0a2f5d1e7c01", "6f1b1b0e-0c5e-4a55-9d3b-0a2f5d1e7c02"
	secret                  = "a secret of the emulator"
)

// seed is a tenant with the groups of the example and its two applications, each with the permissions that the
// example's README asks for and no other.
func seed(t *testing.T) graphemulator.Seed {
	t.Helper()
	seed := graphemulator.DefaultSeed()
	tenant := &seed.Tenants[0]
	tenant.Applications = []graphemulator.SeedApplication{
		{ClientID: planClient, ClientSecret: secret, Roles: []string{"User.Read.All", "GroupMember.Read.All"}},
		{ClientID: applyClient, ClientSecret: secret, Roles: []string{"User.Invite.All", "User.ReadWrite.All", "GroupMember.ReadWrite.All"}},
	}
	tenant.Groups = []map[string]any{
		{"id": "5b0d5b1e-53a5-4b8e-8a3e-0d1c2b3a4f5e", "displayName": "Project site", "mailNickname": "p", "mailEnabled": false, "securityEnabled": true},
		{"id": "8f7e6d5c-4b3a-4291-8a7b-6c5d4e3f2a1b", "displayName": "Test", "mailNickname": "t", "mailEnabled": false, "securityEnabled": true},
	}

	// Somebody who is there already.
	graphemulator.SeedGuests(&seed, 1)

	return seed
}

// shared is one provider for all tests: linking it takes longer than some of them.
var shared = sync.OnceValues(func() (*sandbox.Sandbox, error) { //nolint:gochecknoglobals // closed by TestMain
	ctx := context.Background()
	terraform, err := sandbox.FindTerraform(ctx, cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		return nil, err
	}
	box, err := sandbox.New(ctx, terraform)
	opened = box

	return box, err
})

// opened is what shared has opened.
var opened *sandbox.Sandbox //nolint:gochecknoglobals // closed by TestMain

func TestMain(m *testing.M) {
	code := m.Run()
	if opened != nil {
		if err := opened.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// stage is a clone of the repository that a team would have, the tenant, and a command line of GitHub that only
// writes down how it was called.
type stage struct {
	t         *testing.T
	workspace *sandbox.Workspace
	emulator  *graphemulator.Emulator
	tools     string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	needPython(t)
	box, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	emulator, err := graphemulator.Start(graphemulator.Config{Seed: seed(t), ReplicationLag: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Error(err)
		}
	})

	workspace, err := box.Workspace(t.Name(), os.DirFS(example), sandbox.SignIn(emulator.Ready()))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(workspace.Folder, "backend.tf"), "terraform {\n  backend \"local\" {}\n}\n")
	tools := t.TempDir()
	write(t, filepath.Join(tools, "open"), "")
	gh := "#!/usr/bin/env bash\n" +
		"printf '%s\\n' \"$*\" >>\"$GH_LOG\"\n" +
		"case \"$*\" in *visibility*) echo private ;; \"pr list\"*) cat \"$GH_OPEN\" ;; esac\n"
	if err := os.WriteFile(filepath.Join(tools, "gh"), []byte(gh), 0o700); err != nil {
		t.Fatal(err)
	}

	return &stage{t: t, workspace: workspace, emulator: emulator, tools: tools}
}

// as runs a program in the clone as one of the applications, and returns what it prints and its exit code.
func (s *stage) as(client string, name string, arguments ...string) (string, int) {
	s.t.Helper()
	return s.with([]string{"ARM_CLIENT_ID=" + client, "ARM_CLIENT_SECRET=" + secret}, name, arguments...)
}

func (s *stage) with(variables []string, name string, arguments ...string) (string, int) {
	s.t.Helper()
	var output strings.Builder
	variables = append([]string{
		"PYTHONDONTWRITEBYTECODE=1", "GITHUB_REPOSITORY=contoso/guests", "GH_LOG=" + filepath.Join(s.tools, "gh.log"), "GH_OPEN=" + filepath.Join(s.tools, "open"),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
	}, variables...)
	err := s.workspace.Program(s.t.Context(), &output, s.tools, variables, name, arguments...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	if exit != nil {
		return output.String(), exit.ExitCode()
	}

	return output.String(), 0
}

// must runs a program that has to succeed, and checks that it prints nothing about people.
func (s *stage) must(client string, name string, arguments ...string) {
	s.t.Helper()
	output, code := s.as(client, name, arguments...)
	if code != 0 {
		s.t.Fatalf("%s %q: code %d\n%s\n%s", name, arguments, code, output, s.file("comment.md"))
	}
	if strings.Contains(output, "partner.example") || strings.Contains(output, "Lovelace") {
		s.t.Errorf("%s %q prints about people:\n%s", name, arguments, output)
	}
}

// apply gets to where an apply leads that no test looks at: with one run of Terraform in place of four.
func (s *stage) apply() {
	s.t.Helper()
	if output, code := s.as(applyClient, "terraform", "apply", "-input=false", "-no-color", "-auto-approve"); code != 0 {
		s.t.Fatal(output)
	}
}

func (s *stage) file(name string) string { return read(s.t, filepath.Join(s.workspace.Folder, name)) }

// comments checks that the comment has these texts.
func (s *stage) comments(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.file("comment.md"), text) {
			s.t.Errorf("%q is missing in\n%s", text, s.file("comment.md"))
		}
	}
}

func (s *stage) digest() string {
	s.t.Helper()
	output, code := s.as(planClient, "python3", "scripts/comment.py", "--digest", "plan.json")
	if code != 0 {
		s.t.Fatal(output)
	}

	return strings.TrimSpace(output)
}

func (s *stage) guest(address string) map[string]any {
	s.t.Helper()
	for _, user := range s.emulator.Users(s.emulator.Ready().Tenants[0].TenantID) {
		if user["mail"] == address {
			return user
		}
	}

	return nil
}

// TestRound takes a request through everything: file, plan, comment, approval, apply, waiting, expiry and the end.
func TestRound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	folder := s.workspace.Folder

	// The first init writes the lock file, which is committed; every other one may only read it.
	s.must(planClient, "terraform", "init", "-input=false", "-no-color")
	s.must(planClient, "terraform", "init", "-input=false", "-no-color", "-lockfile=readonly")
	s.must(planClient, "scripts/require_private.sh")

	// A request becomes a file, on a branch of its own.
	request := fields(map[string]string{"justification": "PROJ-1842 @octocat | <b>now</b>"})
	output, refusal, log, code := take(t, folder, issueEvent(t, body(request)))
	if code != 0 {
		t.Fatal(refusal, log)
	}
	s.pullRequest(output)

	// The pull request is planned by the application that may only read.
	s.must(planClient, "python3", "scripts/check.py")
	output, code = s.with([]string{"ARM_CLIENT_ID=" + planClient, "ARM_CLIENT_SECRET=" + secret, "TF_VAR_permission_check=off", limit(t, "plan.yml")}, "scripts/plan.sh", "-lock=false")
	if code != 0 {
		t.Fatal(output, s.file("comment.md"))
	}
	s.comments("### Will be invited (1)", "` ada.lovelace@partner.example `", "` Ada Lovelace `", "` project-site `", request["expires_on"], "<b>now</b>")
	if strings.Contains(s.file("comment.md"), "Warnings") {
		t.Errorf("a warning has no place in\n%s", s.file("comment.md"))
	}
	approved := s.digest()

	// After the merge, the other application plans the same and applies it; nothing is left to do.
	s.must(applyClient, "scripts/plan.sh")
	if got := s.digest(); got != approved || approved == "" {
		t.Errorf("digest %q, approved was %q", got, approved)
	}
	if output, code := s.with([]string{"ARM_CLIENT_ID=" + applyClient, "ARM_CLIENT_SECRET=" + secret, "APPROVED=" + strings.Repeat("0", 64)}, "scripts/apply.sh"); code != 1 || s.guest("ada.lovelace@partner.example") != nil {
		t.Fatalf("another plan than the approved one was applied: code %d\n%s", code, output)
	}
	if output, code := s.with([]string{"ARM_CLIENT_ID=" + applyClient, "ARM_CLIENT_SECRET=" + secret, "APPROVED=" + approved}, "scripts/apply.sh"); code != 0 {
		t.Fatalf("code %d\n%s\n%s", code, output, s.file("comment.md"))
	}
	if s.guest("ada.lovelace@partner.example") == nil {
		t.Fatal("nobody was invited")
	}

	// The reading application cannot apply, and the run says so.
	s.edit(func(text string) string { return strings.Replace(text, `"Partner Inc."`, `"Vendor Ltd."`, 1) })
	s.must(planClient, "scripts/plan.sh", "-lock=false")
	s.comments("### Will be changed (1)", "company: ` Partner Inc. ` → ` Vendor Ltd. `")
	if s.digest() == approved {
		t.Error("another plan has the same digest")
	}
	if output, code := s.as(planClient, "scripts/apply.sh"); code != 1 {
		t.Errorf("code %d\n%s", code, output)
	}
	s.comments("## The run failed", "### Errors (1)", "Authorization_RequestDenied")
	s.apply()

	s.adopts()
	s.waits()
	s.expires(request["expires_on"])
	s.leaves()
}

// pullRequest commits the file and opens a pull request, against a bare repository in place of GitHub.
func (s *stage) pullRequest(output string) {
	s.t.Helper()
	origin := filepath.Join(s.t.TempDir(), "origin.git")
	for _, arguments := range [][]string{
		{"init", "--quiet", "--bare", origin},
		{"init", "--quiet", "--initial-branch=main"},
		{"remote", "add", "origin", origin},
		{"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "Start", "--", ".", ":!requests/*.yaml"},
	} {
		s.must(applyClient, "git", arguments...)
	}
	outputs := map[string]string{}
	for line := range strings.Lines(output) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	printed, code := s.with([]string{"FILE=" + outputs["file"], "BRANCH=" + outputs["branch"], "NUMBER=" + outputs["number"]}, "scripts/open_pull_request.sh")
	if code != 0 {
		s.t.Fatal(printed)
	}
	calls := read(s.t, filepath.Join(s.tools, "gh.log"))
	if !strings.Contains(calls, "pr create --head "+outputs["branch"]+" --title Guest request") || strings.Contains(calls, "partner.example") {
		s.t.Errorf("calls\n%s", calls)
	}
	if printed, code := s.with(nil, "git", "--git-dir", origin, "show", "--stat", "--format=%s", outputs["branch"]); code != 0 || !strings.Contains(printed, outputs["file"]) {
		s.t.Errorf("code %d\n%s", code, printed)
	}
	s.requestAgain(origin, outputs)
}

// requestAgain sends a second request about somebody whose pull request is open. One from outside leaves it as it is:
// somebody may have approved it. One that a member has labelled renews it.
func (s *stage) requestAgain(origin string, outputs map[string]string) {
	s.t.Helper()
	write(s.t, filepath.Join(s.tools, "open"), "12\n")
	file := filepath.Join(s.workspace.Folder, outputs["file"])
	asked := read(s.t, file)
	pushed := func() string {
		printed, _ := s.with(nil, "git", "--git-dir", origin, "rev-parse", outputs["branch"])

		return printed
	}
	before := pushed()
	for number, want := range map[string]int{"": 1, "13": 0} {
		s.must(applyClient, "git", "switch", "--quiet", "main")
		s.must(applyClient, "git", "branch", "--quiet", "-D", outputs["branch"])
		write(s.t, file, strings.Replace(asked, "Ada Lovelace", "Ada L. "+number, 1))
		printed, code := s.with([]string{"FILE=" + outputs["file"], "BRANCH=" + outputs["branch"], "NUMBER=" + number}, "scripts/open_pull_request.sh")
		if code != want || (pushed() == before) != (want == 1) {
			s.t.Errorf("request %q: code %d, want %d; pushed %t\n%s", number, code, want, pushed() != before, printed)
		}
		before = pushed()
		s.must(applyClient, "git", "reset", "--quiet", "--hard")
	}
	write(s.t, file, asked)
}

// edit changes the one file of a guest.
func (s *stage) edit(change func(string) string) {
	s.t.Helper()
	files := requestFiles(s.t, s.workspace.Folder)
	if len(files) != 1 {
		s.t.Fatalf("files %q", files)
	}
	write(s.t, files[0], change(read(s.t, files[0])))
}

// adopts plans a request for somebody who is there already, in hostile words that neither Terraform nor the comment
// may take for anything but words.
func (s *stage) adopts() {
	s.t.Helper()
	before := requestFiles(s.t, s.workspace.Folder)
	request := fields(map[string]string{
		"email": "guest00001@partner00.example", "display_name": "${file(\"/etc/passwd\")} @octocat <b> %{if true}", "company_name": "::error::x",
	})
	if _, refusal, log, code := take(s.t, s.workspace.Folder, dispatchEvent(s.t, request)); code != 0 {
		s.t.Fatal(refusal, log)
	}
	s.must(planClient, "scripts/plan.sh", "-lock=false")
	s.comments("### Are in the tenant already and will be taken over (1)", "` guest00001@partner00.example `",
		"` ${file(\"/etc/passwd\")} @octocat <b> %{if true} `", "` ::error::x `", "asked for by guest-form[bot]")
	for _, file := range requestFiles(s.t, s.workspace.Folder) {
		if !slices.Contains(before, file) {
			if err := os.Remove(file); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// waits finds, after 15 days, an invitation that nobody has accepted, and opens an issue; then the guest accepts.
func (s *stage) waits() {
	s.t.Helper()
	s.emulator.AdvanceClock(15 * 24 * time.Hour)
	pending := func() {
		s.must(applyClient, "scripts/expire.sh")
		now := "NOW=" + s.emulator.Now().UTC().Format(time.RFC3339)
		if output, code := s.with([]string{now}, "python3", "scripts/nightly.py", "pending", "night.json", "issue.md"); code != 0 {
			s.t.Fatal(output)
		}
	}
	pending()
	if issue := s.file("issue.md"); !strings.Contains(issue, "` ada.lovelace@partner.example `") || !strings.Contains(issue, "| 15 |") {
		s.t.Errorf("issue\n%s", issue)
	}
	s.must(applyClient, "scripts/pending_issue.sh")
	if calls := read(s.t, filepath.Join(s.tools, "gh.log")); !strings.Contains(calls, "issue create") {
		s.t.Errorf("calls\n%s", calls)
	}
	if err := s.emulator.Redeem(s.emulator.Ready().Tenants[0].TenantID, "ada.lovelace@partner.example"); err != nil {
		s.t.Fatal(err)
	}
	pending()
	if issue := s.file("issue.md"); issue != "" {
		s.t.Errorf("issue\n%s", issue)
	}
}

// expires lets the last day pass: the nightly run disables the guest and ends the membership, and leaves a change
// that nobody has approved alone.
func (s *stage) expires(lastDay string) {
	s.t.Helper()
	last, err := time.Parse(time.DateOnly, lastDay)
	if err != nil {
		s.t.Fatal(err)
	}
	s.emulator.SetClock(last.Add(30 * time.Hour))
	waiting := filepath.Join(s.workspace.Folder, "requests", strings.Repeat("0", 32)+".yaml")
	file := read(s.t, requestFiles(s.t, s.workspace.Folder)[0])
	write(s.t, waiting, strings.NewReplacer("ada.lovelace", "alan.turing", lastDay, last.AddDate(1, 0, 0).Format(time.DateOnly)).Replace(file))

	s.must(applyClient, "scripts/expire.sh")
	guest := s.guest("ada.lovelace@partner.example")
	if guest["accountEnabled"] != false {
		s.t.Errorf("the guest can still sign in: %v", guest)
	}
	tenant := s.emulator.Ready().Tenants[0].TenantID
	if members := s.emulator.Members(tenant, "5b0d5b1e-53a5-4b8e-8a3e-0d1c2b3a4f5e"); len(members) != 0 {
		s.t.Errorf("members %q", members)
	}
	if s.guest("alan.turing@partner.example") != nil {
		s.t.Error("the nightly run has invited somebody")
	}
	if err := os.Remove(waiting); err != nil {
		s.t.Fatal(err)
	}
}

// leaves deletes the file: the comment says what becomes of the account, and the apply does it.
func (s *stage) leaves() {
	s.t.Helper()
	if err := os.Remove(requestFiles(s.t, s.workspace.Folder)[0]); err != nil {
		s.t.Fatal(err)
	}
	s.must(planClient, "scripts/plan.sh", "-lock=false")
	s.comments("### Will be let go (1)", "deleted; can be restored for 30 days")
	s.apply()
	if s.guest("ada.lovelace@partner.example") != nil {
		s.t.Error("the guest is still there")
	}
}

// TestManyEndOnOneDay lets the time of more people be over than a plan may otherwise let go: the nightly run disables
// them all, and but for one of them, for whom another change waits as well.
func TestManyEndOnOneDay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.must(applyClient, "terraform", "init", "-input=false", "-no-color")
	const people = 6
	lastDay := time.Now().UTC().AddDate(0, 1, 0).Format(time.DateOnly)
	for i := range people {
		request := fields(map[string]string{"email": fmt.Sprintf("guest%d@partner.example", i), "expires_on": lastDay})
		if _, refusal, log, code := take(t, s.workspace.Folder, dispatchEvent(t, request)); code != 0 {
			t.Fatal(refusal, log)
		}
	}
	s.apply()

	last, err := time.Parse(time.DateOnly, lastDay)
	if err != nil {
		t.Fatal(err)
	}
	s.emulator.SetClock(last.Add(30 * time.Hour))
	sign := []string{"ARM_CLIENT_ID=" + applyClient, "ARM_CLIENT_SECRET=" + secret}
	if output, code := s.with(append(sign, limit(t, "apply.yml")), "scripts/plan.sh"); code != 1 || !strings.Contains(s.file("comment.md"), "Too many persons would go") {
		t.Errorf("code %d\n%s\n%s", code, output, s.file("comment.md"))
	}

	waiting := requestFiles(t, s.workspace.Folder)[0]
	approved := read(t, waiting)
	write(t, waiting, strings.Replace(approved, `"Partner Inc."`, `"Vendor Ltd."`, 1))
	if output, code := s.with(append(sign, limit(t, "nightly.yml")), "scripts/expire.sh"); code != 1 || !strings.Contains(output, "another change waits") {
		t.Errorf("code %d\n%s\n%s", code, output, s.file("comment.md"))
	}
	if got := s.disabled(); got != people-1 {
		t.Errorf("%d guests are disabled, want all but one of %d", got, people)
	}
	write(t, waiting, approved)
	if output, code := s.with(append(sign, limit(t, "nightly.yml")), "scripts/expire.sh"); code != 0 {
		t.Errorf("code %d\n%s\n%s", code, output, s.file("comment.md"))
	}
	if got := s.disabled(); got != people {
		t.Errorf("%d guests are disabled, want %d", got, people)
	}
}

// disabled counts the guests who cannot sign in. None of them may have got what nobody approved.
func (s *stage) disabled() int {
	s.t.Helper()
	count := 0
	for _, user := range s.emulator.Users(s.emulator.Ready().Tenants[0].TenantID) {
		if user["companyName"] == "Vendor Ltd." {
			s.t.Errorf("a change that nobody approved was applied to %v", user["mail"])
		}
		if user["accountEnabled"] == false {
			count++
		}
	}

	return count
}

// TestApproval lets no plan be applied that nobody approves: where the environment has no reviewers, whoever starts
// the run names the plan.
func TestApproval(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	for name, test := range map[string]struct {
		reviewers, digest, approved string
		want                        int
	}{
		"reviewers":         {"1", "abc", "", 0},
		"nobody":            {"0", "abc", "", 1},
		"no answer":         {"", "abc", "", 1},
		"named":             {"0", "abc", "abc", 0},
		"another plan":      {"0", "abc", "abd", 1},
		"nothing to change": {"0", "", "", 0},
	} {
		summary := filepath.Join(t.TempDir(), "summary.md")
		command := exec.CommandContext(t.Context(), "scripts/require_approval.sh")
		command.Dir = folder
		command.Env = append(os.Environ(), "DIGEST="+test.digest, "APPROVED="+test.approved, "GITHUB_REPOSITORY=contoso/guests",
			"GITHUB_STEP_SUMMARY="+summary, "PATH="+fakeAnswer(t, test.reviewers)+":"+os.Getenv("PATH"))
		output, err := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); code != test.want {
			t.Errorf("%s: code %d, want %d: %v\n%s", name, code, test.want, err, output)
		}
		if told := strings.Contains(read(t, summary), "approved="+test.digest); told != (test.want == 1) {
			t.Errorf("%s: the summary says %q", name, read(t, summary))
		}
	}
}

// TestPublicRepositoryIsRefused lets no workflow go on in a repository that others can read.
func TestPublicRepositoryIsRefused(t *testing.T) {
	t.Parallel()
	folder := copyExample(t)
	for _, visibility := range []string{"public", "internal", ""} {
		for _, variables := range [][]string{
			{"GITLAB_CI=true", "CI_PROJECT_VISIBILITY=" + visibility},
			{"GITHUB_REPOSITORY=contoso/guests", "GITLAB_CI=", "PATH=" + fakeAnswer(t, visibility) + ":" + os.Getenv("PATH")},
		} {
			command := exec.CommandContext(t.Context(), "bash", "scripts/require_private.sh")
			command.Dir, command.Env = folder, append(os.Environ(), variables...)
			if output, err := command.CombinedOutput(); err == nil {
				t.Errorf("%q: accepted\n%s", variables, output)
			}
		}
	}
}

// fakeAnswer is a folder with a command line of GitHub that gives one answer.
func fakeAnswer(t *testing.T, answer string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "gh"), []byte("#!/bin/sh\necho "+answer+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}

	return folder
}
