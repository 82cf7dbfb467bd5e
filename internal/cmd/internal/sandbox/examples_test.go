package sandbox

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

const requiredProviders = `
terraform {
  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}
`

// exampleGroups are the groups that examples name, by their ids; examplePeople are the employees.
var (
	exampleGroups = map[string]string{
		"3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41": "Consultants",
		"9f2d7c1b-8e3a-4b6d-a5c4-1e0f3d2c5b68": "Specialists",
	}
	examplePeople = []string{"grace@contoso.com", "alan@contoso.com"}
)

// seedExamples puts whom examples look for into the first tenant.
func seedExamples(t *testing.T, emulator *graphemulator.Emulator) {
	t.Helper()
	tenant := emulator.Ready().Tenants[0].TenantID
	for id, name := range exampleGroups {
		if _, err := emulator.PutGroup(tenant, map[string]any{"id": id, "displayName": name, "mailEnabled": false, "securityEnabled": true}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range examplePeople {
		if _, err := emulator.PutUser(tenant, map[string]any{"userPrincipalName": name, "displayName": name, "mail": name}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestExamples plans every example of the documentation: those of imports where everybody is there, the others where
// nobody is. The commands of imports are run.
func TestExamples(t *testing.T) {
	t.Parallel()

	terraform, err := FindTerraform(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := New(t.Context(), terraform)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, box) })
	emulator, err := graphemulator.Start(graphemulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, emulator) })
	seedExamples(t, emulator)
	populated := startPopulated(t)

	for _, file := range exampleFiles(t, box.Checkout) {
		name := strings.ReplaceAll(strings.TrimSuffix(file, ".tf"), string(filepath.Separator), "-")
		whole := filepath.Join(box.Checkout, "examples", file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			skipTooNew(t, file, terraform)
			open := func(configuration fstest.MapFS, environment []string) *Workspace {
				workspace, err := box.Workspace(name, configuration, environment)
				if err != nil {
					t.Fatal(err)
				}

				return workspace
			}
			switch {
			case filepath.Ext(file) == ".sh":
				runImports(t, open(readImport(t, whole), SignIn(populated.Ready())), whole)
			case strings.HasPrefix(filepath.Base(file), "import"):
				if output := plan(t, open(readImport(t, whole), SignIn(populated.Ready()))); !strings.Contains(output, "Plan: 1 to import,") {
					t.Error(output)
				}
			case filepath.Dir(file) == "provider":
				configuration := readExample(t, whole)
				configuration["look.tf"] = &fstest.MapFile{Data: []byte(lookAround), Mode: 0o600}
				plan(t, open(configuration, pipeline(populated.Ready())))
			default:
				plan(t, open(readExample(t, whole), SignIn(emulator.Ready())))
			}
		})
	}
}

// plan returns what a plan printed.
func plan(t *testing.T, workspace *Workspace) string {
	t.Helper()
	terraformSucceeds(t, workspace, "init", "-input=false", "-no-color")

	return terraformSucceeds(t, workspace, "plan", "-input=false", "-no-color")
}

// skipTooNew leaves out what this Terraform does not know yet.
func skipTooNew(t *testing.T, file string, terraform Terraform) {
	t.Helper()
	since := map[string]int{"import-by-identity.tf": 12, "resource_password.tf": 11}[filepath.Base(file)]
	if !atLeast(terraform.Version, since) {
		t.Skipf("needs Terraform 1.%d, this is %s", since, terraform.Version)
	}
}

func closeAll(t *testing.T, closer interface{ Close() error }) {
	t.Helper()
	if err := closer.Close(); err != nil {
		t.Error(err)
	}
}

// exampleFiles lists the files of examples, without those of stories, which tests of their own run.
func exampleFiles(t *testing.T, checkout string) []string {
	t.Helper()
	folder := filepath.Join(checkout, "examples")
	var files []string
	for _, pattern := range []string{"provider/*.tf", "*/*/*.tf", "resources/*/import.sh"} {
		matches, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range matches {
			file, err := filepath.Rel(folder, match)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	if len(files) < 30 {
		t.Fatalf("only %d examples in %s", len(files), folder)
	}

	return files
}

// readExample completes an example to a configuration: with the provider's source.
func readExample(t *testing.T, file string) fstest.MapFS {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	configuration := fstest.MapFS{"main.tf": {Data: content, Mode: 0o600}}
	if !strings.Contains(string(content), "required_providers") {
		configuration["versions.tf"] = &fstest.MapFile{Data: []byte(requiredProviders), Mode: 0o600}
	}

	return configuration
}

// terraformSucceeds returns what Terraform printed.
func terraformSucceeds(t *testing.T, workspace *Workspace, arguments ...string) string {
	t.Helper()
	var output strings.Builder
	if err := workspace.Terraform(t.Context(), &output, arguments...); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}

	return output.String()
}
