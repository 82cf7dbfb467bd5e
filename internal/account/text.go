package account

import (
	"maps"
	"slices"
	"strings"
)

// sorted returns the keys of a map in order: diagnostics come out the same every time.
func sorted[V any](values map[string]V) []string { return slices.Sorted(maps.Keys(values)) }

func contains(texts []string, text string) bool { return slices.Contains(texts, text) }

// sentence begins a phrase with a capital.
func sentence(phrase string) string { return strings.ToUpper(phrase[:1]) + phrase[1:] }
