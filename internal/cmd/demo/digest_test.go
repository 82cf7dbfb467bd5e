package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlanOnly(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ output, want string }{
		"create": {
			output: `
data.entraguest_tenant.this: Reading...
data.entraguest_tenant.this: Read complete after 0s

Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  + create

Terraform will perform the following actions:

  # entraguest_invitation.guest["ada"] will be created
  + resource "entraguest_invitation" "guest" {
      + complete      = (known after apply)
      + email         = "ada.lovelace@partner.example"
      + object_id     = (known after apply)
      + redeem_url    = (sensitive value)
    }

Plan: 1 to add, 0 to change, 0 to destroy.

─────────────────────────────────────────────────────────────────────────────

Saved the plan to: plan.tfplan
`,
			want: `Terraform will perform the following actions:

  # entraguest_invitation.guest["ada"] will be created
  + resource "entraguest_invitation" "guest" {
      + email         = "ada.lovelace@partner.example"
        # (3 attributes known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.`,
		},
		"OpenTofu": {
			output: "x: Reading...\n\nOpenTofu will perform the following actions:\n\nPlan: 1 to add, 0 to change, 0 to destroy.\n",
			want:   "OpenTofu will perform the following actions:\n\nPlan: 1 to add, 0 to change, 0 to destroy.",
		},
		"nothing to do": {
			output: "x.guest: Refreshing state...\n\nNo changes. Your infrastructure matches the configuration.\n",
			want:   "No changes. Your infrastructure matches the configuration.",
		},
		"in colour": {
			output: "x.guest: Refreshing state...\n\n\x1b[1m\x1b[32mNo changes.\x1b[0m Your infrastructure matches.\n",
			want:   "\x1b[1m\x1b[32mNo changes.\x1b[0m Your infrastructure matches.",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := strings.Join(planOnly(linesOf(test.output)), "\n")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFrom(t *testing.T) {
	t.Parallel()

	lines := []string{"a", "Plan: 1", "b"}
	if diff := cmp.Diff([]string{"Plan: 1", "b"}, from(lines, "Plan:")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(lines, from(lines, "Apply")); diff != "" {
		t.Error(diff)
	}
}

func TestRefreshOnly(t *testing.T) {
	t.Parallel()

	got := strings.Join(refreshOnly(linesOf(`
x.guest["ada"]: Refreshing state... [id=1]

Note: Objects have changed outside of Terraform

  # x.guest["ada"] has changed
  ~ resource "x" "guest" {
      ~ redemption_state = "PendingAcceptance" -> "Accepted"
    }

  # x.guest["alan"] has changed
  ~ resource "x" "guest" {
      + created_at = "2026-01-01T00:00:00Z"
    }


This is a refresh-only plan, so Terraform will not take any actions to undo
these.

Apply complete! Resources: 0 added, 0 changed, 0 destroyed.
`), `x.guest["ada"]`), "\n")
	want := `Note: Objects have changed outside of Terraform

  # x.guest["ada"] has changed
  ~ resource "x" "guest" {
      ~ redemption_state = "PendingAcceptance" -> "Accepted"
    }

  # (and 1 more: details that Graph tells only after the invitation)

Apply complete! Resources: 0 added, 0 changed, 0 destroyed.`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
