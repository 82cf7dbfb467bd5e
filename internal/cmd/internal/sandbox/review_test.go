package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// reviewed are the guests of the plan under review, as lines of a map. Their keys say nothing, like the hashes of
// examples/access-requests: who is meant has to stand in the plan itself.
const (
	unreviewed = `
    k03 = { email = "carol@partner.example", title = "Analyst" }
    k04 = { email = "dan@old.example" }
    k05 = { email = "eve@partner.example", until = %q }
    k06 = { email = "frank@partner.example", team = true }
    k07 = { email = "grace@partner.example" }
    k08 = { email = "heidi@partner.example", way = "disable" }
`
	reviewed = `
    k01 = { email = "ada@partner.example", title = "Engineer" }
    k02 = { email = "bob@partner.example", title = "Buyer" }
    k03 = { email = "carol@partner.example", title = "Lead Analyst" }
    k04 = { email = "dan@new.example" }
    k05 = { email = "eve@partner.example", until = %q }
    k06 = { email = "frank@partner.example" }
    k09 = { email = "ivan@partner.example", restore = true }
`
	guestsUnderReview = requiredProviders + `
provider "entraguest" {}

locals {
  defaults = { title = null, until = null, way = "auto", team = false, restore = false }
  guests   = { for key, guest in {%s  } : key => merge(local.defaults, guest) }
}

resource "entraguest_invitation" "guest" {
  for_each        = local.guests
  email           = each.value.email
  job_title       = each.value.title
  expires_at      = each.value.until
  on_destroy      = each.value.way
  restore_deleted = each.value.restore
}

resource "entraguest_group_membership" "team" {
  for_each  = { for key, guest in local.guests : key => guest if guest.team }
  group_id  = %q
  member_id = entraguest_invitation.guest[each.key].object_id
}
`
	specialistUnderReview = `
resource "entraguest_specialist_user" "k10" {
  given_name = "Jan"
  surname    = "Novak"
  domain     = %q
}
`
)

