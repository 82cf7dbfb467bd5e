package accessrequests_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	pinned     = regexp.MustCompile(`^(\.?/.*|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v[0-9.]+)$`)
	expression = regexp.MustCompile(`\$\{\{(.*?)\}\}`)
)

// harmless are the expressions workflows may use: identifiers, flags and outputs of harmless characters.
var harmless = regexp.MustCompile(`^ (github\.(token|run_id|event\.(issue\.number|pull_request\.number|sender\.login|repository\.default_branch))` +
	`|vars\.[A-Z_]+|needs\.plan\.outputs\.digest|steps\.(intake\.outputs\.(file|branch|number)|digest\.outputs\.digest)|github\.event\.issue\.number \|\| github\.run_id) $`)

// TestWorkflows checks the rules that keep the text of requests, and the identities, where they belong.
func TestWorkflows(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob(filepath.Join(example, ".github", "workflows", "*.yml"))
	if err != nil || len(files) != 4 {
		t.Fatalf("workflows %q, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text := read(t, file)
			if !strings.Contains(text, "\npermissions: {}\n") {
				t.Error("the workflow does not begin with no permissions at all")
			}
			for _, never := range []string{"pull_request_target", "workflow_run:", "secrets.", "github.event.issue.body", "github.event.issue.title", "client_payload", "github.head_ref", "write-all"} {
				if strings.Contains(text, never) {
					t.Errorf("%s has no place in a workflow", never)
				}
			}
			if strings.Contains(text, "terraform init") && strings.Count(text, "terraform init ") != strings.Count(text, "terraform init -input=false -lockfile=readonly\n") {
				t.Error("an init may change the lock file")
			}
			if strings.Count(text, "actions/checkout@") != strings.Count(text, "persist-credentials: false") {
				t.Error("a checkout leaves the token behind")
			}
			if !strings.Contains(text, "scripts/require_private.sh") {
				t.Error("nothing asks whether the repository is private")
			}
			checkLines(t, text)
		})
	}
}

// checkLines checks every action and every expression of a workflow.
func checkLines(t *testing.T, text string) {
	t.Helper()
	inScript, indent := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		bare := strings.TrimLeft(line, " -")
		depth := len(line) - len(bare)
		if _, action, found := strings.Cut(line, "uses: "); found && !pinned.MatchString(action) {
			t.Errorf("not pinned to a commit: %s", action)
		}
		if bare != "" && depth <= indent {
			inScript = false
		}
		if strings.HasPrefix(bare, "run:") {
			inScript, indent = true, depth
		}
		for _, found := range expression.FindAllStringSubmatch(line, -1) {
			if inScript {
				t.Errorf("an expression in a script: %s", line)
			}
			if !harmless.MatchString(found[1]) {
				t.Errorf("an expression that is not known to be harmless: %s", line)
			}
		}
	}
}

// TestOwners checks that what decides about requests needs the owners, with GitHub and with GitLab.
func TestOwners(t *testing.T) {
	t.Parallel()
	for file, paths := range map[string][]string{
		".github/CODEOWNERS": {"*.tf", "/.github/", "/scripts/", "request.schema.json", "groups.auto.tfvars.json", ".terraform.lock.hcl"},
		".gitlab/CODEOWNERS": {"*.tf", "/.gitlab/", ".gitlab-ci.yml", "/scripts/", "request.schema.json", "groups.auto.tfvars.json", ".terraform.lock.hcl"},
	} {
		text := read(t, filepath.Join(example, file))
		for _, path := range paths {
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(path) + ` +@\S+owners$`).MatchString(text) {
				t.Errorf("%s: %s has no owners", file, path)
			}
		}
	}
}

// TestFormsMatchTheSchema keeps the forms, the schema and the groups in step.
func TestFormsMatchTheSchema(t *testing.T) {
	t.Parallel()
	headings := regexp.MustCompile(`(?m)^### (.*)$`)
	labels := regexp.MustCompile(`(?m)^      label: (.*)$`)
	var form, template, want []string
	for _, match := range labels.FindAllStringSubmatch(read(t, filepath.Join(example, ".github/ISSUE_TEMPLATE/guest.yml")), -1) {
		form = append(form, match[1])
	}
	for _, match := range headings.FindAllStringSubmatch(read(t, filepath.Join(example, ".gitlab/issue_templates/guest.md")), -1) {
		template = append(template, match[1])
	}
	for _, match := range headings.FindAllStringSubmatch(body(fields(nil)), -1) {
		want = append(want, match[1])
	}
	if strings.Join(form, ",") != strings.Join(want, ",") || strings.Join(template, ",") != strings.Join(want, ",") {
		t.Errorf("form %q, template %q, want %q", form, template, want)
	}
	schema := read(t, filepath.Join(example, "request.schema.json"))
	for _, heading := range want {
		if !strings.Contains(schema, `"title": "`+heading+`"`) {
			t.Errorf("the schema has no %q", heading)
		}
	}
	options := regexp.MustCompile(`(?m)^        - ([a-z-]+)$`)
	for _, match := range options.FindAllStringSubmatch(read(t, filepath.Join(example, ".github/ISSUE_TEMPLATE/guest.yml")), -1) {
		if !strings.Contains(read(t, filepath.Join(example, "groups.auto.tfvars.json")), `"`+match[1]+`":`) {
			t.Errorf("the form offers %q, which is no group", match[1])
		}
	}
}
