//go:build unix

package sandbox

import (
	"os"
	"os/exec"
	"syscall"
)

// separate puts a command in a process group of its own. Ctrl-C then reaches this program alone, which passes one
// interrupt on; from a second one Terraform concludes that it must end at once, without its state.
func separate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// sweep ends what a command has left behind in its process group, such as the provider of a Terraform that was killed.
func sweep(process *os.Process) {
	// The usual answer is that there is no such group any more.
	_ = syscall.Kill(-process.Pid, syscall.SIGKILL)
}
