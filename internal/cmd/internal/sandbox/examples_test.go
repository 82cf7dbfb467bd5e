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

// TestExamples validates every example of the documentation, and plans what can be planned without people who are
// there already.
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

	for _, file := range exampleFiles(t, box.Checkout) {
		name := strings.ReplaceAll(strings.TrimSuffix(file, ".tf"), string(filepath.Separator), "-")
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			configuration := readExample(t, filepath.Join(box.Checkout, "examples", file))
			workspace, err := box.Workspace(name, configuration, SignIn(emulator.Ready()))
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(filepath.Base(file), "import-by-identity") && !atLeast(terraform.Version, 1, 12) {
				t.Skipf("Terraform %s does not know resource identities", terraform.Version)
			}
			terraformSucceeds(t, workspace, "init", "-input=false", "-no-color")
			terraformSucceeds(t, workspace, "validate", "-no-color")
			if configuration["import.tf"] == nil && filepath.Dir(file) != "provider" {
				terraformSucceeds(t, workspace, "plan", "-input=false", "-no-color")
			}
		})
	}
}

func closeAll(t *testing.T, closer interface{ Close() error }) {
	t.Helper()
	if err := closer.Close(); err != nil {
		t.Error(err)
	}
}

// exampleFiles lists the Terraform files of examples, without those of the demo, which a test of its own runs.
func exampleFiles(t *testing.T, checkout string) []string {
	t.Helper()
	folder := filepath.Join(checkout, "examples")
	var files []string
	for _, pattern := range []string{"provider/*.tf", "*/*/*.tf"} {
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
	if len(files) < 4 {
		t.Fatalf("only %d examples in %s", len(files), folder)
	}

	return files
}

// readExample completes an example to a configuration: with the provider's source, and an import with what is
// imported to.
func readExample(t *testing.T, file string) fstest.MapFS {
	t.Helper()
	read := func(file string) *fstest.MapFile {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		return &fstest.MapFile{Data: content, Mode: 0o600}
	}

	example := read(file)
	configuration := fstest.MapFS{}
	if strings.HasPrefix(filepath.Base(file), "import") {
		configuration["import.tf"] = example
		configuration["main.tf"] = read(filepath.Join(filepath.Dir(file), "resource.tf"))
	} else {
		configuration["main.tf"] = example
	}
	if !strings.Contains(string(example.Data), "required_providers") {
		configuration["versions.tf"] = &fstest.MapFile{Data: []byte(requiredProviders), Mode: 0o600}
	}

	return configuration
}

func terraformSucceeds(t *testing.T, workspace *Workspace, arguments ...string) {
	t.Helper()
	var output strings.Builder
	if err := workspace.Terraform(t.Context(), &output, arguments...); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}
}
