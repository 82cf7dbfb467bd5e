//go:build !unix

package sandbox

import (
	"os"
	"os/exec"
)

func separate(*exec.Cmd) {}

func sweep(*os.Process) {}
