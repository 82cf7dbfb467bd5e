package report_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

// The fixed text of a report; what people chose is checked to be in code spans or labels.
var (
	codeSpan = regexp.MustCompile("`[^`|\n\r]+`")
	pieLine  = regexp.MustCompile(`^    "[^"` + "`" + `#;%<>&\\\n]+" : \d+$`)
	initLine = regexp.MustCompile(`^%%\{init: \{"themeVariables": \{["A-Za-z0-9#:, {]+\}+%%$`)
	// harmless is what a line holds besides code spans.
	harmless = regexp.MustCompile(`^[A-Za-z0-9 ,.%|<>:–-]*$`)
)

// checkMarkdown fails when a line holds anything but what the report itself writes.
func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	if !strings.HasPrefix(lines[0], "## ") || strings.ContainsAny(lines[0][3:], "`*_[]<>!@#&|\\~$:/.^{}\"") {
		t.Errorf("the heading is %q", lines[0])
	}
	cells, chart := 0, false
	for _, line := range lines[1:] {
		switch {
		case line == "```mermaid" && !chart:
			chart = true
		case line == "```" && chart:
			chart = false
		case chart && strings.HasPrefix(line, `    "`):
			if !pieLine.MatchString(line) {
				t.Errorf("a slice of the pie is %q", line)
			}
		case chart && initLine.MatchString(line):
		case chart:
			if !strings.HasPrefix(line, "pie ") && !strings.HasPrefix(line, "xychart-beta") && !strings.HasPrefix(line, "    ") {
				t.Errorf("a chart holds %q", line)
			}
		default:
			if rest := codeSpan.ReplaceAllString(line, ""); !harmless.MatchString(strings.ReplaceAll(rest, "Last sign-in", "")) {
				t.Errorf("a line holds %q", rest)
			}
			if strings.HasPrefix(line, "|") {
				if n := strings.Count(line, "|"); cells != 0 && n != cells {
					t.Errorf("a row has %d bars instead of %d: %q", n, cells, line)
				} else {
					cells = n
				}
			} else {
				cells = 0
			}
		}
	}
	if chart {
		t.Error("a chart does not end")
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}) {
		t.Error("a control character survived")
	}
}

func TestHostileMarkdown(t *testing.T) {
	t.Parallel()
	checkMarkdown(t, report.New("Guest report", contoso, allRules(), hostilePeople(), true).Render(report.Markdown))
	checkMarkdown(t, report.New("Guest report", contoso, allRules(), append(crowd(300), hostilePeople()...), true).Render(report.Markdown))
}

// No link, image, mention, reference or HTML survives, whatever people are called.
func FuzzMarkdown(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkMarkdown(t, someone(text).Render(report.Markdown))
	})
}

// Names stay readable.
func TestMarkdownKeepsNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Zoë Müller-Lüdenscheidt": "`Zoë Müller-Lüdenscheidt`", "محمد علي": "`محمد علي`", "O'Neill & Söhne": "`O'Neill & Söhne`",
		"a|b`c": "`a¦bˋc`", "a\u202eb": "`ab`", "x\ny": "`x y`", " ": "–",
	} {
		if got := someone(text).Render(report.Markdown); !strings.Contains(got, "| "+want+" |") {
			t.Errorf("%q is not shown as %s:\n%s", text, want, got)
		}
	}
}
