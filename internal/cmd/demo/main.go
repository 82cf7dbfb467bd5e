// Command demo is a guided tour of the provider: it invites guests into a tenant that exists on this machine only,
// lets one of them accept, changes and removes them, all with the real Terraform CLI. Run it inside the checkout with
// "make demo"; it needs Go and Terraform, and no network.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
)

func main() {
	terraform := flag.String("terraform", "terraform", "the Terraform CLI to use, a `path` or a program on PATH")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := demonstrate(ctx, *terraform, os.Stdout)
	interrupted := ctx.Err() != nil
	stop()

	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "\nInterrupted. Nothing is left running, and the temporary folder is gone.")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "\nError:", err)
		os.Exit(1)
	}
}

// demonstrate runs the tour and writes it to output.
func demonstrate(ctx context.Context, terraform string, output io.Writer) (err error) {
	cli, err := sandbox.FindTerraform(ctx, terraform)
	if err != nil {
		return err
	}

	tour := &tour{output: newScreen(output), terraform: cli}
	defer func() {
		if closeErr := tour.close(); err == nil {
			err = closeErr
		}
	}()

	return tour.run(ctx)
}