// review plans ten changes and reads the plan as somebody does who reviews it and knows neither the provider nor the
// people by their object ids.
func review(t *testing.T, box *Sandbox) {
	t.Helper()
	emulator, err := graphemulator.Start(graphemulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, emulator) })
	tenant := emulator.Ready().Tenants[0]
	group := seedReview(t, emulator)
	until := emulator.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	before := fmt.Sprintf(guestsUnderReview, fmt.Sprintf(unreviewed, until), group)
	after := fmt.Sprintf(guestsUnderReview, fmt.Sprintf(reviewed, until), group) + fmt.Sprintf(specialistUnderReview, tenant.InitialDomain)

	workspace, err := box.Workspace("review", fstest.MapFS{"main.tf": {Data: []byte(before), Mode: 0o600}}, SignIn(emulator.Ready()))
	if err != nil {
		t.Fatal(err)
	}
	terraformSucceeds(t, workspace, "init", "-input=false", "-no-color")
	terraformSucceeds(t, workspace, "apply", "-input=false", "-no-color", "-auto-approve")
	emulator.AdvanceClock(48 * time.Hour)
	if err := os.WriteFile(filepath.Join(workspace.Folder, "main.tf"), []byte(after), 0o600); err != nil {
		t.Fatal(err)
	}
	output := terraformSucceeds(t, workspace, "plan", "-input=false", "-no-color")

	changes, warnings := readPlan(output)
	for name, want := range map[string]struct {
		// change is its first line, shows what stands in it, says what a warning adds.
		change      string
		shows, says []string
	}{
		"invite":  {`entraguest_invitation.guest["k01"] will be created`, list(`email = "ada@partner.example"`, `job_title = "Engineer"`, `send_invitation_message = true`, `origin = (known after apply)`), nil},
		"adopt":   {`entraguest_invitation.guest["k02"] will be created`, list(`email = "bob@partner.example"`, `origin = "adopted"`), list(`"bob@partner.example"`, "taken over", "mailed")},
		"retitle": {`entraguest_invitation.guest["k03"] will be updated in-place`, list(`~ job_title = "Analyst" -> "Lead Analyst" name = "carol@partner.example" #`), nil},
		"move":    {`entraguest_invitation.guest["k04"] will be updated in-place`, list(`~ email = "dan@old.example" -> "dan@new.example"`), list(`"dan@old.example"`, `"dan@new.example"`)},
		"expire":  {`entraguest_invitation.guest["k05"] will be updated in-place`, list(`~ account_enabled = true -> false`, `~ expired = false -> true name = "eve@partner.example" #`), list("The time of a person is over", `"eve@partner.example"`, until)},
		"remove member": {
			`entraguest_group_membership.team["k06"] will be destroyed`, list(group),
			list("A member leaves a group", `frank_partner.example#EXT#@`, `is taken out of group "Project site"`),
		},
		"destroy": {`entraguest_invitation.guest["k07"] will be destroyed`, list(`"grace@partner.example" -> null`), list(`What happens to "grace@partner.example"`, "deleted")},
		"disable": {`entraguest_invitation.guest["k08"] will be destroyed`, list(`"heidi@partner.example" -> null`), list(`What happens to "heidi@partner.example"`, "disabled")},
		"restore": {`entraguest_invitation.guest["k09"] will be created`, list(`email = "ivan@partner.example"`, `origin = "restored"`), nil},
		"specialist": {
			"entraguest_specialist_user.k10 will be created",
			list(`display_name = "Jan Novak"`, `user_principal_name = "jan.novak@`+tenant.InitialDomain+`"`), nil,
		},
	} {
		block := changes[want.change]
		if block == "" {
			t.Errorf("%s: no change %q", name, want.change)
		}
		for _, text := range want.shows {
			if !strings.Contains(block, text) {
				t.Errorf("%s: %s is not in the change:\n%s", name, text, block)
			}
		}
		for _, text := range want.says {
			if !strings.Contains(warnings, text) {
				t.Errorf("%s: no warning says %s", name, text)
			}
		}
	}
	if t.Failed() {
		t.Log(output)
	}
}

// seedReview puts a group into the tenant, somebody who is a guest already, and a deleted guest.
func seedReview(t *testing.T, emulator *graphemulator.Emulator) (group string) {
	t.Helper()
	tenant := emulator.Ready().Tenants[0]
	group, err := emulator.PutGroup(tenant.TenantID, map[string]any{"displayName": "Project site", "mailEnabled": false, "securityEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bob", "ivan"} {
		id, err := emulator.PutUser(tenant.TenantID, map[string]any{
			"userPrincipalName": name + "_partner.example#EXT#@" + tenant.InitialDomain, "displayName": name, "mail": name + "@partner.example",
			"userType": "Guest", "creationType": "Invitation", "externalUserState": "Accepted",
		})
		if err != nil {
			t.Fatal(err)
		}
		if name == "ivan" {
			if err := emulator.DeleteUser(tenant.TenantID, id); err != nil {
				t.Fatal(err)
			}
		}
	}

	return group
}

func list(texts ...string) []string { return texts }

var (
	changeLine   = regexp.MustCompile(`(?m)^  # (\S+ will be .*)$`)
	warningLine  = regexp.MustCompile(`(?m)^(╷|│ Warning:|Warning:)`)
	whiteAndEdge = regexp.MustCompile(`[\s│]+`)
)

// readPlan returns the changes of a plan as Terraform prints them, by their first line, and its warnings, each with its
// words apart by one space.
func readPlan(output string) (changes map[string]string, warnings string) {
	if at := warningLine.FindStringIndex(output); at != nil {
		output, warnings = output[:at[0]], whiteAndEdge.ReplaceAllString(output[at[0]:], " ")
	}
	changes = map[string]string{}
	starts := changeLine.FindAllStringSubmatchIndex(output, -1)
	for i, start := range starts {
		end := len(output)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		changes[output[start[2]:start[3]]] = whiteAndEdge.ReplaceAllString(output[start[1]:end], " ")
	}

	return changes, warnings
}
