package guestsync_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// example is the folder of the example, seen from this package.
const example = "../../../../examples/guest-sync"

// TestGuestSync runs the module's own tests for Terraform, and its ways of use.
func TestGuestSync(t *testing.T) {
	t.Parallel()
	terraform, err := sandbox.FindTerraform(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := sandbox.New(t.Context(), terraform)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	// What takes longest begins.
	for _, test := range []struct {
		name string
		run  func(*stage)
	}{
		{"many", (*stage).many},
		{"module", (*stage).module},
		{"one-application", (*stage).oneApplication},
		{"brake", (*stage).brake},
		{"change-over", (*stage).changeOver},
		{"separate-applications", (*stage).separateApplications},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			stage := newStage(t, box, test.name)
			stage.terraformCLI = terraform
			test.run(stage)
		})
	}
}

// stage is a copy of the example, and the tenants of its tests.
type stage struct {
	t            *testing.T
	emulator     *graphemulator.Emulator
	workspace    *sandbox.Workspace
	terraformCLI sandbox.Terraform
}

func newStage(t *testing.T, box *sandbox.Sandbox, name string) *stage {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(example, "tests", "seed.json"))
	if err != nil {
		t.Fatal(err)
	}
	var seed graphemulator.Seed
	if err := json.Unmarshal(content, &seed); err != nil {
		t.Fatal(err)
	}
	emulator, err := graphemulator.Start(graphemulator.Config{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Close(); err != nil {
			t.Error(err)
		}
	})
	workspace, err := box.Workspace(name, os.DirFS(example), sandbox.SignIn(emulator.Ready()))
	if err != nil {
		t.Fatal(err)
	}

	return &stage{t: t, emulator: emulator, workspace: workspace}
}

// try runs Terraform in a folder of the example, "" for the example itself.
func (s *stage) try(folder string, arguments ...string) (output string, err error) {
	s.t.Helper()
	var printed strings.Builder
	err = s.workspace.Terraform(s.t.Context(), &printed, append([]string{"-chdir=" + cmp.Or(folder, ".")}, arguments...)...)

	return printed.String(), err
}

// terraform is try for what has to succeed.
func (s *stage) terraform(folder string, arguments ...string) string {
	s.t.Helper()
	output, err := s.try(folder, arguments...)
	if err != nil {
		s.t.Fatalf("%q in %q: %v\n%s", arguments, folder, err, output)
	}

	return output
}

// module runs the module's tests, by which nobody is mailed.
func (s *stage) module() {
	s.t.Helper()
	if s.terraformCLI.Product == sandbox.OpenTofu {
		s.t.Skip("OpenTofu does not hand the variables of a test's file to its runs")
	}
	s.terraform("", "init", "-input=false", "-no-color")
	output := s.terraform("", "test", "-no-color")
	s.t.Log(output[strings.LastIndex(strings.TrimSpace(output), "\n")+1:])
	if mails := s.emulator.Mailbox(); len(mails) != 0 {
		s.t.Errorf("%d mails were sent", len(mails))
	}
}
