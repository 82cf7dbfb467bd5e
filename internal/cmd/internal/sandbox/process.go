package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// stopTime is how long a program may take to stop after it was asked to. Terraform waits for requests in flight.
const stopTime = 30 * time.Second

// run starts a command, waits for its end and leaves no descendant of it running.
func run(command *exec.Cmd) error {
	separate(command)
	command.Cancel = func() error { return interrupt(command.Process) }
	command.WaitDelay = stopTime

	if err := command.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", command.Path, err)
	}
	err := command.Wait()
	sweep(command.Process)

	return err //nolint:wrapcheck // the callers say what was being run, and ask for the exit code
}

// read runs a command and returns what it prints.
func read(command *exec.Cmd) ([]byte, error) {
	var output bytes.Buffer
	command.Stdout = &output
	err := run(command)

	return output.Bytes(), err
}

// interrupt asks a process to stop. One that has ended already is no error.
func interrupt(process *os.Process) error {
	err := process.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	if err != nil {
		// Windows knows no interrupt for another process.
		err = process.Kill()
	}

	return err //nolint:wrapcheck // os/exec adds the context
}
