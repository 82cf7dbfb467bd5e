package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

//go:embed configuration
var configurations embed.FS

// bench measures works in one sandbox.
type bench struct {
	box     *sandbox.Sandbox
	options options
	// runs counts the workspaces: each has a folder of its own.
	runs int
}

// newBench builds the provider: one that writes profiles, if there is a folder for them.
func newBench(ctx context.Context, terraform sandbox.Terraform, options options) (*bench, error) {
	var tags []string
	if options.profiles != "" {
		folder, err := filepath.Abs(options.profiles)
		if err == nil {
			err = os.MkdirAll(folder, 0o750)
		}
		if err != nil {
			return nil, fmt.Errorf("making the folder for profiles: %w", err)
		}
		options.profiles, tags = folder, []string{"profile"}
	}
	box, err := sandbox.New(ctx, terraform, tags...)
	if err != nil {
		return nil, err
	}

	return &bench{box: box, options: options}, nil
}

// measure does the work three times: with Terraform alone (the floor), with the provider and Graph as fast as it gets
// (the own floor), and with the provider and Graph as slow, and in bulk as limited, as it is.
func (b *bench) measure(ctx context.Context, w work) (*result, error) {
	provider, floor := w.configuration()
	terraform, err := b.run(ctx, w, floor, nil)
	if err != nil {
		return nil, err
	}
	own, err := b.runProvider(ctx, w, provider, graphemulator.Config{})
	if err != nil {
		return nil, err
	}
	config := graphemulator.Config{Latency: b.options.latency, ReplicationLag: b.options.replicationLag}
	if w.bulk {
		config.Throttle = graphemulator.ThrottleLarge
	}
	measured, err := b.runProvider(ctx, w, provider, config)
	if err != nil {
		return nil, err
	}

	result := &result{Name: w.name, Guests: w.guests, Objects: w.objects(), Bulk: w.bulk, Standing: w.standing}
	for i, phase := range w.phases() {
		result.Phases = append(result.Phases, newComparison(phase.name, w.objects(), measured[i], terraform[i], own[i]))
	}

	return result, nil
}

// runProvider does the work with the provider and an emulator of its own.
func (b *bench) runProvider(ctx context.Context, w work, configuration string, config graphemulator.Config) (_ []measurement, err error) {
	emulator, err := graphemulator.Start(config)
	if err != nil {
		return nil, fmt.Errorf("starting the emulator: %w", err)
	}
	defer func() {
		if closeErr := emulator.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("stopping the emulator: %w", closeErr)
		}
	}()

	return b.run(ctx, w, configuration, emulator)
}

// run does the work. The emulator is nil where no provider is at work.
func (b *bench) run(ctx context.Context, w work, configuration string, emulator *graphemulator.Emulator) ([]measurement, error) {
	b.runs++
	fmt.Fprintf(os.Stderr, "Measuring %s (%s, %d) …\n", w.name, configuration, b.runs)
	var environment []string
	var observer *observer
	if emulator != nil {
		observer = newObserver(emulator, b.box.Provider())
		environment = append(sandbox.SignIn(emulator.Ready()), "TF_VAR_group_id="+groupOf(emulator), "ENTRAGUEST_PROFILES="+b.options.profiles)
	}
	files, err := fs.Sub(configurations, "configuration/"+configuration)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	workspace, err := b.box.Workspace(fmt.Sprintf("%s-%d", configuration, b.runs), files, environment)
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", configuration, err)
	}
	if err := execute(ctx, workspace, "init", "-input=false", "-no-color"); err != nil {
		return nil, err
	}
	if w.standing {
		err = populate(ctx, workspace, emulator, w.guests)
	} else {
		err = declare(workspace, w.guests, nil)
	}
	if err != nil {
		return nil, err
	}

	var measurements []measurement
	for _, phase := range w.phases() {
		finish := observer.begin()
		began := time.Now()
		err := execute(ctx, workspace, phase.arguments...)
		wall := time.Since(began)
		measured := finish()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", phase.name, err)
		}
		fmt.Fprintf(os.Stderr, "  %s: %s\n", phase.name, wall.Round(100*time.Millisecond))
		measured.WallSeconds = wall.Seconds()
		measurements = append(measurements, measured)
	}

	return measurements, nil
}

// keyOf is the key of a guest.
func keyOf(number int) string { return fmt.Sprintf("guest%05d", number) }

// declare writes the keys of so many guests down, and their ids where the pattern knows them, as variables of the
// configuration.
func declare(workspace *sandbox.Workspace, guests int, p *pattern) error {
	keys, ids := make([]string, guests), map[string]string{}
	for number := range keys {
		keys[number] = keyOf(number)
		if p != nil {
			ids[keys[number]] = p.idOf(number)
		}
	}
	variables := map[string]any{"guests": keys}
	if p != nil {
		variables["ids"] = ids
	}
	content, err := json.Marshal(variables)
	if err == nil {
		err = os.WriteFile(filepath.Join(workspace.Folder, "guests.auto.tfvars.json"), content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("writing the variables: %w", err)
	}

	return nil
}

// groupOf is the group an emulator begins with.
func groupOf(emulator *graphemulator.Emulator) string {
	return fmt.Sprint(emulator.Groups(emulator.Ready().Tenants[0].TenantID)[0]["id"])
}

// execute runs Terraform and puts what it printed into the error, if there is one.
func execute(ctx context.Context, workspace *sandbox.Workspace, arguments ...string) error {
	var output bytes.Buffer
	if err := workspace.Terraform(ctx, &output, arguments...); err != nil {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(output.String()))
	}

	return nil
}
