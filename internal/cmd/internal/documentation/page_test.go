package documentation_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the checkout, seen from this package.
const root = "../../../.."

// page is a page that people write, or the template of one.
type page struct {
	file string // in the checkout, with slashes
	text string
}

// block is a piece of configuration in a page.
type block struct {
	name string // of the page, and which of its blocks
	text string
}

// pages reads every page that is written by hand. docs/ is made from templates/.
func pages(t *testing.T) []page {
	t.Helper()

	return read(t, ".md", "README.md", "CONTRIBUTING.md", "SECURITY.md", "templates", "examples")
}

// examples reads every configuration that pages are made of, or name.
func examples(t *testing.T) []page {
	t.Helper()

	return read(t, ".tf", "examples")
}

func read(t *testing.T, extension string, folders ...string) []page {
	t.Helper()
	var found []page
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(strings.TrimSuffix(file, ".tmpl")) != extension {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			relative, err := filepath.Rel(root, file)
			found = append(found, page{filepath.ToSlash(relative), string(text)})

			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 10 {
		t.Fatalf("only %d pages", len(found))
	}

	return found
}

var fence = regexp.MustCompile("^( *)```([a-z]*)$")

// configuration returns the blocks of a page that are configuration of Terraform.
func (p page) configuration() []block {
	name := strings.NewReplacer("/", "-", ".", "-").Replace(strings.TrimSuffix(strings.TrimSuffix(p.file, ".tmpl"), ".md"))
	var (
		found  []block
		open   []string
		indent string
		inside bool
		kind   string
	)
	for line := range strings.SplitSeq(p.text, "\n") {
		match := fence.FindStringSubmatch(line)
		switch {
		case match != nil && !inside:
			inside, indent, kind, open = true, match[1], match[2], nil
		case match != nil && match[2] == "":
			inside = false
			if kind == "terraform" || kind == "hcl" {
				found = append(found, block{name + "-" + string(rune('a'+len(found))), strings.Join(open, "\n") + "\n"})
			}
		case inside:
			open = append(open, strings.TrimPrefix(line, indent))
		}
	}

	return found
}

// place is where a page ends up: templates become pages of docs/.
func (p page) place() string {
	if rest, found := strings.CutPrefix(p.file, "templates/"); found {
		return "docs/" + strings.TrimSuffix(rest, ".tmpl")
	}

	return p.file
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	spaces  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// ours is how a page names a file of the project where a relative link would not be followed.
var ours = regexp.MustCompile(`^https://github\.com/entraguest/terraform-provider-entraguest/(?:tree|blob)/main/(.*)$`)

// TestLinks follows every link inside the project.
func TestLinks(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	all := pages(t)
	for _, page := range all {
		texts[page.place()] = page.text
	}
	for _, page := range all {
		for _, match := range link.FindAllStringSubmatch(page.text, -1) {
			target := match[1]
			if project := ours.FindStringSubmatch(target); project != nil {
				target = strings.Repeat("../", strings.Count(page.place(), "/")) + project[1]
			}
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(target, "#")
			place := page.place()
			if file != "" {
				place = path.Join(path.Dir(place), file)
			}
			if _, err := os.Stat(filepath.Join(root, place)); err != nil && texts[place] == "" {
				t.Errorf("%s: there is no %s", page.file, place)
			} else if anchor != "" && !hasAnchor(texts[place], anchor) {
				t.Errorf("%s: %s has no heading #%s", page.file, place, anchor)
			}
		}
	}
}

// hasAnchor tells whether a page has a heading of that name, in GitHub's way of naming.
func hasAnchor(text, anchor string) bool {
	for _, match := range heading.FindAllStringSubmatch(text, -1) {
		if strings.ReplaceAll(spaces.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-") == anchor {
			return true
		}
	}

	return false
}

// TestFrontMatter checks what the registry needs to show a guide.
func TestFrontMatter(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		if !strings.HasPrefix(page.file, "templates/guides/") {
			continue
		}
		for _, want := range []string{"---\npage_title: \"", "\nsubcategory: \"Guides\"\n", "\ndescription: |-\n  "} {
			if !strings.Contains(page.text, want) {
				t.Errorf("%s: %q is missing", page.file, want)
			}
		}
	}
}

// TestPartsOfPages checks that every page about an object has all its parts, in one order.
func TestPartsOfPages(t *testing.T) {
	t.Parallel()
	for folder, parts := range map[string][]string{
		"resources":    {"Example Usage", "Schema", "Permissions", "Import", "On destroy", "Limits of Microsoft Graph"},
		"data-sources": {"Example Usage", "Schema", "Permissions", "Limits of Microsoft Graph"},
	} {
		files, err := filepath.Glob(filepath.Join(root, "docs", folder, "*.md"))
		if err != nil || len(files) < 5 {
			t.Fatalf("%d pages in %s: %v", len(files), folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rest := string(text)
			for _, part := range parts {
				var found bool
				if _, rest, found = strings.Cut(rest, "\n## "+part+"\n\n"); !found || strings.HasPrefix(rest, "## ") || strings.TrimSpace(rest) == "" {
					t.Errorf("%s/%s: there is no part %q after the one before it", folder, filepath.Base(file), part)

					break
				}
			}
		}
	}
}
