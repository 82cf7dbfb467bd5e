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
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
)

func main() {
	var options options
	flag.Func("guests", "how many `guests`, several numbers separated by commas; 100,1000,4000 takes hours, most of it in Terraform (default 50)", options.setGuests)
	flag.BoolVar(&options.memberships, "memberships", false, "put every guest into a group")
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
	guests         []int
	memberships    bool
	latency        time.Duration
	replicationLag time.Duration
	terraform      string
}

// setGuests reads the numbers of guests.
func (o *options) setGuests(text string) error {
	for number := range strings.SplitSeq(text, ",") {
		guests, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil || guests < 1 {
			return fmt.Errorf("%q is no number of guests", number)
		}
		o.guests = append(o.guests, guests)
	}

	return nil
}

// benchmark measures, prints a table and writes the report, if one is asked for.
func benchmark(ctx context.Context, options options, report string) (err error) {
	if len(options.guests) == 0 {
		options.guests = []int{50}
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

	var results []*result
	for _, guests := range options.guests {
		result, err := measure(ctx, box, terraform, guests, options)
		if err != nil {
			return fmt.Errorf("%d guests: %w", guests, err)
		}
		result.print(os.Stdout)
		results = append(results, result)
	}
	if report == "" {
		return nil
	}

	content, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the report: %w", err)
	}
	if err := os.WriteFile(report, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}

	return nil
}
