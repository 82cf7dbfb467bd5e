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
	`|inputs\.approved|vars\.[A-Z_]+|needs\.plan\.outputs\.digest|steps\.(intake\.outputs\.(file|branch|number)|digest\.outputs\.digest)|github\.event\.issue\.number \|\| github\.run_id) $`)

// swallowed is a command whose exit code the shell drops, because the one around it has its own.
var swallowed = regexp.MustCompile(`(?m)(echo|printf) .*\$\(`)

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
			if swallowed.MatchString(text) {
				t.Error("a script may fail unnoticed: assign what it prints before it is used")
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

// TestPipeline checks the same of GitLab's jobs, and that they run what was built for them.
func TestPipeline(t *testing.T) {
	t.Parallel()
	text := read(t, filepath.Join(example, ".gitlab-ci.yml"))
	if images := regexp.MustCompile(`(?m)^ +name: (.*)$`).FindAllStringSubmatch(text, -1); len(images) != 1 ||
		!regexp.MustCompile(`^\S+@sha256:[0-9a-f]{64}$`).MatchString(images[0][1]) {
		t.Errorf("the image is not pinned: %q", images)
	}
	for _, never := range []string{"apk ", "apt-get ", "pip ", "curl ", "$REQUEST "} {
		if strings.Contains(text, never) {
			t.Errorf("%q has no place in a job", never)
		}
	}
	if swallowed.MatchString(text) {
		t.Error("a script may fail unnoticed: assign what it prints before it is used")
	}
	if strings.Count(text, "terraform init ") != strings.Count(text, "terraform init -input=false -lockfile=readonly\n") {
		t.Error("an init may change the lock file")
	}
	for _, job := range []string{"show", "apply", "nightly"} {
		_, rest, _ := strings.Cut(text, "\n"+job+":\n")
		body, _, _ := strings.Cut(rest, "\n\n")
		if !strings.Contains(body, "\n  artifacts:") {
			t.Errorf("%s keeps no comment to look at", job)
		}
	}
	if strings.Count(text, "access: developer") != strings.Count(text, "paths: [comment.md]") {
		t.Error("comments can be read by more than developers")
	}
}

// owners reads a file of code owners: of several lines that fit, the last one decides.
func owners(t *testing.T, file, path string) (owner string) {
	t.Helper()
	for line := range strings.Lines(read(t, file)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[0] == "#" {
			continue
		}
		fits := fields[0] == "*"
		if pattern, anchored := strings.CutPrefix(fields[0], "/"); anchored {
			var err error
			if fits, err = filepath.Match(pattern, path); err != nil {
				t.Fatal(err)
			}
		} else if !fits {
			t.Fatalf("%s: this test does not know %q", file, fields[0])
		}
		if fits {
			owner = fields[1]
		}
	}

	return owner
}

// TestOwners checks that all but the file of a guest needs the owners, with GitHub and with GitLab.
func TestOwners(t *testing.T) {
	t.Parallel()
	for _, file := range []string{".github/CODEOWNERS", ".gitlab/CODEOWNERS"} {
		file = filepath.Join(example, file)
		guest := "requests/" + strings.Repeat("0", 32) + ".yaml"
		if owner := owners(t, file, guest); !strings.HasSuffix(owner, "reviewers") {
			t.Errorf("%s: %s belongs to %q", file, guest, owner)
		}
		for _, path := range []string{
			"main.tf", "override.tf.json", "x_override.tf", "zz.auto.tfvars.json", "terraform.tfvars", "groups.auto.tfvars.json",
			".terraform.lock.hcl", ".terraform/modules/modules.json", "request.schema.json", "scripts/rules.py", ".gitlab-ci.yml",
			".github/workflows/plan.yml", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "requests/README.md", "requests/x.yaml/main.tf",
		} {
			if owner := owners(t, file, path); !strings.HasSuffix(owner, "owners") {
				t.Errorf("%s: %s belongs to %q", file, path, owner)
			}
		}
	}
}

// limit is the most people that a plan of a workflow may let go.
func limit(t *testing.T, workflow string) string {
	t.Helper()
	match := regexp.MustCompile(`(?m)^ +(ENTRAGUEST_MAX_REMOVALS): "(-?[0-9]+)"$`).FindStringSubmatch(read(t, filepath.Join(example, ".github", "workflows", workflow)))
	if match == nil {
		t.Fatalf("%s sets no limit", workflow)
	}

	return match[1] + "=" + match[2]
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
