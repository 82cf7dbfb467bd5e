package documentation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// gap stands for what is not constant in a message, in the code and in the guide.
const gap = "…"

// constructors make errors; the number is which argument is the summary.
var constructors = map[string]int{
	"AddError": 0, "AddAttributeError": 1, "NewErrorDiagnostic": 0, "NewAttributeErrorDiagnostic": 1,
	"Error": 0, "ErrorAt": 0, "failure": 0, "fault": 0,
}

// carriers are types that carry a summary to a constructor, as their second field.
var carriers = []string{"ArgumentError", "Refusal", "fault", "finding", "remedy"}

// messages is what the code of the provider says.
type messages struct {
	// errors are the summaries of errors, by where they are.
	errors map[string]string
	// texts are all texts, which include the summaries of warnings.
	texts map[string]bool
}

// messagesOf reads the code.
func messagesOf(t *testing.T) messages {
	t.Helper()
	found := messages{map[string]string{}, map[string]bool{}}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(file string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "cmd" || name == "acceptance" || name == "graphemulator"):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			found.note(node, file)

			return true
		})

		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	return found
}

// note takes the messages of one node.
func (m messages) note(node ast.Node, file string) {
	switch node := node.(type) {
	case *ast.BasicLit, *ast.BinaryExpr:
		m.texts[constant(node.(ast.Expr))] = true
	case *ast.CallExpr:
		name := nameOf(node.Fun)
		if at, known := constructors[name]; known && at < len(node.Args) {
			m.add(node.Args[at], file)
		}
	case *ast.CompositeLit:
		m.noteCarrier(node, file)
	case *ast.ValueSpec:
		for i, name := range node.Names {
			if strings.HasPrefix(name.Name, "summary") && i < len(node.Values) {
				m.add(node.Values[i], file)
			}
		}
	case *ast.FuncDecl:
		m.noteResults(node, file)
	}
}

func (m messages) noteCarrier(literal *ast.CompositeLit, file string) {
	if !slices.Contains(carriers, nameOf(literal.Type)) {
		return
	}
	for i, element := range literal.Elts {
		if pair, keyed := element.(*ast.KeyValueExpr); keyed {
			if strings.EqualFold(nameOf(pair.Key), "summary") {
				m.add(pair.Value, file)
			}
		} else if i == 1 {
			m.add(element, file)
		}
	}
}

// noteResults takes what a function returns as a summary: its first result.
func (m messages) noteResults(function *ast.FuncDecl, file string) {
	results := function.Type.Results
	if results == nil || function.Name.Name != "Summary" && (len(results.List[0].Names) == 0 || results.List[0].Names[0].Name != "summary") {
		return
	}
	ast.Inspect(function, func(node ast.Node) bool {
		if end, found := node.(*ast.ReturnStmt); found && len(end.Results) > 0 {
			m.add(end.Results[0], file)
		}

		return true
	})
}

func (m messages) add(summary ast.Expr, file string) {
	if text := constant(summary); strings.Trim(text, gap+" ") != "" {
		m.errors[text] = filepath.ToSlash(strings.TrimPrefix(file, root))
	}
}

// constant is a text with a gap for what is not constant in it.
func constant(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(expression.Value); err == nil && expression.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		return constant(expression.X) + constant(expression.Y)
	}

	return gap
}

func nameOf(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.Ident:
		return expression.Name
	case *ast.SelectorExpr:
		return expression.Sel.Name
	default:
		return ""
	}
}

// explained are the messages that the guide to troubleshooting explains, as patterns.
func explained(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]*regexp.Regexp{}
	inside := false
	for line := range strings.Lines(string(guide)) {
		message, isRow := strings.CutPrefix(line, "| ")
		message, _, _ = strings.Cut(message, " | ")
		switch {
		case message == "message":
			inside = true

			continue
		case strings.TrimSpace(line) == "":
			inside = false
		}
		if !inside || !isRow {
			continue
		}
		if patterns[message] != nil {
			t.Errorf("%q is explained twice", message)
		}
		patterns[message] = regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(message), gap, ".*") + "$")
	}
	if len(patterns) < 20 {
		t.Fatalf("only %d messages", len(patterns))
	}

	return patterns
}

// TestMessagesAreExplained looks up in the guide to troubleshooting every error that the provider can answer with, and
// in the code every message that the guide explains. A new error needs a line there, or a name that a line with a gap
// covers, such as "… failed".
func TestMessagesAreExplained(t *testing.T) {
	t.Parallel()
	code, guide := messagesOf(t), explained(t)
	if len(code.errors) < 100 {
		t.Errorf("only %d errors", len(code.errors))
	}
	for _, summary := range slices.Sorted(maps.Keys(code.errors)) {
		covered := false
		for _, pattern := range guide {
			covered = covered || pattern.MatchString(summary)
		}
		if !covered {
			t.Errorf("%s: the guide to troubleshooting does not explain %q", code.errors[summary], summary)
		}
	}
	for message, pattern := range guide {
		said := false
		for text := range code.texts {
			said = said || pattern.MatchString(text)
		}
		if !said {
			t.Errorf("nothing says %q", message)
		}
	}
}
