package release_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestReleasable lets only a tag be released whose commit is on the branch, and of which the changelog tells.
func TestReleasable(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash was not found on PATH")
	}
	script, err := filepath.Abs(filepath.Join(root, ".ci", "releasable"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	environment := []string{
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com",
	}
	git := func(arguments ...string) { run(t, folder, environment, "git", arguments...) }
	commit := func(changelog string) {
		write(t, filepath.Join(folder, "CHANGELOG.md"), changelog)
		git("add", ".")
		git("commit", "--quiet", "--message", "Change")
	}
	git("init", "--quiet", "--initial-branch=main")
	commit("# Changelog\n\n## 0.2.0 (Unreleased)\n\n## 0.1.0 (January 31, 2027)\n")
	for _, tag := range []string{"v0.1.0", "v0.2.0", "v0.1.0-rc1", "v0.1", "vnext"} {
		git("tag", tag)
	}
	git("switch", "--quiet", "--create", "aside")
	commit("# Changelog\n\n## 0.3.0 (February 28, 2027)\n")
	git("tag", "v0.3.0")

	for tag, want := range map[string]bool{
		"v0.1.0":     true,
		"v0.1.0-rc1": false, // no heading
		"v0.2.0":     false, // no date
		"v0.3.0":     false, // not on main
		"v0.4.0":     false, // no such tag
		"v0.1":       false,
		"vnext":      false,
	} {
		command := exec.CommandContext(t.Context(), script, tag, "main")
		command.Dir, command.Env = folder, append(os.Environ(), environment...)
		if output, err := command.CombinedOutput(); (err == nil) != want {
			t.Errorf("%s: %v\n%s", tag, err, output)
		}
	}
}
