package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// circle is a tenant with a group whose members the client may write.
type circle struct {
	*directory
	t     *testing.T
	group string
}

var membershipRoles = []string{"GroupMember.ReadWrite.All", "User.Read.All"}

func startCircle(t *testing.T, config graphemulator.Config, roles ...string) *circle {
	t.Helper()
	d := startDirectory(t, config)
	c := &circle{directory: d, t: t}
	c.may(append(slices.Clone(membershipRoles), roles...)...)
	c.group = c.putGroup(map[string]any{})
	if _, err := d.client.Identity(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *circle) may(roles ...string) {
	c.SetRoles(c.tenant.TenantID, c.tenant.Applications[0].ClientID, roles)
}

func (c *circle) putGroup(group map[string]any) string {
	c.t.Helper()
	group["displayName"], group["securityEnabled"], group["mailEnabled"] = "Circle", true, false
	if group["createdDateTime"] == nil {
		group["createdDateTime"] = "2020-01-02T03:04:05Z"
	}
	id, err := c.PutGroup(c.tenant.TenantID, group)
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *circle) person(nick string) string {
	c.t.Helper()
	return c.putUser(c.t, map[string]any{
		"mailNickname": nick, "userPrincipalName": nick + "@" + c.tenant.InitialDomain, "createdDateTime": "2020-01-02T03:04:05Z",
	})
}

func (c *circle) people(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = c.person(fmt.Sprint("p", i))
	}
	return ids
}

func (c *circle) put(member string) {
	c.t.Helper()
	if err := c.AddMember(c.tenant.TenantID, c.group, member); err != nil {
		c.t.Fatal(err)
	}
}

func (c *circle) members() []string { return c.Members(c.tenant.TenantID, c.group) }

// standing fails the test when an object does not stand to the group as wanted.
func (c *circle) standing(member string, want graph.Standing) {
	c.t.Helper()
	if got, err := c.client.Standing(c.t.Context(), c.group, member); err != nil || got != want {
		c.t.Errorf("%s stands %d, want %d (%v)", member, got, want, err)
	}
}

