package odata

import (
	"strconv"
	"strings"
	"time"
)

// LiteralKind is the type of a value written in a filter.
type LiteralKind int

// The kinds of literal that the directory's filters know.
const (
	KindNull LiteralKind = iota + 1
	KindBoolean
	KindString
	KindNumber
	KindDateTime
	KindGUID
)

// String gives the name that OData's type system has for the kind.
func (k LiteralKind) String() string {
	switch k {
	case KindNull:
		return "<null>"
	case KindBoolean:
		return "Edm.Boolean"
	case KindString:
		return "Edm.String"
	case KindNumber:
		return "Edm.Int32"
	case KindDateTime:
		return "Edm.DateTimeOffset"
	case KindGUID:
		return "Edm.Guid"
	default:
		return "Edm.Untyped"
	}
}

// literal is one value of a filter. Text is what was written; for a string it is the
// value itself, without quotes.
type literal struct {
	kind    LiteralKind
	text    string
	boolean bool
	number  float64
	instant time.Time
}

func (l literal) String() string {
	if l.kind == KindString {
		return "'" + strings.ReplaceAll(l.text, "'", "''") + "'"
	}

	return l.text
}

// classify reads a value written without quotes.
func classify(text string) (literal, bool) {
	switch text {
	case "null":
		return literal{kind: KindNull, text: text}, true
	case "true", "false":
		return literal{kind: KindBoolean, text: text, boolean: text == "true"}, true
	}

	if isGUID(text) {
		return literal{kind: KindGUID, text: text}, true
	}

	if instant, ok := parseInstant(text); ok {
		return literal{kind: KindDateTime, text: text, instant: instant}, true
	}

	if strings.Trim(text, "0123456789+-.eE") == "" {
		if number, err := strconv.ParseFloat(text, 64); err == nil {
			return literal{kind: KindNumber, text: text, number: number}, true
		}
	}

	return literal{}, false
}

// parseInstant reads a DateTimeOffset, whose seconds are optional and whose zone is
// not, or a date, which Graph promotes to midnight UTC.
func parseInstant(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if instant, err := time.Parse(layout, text); err == nil {
			return instant, true
		}
	}

	return time.Time{}, false
}

func isGUID(text string) bool {
	if len(text) != 36 {
		return false
	}

	for i := range len(text) {
		switch i {
		case 8, 13, 18, 23:
			if text[i] != '-' {
				return false
			}
		default:
			if !isHexDigit(text[i]) {
				return false
			}
		}
	}

	return true
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
