// Command benchmark measures what the provider costs on top of Terraform itself: creating, refreshing and destroying
// guests with the real Terraform CLI against the emulator, beside the same work with resources that are built into
// Terraform. Run it inside the checkout with "make bench".
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
)

func main() {
	var options options
	flag.IntVar(&options.guests, "guests", 50, "how many guests")
	flag.DurationVar(&options.latency, "latency", 50*time.Millisecond, "how long Graph takes to answer")
	flag.DurationVar(&options.replicationLag, "replication-lag", 500*time.Millisecond,
		"how long what was written is unseen by some reads")
	flag.StringVar(&options.terraform, "terraform", "terraform", "the Terraform CLI to use, a `path` or a program on PATH")
	report := flag.String("json", "", "`file` to write the results to as well")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := benchmark(ctx, options, *report)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	guests         int
	latency        time.Duration
	replicationLag time.Duration
	terraform      string
}

// benchmark measures, prints a table and writes the report, if one is asked for.
func benchmark(ctx context.Context, options options, report string) (err error) {
	if options.guests < 1 {
		return fmt.Errorf("-guests %d: at least one is needed", options.guests)
	}
	terraform, err := sandbox.FindTerraform(ctx, options.terraform)
	if err != nil {
		return err
	}

	fmt.Fprintln(os.Stderr, "Building the provider …")
	box, err := sandbox.New(ctx, terraform)
	if err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	defer func() {
		if closeErr := box.Close(); err == nil {
			err = closeErr
		}
	}()

	result, err := measure(ctx, box, terraform, options)
	if err != nil {
		return err
	}
	result.print(os.Stdout)
	if report == "" {
		return nil
	}

	content, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.WriteFile(report, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}

	return nil
}
