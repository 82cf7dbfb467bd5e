package odata

import (
	"strings"
	"unicode"
)

// Search is a parsed $search expression. It is immutable.
type Search struct {
	// alternatives are OR-ed groups of AND-ed terms.
	alternatives [][]SearchTerm
}

// SearchTerm looks for a text in one property.
type SearchTerm struct {
	Property string
	Text     string
}

// ParseSearch reads a $search expression as the directory understands it: terms of the
// form "property:text", each in double quotes, joined by AND and OR in capitals; AND
// binds tighter. The error is a *SyntaxError.
func ParseSearch(search string) (*Search, error) {
	s, err := newScanner(optionSearch, search)
	if err != nil {
		return nil, err
	}

	result := &Search{alternatives: make([][]SearchTerm, 1)}

	for {
		s.skipSpace()

		term, err := s.searchTerm()
		if err != nil {
			return nil, err
		}

		last := len(result.alternatives) - 1
		result.alternatives[last] = append(result.alternatives[last], term)

		spaced := s.skipSpace()
		if s.atEnd() {
			return result, nil
		}

		start := s.pos

		switch operator := s.word(); {
		case spaced && operator == "AND":
		case spaced && operator == "OR":
			result.alternatives = append(result.alternatives, nil)
		default:
			return nil, s.fail(start, "AND, OR, or the end of the expression is expected")
		}
	}
}

// Terms lists the terms from left to right.
func (s *Search) Terms() []SearchTerm {
	var terms []SearchTerm
	for _, alternative := range s.alternatives {
		terms = append(terms, alternative...)
	}

	return terms
}

// Match reports whether an entity, given as decoded JSON, satisfies the search.
// displayName and description match at the beginning of each of their words, every
// other property at its own beginning; case is no difference. The error is a
// *TypeError.
func (s *Search) Match(object map[string]any) (bool, error) {
	result := false

	for _, alternative := range s.alternatives {
		all := true

		for _, term := range alternative {
			matched, err := term.match(object)
			if err != nil {
				return false, err
			}

			all = all && matched
		}

		result = result || all
	}

	return result, nil
}

func (t SearchTerm) match(object map[string]any) (bool, error) {
	value := object[t.Property]
	if value == nil {
		return false, nil
	}

	text, ok := value.(string)
	if !ok {
		return false, &TypeError{Property: t.Property, Message: "$search looks into strings."}
	}

	text, wanted := fold(text), fold(t.Text)
	if !isTokenized(t.Property) {
		return strings.HasPrefix(text, wanted), nil
	}

	tokens := tokenize(text)
	for _, part := range tokenize(wanted) {
		if !hasPrefixIn(tokens, part) {
			return false, nil
		}
	}

	return true, nil
}

func isTokenized(property string) bool {
	return property == "displayName" || property == "description"
}

func tokenize(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func hasPrefixIn(tokens []string, prefix string) bool {
	for _, token := range tokens {
		if strings.HasPrefix(token, prefix) {
			return true
		}
	}

	return false
}

// searchTerm reads one term in double quotes; a backslash escapes the next character.
func (s *scanner) searchTerm() (SearchTerm, error) {
	start := s.pos
	if !s.accept('"') {
		return SearchTerm{}, s.fail(start, "a term in double quotes is expected")
	}

	property := s.word()
	if property == "" || !s.accept(':') {
		return SearchTerm{}, s.fail(s.pos, "a term has the form \"property:text\"")
	}

	var text strings.Builder

	for !s.atEnd() {
		c := s.input[s.pos]
		s.pos++

		switch {
		case c == '"' && strings.TrimSpace(text.String()) == "":
			return SearchTerm{}, s.fail(s.pos, "a text is expected after %s:", property)
		case c == '"':
			return SearchTerm{Property: property, Text: text.String()}, nil
		case c == '\\' && !s.atEnd():
			text.WriteByte(s.input[s.pos])
			s.pos++
		default:
			text.WriteByte(c)
		}
	}

	return SearchTerm{}, s.fail(start, "the term has no closing quote")
}
