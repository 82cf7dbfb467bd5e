package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

//go:embed configuration
var configurations embed.FS

// phases is the life of the guests. The refresh is a plan that must find nothing to do.
var phases = []phase{
	{name: "create", arguments: []string{"apply", "-auto-approve", "-input=false", "-no-color"}},
	{name: "refresh", arguments: []string{"plan", "-detailed-exitcode", "-input=false", "-no-color"}},
	{name: "destroy", arguments: []string{"destroy", "-auto-approve", "-input=false", "-no-color"}},
}

type phase struct {
	name      string
	arguments []string
}

// measure runs all phases three times: with Terraform alone (the floor), with the provider and Graph as fast as
// it gets (the own floor), and with the provider and Graph as slow as the options say.
func measure(
	ctx context.Context, box *sandbox.Sandbox, terraform sandbox.Terraform, number int, options options,
) (*result, error) {
	result := &result{
		Terraform: terraform.Version, Guests: number, Memberships: options.memberships,
		LatencySeconds: options.latency.Seconds(), ReplicationLagSeconds: options.replicationLag.Seconds(),
	}
	variables := []string{fmt.Sprintf("TF_VAR_guests=%d", number), fmt.Sprintf("TF_VAR_memberships=%t", options.memberships)}
	named := func(name string) string { return fmt.Sprintf("%s-%d", name, number) }

	workspace, err := prepare(ctx, box, named("floor"), "floor", variables...)
	if err != nil {
		return nil, err
	}
	floor, err := runPhases(ctx, workspace, nil)
	if err != nil {
		return nil, err
	}

	ownFloor, err := measureProvider(ctx, box, named("own-floor"), graphemulator.Config{}, variables)
	if err != nil {
		return nil, err
	}
	provider, err := measureProvider(ctx, box, named("provider"),
		graphemulator.Config{Latency: options.latency, ReplicationLag: options.replicationLag}, variables)
	if err != nil {
		return nil, err
	}

	for i, phase := range phases {
		result.Phases = append(result.Phases, newComparison(phase.name, provider[i], floor[i], ownFloor[i]))
	}

	return result, nil
}

// measureProvider runs all phases with the provider and an emulator of its own.
func measureProvider(
	ctx context.Context, box *sandbox.Sandbox, name string, config graphemulator.Config, variables []string,
) (_ []measurement, err error) {
	emulator, err := graphemulator.Start(config)
	if err != nil {
		return nil, fmt.Errorf("starting the emulator: %w", err)
	}
	defer func() {
		if closeErr := emulator.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("stopping the emulator: %w", closeErr)
		}
	}()

	// The emulator begins with one group.
	ready := emulator.Ready()
	group := fmt.Sprintf("TF_VAR_group_id=%s", emulator.Groups(ready.Tenants[0].TenantID)[0]["id"])
	workspace, err := prepare(ctx, box, name, "guests", slices.Concat(sandbox.SignIn(ready), variables, []string{group})...)
	if err != nil {
		return nil, err
	}

	return runPhases(ctx, workspace, &observer{emulator: emulator, program: box.Provider()})
}

// prepare copies a configuration and installs the providers it needs.
func prepare(
	ctx context.Context, box *sandbox.Sandbox, name, configuration string, environment ...string,
) (*sandbox.Workspace, error) {
	files, err := fs.Sub(configurations, "configuration/"+configuration)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	workspace, err := box.Workspace(name, files, environment)
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", name, err)
	}
	fmt.Fprintf(os.Stderr, "Measuring %s …\n", strings.ReplaceAll(name, "-", " "))

	return workspace, execute(ctx, workspace, []string{"init", "-input=false", "-no-color"})
}

// runPhases measures every phase. The observer is nil where no provider is at work.
func runPhases(ctx context.Context, workspace *sandbox.Workspace, observer *observer) ([]measurement, error) {
	measurements := make([]measurement, 0, len(phases))
	for _, phase := range phases {
		finish := observer.begin()
		began := time.Now()
		err := execute(ctx, workspace, phase.arguments)
		wall := time.Since(began)
		measurement := finish()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", phase.name, err)
		}
		measurement.WallSeconds = wall.Seconds()
		measurements = append(measurements, measurement)
	}

	return measurements, nil
}

// execute runs Terraform and puts what it printed into the error, if there is one.
func execute(ctx context.Context, workspace *sandbox.Workspace, arguments []string) error {
	var output bytes.Buffer
	if err := workspace.Terraform(ctx, &output, arguments...); err != nil {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(output.String()))
	}

	return nil
}
