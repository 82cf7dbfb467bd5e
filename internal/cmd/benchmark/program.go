package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// program is what the provider costs before it has done anything.
type program struct {
	BinaryBytes int64 `json:"binary_bytes"`
	// SchemaSeconds is how much longer Terraform takes to show the schemas with the provider than without.
	SchemaSeconds float64 `json:"schema_seconds"`
	// IdleMemoryBytes is the peak of the process that has shown its schema.
	IdleMemoryBytes int64 `json:"idle_memory_bytes"`
}

// attempts is how often the schema is asked for: the shortest time counts.
const attempts = 5

func (b *bench) measureProgram(ctx context.Context) (program, error) {
	file, err := os.Stat(b.box.Provider())
	if err != nil {
		return program{}, fmt.Errorf("looking at the program: %w", err)
	}
	without, _, err := b.showSchemas(ctx, "guests-floor")
	if err != nil {
		return program{}, err
	}
	with, memory, err := b.showSchemas(ctx, "guests")

	return program{BinaryBytes: file.Size(), SchemaSeconds: (with - without).Seconds(), IdleMemoryBytes: memory}, err
}

// showSchemas lets Terraform show the schemas of all providers of a configuration.
func (b *bench) showSchemas(ctx context.Context, configuration string) (shortest time.Duration, memory int64, err error) {
	files, err := fs.Sub(configurations, "configuration/"+configuration)
	if err != nil {
		return 0, 0, fmt.Errorf("reading the configuration: %w", err)
	}
	workspace, err := b.box.Workspace(configuration+"-schema", files, nil)
	if err != nil {
		return 0, 0, fmt.Errorf("preparing %s: %w", configuration, err)
	}
	if err := execute(ctx, workspace, "init", "-input=false", "-no-color"); err != nil {
		return 0, 0, err
	}
	watched, stop := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { memory = watchMemory(watched, b.box.Provider()) })
	for range attempts {
		began := time.Now()
		if err = execute(ctx, workspace, "providers", "schema", "-json"); err != nil {
			break
		}
		if took := time.Since(began); shortest == 0 || took < shortest {
			shortest = took
		}
	}
	stop()
	watching.Wait()

	return shortest, memory, err
}
