package release_test

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const (
	// root is the checkout, seen from this package.
	root = "../../../.."

	version = "9.9.9"
	product = "terraform-provider-entraguest_" + version
)

// TestRelease builds the last commit as a release, for this machine alone, and installs it as anybody would who has
// downloaded the zip. Then it builds it again, elsewhere: both are the same.
func TestRelease(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_RELEASE") == "" {
		t.Skip(`"make test-release" builds the tools this test needs`)
	}
	files := product + "_" + runtime.GOOS + "_" + runtime.GOARCH

	dist := build(t, 0o644)
	archive, components := filepath.Join(dist, files+".zip"), filepath.Join(dist, files+".cdx.json")
	sums := checksums(t, dist)
	for name, file := range map[string]string{
		files + ".zip":             archive,
		files + ".cdx.json":        components,
		product + "_manifest.json": filepath.Join(root, "terraform-registry-manifest.json"),
	} {
		sum := sha256.Sum256([]byte(read(t, file)))
		if sums[name] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: checksum %q, want %x", name, sums[name], sum)
		}
		delete(sums, name)
	}
	if len(sums) != 0 {
		t.Errorf("checksums of what is not part of a release: %v", sums)
	}
	if !strings.Contains(read(t, components), "pkg:golang/github.com/hashicorp/terraform-plugin-framework@") {
		t.Error("the list of components does not name the plugin framework")
	}
	holds(t, archive)
	install(t, archive)

	if first, second := checksums(t, dist), checksums(t, build(t, 0o600)); !maps.Equal(first, second) {
		t.Errorf("the second build %v is not the first one %v", second, first)
	}
}

// build clones the last commit, tags it and makes the release of that tag without publishing it. It returns the folder
// with the files. Each clone has times of its own, and the mode that the file of the licence has on some machine.
func build(t *testing.T, mode os.FileMode) (dist string) {
	t.Helper()
	clone := filepath.Join(t.TempDir(), "clone")
	run(t, root, nil, "git", "clone", "--quiet", ".", clone)
	run(t, clone, nil, "git", "tag", "v"+version)
	if err := os.Chmod(filepath.Join(clone, "LICENSE"), mode); err != nil {
		t.Fatal(err)
	}

	configuration := read(t, filepath.Join(clone, ".goreleaser.yml"))
	for list, only := range map[string]string{"goos": runtime.GOOS, "goarch": runtime.GOARCH} {
		all := regexp.MustCompile(`(?m)^    ` + list + `: \[.*\b` + only + `\b.*\]$`)
		if !all.MatchString(configuration) {
			t.Fatalf(".goreleaser.yml does not build for %s %s", list, only)
		}
		configuration = all.ReplaceAllLiteralString(configuration, "    "+list+": ["+only+"]")
	}
	file := filepath.Join(t.TempDir(), "goreleaser.yml")
	write(t, file, configuration)
	dist = filepath.Join(clone, "dist")
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Log("unsigned: gpg was not found on PATH")
		run(t, clone, nil, "goreleaser", "release", "--config", file, "--skip=sign,publish,announce")

		return dist
	}
	fingerprint, home := key(t)
	run(t, clone, []string{"GPG_FINGERPRINT=" + fingerprint, "GNUPGHOME=" + home}, "goreleaser", "release", "--config", file, "--skip=publish,announce")
	sums := filepath.Join(dist, product+"_SHA256SUMS")
	run(t, clone, []string{"GNUPGHOME=" + home}, "gpg", "--batch", "--verify", sums+".sig", sums)

	return dist
}

// key makes a key to sign with, in a key ring of its own, and returns its fingerprint and the key ring.
func key(t *testing.T) (fingerprint, home string) {
	t.Helper()
	home, err := os.MkdirTemp("", "gpg-") //nolint:usetesting // the path of the agent's socket would be too long
	if err != nil {
		t.Fatal(err)
	}
	environment := []string{"GNUPGHOME=" + home}
	t.Cleanup(func() {
		run(t, home, environment, "gpgconf", "--kill", "all")
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	run(t, home, environment, "gpg", "--batch", "--passphrase", "", "--quick-generate-key", "release test", "rsa2048", "sign", "1d")
	for line := range strings.Lines(run(t, home, environment, "gpg", "--batch", "--list-secret-keys", "--with-colons")) {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return fields[9], home
		}
	}
	t.Fatal("no key was made")

	return "", ""
}

// checksums reads the file of them, by the name of what they are of.
func checksums(t *testing.T, dist string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for line := range strings.Lines(read(t, filepath.Join(dist, product+"_SHA256SUMS"))) {
		sum, file, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[file] = sum
	}

	return sums
}

// holds checks what is in the zip: the program under the name Terraform looks for, and the licence.
func holds(t *testing.T, archive string) {
	t.Helper()
	opened, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}()
	var names []string
	for _, file := range opened.File {
		names = append(names, file.Name)
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		// Reading to the end checks the checksum.
		if _, err := io.Copy(io.Discard, content); err != nil {
			t.Error(err)
		}
	}
	program := "terraform-provider-entraguest_v" + version
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"LICENSE", program}) {
		t.Errorf("in the zip is %q", names)
	}
}

// install gives the zip to a plain "terraform init", and takes the demo through its life.
func install(t *testing.T, archive string) {
	t.Helper()
	terraform, err := sandbox.FindTerraform(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.Install(t.Context(), terraform, archive)
	if err != nil {
		t.Fatal(err)
	}
	emulator, err := graphemulator.Start(graphemulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(emulator.Close(), box.Close()); err != nil {
			t.Error(err)
		}
	}()
	workspace, err := box.Workspace("demo", os.DirFS(filepath.Join(root, "examples", "demo")), sandbox.SignIn(emulator.Ready()))
	if err != nil {
		t.Fatal(err)
	}
	people := func() int { return len(emulator.Users(emulator.Ready().Tenants[0].TenantID)) }
	before := people()
	var output strings.Builder
	for _, step := range []struct {
		arguments []string
		guests    int
	}{
		{[]string{"init"}, 0},
		{[]string{"version"}, 0},
		{[]string{"apply", "-auto-approve"}, 3},
		{[]string{"plan", "-detailed-exitcode"}, 3},
		{[]string{"destroy", "-auto-approve"}, 0},
	} {
		if err := workspace.Terraform(t.Context(), &output, append(step.arguments, "-no-color")...); err != nil {
			t.Fatalf("%v\n%s", err, output.String())
		}
		if got := people() - before; got != step.guests {
			t.Errorf("%d guests after %q, want %d", got, step.arguments, step.guests)
		}
	}
	if !strings.Contains(output.String(), "entraguest/entraguest v"+version) {
		t.Errorf("another version was installed:\n%s", output.String())
	}
	for _, request := range emulator.Requests() {
		if agent := request.Headers["User-Agent"]; strings.HasPrefix(request.Path, "/v1.0/") && !request.Batched && agent != "terraform-provider-entraguest/"+version {
			t.Fatalf("the program calls itself %q", agent)
		}
	}
}

// run runs a program that has to succeed, and returns what it prints.
func run(t *testing.T, folder string, environment []string, name string, arguments ...string) string {
	t.Helper()
	// Cleaning up comes after the context of the test.
	command := exec.CommandContext(context.WithoutCancel(t.Context()), name, arguments...)
	command.Dir, command.Env = folder, append(os.Environ(), environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, arguments, err, output)
	}

	return string(output)
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
