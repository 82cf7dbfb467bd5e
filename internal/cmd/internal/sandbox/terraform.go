package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
)

// The oldest Terraform the provider supports.
const oldestMajor, oldestMinor = 1, 8

// ErrTerraform is what FindTerraform returns, wrapped in what to do about it, when there is no Terraform to use.
var ErrTerraform = errors.New("this program drives a real Terraform CLI, version 1.8 or later: https://developer.hashicorp.com/terraform/install")

// Terraform is a Terraform CLI of this machine.
type Terraform struct {
	// Path is the absolute path of the program.
	Path string
	// Version is what the program says of itself, for example "1.11.4".
	Version string
}

// FindTerraform finds the Terraform CLI called name, a path or a program on PATH. The error wraps ErrTerraform when
// there is none or it is too old.
func FindTerraform(ctx context.Context, name string) (Terraform, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return Terraform{}, fmt.Errorf("%s was not found on PATH; %w", name, ErrTerraform)
	}

	command := exec.CommandContext(ctx, path, "version", "-json")
	command.Env = Environment()
	output, err := read(command)
	if err != nil {
		return Terraform{}, fmt.Errorf("asking %s for its version: %w", path, err)
	}

	version, err := parseVersion(output)
	if err != nil {
		return Terraform{}, fmt.Errorf("asking %s for its version: %w", path, err)
	}
	if !supported(version) {
		return Terraform{}, fmt.Errorf("%s is Terraform %s, which is too old; %w", path, version, ErrTerraform)
	}

	return Terraform{Path: path, Version: version}, nil
}

// parseVersion reads the answer of "terraform version -json".
func parseVersion(output []byte) (string, error) {
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		return "", fmt.Errorf("no version in the answer: %w", err)
	}
	if answer.Version == "" {
		return "", errors.New("no version in the answer")
	}

	return answer.Version, nil
}

// supported tells whether the provider works with that version of Terraform.
func supported(version string) bool { return atLeast(version, oldestMajor, oldestMinor) }

// atLeast compares a version such as "1.11.4"; what is no version is older than everything.
func atLeast(version string, wantMajor, wantMinor int) bool {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return false
	}

	return major > wantMajor || major == wantMajor && minor >= wantMinor
}
