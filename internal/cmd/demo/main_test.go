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
	before, _, _ := strings.Cut(output.String(), "$ terraform destroy")
	if strings.Contains(before, "Warning") {
		t.Errorf("a warning has no place in a tour:\n%s", before)
	}
}
