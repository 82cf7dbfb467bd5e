package membership_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

type (
	attributes    = acceptance.Attributes
	configuration = acceptance.Configuration
	options       = acceptance.Options
)

// walker is a stage whose memberships are planned and applied without the CLI, so that
// every diagnostic can be seen.
type walker struct {
	*stage
	*acceptance.Stage
}

func walk(t *testing.T, configure ...func(*graphemulator.Config)) *walker {
	t.Helper()
	s := start(t, append([]func(*graphemulator.Config){steady}, configure...)...)
	t.Cleanup(s.nobodyDeleted)
	return &walker{stage: s, Stage: s.Stage(t, "entraguest_group_membership")}
}

// one is ada in the group; more attributes are added.
func (w *walker) one(more ...attributes) configuration {
	all := attributes{"group_id": w.group, "member_id": w.ada}
	for _, some := range more {
		maps.Copy(all, some)
	}
	return configuration{"ada": all}
}

func (w *walker) expectIn(want ...string) {
	w.t.Helper()
	if err := w.in(w.group, want...); err != nil {
		w.t.Error(err)
	}
}

func (w *walker) people(n int) configuration {
	config := configuration{}
	for i := range n {
		id := w.person(fmt.Sprint("p", i), nil)
		config[fmt.Sprintf("p%03d", i)] = attributes{"group_id": w.group, "member_id": id}
	}
	return config
}

// budget is how many requests on the wire a hundred memberships of one group may take, the
// checks at apply included.
const budget = 15

// The numbers to reach, at Terraform's default parallelism.
func TestHundredMembershipsTakeFewRequests(t *testing.T) {
	t.Parallel()
	w := walk(t, func(c *graphemulator.Config) { c.Latency = 50 * time.Millisecond })
	config := w.people(100)
	ctx := t.Context()
	run := func(config configuration, o options) int {
		o.Parallelism = 10
		plan, diags := w.Plan(ctx, config, o)
		if plan == nil {
			t.Fatal(diags)
		}
		t.Logf("plan: %d requests", w.onTheWire())
		if diags := w.Apply(ctx, plan); len(diags) > 0 {
			t.Error(diags)
		}
		return w.onTheWire()
	}
	// Ten waves of ten, one addition before them, the group and two look-ups are 14. On a busy
	// machine a wave falls apart now and then.
	if sent := run(config, options{}); sent > budget {
		t.Errorf("creating took %d requests", sent)
	} else {
		t.Logf("creating: %d requests", sent)
	}
	if members := w.Members(w.TenantID(), w.group); len(members) != 100 {
		t.Errorf("%d are in", len(members))
	}
	if sent := run(config, options{Destroy: true}); sent > budget {
		t.Errorf("destroying took %d requests", sent)
	} else {
		t.Logf("destroying: %d requests", sent)
	}
	w.expectIn()
}

// Adding one person to a group of 30,000 is one write, and the group is never listed.
func TestOneMoreInALargeGroup(t *testing.T) {
	t.Parallel()
	w := walk(t)
	members := make([]any, 30_000)
	for i := range members {
		members[i] = fmt.Sprintf("00000000-0000-0000-0001-%012d", i)
	}
	w.group = w.newGroup(map[string]any{"members": members})
	w.ResetRequests()
	w.Must(w.one(), options{})
	w.Settled(w.one())
	for _, request := range w.Requests() {
		if strings.HasSuffix(request.Path, "/members") && !strings.Contains(request.Query, "filter") {
			t.Errorf("listed: %s?%s", request.Path, request.Query)
		}
	}
	if err := w.wrote(adds)(nil); err != nil {
		t.Error(err)
	}
}

func TestTakeoverIsSaid(t *testing.T) {
	t.Parallel()
	w := walk(t)
	if diags := w.Must(w.one(), options{}); len(diags) > 0 {
		t.Errorf("unexpected: %s", diags)
	}
	w.Must(configuration{}, options{})
	if err := w.put(w.group, w.ada)(); err != nil {
		t.Fatal(err)
	}
	if diags := w.Must(w.one(), options{}); !diags.Has("A membership is taken over") || !diags.Has(w.ada) {
		t.Errorf("got %s", diags)
	}
}

func TestLicenceWithoutUsageLocation(t *testing.T) {
	t.Parallel()
	w := walk(t)
	licences := []any{map[string]any{"skuId": "00000000-0000-0000-0000-000000000001", "disabledPlans": []any{}}}
	w.group = w.newGroup(map[string]any{"assignedLicenses": licences})
	if diags := w.Must(w.one(), options{}); !diags.Has("No usage location, no licence") || !diags.Has("ada_x.example") {
		t.Errorf("got %s", diags)
	}
	w.Must(configuration{}, options{})
	if err := w.PatchUser(w.TenantID(), w.ada, map[string]any{"usageLocation": "DE"}); err != nil {
		t.Fatal(err)
	}
	if diags := w.Must(w.one(), options{}); len(diags) > 0 {
		t.Errorf("got %s", diags)
	}
	w.Must(configuration{}, options{})
	// A group inside brings no licence of its own.
	w.ada = w.newGroup(nil)
	if diags := w.Must(w.one(), options{}); diags.Has("usage location") {
		t.Errorf("got %s", diags)
	}
}

