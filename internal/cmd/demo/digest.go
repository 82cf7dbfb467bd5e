package main

import (
	"fmt"
	"regexp"
	"strings"
)

// What Terraform says on top of what a reader of the tour wants to know.
var (
	unknownValue   = regexp.MustCompile(`^ +\+ +[a-z_]+ += \((known after apply|sensitive value)\)$`)
	objectEnd      = regexp.MustCompile(`^ {4}\}$`)
	progress       = regexp.MustCompile(`: (Refreshing state\.\.\.|Reading\.\.\.|Read complete|Still [a-z]+\.\.\.)`)
	colourCode     = regexp.MustCompile("\x1b\\[[0-9;]*m")
	planBeginning  = regexp.MustCompile(`^((Terraform|OpenTofu) will perform|Note: Objects have changed|No changes\.|Changes to Outputs:)`)
	changedOutside = regexp.MustCompile(`^  # (\S+) has changed$`)
	planEnd        = regexp.MustCompile(`^─+$`)
)

// linesOf splits the output of a program.
func linesOf(output string) []string {
	return strings.Split(strings.Trim(output, "\n"), "\n")
}

// plain returns a line without colours.
func plain(line string) string { return colourCode.ReplaceAllString(line, "") }

// withoutProgress leaves out the lines that only say that Terraform is at work.
func withoutProgress(lines []string) []string {
	var kept []string
	for _, line := range lines {
		if !progress.MatchString(plain(line)) {
			kept = append(kept, line)
		}
	}

	return kept
}

// planOnly returns the plan itself: without the legend before it and the advice after it.
func planOnly(lines []string) []string {
	var kept []string
	begun := false
	for _, line := range withoutProgress(lines) {
		text := plain(line)
		begun = begun || planBeginning.MatchString(text)
		if begun && planEnd.MatchString(text) {
			break
		}
		if begun {
			kept = append(kept, line)
		}
	}

	return trimBlank(foldUnknown(kept))
}

// foldUnknown counts the attributes of a new object that only the directory can tell, instead of listing them.
func foldUnknown(lines []string) []string {
	var kept []string
	unknown := 0
	for _, line := range lines {
		text := plain(line)
		if unknownValue.MatchString(text) {
			unknown++

			continue
		}
		if objectEnd.MatchString(text) && unknown > 0 {
			kept = append(kept, fmt.Sprintf("        # (%d attributes known after apply)", unknown))
			unknown = 0
		}
		kept = append(kept, line)
	}

	return kept
}

// refreshOnly returns what a refresh has found out about one object and what it has done: without the explanation in
// between, and with the other objects counted. A first refresh after creation fills in what Graph tells only then.
func refreshOnly(lines []string, object string) []string {
	var kept []string
	explaining, skipping := false, false
	others := 0
	for _, line := range withoutProgress(lines) {
		text := plain(line)
		if match := changedOutside.FindStringSubmatch(text); match != nil {
			if skipping = match[1] != object; skipping {
				others++
			}
		}
		switch {
		case strings.HasPrefix(text, "This is a refresh-only plan"):
			explaining = true
		case strings.HasPrefix(text, "Apply complete!"):
			explaining, skipping = false, false
			if others > 0 {
				kept = append(kept, fmt.Sprintf("  # (and %d more: details that Graph tells only after the invitation)", others), "")
			}
		}
		if !explaining && !skipping {
			kept = append(kept, line)
		}
	}

	return trimBlank(kept)
}

// from returns the lines beginning with the first that starts with prefix, or all if there is none.
func from(lines []string, prefix string) []string {
	for i, line := range lines {
		if strings.HasPrefix(plain(line), prefix) {
			return lines[i:]
		}
	}

	return lines
}

// trimBlank removes blank lines at both ends and folds several in the middle into one.
func trimBlank(lines []string) []string {
	var kept []string
	for _, line := range lines {
		blank := strings.TrimSpace(plain(line)) == ""
		if blank && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		if blank {
			line = ""
		}
		kept = append(kept, line)
	}
	if len(kept) > 0 && kept[len(kept)-1] == "" {
		kept = kept[:len(kept)-1]
	}

	return kept
}
