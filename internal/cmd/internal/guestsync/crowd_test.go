package guestsync_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The groups that a crowd is put into and comes into.
const (
	southsPeople = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
	staffGroup   = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a101"
	projectGroup = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a102"
	partnerGroup = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d101"

	guestsOfNorth = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"
	projectHere   = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"
)

// crowdFolder is where the configuration of a crowd is written.
const crowdFolder = "ways/crowd"

const crowdConfiguration = `
terraform {
  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

provider "entraguest" {
  source_tenant_ids = [%q, %q]
  max_removals      = -1
}

variable "sources" {}

variable "bulk" {}

module "guests" {
  source  = "../.."
  sources = var.sources
  bulk    = var.bulk
}

output "guests" {
  value = module.guests.guests
}
`

// crowd is many people in source tenants, and what the module is told of them.
type crowd struct {
	*stage

	bulk    bool
	sources map[string]any
	// ids are the people by their number, of North.
	ids []string
}

// newCrowd puts people into North, all of them into the group of the staff, and writes the configuration.
func newCrowd(s *stage, people int, bulk bool) *crowd {
	s.t.Helper()
	c := &crowd{stage: s, bulk: bulk, sources: map[string]any{}}
	c.group(north, staffGroup)
	for i := range people {
		c.ids = append(c.ids, c.person(north, fmt.Sprintf("person%04d@north.example", i), staffGroup))
	}
	folder := filepath.Join(s.workspace.Folder, crowdFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), fmt.Appendf(nil, crowdConfiguration, north, south), 0o600); err != nil {
		s.t.Fatal(err)
	}
	c.from("staff", north, staffGroup, guestsOfNorth, nil)

	return c
}

