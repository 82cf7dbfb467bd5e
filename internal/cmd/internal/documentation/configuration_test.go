package documentation_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
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

// TestConfiguration formats every block of configuration in the pages, and validates those that need no other provider.
// Most are modules of one configuration, since what costs time is starting Terraform.
func TestConfiguration(t *testing.T) {
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

	formatted, together, alone := fstest.MapFS{}, fstest.MapFS{}, map[string]fstest.MapFS{}
	var calls strings.Builder
	for _, page := range pages(t) {
		for _, block := range page.configuration() {
			if strings.Contains(block.text, "provider_installation") {
				// The language of Terraform's own settings, which "terraform fmt" does not read.
				continue
			}
			formatted[block.name+".tf"] = &fstest.MapFile{Data: []byte(block.text), Mode: 0o600}
			file := &fstest.MapFile{Data: []byte(complete(block.text)), Mode: 0o600}
			switch {
			case strings.Contains(block.text, "azuread_"), strings.Contains(block.text, `"local_`):
				// Another provider: its form is all that can be checked.
			case strings.Contains(block.text, "import {"), strings.Contains(block.text, "variable \""):
				// Imports belong into the root; a variable may be required.
				alone[block.name] = fstest.MapFS{"main.tf": file}
			default:
				together[block.name+"/main.tf"] = file
				fmt.Fprintf(&calls, "module %q {\n  source = \"./%s\"\n}\n", block.name, block.name)
			}
		}
	}
	if len(formatted) < 15 {
		t.Errorf("only %d blocks", len(formatted))
	}
	together["main.tf"] = &fstest.MapFile{Data: []byte(calls.String()), Mode: 0o600}
	alone["together"] = together

	t.Run("format", func(t *testing.T) {
		t.Parallel()
		succeeds(t, box, "formatted", formatted, []string{"fmt", "-check", "-diff", "-no-color"})
	})
	for name, configuration := range alone {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			succeeds(t, box, name, configuration, []string{"init", "-input=false", "-no-color"}, []string{"validate", "-no-color"})
		})
	}
}

// complete adds where the provider comes from, to a block that does not say it.
func complete(text string) string {
	if strings.Contains(text, "required_providers") {
		return text
	}

	return text + requiredProviders
}

func succeeds(t *testing.T, box *sandbox.Sandbox, name string, configuration fstest.MapFS, commands ...[]string) {
	t.Helper()
	workspace, err := box.Workspace(name, configuration, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range commands {
		var output strings.Builder
		if err := workspace.Terraform(t.Context(), &output, command...); err != nil {
			t.Fatalf("%v\n%s", err, output.String())
		}
	}
}
