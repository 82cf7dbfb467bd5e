package odata

import (
	"fmt"
	"strings"
)

// Query options, named in syntax errors.
const (
	optionFilter  = "$filter"
	optionSelect  = "$select"
	optionOrderBy = "$orderby"
	optionSearch  = "$search"
)

// MaxLength is the longest query option that is read, in bytes. Graph refuses long
// URLs well before that; the bound only keeps the work of one request small.
const MaxLength = 16 * 1024

// scanner reads tokens from one query option.
type scanner struct {
	option string
	input  string
	pos    int
}

func newScanner(option, input string) (*scanner, error) {
	s := &scanner{option: option, input: input}
	if len(input) > MaxLength {
		s.input = input[:MaxLength]

		return nil, s.fail(MaxLength, "the expression is longer than %d bytes", MaxLength)
	}

	return s, nil
}

func (s *scanner) fail(position int, format string, arguments ...any) error {
	return &SyntaxError{
		Position: position,
		Message:  fmt.Sprintf(format, arguments...),
		option:   s.option,
		input:    s.input,
	}
}

func (s *scanner) atEnd() bool { return s.pos >= len(s.input) }

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.atEnd() {
		return 0
	}

	return s.input[s.pos]
}

// accept reads one byte if it comes next.
func (s *scanner) accept(c byte) bool {
	if s.atEnd() || s.input[s.pos] != c {
		return false
	}

	s.pos++

	return true
}

// skipSpace reports whether there was any.
func (s *scanner) skipSpace() bool {
	start := s.pos
	for !s.atEnd() && isSpace(s.input[s.pos]) {
		s.pos++
	}

	return s.pos > start
}

// word reads an identifier, dots included: a type cast is one segment of a path.
// It is empty if none comes next.
func (s *scanner) word() string {
	start := s.pos
	for !s.atEnd() && isWordByte(s.input[s.pos], s.pos == start) {
		s.pos++
	}

	return s.input[start:s.pos]
}

// keyword reads an operator between two operands, in any case. Its neighbours are
// spaces or parentheses; nothing is read if it does not come next.
func (s *scanner) keyword(keyword string) bool {
	start := s.pos
	spaced := s.skipSpace() || start > 0 && s.input[start-1] == ')'

	if word := s.word(); spaced && strings.EqualFold(word, keyword) && (isSpace(s.peek()) || s.peek() == '(') {
		s.skipSpace()

		return true
	}

	s.pos = start

	return false
}

// literal reads one value, quoted or not.
func (s *scanner) literal() (literal, error) {
	start := s.pos
	if s.peek() == '\'' {
		return s.quoted()
	}

	for !s.atEnd() && !isSpace(s.peek()) && !strings.ContainsRune("(),", rune(s.peek())) {
		s.pos++
	}

	text := s.input[start:s.pos]
	if text == "" {
		return literal{}, s.fail(start, "a value is expected")
	}

	value, ok := classify(text)
	if !ok {
		return literal{}, s.fail(start, "%q is no value; strings stand in single quotes", text)
	}

	return value, nil
}

// quoted reads a string; a quote inside it is doubled.
func (s *scanner) quoted() (literal, error) {
	start := s.pos
	s.pos++

	var text strings.Builder

	for !s.atEnd() {
		c := s.input[s.pos]
		s.pos++

		if c == '\'' && !s.accept('\'') {
			return literal{kind: KindString, text: text.String()}, nil
		}

		text.WriteByte(c)
	}

	return literal{}, s.fail(start, "the string has no closing quote")
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

func isWordByte(c byte, first bool) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		return true
	case c >= '0' && c <= '9', c == '.':
		return !first
	default:
		return false
	}
}