func (c *crowd) group(tenant, id string) {
	c.t.Helper()
	if _, err := c.emulator.PutGroup(tenant, map[string]any{"id": id, "displayName": id, "mailEnabled": false, "securityEnabled": true}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *crowd) person(tenant, name, group string) string {
	c.t.Helper()
	id, err := c.emulator.PutUser(tenant, map[string]any{"userPrincipalName": name, "displayName": name, "jobTitle": "Engineer"})
	if err != nil {
		c.t.Fatal(err)
	}
	c.joins(tenant, group, id)

	return id
}

func (c *crowd) joins(tenant, group string, ids ...string) {
	c.t.Helper()
	for _, id := range ids {
		if err := c.emulator.AddMember(tenant, group, id); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *crowd) leaves(tenant, group string, ids ...string) {
	c.t.Helper()
	for _, id := range ids {
		if err := c.emulator.RemoveMember(tenant, group, id); err != nil {
			c.t.Fatal(err)
		}
	}
}

// from adds a source.
func (c *crowd) from(name, tenant, group, target string, settings map[string]any) {
	c.t.Helper()
	source := map[string]any{"tenant_id": tenant, "group_id": group, "target_group_ids": []string{target}}
	maps.Copy(source, settings)
	c.sources[name] = source
	content, err := json.Marshal(map[string]any{"sources": c.sources, "bulk": c.bulk})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.workspace.Folder, crowdFolder, "terraform.tfvars.json"), content, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// apply applies, says how long it took, and returns how many requests were on the wire.
func (c *crowd) apply(what string) (requests int) {
	c.t.Helper()
	return c.measured(what, "apply", "-auto-approve")
}

// calm plans, and nothing may be left to do; it returns how many requests were on the wire.
func (c *crowd) calm(what string) (requests int) {
	c.t.Helper()
	return c.measured(what, "plan", "-detailed-exitcode")
}

func (c *crowd) measured(what string, arguments ...string) (requests int) {
	c.t.Helper()
	c.emulator.ResetRequests()
	start := time.Now()
	c.terraform(crowdFolder, append(arguments, "-input=false", "-no-color")...)
	for _, request := range c.emulator.Requests() {
		if !request.Batched {
			requests++
		}
	}
	c.t.Logf("%-30s %8v, %d requests", what, time.Since(start).Round(time.Millisecond), requests)

	return requests
}

var blanks = regexp.MustCompile(`[\s│]+`)

// refused plans, and the plan has to fail with those words, wherever Terraform has broken the lines.
func (s *stage) refused(folder string, words ...string) {
	s.t.Helper()
	output, err := s.try(folder, "plan", "-input=false", "-no-color")
	text := blanks.ReplaceAllString(output, " ")
	for _, some := range words {
		if err == nil || !strings.Contains(text, some) {
			s.t.Errorf("the plan does not fail with %q: %v\n%s", some, err, text)
		}
	}
}

// planned plans, and returns the line that counts.
func (s *stage) planned(folder string) string {
	s.t.Helper()
	output := s.terraform(folder, "plan", "-input=false", "-no-color")

	return regexp.MustCompile(`(?m)^(Plan: .*|No changes\..*)$`).FindString(output)
}

// brake brings 66 people as single resources. The brake counts for each source, whoever else is in its target groups.
func (s *stage) brake() {
	s.t.Helper()
	c := newCrowd(s, 60, false)
	c.group(north, projectGroup)
	c.joins(north, projectGroup, c.ids[:10]...)
	c.group(south, partnerGroup)
	var partners []string
	for i := range 6 {
		partners = append(partners, c.person(south, fmt.Sprintf("partner%d@south.example", i), partnerGroup))
	}
	// The people of the project are staff as well; the partners come into the group of the staff.
	c.from("project", north, projectGroup, projectHere, nil)
	c.from("partners", south, partnerGroup, guestsOfNorth, map[string]any{"leavers": "delete"})
	c.terraform(crowdFolder, "init", "-input=false", "-no-color")
	c.apply("66 people come")

	c.leaves(south, partnerGroup, partners...)
	c.leaves(north, projectGroup, c.ids[:10]...)
	c.leaves(north, staffGroup, c.ids[53:]...)
	c.refused(crowdFolder, "More people would go than max_removals allows: "+
		"6 of the 6 guests of partners, where 5 may. "+
		"10 of the 10 guests of project, where 5 may. "+
		"7 of the 60 guests of staff, where 6 may. If that is meant")

	// One less of each may go. Whoever has a new address has moved, and has not left.
	c.joins(south, partnerGroup, partners[0])
	c.joins(north, projectGroup, c.ids[:5]...)
	c.joins(north, staffGroup, c.ids[53])
	for i, id := range c.ids[20:40] {
		if err := c.emulator.PatchUser(north, id, map[string]any{"userPrincipalName": fmt.Sprintf("renamed%d@north.example", i)}); err != nil {
			c.t.Fatal(err)
		}
	}
	// The two groups change as well.
	if got := c.planned(crowdFolder); got != "Plan: 0 to add, 22 to change, 11 to destroy." {
		c.t.Errorf("20 have new addresses, 11 leave: %s", got)
	}
}

// many brings 2,000 people in one resource.
func (s *stage) many() {
	s.t.Helper()
	const people = 2000
	c := newCrowd(s, people, true)
	c.terraform(crowdFolder, "init", "-input=false", "-no-color")
	// An invitation and a profile for each; looking up and putting into the group go by twenty.
	if got := c.apply("2,000 people come"); got > 2*people+people/5 {
		c.t.Errorf("%d people took %d requests", people, got)
	}
	if users := c.emulator.Users(host); len(users) != people {
		c.t.Errorf("%d guests came", len(users))
	}

	changed, left := c.guestOf(5), c.guestOf(6)
	if err := c.emulator.PatchUser(north, c.ids[5], map[string]any{"jobTitle": "Director"}); err != nil {
		c.t.Fatal(err)
	}
	c.leaves(north, staffGroup, c.ids[6])
	if got := c.apply("one changes, one leaves"); got > 40 {
		c.t.Errorf("two people took %d requests", got)
	}
	if user, _ := c.emulator.User(host, changed); user["jobTitle"] != "Director" {
		c.t.Error("the title did not change")
	}
	if user, _ := c.emulator.User(host, left); user["accountEnabled"] != false {
		c.t.Error("the leaver is still enabled")
	}
	if slices.Contains(c.emulator.Members(host, guestsOfNorth), left) {
		c.t.Error("the leaver is still in the group")
	}
	if got := c.calm("nothing to do"); got > 25 {
		c.t.Errorf("a plan without a change took %d requests", got)
	}
}

// changeOver brings people as single resources, who are mailed and are kept when they leave, and goes over to one
// resource for all of them.
func (s *stage) changeOver() {
	s.t.Helper()
	c := newCrowd(s, 3, false)
	c.from("staff", north, staffGroup, guestsOfNorth, map[string]any{"mail": true, "leavers": "keep", "photos": true, "managers": true})
	// Two report to the first, and all of them have photos. The last one is a guest already.
	for _, id := range c.ids[1:] {
		if err := errors.Join(c.emulator.SetManager(north, id, c.ids[0]), c.emulator.PutPhoto(north, id, portrait(s.t, 0))); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := c.emulator.PutUser(host, map[string]any{
		"userPrincipalName": "person0002_north.example#EXT#@contoso.onmicrosoft.com", "displayName": "here", "mail": "person0002@north.example",
		"userType": "Guest", "creationType": "Invitation",
	}); err != nil {
		s.t.Fatal(err)
	}
	c.terraform(crowdFolder, "init", "-input=false", "-no-color")
	c.apply("two come, one was here")
	c.mailed("person0000@north.example", "person0001@north.example")
	boss, leaver, stays := c.guestOf(0), c.guestOf(1), c.guestOf(2)
	for _, id := range []string{leaver, stays} {
		if c.emulator.Manager(host, id) != boss || c.emulator.Photo(host, id) == nil {
			c.t.Errorf("%s came without the manager or the photo", id)
		}
	}

	c.leaves(north, staffGroup, c.ids[1])
	c.person(north, "joiner@north.example", staffGroup)
	c.apply("one leaves, one comes")
	c.mailed("person0000@north.example", "person0001@north.example", "joiner@north.example")
	if user, _ := c.emulator.User(host, leaver); user["accountEnabled"] != true || user["jobTitle"] != "Engineer" {
		c.t.Errorf("the leaver was not kept: %v", user)
	}
	if c.emulator.Manager(host, leaver) != "" || c.emulator.Photo(host, leaver) != nil || slices.Contains(c.emulator.Members(host, guestsOfNorth), leaver) {
		c.t.Error("the leaver has kept the manager, the photo or the group")
	}

	before := c.terraform(crowdFolder, "output", "-json", "guests")
	c.terraform(crowdFolder, "state", "rm", "module.guests.entraguest_invitation.guest", "module.guests.entraguest_user_manager.guest")
	c.bulk = true
	c.from("staff", north, staffGroup, guestsOfNorth, map[string]any{"mail": true, "leavers": "keep", "photos": true, "managers": true})
	c.apply("one resource takes them over")
	if after := c.terraform(crowdFolder, "output", "-json", "guests"); after != before {
		c.t.Errorf("other guests than before: %s, not %s", after, before)
	}
	if users := c.emulator.Users(host); len(users) != 4 {
		c.t.Errorf("%d guests are here", len(users))
	}
	if c.emulator.Manager(host, stays) != boss || c.emulator.Photo(host, stays) == nil {
		c.t.Error("the manager or the photo was lost on the way")
	}
	c.mailed("person0000@north.example", "person0001@north.example", "joiner@north.example")
	c.calm("nothing to do")
}

// mailed compares the people whom Microsoft has mailed an invitation so far, and nobody may have been mailed otherwise.
func (s *stage) mailed(want ...string) {
	s.t.Helper()
	var got []string
	for _, mail := range s.emulator.Mailbox() {
		got = append(got, mail.Kind+" "+strings.Join(slices.Concat(mail.To, mail.CC, mail.BCC), " "))
	}
	for i, address := range want {
		want[i] = "invitation " + address
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("mails differ: %s", diff)
	}
}

// guestOf is the object id of the guest for somebody of North.
func (c *crowd) guestOf(number int) string {
	c.t.Helper()
	for _, user := range c.emulator.Users(host) {
		extensions, _ := user["onPremisesExtensionAttributes"].(map[string]any)
		if extensions["extensionAttribute15"] == north+"/"+c.ids[number] {
			id, _ := user["id"].(string)

			return id
		}
	}
	c.t.Fatalf("nobody came for %s", c.ids[number])

	return ""
}
