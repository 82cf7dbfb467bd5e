package sandbox

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Program runs another program in the workspace, the way Terraform does for its own: with the environment of the
// workspace and those variables, in which Terraform is called "terraform" and tools are found before anything else
// on PATH. tools is a folder that the call adds Terraform to. Both outputs of the program go to output.
func (w *Workspace) Program(ctx context.Context, output io.Writer, tools string, variables []string, name string, arguments ...string) error {
	if err := linkOnce(w.sandbox.terraform.Path, filepath.Join(tools, "terraform")); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = w.Folder
	command.Env = append(append(append([]string{}, w.environment...), variables...),
		"PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	command.Stdout = output
	command.Stderr = output
	if err := run(command); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}

	return nil
}

func linkOnce(target, link string) error {
	if _, err := os.Lstat(link); err == nil {
		return nil
	}
	if err := os.Symlink(target, link); err != nil {
		return fmt.Errorf("adding Terraform to the tools: %w", err)
	}

	return nil
}
