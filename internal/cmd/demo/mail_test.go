package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShorten(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{"äöü": "äöü", "äöüß": "äöüß", "äöüßx": "äöü…"} {
		if got := shorten(text, 4); got != want {
			t.Errorf("shorten(%q, 4) = %q, want %q", text, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()

	for text, want := range map[string][]string{
		"":                 {""},
		"one two three":    {"one two", "three"},
		"one twoandthree":  {"one", "twoandthree"},
		"äöü ßäö über all": {"äöü ßäö", "über", "all"},
	} {
		if diff := cmp.Diff(want, wrap(text, 7)); diff != "" {
			t.Errorf("wrap(%q): %s", text, diff)
		}
	}
}
