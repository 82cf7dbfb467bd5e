// Package secret holds text that must not be seen: passwords, passes, redeem links and
// the mails that carry them. Whatever prints, encodes or logs a Text gets a mark in its
// place; only Reveal gives the text, to the one request that needs it.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// Redacted is what is seen of a Text.
const Redacted = "(secret)"

// Text is a secret. The zero value is the empty text.
type Text struct {
	// reveal, not the text itself: what prints unexported fields by reflection, as fmt
	// does inside other structs, finds an address.
	reveal func() string
}

// New hides a text.
func New(text string) Text { return Text{reveal: func() string { return text }} }

// Reveal returns the text.
func (t Text) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// Empty reports whether there is nothing to hide.
func (t Text) Empty() bool { return t.Reveal() == "" }

// String returns the mark.
func (t Text) String() string { return Redacted }

// GoString returns the mark.
func (t Text) GoString() string { return Redacted }

// Format writes the mark, whatever the verb.
func (t Text) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, Redacted) }

// MarshalText encodes the mark, also as JSON.
func (t Text) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// LogValue logs the mark.
func (t Text) LogValue() slog.Value { return slog.StringValue(Redacted) }
