package documentation_test

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
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

// TestConfiguration formats every block of configuration in the pages, and validates what of it needs no other provider.
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
			text := withoutOthers(block.text)
			file := &fstest.MapFile{Data: []byte(complete(text)), Mode: 0o600}
			switch {
			case text == "":
			case strings.Contains(text, "import {"), strings.Contains(text, "variable \""):
				// Imports belong in the root; a variable may be required.
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

// withoutOthers leaves out what is about other providers: its form is all that can be checked.
func withoutOthers(text string) string {
	var kept strings.Builder
	for _, part := range topLevel(text) {
		if !strings.Contains(part, "azuread_") && !strings.Contains(part, `"local_`) {
			kept.WriteString(part)
		}
	}

	return kept.String()
}

// topLevel takes a formatted configuration apart into its blocks. What is between them is dropped.
func topLevel(text string) []string {
	var (
		parts []string
		open  strings.Builder
	)
	for line := range strings.Lines(text) {
		switch {
		case open.Len() > 0:
			open.WriteString(line)
			if line == "}\n" {
				parts = append(parts, open.String())
				open.Reset()
			}
		case strings.HasSuffix(line, "{}\n"):
			parts = append(parts, line)
		case strings.HasSuffix(line, "{\n"):
			open.WriteString(line)
		}
	}

	return parts
}

// declared matches the head of a resource of this provider.
var declared = regexp.MustCompile(`^resource "entraguest_([a-z_]+)" "([a-z_]+)"`)

// TestPostconditions checks that every resource shown, whose creation may be left unfinished, turns that into a failed
// run: by a postcondition, or once for all by an output of the same configuration.
func TestPostconditions(t *testing.T) {
	t.Parallel()
	texts := examples(t)
	folders := map[string]string{}
	for _, example := range texts {
		folders[path.Dir(example.file)] += example.text
	}
	for _, p := range pages(t) {
		for _, block := range p.configuration() {
			texts = append(texts, page{p.file, block.text})
		}
	}
	count := 0
	for _, shown := range texts {
		if strings.Contains(shown.file, "/tests/") {
			continue
		}
		for _, part := range topLevel(shown.text) {
			head := declared.FindStringSubmatch(part)
			if head == nil || !mayBeUnfinished(t, head[1]) {
				continue
			}
			count++
			configuration := shown.text + folders[path.Dir(shown.file)]
			if !strings.Contains(part, "postcondition {") && !asksLater(configuration, "entraguest_"+head[1]+"."+head[2]) {
				t.Errorf("%s: no postcondition in\n%s", shown.file, part)
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d resources", count)
	}
}

// asksLater tells whether a configuration has an output that fails, and asks a resource whether it is complete.
func asksLater(configuration, resource string) bool {
	fails, asks := false, false
	for _, part := range topLevel(configuration) {
		fails = fails || strings.HasPrefix(part, "output ") && strings.Contains(part, "precondition {")
		asks = asks || !strings.HasPrefix(part, "resource ") && strings.Contains(part, resource) && strings.Contains(part, "complete")
	}

	return fails && asks
}

// mayBeUnfinished tells whether a resource has an attribute that says what became of its creation.
func mayBeUnfinished(t *testing.T, name string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "resources", name+".md"))
	if err != nil {
		t.Fatal(err)
	}

	return strings.Contains(string(text), "\n- `complete` ") || strings.Contains(string(text), "\n- `active` ")
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
