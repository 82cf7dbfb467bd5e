package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A handful of guests, with the real Terraform: those made without an apply are found as they are, or a plan would not
// be empty. What it takes is not looked at.
func TestRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the provider and runs Terraform many times")
	}
	options := defaults()
	options.created, options.standing, options.bulkCreated, options.bulkStanding = nil, numbers{4}, nil, numbers{5}
	options.latency, options.replicationLag = 0, 0
	options.report = filepath.Join(t.TempDir(), "report.json")
	options.profiles = t.TempDir()
	if name := os.Getenv("TF_ACC_TERRAFORM_PATH"); name != "" {
		options.terraform = name
	}
	var output strings.Builder
	if err := run(t.Context(), options, &output); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(options.report)
	if err != nil {
		t.Fatal(err)
	}
	var all report
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Works) != 2 || len(all.Targets) == 0 || all.Provider.BinaryBytes < 1<<20 {
		t.Errorf("the report is not whole:\n%s", content)
	}
	for _, work := range all.Works {
		for _, phase := range work.Phases {
			requests := phase.Requests
			if (phase.Phase == "plan") != (requests == 0) {
				t.Errorf("%s: %s took %d requests", work.Name, phase.Phase, requests)
			}
		}
	}
	for _, kind := range []string{"cpu", "allocs"} {
		if files, err := filepath.Glob(filepath.Join(options.profiles, kind+"-*.prof")); err != nil || len(files) < 4 {
			t.Errorf("%d profiles of %s: %v", len(files), kind, err)
		}
	}
}
