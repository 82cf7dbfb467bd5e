package sandbox

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Workspace is a folder with a Terraform configuration in it.
type Workspace struct {
	// Folder holds the configuration and, after an apply, the state.
	Folder string

	sandbox     *Sandbox
	environment []string
}

// Workspace copies configuration into a folder of its own. Terraform runs there with environment, "NAME=value" each,
// in addition to Environment.
func (s *Sandbox) Workspace(name string, configuration fs.FS, environment []string) (*Workspace, error) {
	folder := filepath.Join(s.folder, name)
	if err := os.CopyFS(folder, configuration); err != nil {
		return nil, fmt.Errorf("copying the configuration: %w", err)
	}

	return &Workspace{
		Folder:  folder,
		sandbox: s,
		environment: append(append(Environment(), environment...),
			"TF_CLI_CONFIG_FILE="+s.configurationFile()),
	}, nil
}

// Terraform runs Terraform with arguments and waits for its end. Both its outputs go to output. When ctx is
// cancelled, Terraform is asked to stop the way Ctrl-C asks it, and is given time to write its state. An exit code
// other than zero is an *exec.ExitError.
func (w *Workspace) Terraform(ctx context.Context, output io.Writer, arguments ...string) error {
	command := exec.CommandContext(ctx, w.sandbox.terraform.Path, arguments...)
	command.Dir = w.Folder
	command.Env = w.environment
	command.Stdout = output
	command.Stderr = output
	if err := run(command); err != nil {
		return fmt.Errorf("terraform %s: %w", arguments[0], err)
	}

	return nil
}