// What became of a membership outside is said by name.
func TestWhatIsGoneIsSaid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(w *walker) error
		want   string
	}{
		"membership": {func(w *walker) error { return w.RemoveMember(w.TenantID(), w.group, w.ada) }, "A membership is gone"},
		"person":     {func(w *walker) error { return w.DeleteUser(w.TenantID(), w.ada) }, "The person of a membership is gone"},
		"purged":     {func(w *walker) error { return w.PurgeUser(w.TenantID(), w.ada) }, "The person of a membership is gone"},
		"group":      {func(w *walker) error { return w.DropGroup(w.TenantID(), w.group) }, "The group of a membership is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			w.Must(w.one(), options{})
			w.later(func() error { return test.change(w) })()
			diags := w.Refresh(t.Context())
			if !diags.Has(test.want) || !diags.Has(w.ada) || len(diags.Errors()) > 0 {
				t.Errorf("got %s", diags)
			}
			if w.State["ada"].Exists() {
				t.Error("the membership is still in the state")
			}
		})
	}
}

func TestForbiddenRefreshKeepsTheState(t *testing.T) {
	t.Parallel()
	w := walk(t)
	config := w.one()
	config["grace"] = attributes{"group_id": w.group, "member_id": w.grace}
	w.Must(config, options{})
	w.SetRoles(w.TenantID(), w.Ready().Tenants[0].Applications[0].ClientID, []string{"User.Invite.All"})
	diags := w.Refresh(t.Context())
	if len(diags) != 1 || !diags.Has("Memberships cannot be read") || !diags.Has("GroupMember.Read.All") || len(w.State) != 2 {
		t.Errorf("got %s", diags)
	}
}

func TestHiddenMembershipKeepsTheState(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.group = w.newGroup(map[string]any{"groupTypes": []any{"Unified"}, "mailEnabled": true, "visibility": "HiddenMembership"})
	w.SetRoles(w.TenantID(), w.Ready().Tenants[0].Applications[0].ClientID, []string{"GroupMember.ReadWrite.All", "User.Read.All"})
	w.Must(w.one(), options{})
	w.AdvanceClock(time.Hour)
	if diags := w.Refresh(t.Context()); !diags.Has("Member.Read.Hidden") || !w.State["ada"].Exists() {
		t.Errorf("got %s", diags)
	}
	w.expectIn(w.ada)
	w.Must(configuration{}, options{})
	w.expectIn()
}

func TestMissingPermissionIsSaid(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.SetRoles(w.TenantID(), w.Ready().Tenants[0].Applications[0].ClientID, []string{"GroupMember.Read.All"})
	plan, diags := w.Plan(t.Context(), w.one(), options{})
	if plan == nil || !diags.Has("A permission is missing") || !diags.Has("GroupMember.ReadWrite.All") {
		t.Errorf("got %s", diags)
	}
	if diags := w.Apply(t.Context(), plan); !diags.Errors().Has("GroupMember.ReadWrite.All") {
		t.Errorf("got %s", diags)
	}
	if len(w.State) > 0 {
		t.Error("what was refused is in the state")
	}
}

// A plan that was saved before the date passed is applied after it, and comes to what it
// said.
func TestSavedPlanKeepsItsAnswer(t *testing.T) {
	t.Parallel()
	w := walk(t)
	ends := attributes{"expires_at": w.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)}
	w.Must(w.one(ends), options{})
	w.AdvanceClock(23 * time.Hour)
	more := attributes{"timeouts": attributes{"read": "2m"}}
	plan, diags := w.Plan(t.Context(), w.one(ends, more), options{})
	if plan == nil {
		t.Fatal(diags)
	}
	w.AdvanceClock(2 * time.Hour)
	if diags := w.Apply(t.Context(), plan); len(diags) > 0 {
		t.Error(diags)
	}
	w.expectIn(w.ada)
	w.Must(w.one(ends, more), options{})
	w.expectIn()
}

// A date in the past on something that is there ends it; without a read there is no clock.
func TestDateMovedToThePast(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.one(), options{})
	past := w.one(attributes{"expires_at": "2020-01-01T00:00:00Z"})
	w.Must(past, options{NoRefresh: true})
	w.expectIn()
	if object := w.State["ada"]; object.Get("expired") != true || object.Get("active") != false {
		t.Errorf("%v", object.Value)
	}
	w.Settled(past)
}

// A date that is known only after apply decides there.
func TestUnknownDate(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.one(), options{})
	plan, diags := w.Plan(t.Context(), w.one(attributes{"expires_at": acceptance.Unknown}), options{})
	if plan == nil || plan.Changes[0].Get("expired") != acceptance.Unknown || plan.Changes[0].Get("active") != acceptance.Unknown {
		t.Errorf("%v %s", plan, diags)
	}
}
