package mail

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// Template is a text with placeholders such as {{display_name}}. There is nothing else in
// the language: no conditions, no loops, nothing that could be executed. Blanks may stand
// around the name. A literal pair of opening braces is written {{"{{"}}; closing braces
// and single ones stand for themselves, so that CSS needs no care.
type Template struct{ pieces []piece }

// piece is a stretch of literal text, or a placeholder.
type piece struct {
	literal string
	// name is "" for literal text.
	name string
	at   Position
}

// Position is a place in a template: line and column from 1, in characters.
type Position struct{ Line, Column int }

func (p Position) String() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

// SyntaxError is a template that cannot be read.
type SyntaxError struct {
	At Position
	// Problem completes "the placeholder …".
	Problem string
}

// Error tells where and what.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s: the placeholder %s", e.At, e.Problem) }

const (
	opening = "{{"
	closing = "}}"
	// escaped is how a literal pair of opening braces is written.
	escaped = `{{"{{"}}`
)

// Parse reads a template. The error is a *SyntaxError.
func Parse(text string) (Template, error) {
	var t Template
	at := Position{Line: 1, Column: 1}
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, opening)
		t.literal(before)
		at = at.after(before)
		if !found {
			break
		}
		if strings.HasPrefix(rest[len(before):], escaped) {
			t.literal(opening)
			at = at.after(escaped)
			rest = rest[len(before)+len(escaped):]
			continue
		}
		inside, beyond, closed := strings.Cut(after, closing)
		if !closed || strings.ContainsAny(inside, "\r\n") || strings.Contains(inside, opening) {
			return Template{}, &SyntaxError{At: at, Problem: `is not closed with }} on its line; a literal pair of opening braces is written ` + escaped}
		}
		name := strings.Trim(inside, " \t")
		if !validName(name) {
			return Template{}, &SyntaxError{At: at, Problem: badName(name)}
		}
		t.pieces = append(t.pieces, piece{name: name, at: at})
		at = at.after(opening + inside + closing)
		rest = beyond
	}
	return t, nil
}

func badName(name string) string {
	if name == "" {
		return "is empty"
	}
	const shown = 40
	if utf8.RuneCountInString(name) > shown {
		name = string([]rune(name)[:shown]) + "…"
	}
	return diagnostic.Quote(name) + " is no name: names have lower-case letters, digits and underscores, and begin with a letter"
}

// literal adds text, to the literal text before if there is some.
func (t *Template) literal(text string) {
	if last := len(t.pieces) - 1; last >= 0 && t.pieces[last].name == "" {
		t.pieces[last].literal += text
		return
	}
	if text != "" {
		t.pieces = append(t.pieces, piece{literal: text})
	}
}

// after moves a position over a text.
func (p Position) after(text string) Position {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		p.Line += strings.Count(text, "\n")
		p.Column, text = 1, text[i+1:]
	}
	p.Column += utf8.RuneCountInString(text)
	return p
}

// Placeholders lists the names in a template, each once, in the order of appearance.
func (t Template) Placeholders() []string {
	var names []string
	seen := map[string]bool{}
	for _, p := range t.pieces {
		if p.name != "" && !seen[p.name] {
			seen[p.name] = true
			names = append(names, p.name)
		}
	}
	return names
}

// Uses reports whether a placeholder stands in the template.
func (t Template) Uses(name string) bool {
	for _, p := range t.pieces {
		if p.name == name {
			return true
		}
	}
	return false
}
