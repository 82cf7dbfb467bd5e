package main

import (
	"cmp"
	"os"
	"strings"
	"testing"
)

// TestDemonstrate takes the whole tour.
func TestDemonstrate(t *testing.T) {
	t.Parallel()

	var output strings.Builder
	if err := demonstrate(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), &output); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}

	rest := output.String()
	for _, want := range []string{
		"$ terraform init", "Installed entraguest/entraguest",
		"Plan: 3 to add, 0 to change, 0 to destroy.",
		"Resources: 3 added, 0 changed, 0 destroyed.", `"PendingAcceptance"`,
		"To:       ada.lovelace@partner.example", "Accept invitation: https://",
		`"PendingAcceptance" -> "Accepted"`,
		"No changes.",
		`"Analyst" -> "Lead Analyst"`, "Plan: 0 to add, 1 to change, 0 to destroy.",
		"Resources: 3 destroyed.",
		"3 × POST   /invitations",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is missing, or comes too early, in:\n%s", want, output.String())
		}
		rest = after
	}
	isWhatTheReadmeShows(t, output.String())
	before, _, _ := strings.Cut(output.String(), "$ terraform destroy")
	if strings.Contains(before, "Warning") {
		t.Errorf("a warning has no place in a tour:\n%s", before)
	}
}

// leftOut stands in the README for lines of the tour that are left out.
const leftOut = "…"

// isWhatTheReadmeShows compares the tour with the one in the README: what stands there between two gaps must have been
// printed, line after line and in that order. Terraform's padding makes no difference.
func isWhatTheReadmeShows(t *testing.T, output string) {
	t.Helper()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "```console\n$ make demo\n")
	shown, _, _ = strings.Cut(shown, "```\n")
	rest, count := lines(output), 0
	for part := range strings.SplitSeq("\n"+shown, "\n"+leftOut+"\n") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		count++
		_, after, found := strings.Cut(rest, lines(part))
		if !found {
			t.Fatalf("the README shows, but the tour does not, or not so late:\n%s", part)
		}
		rest = "\n" + after
	}
	if count < 10 {
		t.Errorf("the README shows only %d parts", count)
	}
}

// lines returns a text without empty lines and padding, each line between two line breaks.
func lines(text string) string {
	var kept strings.Builder
	kept.WriteString("\n")
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			kept.WriteString(strings.Join(words, " ") + "\n")
		}
	}

	return kept.String()
}
