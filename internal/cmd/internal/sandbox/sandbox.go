// Package sandbox lets a program run a real Terraform CLI with the provider of this checkout, in a temporary folder
// and without the network.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// The provider's place below its registry in a filesystem mirror. The version only has to satisfy every constraint of
// an example.
const (
	mirrorSource  = "entraguest/entraguest"
	mirrorVersion = "1.0.0"
)

// Sandbox is a temporary folder with the provider in a filesystem mirror. Terraform installs it from there the way it
// installs any provider from a registry.
type Sandbox struct {
	// Checkout is the folder of the module this program was built from.
	Checkout string

	terraform Terraform
	folder    string
	provider  string
}

// New builds the provider, with build tags if it is not to be the released one, and prepares the mirror. The working
// directory must lie in the checkout. Close removes everything again.
func New(ctx context.Context, terraform Terraform, tags ...string) (*Sandbox, error) {
	return prepare(ctx, terraform, func(sandbox *Sandbox) error { return sandbox.buildProvider(ctx, tags) })
}

// Install is New with the zip of a release, packed as it is, in place of a provider that is built.
func Install(ctx context.Context, terraform Terraform, archive string) (*Sandbox, error) {
	return prepare(ctx, terraform, func(sandbox *Sandbox) error { return sandbox.copyArchive(archive) })
}

func prepare(ctx context.Context, terraform Terraform, fill func(*Sandbox) error) (_ *Sandbox, err error) {
	checkout, err := findCheckout(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "entraguest-")
	if err != nil {
		return nil, fmt.Errorf("making a temporary folder: %w", err)
	}

	sandbox := &Sandbox{Checkout: checkout, terraform: terraform, folder: folder}
	defer func() {
		if err != nil {
			err = errors.Join(err, sandbox.Close())
		}
	}()

	if err := fill(sandbox); err != nil {
		return nil, err
	}
	if err := sandbox.writeConfiguration(); err != nil {
		return nil, err
	}

	return sandbox, nil
}

// Close removes the folder.
func (s *Sandbox) Close() error {
	if err := os.RemoveAll(s.folder); err != nil {
		return fmt.Errorf("removing the temporary folder: %w", err)
	}

	return nil
}

// Provider returns the path of the provider's program in the mirror; "" for a release, whose zip holds it.
func (s *Sandbox) Provider() string { return s.provider }

func findCheckout(ctx context.Context) (string, error) {
	output, err := read(exec.CommandContext(ctx, "go", "env", "GOMOD"))
	if err != nil {
		return "", fmt.Errorf("finding the checkout with go env: %w", err)
	}
	file := strings.TrimSpace(string(output))
	if filepath.Base(file) != "go.mod" {
		return "", errors.New("run this program inside the checkout: it builds the provider from it")
	}

	return filepath.Dir(file), nil
}

// mirror is the folder of the provider in the mirror.
func (s *Sandbox) mirror() string {
	return filepath.Join(s.folder, "mirror", s.terraform.registry(), filepath.FromSlash(mirrorSource))
}

func (s *Sandbox) copyArchive(archive string) error {
	content, err := os.ReadFile(archive)
	if err != nil {
		return fmt.Errorf("reading the release: %w", err)
	}
	if err := os.MkdirAll(s.mirror(), 0o700); err != nil {
		return fmt.Errorf("making the mirror: %w", err)
	}
	if err := os.WriteFile(filepath.Join(s.mirror(), filepath.Base(archive)), content, 0o600); err != nil {
		return fmt.Errorf("copying the release: %w", err)
	}

	return nil
}

func (s *Sandbox) buildProvider(ctx context.Context, tags []string) error {
	name := "terraform-provider-entraguest_v" + mirrorVersion
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	platform := runtime.GOOS + "_" + runtime.GOARCH
	// Resolved, because the operating system names a running program by its real path.
	folder, err := filepath.EvalSymlinks(s.folder)
	if err != nil {
		return fmt.Errorf("resolving the temporary folder: %w", err)
	}
	s.folder = folder
	s.provider = filepath.Join(s.mirror(), mirrorVersion, platform, name)

	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", strings.Join(tags, ","),
		"-ldflags", "-s -w", "-o", s.provider, ".")
	command.Dir = s.Checkout
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	if err := run(command); err != nil {
		return fmt.Errorf("building the provider: %w", err)
	}

	return nil
}

func (s *Sandbox) configurationFile() string { return filepath.Join(s.folder, "terraform.rc") }

// writeConfiguration writes a CLI configuration that knows no other source of providers than the mirror, so that
// nothing is looked up on the network.
func (s *Sandbox) writeConfiguration() error {
	content := fmt.Sprintf("disable_checkpoint = true\n\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		filepath.ToSlash(filepath.Join(s.folder, "mirror")))
	if err := os.WriteFile(s.configurationFile(), []byte(content), 0o600); err != nil {
		return fmt.Errorf("writing the CLI configuration: %w", err)
	}

	return nil
}
