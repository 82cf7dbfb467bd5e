// Command benchmark measures what the provider costs on top of Terraform itself: creating, planning, refreshing and
// destroying guests with the real Terraform CLI against the emulator, beside the same work with resources that are
// built into Terraform. Run it inside the checkout with "make bench".
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
)

func main() {
	options := defaults()
	flag.Var(&options.created, "created", "create, plan, refresh and destroy so many guests, each in a group; `numbers` separated by commas, \"\" for none")
	flag.Var(&options.standing, "standing", "plan and refresh so many who are there already, each in a group; `numbers`")
	flag.Var(&options.bulkCreated, "bulk-created", "create, plan, refresh and destroy so many guests in one entraguest_guests, under Graph's published limits; `numbers`: 10000 take a quarter of an hour")
	flag.Var(&options.bulkStanding, "bulk-standing", "plan and refresh so many in one entraguest_guests who are there already; `numbers`")
	flag.DurationVar(&options.latency, "latency", options.latency, "how long Graph takes to answer")
	flag.DurationVar(&options.replicationLag, "replication-lag", options.replicationLag, "how long what was written is unseen by some reads")
	flag.StringVar(&options.terraform, "terraform", options.terraform, "the Terraform CLI to use, a `path` or a program on PATH")
	flag.StringVar(&options.report, "json", options.report, "the `file` to write the results to")
	flag.StringVar(&options.profiles, "profiles", "", "a `folder` for profiles of the provider's processes, one of the CPU and one of allocations each")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, options, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	created, standing, bulkCreated, bulkStanding numbers
	latency, replicationLag                      time.Duration
	terraform, report, profiles                  string
}

// defaults measure in about ten minutes. More guests with a resource each take hours, nearly all of it in Terraform, which
// writes its whole state after each, and looks at all of them for each in a plan.
func defaults() options {
	return options{
		created: numbers{100}, standing: numbers{500, 1000}, bulkCreated: numbers{1000}, bulkStanding: numbers{10000},
		latency: 50 * time.Millisecond, replicationLag: 500 * time.Millisecond,
		terraform: "terraform", report: filepath.Join(".bin", "benchmark.json"),
	}
}

// run measures, prints tables to output and writes the report.
func run(ctx context.Context, options options, output io.Writer) (err error) {
	terraform, err := sandbox.FindTerraform(ctx, options.terraform)
	if err != nil {
		return err
	}
	began := time.Now()
	fmt.Fprintln(os.Stderr, "Building the provider …")
	bench, err := newBench(ctx, terraform, options)
	if err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	defer func() {
		if closeErr := bench.box.Close(); err == nil {
			err = closeErr
		}
	}()

	all := &report{
		Terraform: terraform.Version, LatencySeconds: options.latency.Seconds(), ReplicationLagSeconds: options.replicationLag.Seconds(),
	}
	if all.Provider, err = bench.measureProgram(ctx); err != nil {
		return fmt.Errorf("the provider itself: %w", err)
	}
	for _, work := range works(options) {
		result, err := bench.measure(ctx, work)
		if err != nil {
			return fmt.Errorf("%s: %w", work.name, err)
		}
		result.print(output)
		all.Works = append(all.Works, result)
	}
	all.judge()
	all.print(output)
	fmt.Fprintf(output, "\nMeasured in %s.\n", time.Since(began).Round(time.Second))

	return all.write(options.report)
}

// write writes the report as JSON.
func (r *report) write(file string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if err := os.WriteFile(file, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}

	return nil
}