// principal is the object id of the application's service principal.
func (c *circle) principal() string {
	c.t.Helper()
	identity, err := c.client.Identity(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return identity.ObjectID
}

const nobody = "00000000-0000-0000-0000-00000000abcd"

func TestMembershipComesAndGoes(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{}, "Application.Read.All")
	ctx := t.Context()
	for _, member := range []string{c.person("ada"), c.putGroup(map[string]any{}), c.principal()} {
		c.standing(member, graph.Out)
		for range 2 {
			// Who is in already is no error.
			if err := c.client.AddMember(ctx, c.group, member, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		c.standing(member, graph.In)
		c.standing(strings.ToUpper(member), graph.In)
		if listed, err := c.client.Indexed(ctx, c.group, member); err != nil || !listed {
			t.Errorf("the index: %t, %v", listed, err)
		}
		for range 2 {
			if err := c.client.RemoveMember(ctx, c.group, member, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		c.standing(member, graph.Out)
	}
	if members := c.members(); len(members) > 0 {
		t.Errorf("left: %v", members)
	}
}

func TestStandingOfWhatIsGone(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ada := c.person("ada")
	c.put(ada)
	c.standing(nobody, graph.NoMember)
	if err := c.DeleteUser(c.tenant.TenantID, ada); err != nil {
		t.Fatal(err)
	}
	c.standing(ada, graph.NoMember)
	c.group = nobody
	c.standing(c.person("grace"), graph.NoGroup)
	// Neither is there to be removed.
	for _, member := range []string{ada, nobody} {
		if err := c.client.RemoveMember(t.Context(), nobody, member, time.Time{}); err != nil {
			t.Error(err)
		}
	}
}

// A group inside the group brings its members along, but they are not directly in it.
func TestNestedMembersAreNotIn(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ada := c.person("ada")
	inner := c.putGroup(map[string]any{"members": []any{ada}})
	c.put(inner)
	c.standing(ada, graph.Out)
	c.standing(inner, graph.In)
}

func together(ids []string, do func(id string)) {
	var wait sync.WaitGroup
	for _, id := range ids {
		wait.Go(func() { do(id) })
	}
	wait.Wait()
}

func TestMembersAreWrittenTogether(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	people := c.people(60)
	ctx := t.Context()
	for _, step := range []struct {
		name string
		do   func(id string)
		most int
		left int
	}{
		{"adding", func(id string) {
			if err := c.client.AddMember(ctx, c.group, id, time.Time{}); err != nil {
				t.Error(err)
			}
		}, 6, 60},
		{"looking", func(id string) { c.standing(id, graph.In) }, 5, 60},
		{"removing", func(id string) {
			if err := c.client.RemoveMember(ctx, c.group, id, time.Time{}); err != nil {
				t.Error(err)
			}
		}, 6, 0},
	} {
		c.ResetRequests()
		together(people, step.do)
		if sent := c.onTheWire(); sent > step.most {
			t.Errorf("%s %d people took %d requests", step.name, len(people), sent)
		}
		if members := c.members(); len(members) != step.left {
			t.Errorf("after %s %d are in", step.name, len(members))
		}
	}
}

func TestAddingToALargeGroupListsNothing(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	members := make([]any, 30_000)
	for i := range members {
		members[i] = fmt.Sprintf("00000000-0000-0000-0001-%012d", i)
	}
	c.group = c.putGroup(map[string]any{"members": members})
	ada := c.person("ada")
	c.ResetRequests()
	if err := c.client.AddMember(t.Context(), c.group, ada, time.Time{}); err != nil {
		t.Fatal(err)
	}
	var sent []string
	for _, request := range c.Requests() {
		if request.Path != "/v1.0/$batch" {
			sent = append(sent, request.Method+" "+request.Path)
		}
	}
	if diff := cmp.Diff([]string{"POST /v1.0/groups/" + c.group + "/members/$ref"}, sent); diff != "" {
		t.Error(diff)
	}
}

func TestDirectMembers(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	want := c.people(1200)
	inner := c.putGroup(map[string]any{"members": []any{c.person("nested")}})
	want = append(want, inner)
	for _, id := range want {
		c.put(id)
	}
	c.ResetRequests()
	members, err := c.client.DirectMembers(t.Context(), c.group)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, member := range members {
		got = append(got, member.ID)
		if member.IsUser() == (member.ID == inner) || member.DisplayName == nil && member.IsUser() && member.UserPrincipalName == nil {
			t.Errorf("%+v", member)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if sent := c.onTheWire(); sent != 2 {
		t.Errorf("%d requests", sent)
	}
}

func TestHiddenMembersAreNoEmptyGroup(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	c.group = c.putGroup(map[string]any{"visibility": "HiddenMembership", "members": []any{c.person("ada")}})
	if members, err := c.client.DirectMembers(t.Context(), c.group); err == nil || !strings.Contains(err.Error(), "Member.Read.Hidden") {
		t.Errorf("%v, %v", members, err)
	}
	c.group = c.putGroup(map[string]any{})
	if members, err := c.client.DirectMembers(t.Context(), c.group); err != nil || len(members) > 0 {
		t.Errorf("%v, %v", members, err)
	}
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ada := c.putUser(t, map[string]any{"displayName": "Ada", "usageLocation": "DE"})
	c.ResetRequests()
	want := map[string]string{ada: "user", c.group: "group", nobody: ""}
	together([]string{ada, c.group, nobody}, func(id string) {
		found, err := c.client.Candidate(t.Context(), id)
		if err != nil || found.Kind != want[id] {
			t.Errorf("%s is %+v, %v", id, found, err)
		}
		if id == ada && (found.UsageLocation == nil || *found.UsageLocation != "DE") {
			t.Errorf("%+v", found)
		}
	})
	if sent := c.onTheWire(); sent > 4 {
		t.Errorf("%d requests", sent)
	}
}

// Ids that are none lead nowhere, least of all to DELETE /users/{id}.
func TestIDsThatAreNone(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ada := c.person("ada")
	c.put(ada)
	c.ResetRequests()
	ctx := t.Context()
	for _, bad := range []string{
		"", " ", ada + "/x", ada + "?", ada + "#", ada + "/$ref?", "..", "../users/" + ada, "%2e%2e", ada + " ", "{" + ada + "}",
		"urn:uuid:" + ada, strings.ReplaceAll(ada, "-", ""), "ada@example.com", ada + "\x00",
	} {
		for _, ids := range [][2]string{{bad, ada}, {c.group, bad}} {
			_, indexed := c.client.Indexed(ctx, ids[0], ids[1])
			_, standing := c.client.ConfirmedStanding(ctx, ids[0], ids[1])
			for name, err := range map[string]error{
				"add": c.client.AddMember(ctx, ids[0], ids[1], time.Time{}), "remove": c.client.RemoveMember(ctx, ids[0], ids[1], time.Time{}),
				"indexed": indexed, "standing": standing,
			} {
				if err == nil {
					t.Errorf("%s %q is taken", name, ids)
				}
			}
		}
		if _, err := c.client.DirectMembers(ctx, bad); err == nil {
			t.Errorf("listing %q is taken", bad)
		}
		if _, err := c.client.Candidate(ctx, bad); err == nil {
			t.Errorf("looking at %q is taken", bad)
		}
	}
	if sent := c.onTheWire(); sent > 0 {
		t.Errorf("%d requests were sent", sent)
	}
}
