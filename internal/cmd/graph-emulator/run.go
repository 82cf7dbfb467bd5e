package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// options are what the command line says.
type options struct {
	config graphemulator.Config
	ready  string
}

// run serves until the context ends. Messages go to stderr.
func run(ctx context.Context, arguments []string, stderr io.Writer) (err error) {
	o, err := parse(arguments, stderr)
	if err != nil {
		return err
	}
	emulator, err := graphemulator.Start(o.config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, emulator.Close()) }()

	if o.ready != "" {
		if err := writeReady(o.ready, emulator.Ready()); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, removeIfThere(o.ready)) }()
	}
	if _, err := fmt.Fprintf(stderr, "graph-emulator: serving on %s\n", emulator.Ready().GraphEndpoint); err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	<-ctx.Done()
	return nil
}

// parse reads the command line and the seed it names.
func parse(arguments []string, stderr io.Writer) (options, error) {
	var (
		o                    options
		seed, throttle, hits string
		guests               int
	)
	flags := flag.NewFlagSet("graph-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.config.Listen, "listen", "127.0.0.1:0", "TCP `address` to serve on; port 0 picks a free one")
	flags.StringVar(&o.ready, "ready", "", "`file` that is written when the emulator serves")
	flags.StringVar(&seed, "seed", "", "JSON `file` with the tenants; one tenant with one application without it")
	flags.IntVar(&guests, "seed-guests", 0, "`number` of guests to add to the first tenant")
	flags.DurationVar(&o.config.Latency, "latency", 0, "time added to every Graph answer")
	flags.DurationVar(&o.config.ReplicationLag, "replication-lag", 0, "time until a fresh or changed object is seen by every replica")
	flags.StringVar(&hits, "lag-hits", "some", "requests that meet a replica that lags: some (one of four) or all")
	flags.StringVar(&throttle, "throttle", "off", "published limits of a tenant `size`: off, small, medium or large")
	if err := flags.Parse(arguments); err != nil {
		return options{}, fmt.Errorf("reading the flags: %w", err)
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if guests < 0 || o.config.Latency < 0 || o.config.ReplicationLag < 0 {
		return options{}, errors.New("-seed-guests, -latency and -replication-lag cannot be negative")
	}
	switch hits {
	case "some":
	case "all":
		o.config.LagHits = graphemulator.LagAll
	default:
		return options{}, fmt.Errorf("-lag-hits is some or all, not %q", hits)
	}
	var err error
	if o.config.Throttle, err = graphemulator.ParseThrottle(throttle); err != nil {
		return options{}, err
	}
	if o.config.Seed, err = readSeed(seed); err != nil {
		return options{}, err
	}
	if guests > 0 {
		graphemulator.SeedGuests(&o.config.Seed, guests)
	}
	return o, nil
}

// readSeed reads a seed; no path means the default seed.
func readSeed(path string) (graphemulator.Seed, error) {
	if path == "" {
		return graphemulator.DefaultSeed(), nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return graphemulator.Seed{}, fmt.Errorf("reading the seed: %w", err)
	}
	var seed graphemulator.Seed
	// A ready file, completed with users and groups, is a seed too: other fields are ignored.
	if err := json.Unmarshal(content, &seed); err != nil {
		return graphemulator.Seed{}, fmt.Errorf("reading the seed %s: %w", path, err)
	}
	if len(seed.Tenants) == 0 {
		return graphemulator.Seed{}, fmt.Errorf("the seed %s has no tenants", path)
	}
	return seed, nil
}

// writeReady writes the ready file under another name and renames it, so that whoever
// waits for it never reads half of it. It holds a client secret: only its owner reads it.
func writeReady(path string, ready graphemulator.Ready) (err error) {
	content, err := json.MarshalIndent(ready, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the ready file: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".ready-*")
	if err != nil {
		return fmt.Errorf("writing the ready file: %w", err)
	}
	_, err = file.Write(append(content, '\n'))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing the ready file: %w", err), removeIfThere(file.Name()))
	}
	return nil
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing %s: %w", path, err)
	}
	return nil
}
