package documentation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// permissionTable is the head of a table of permissions. The one of the provider's page is the truth; others repeat
// lines of it.
const permissionTable = "| to | least permission | will do as well |"

// permission matches the names of application permissions of Microsoft Graph.
var permission = regexp.MustCompile(`\b[A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]+)?\.(?:(?:Read|ReadWrite|ReadBasic|ReadUpdate|Invite|EnableDisableAccount|DeleteRestore|RevokeSessions)\.(?:All|Directory|Hidden)|Send|Create)\b`)

// permissionLines returns the lines of the tables of permissions in a text.
func permissionLines(text string) []string {
	var lines []string
	inside := false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == permissionTable:
			inside = true
		case !strings.HasPrefix(line, "|"):
			inside = false
		case inside && !strings.HasPrefix(line, "|---"):
			lines = append(lines, line)
		}
	}

	return lines
}

func allPermissions(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "templates", "index.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := permissionLines(string(text))
	if len(lines) < 15 {
		t.Fatalf("only %d lines", len(lines))
	}

	return lines
}

// TestPermissionsOfPages compares what pages and examples say of permissions with the provider's page.
func TestPermissionsOfPages(t *testing.T) {
	t.Parallel()
	truth := allPermissions(t)
	known := permission.FindAllString(strings.Join(truth, "\n"), -1)
	for _, page := range append(pages(t), examples(t)...) {
		for _, line := range permissionLines(page.text) {
			if !slices.Contains(truth, line) {
				t.Errorf("%s: the table of the provider's page has no line\n%s", page.file, line)
			}
		}
		for _, name := range permission.FindAllString(page.text, -1) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: %s is not in the table of the provider's page", page.file, name)
			}
		}
	}
}

// TestPermissionsOfCode looks up in the provider's page every permission that an error names as the least.
func TestPermissionsOfCode(t *testing.T) {
	t.Parallel()
	known := permission.FindAllString(strings.Join(allPermissions(t), "\n"), -1)
	files, err := filepath.Glob(filepath.Join(root, "internal", "graph", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if !needs(node) {
				return true
			}
			ast.Inspect(node, func(part ast.Node) bool {
				if text, found := part.(*ast.BasicLit); found {
					for _, name := range permission.FindAllString(text.Value, -1) {
						count++
						if !slices.Contains(known, name) {
							t.Errorf("%s: %s is not in the table of the provider's page", filepath.Base(file), name)
						}
					}
				}

				return true
			})

			return false
		})
	}
	if count < 20 {
		t.Errorf("only %d permissions", count)
	}
}

// needs reports whether a piece of code says what an operation needs.
func needs(node ast.Node) bool {
	const prefix = "needs"
	switch node := node.(type) {
	case *ast.ValueSpec:
		return slices.ContainsFunc(node.Names, func(name *ast.Ident) bool { return strings.HasPrefix(name.Name, prefix) })
	case *ast.FuncDecl:
		return strings.HasPrefix(node.Name.Name, prefix)
	case *ast.KeyValueExpr:
		return nameOf(node.Key) == prefix
	case *ast.AssignStmt:
		return slices.ContainsFunc(node.Lhs, func(target ast.Expr) bool { return nameOf(target) == prefix })
	default:
		return false
	}
}
