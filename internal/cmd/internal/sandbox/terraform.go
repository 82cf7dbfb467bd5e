package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
)

// The oldest Terraform the provider supports is 1.oldestMinor.
const oldestMinor = 8

// ErrTerraform is what FindTerraform returns, wrapped in what to do about it, when there is no Terraform to use.
var ErrTerraform = errors.New("this program drives a real Terraform or OpenTofu CLI, version 1.8 or later: https://developer.hashicorp.com/terraform/install")

// OpenTofu is the Product that is not Terraform.
const OpenTofu = "OpenTofu"

// Terraform is a Terraform or OpenTofu CLI of this machine.
type Terraform struct {
	// Path is the absolute path of the program.
	Path string
	// Version is what the program says of itself, for example "1.11.4". What the provider needs came into both programs
	// with the same version: functions 1.8, write-only attributes 1.11, identities 1.12.
	Version string
	// Product is Terraform or OpenTofu.
	Product string
}

// registry is where it looks for providers whose source names no host.
func (t Terraform) registry() string {
	if t.Product == OpenTofu {
		return "registry.opentofu.org"
	}

	return "registry.terraform.io"
}

// FindTerraform finds the Terraform or OpenTofu CLI called name, a path or a program on PATH. The error wraps
// ErrTerraform when there is none or it is too old.
func FindTerraform(ctx context.Context, name string) (Terraform, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return Terraform{}, fmt.Errorf("%s was not found on PATH; %w", name, ErrTerraform)
	}

	command := exec.CommandContext(ctx, path, "version")
	command.Env = Environment()
	output, err := read(command)
	if err != nil {
		return Terraform{}, fmt.Errorf("asking %s for its version: %w", path, err)
	}

	product, version, err := parseVersion(string(output))
	if err != nil {
		return Terraform{}, fmt.Errorf("asking %s for its version: %w", path, err)
	}
	if !supported(version) {
		return Terraform{}, fmt.Errorf("%s is %s %s, which is too old; %w", path, product, version, ErrTerraform)
	}

	return Terraform{Path: path, Version: version, Product: product}, nil
}

// The JSON form of the answer does not say which of the two programs it is.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

// parseVersion reads the answer of "terraform version".
func parseVersion(output string) (product, version string, err error) {
	match := versionLine.FindStringSubmatch(output)
	if match == nil {
		return "", "", errors.New("no version in the answer")
	}

	return match[1], match[2], nil
}

// supported tells whether the provider works with that version of Terraform.
func supported(version string) bool { return atLeast(version, oldestMinor) }

// atLeast tells whether a version such as "1.11.4" is 1.minor or later; what is no version is older than everything.
func atLeast(version string, minor int) bool {
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(version, "%d.%d", &gotMajor, &gotMinor); err != nil {
		return false
	}

	return gotMajor > 1 || gotMajor == 1 && gotMinor >= minor
}
