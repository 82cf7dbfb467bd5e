package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// screenWidth is the width of a heading, in characters.
const screenWidth = 80

// screen writes the tour: headings, sentences, commands and what they answer.
type screen struct {
	output io.Writer
	colour bool
	steps  int
}

// newScreen writes in colour if output is a terminal and https://no-color.org does not apply.
func newScreen(output io.Writer) *screen {
	colour := false
	if file, ok := output.(*os.File); ok && os.Getenv("NO_COLOR") == "" {
		info, err := file.Stat()
		colour = err == nil && info.Mode()&os.ModeCharDevice != 0
	}

	return &screen{output: output, colour: colour}
}

// heading begins the next step.
func (s *screen) heading(text string) {
	s.steps++
	title := fmt.Sprintf("── %d. %s ", s.steps, text)
	rule := strings.Repeat("─", max(0, screenWidth-len([]rune(title))))
	fmt.Fprintf(s.output, "\n%s\n\n", s.paint("1", title+rule))
}

// say writes one sentence or more.
func (s *screen) say(format string, values ...any) {
	fmt.Fprintf(s.output, format+"\n", values...)
}

// command shows what is being run.
func (s *screen) command(text string) {
	fmt.Fprintf(s.output, "\n%s\n", s.paint("36", "$ "+text))
}

// show writes lines of a program or a file, indented.
func (s *screen) show(lines []string) {
	for _, line := range lines {
		if line == "" {
			fmt.Fprintln(s.output)

			continue
		}
		fmt.Fprintf(s.output, "  %s\n", line)
	}
}

func (s *screen) paint(code, text string) string {
	if !s.colour {
		return text
	}

	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
