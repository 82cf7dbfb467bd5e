package guests_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// For more than a test run has time for, and to repeat a sequence that failed.
var (
	sequences = flag.Int("sequences", 12, "how many random sequences to run, a quarter with -short")
	onlySeed  = flag.Uint64("seed", 0, "the one random sequence to run")
)

// Random changes of the configuration, of the directory and random faults: the directory
// ends as configured, nobody is deleted who was not to go, and a person keeps the object
// id through renamed keys and other addresses.
func TestRandomSequences(t *testing.T) {
	t.Parallel()
	first, count := uint64(1), uint64(*sequences)
	switch {
	case *onlySeed != 0:
		first, count = *onlySeed, 1
	case testing.Short():
		count /= 4
	}
	seeds := make(chan uint64)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for seed := range seeds {
				if err := runSequence(t, seed); err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
	for i := range count {
		seeds <- first + i
	}
	close(seeds)
	group.Wait()
}

// sequence is one random life of some guests.
type sequence struct {
	*stage
	random *rand.Rand
	guests people
	more   attributes
	// person is the object id of the person behind a key, as far as known.
	person map[string]string
	// applied are the addresses of the last apply. Who gets another key and another address
	// at once is another person.
	applied map[string]string
	made    int
	story   []string
}

func runSequence(t testing.TB, seed uint64) error {
	t.Helper()
	lag := time.Duration(seed%2) * 20 * time.Millisecond
	q := &sequence{
		stage:  newStage(t, func(c *graphemulator.Config) { c.ReplicationLag = lag }),
		random: rand.New(rand.NewPCG(seed, 0)), guests: people{}, person: map[string]string{},
		more: attributes{"on_removal": "delete", "max_removals": int64(-1), "allow_move": true},
	}
	defer func() { _ = q.Close() }() // Start closes it again and looks at the error
	// More than are read one by one.
	if seed%3 == 0 {
		for range 25 {
			q.add()
		}
	}
	for range 8 {
		if err := q.step(); err != nil {
			return fmt.Errorf("%w\nafter:\n  %s", err, strings.Join(q.story, "\n  "))
		}
	}
	return nil
}

func (q *sequence) say(format string, arguments ...any) {
	q.story = append(q.story, fmt.Sprintf(format, arguments...))
}

func (q *sequence) add() {
	q.made++
	key := fmt.Sprintf("k%d", q.made)
	q.guests[key] = attributes{"email": fmt.Sprintf("p%d@fabrikam.example", q.made)}
	if q.random.IntN(2) == 0 {
		q.guests[key]["job_title"] = "Engineer"
	}
	q.say("add %s", key)
}

// any returns a key, "" when there is none.
func (q *sequence) any() string {
	keys := slices.Sorted(maps.Keys(q.guests))
	if len(keys) == 0 {
		return ""
	}
	return keys[q.random.IntN(len(keys))]
}

func (q *sequence) edit() {
	key := q.any()
	if key == "" {
		q.add()
		return
	}
	switch q.random.IntN(8) {
	case 0, 1:
		q.add()
	case 2:
		q.say("remove %s", key)
		delete(q.guests, key)
		delete(q.person, key)
		q.refer(key, "")
	case 3:
		q.made++
		name := fmt.Sprintf("r%d", q.made)
		q.say("rename %s to %s", key, name)
		q.guests[name] = q.guests[key]
		if id := q.person[key]; id != "" {
			q.person[name] = id
		}
		delete(q.guests, key)
		delete(q.person, key)
		q.refer(key, name)
	case 4:
		q.made++
		q.say("move %s", key)
		q.guests[key]["email"] = fmt.Sprintf("m%d@fabrikam.example", q.made)
	case 5:
		q.say("title of %s", key)
		q.guests[key]["job_title"] = []string{"", "Boss", "Clerk"}[q.random.IntN(3)]
	case 6:
		if manager := q.any(); manager != key {
			q.say("manager of %s is %s", key, manager)
			q.guests[key]["manager"] = manager
		}
	default:
		q.say("city of %s", key)
		q.guests[key]["city"] = []string{"", "Rome", "Oslo"}[q.random.IntN(3)]
	}
}

// refer lets everybody whose manager has the key have one with another key, or none.
func (q *sequence) refer(key, name string) {
	for _, guest := range q.guests {
		if guest["manager"] == key {
			guest["manager"] = name
		}
	}
}

// outside changes something behind Terraform's back.
func (q *sequence) outside() error {
	key := q.any()
	id := q.person[key]
	if id == "" {
		return nil
	}
	if q.random.IntN(4) == 0 {
		q.say("delete %s outside", key)
		delete(q.person, key)
		return q.DeleteUser(q.TenantID(), id)
	}
	if q.random.IntN(4) == 0 {
		q.say("no manager for %s outside", key)
		return q.SetManager(q.TenantID(), id, "")
	}
	q.say("change %s outside", key)
	return q.PatchUser(q.TenantID(), id, map[string]any{"jobTitle": "Outsider", "department": "Outside"})
}

func (q *sequence) fault() graphemulator.Fault {
	places := []graphemulator.Fault{
		{Method: http.MethodPost, PathRegexp: "/invitations$"},
		{Method: http.MethodPatch, PathRegexp: "/users/"},
		{Method: http.MethodDelete, PathRegexp: "/users/"},
		{Method: http.MethodPut, PathRegexp: "/manager/"},
		{Method: http.MethodGet, PathRegexp: "/users/."},
	}
	one := places[q.random.IntN(len(places))]
	one.Times, one.Skip = 1+q.random.IntN(2), q.random.IntN(3)
	switch q.random.IntN(4) {
	case 0:
		one.Status, one.Code = http.StatusForbidden, "Authorization_RequestDenied"
	case 1:
		one.Status = http.StatusBadRequest
	case 2:
		one.DropConnection = true
	default:
		one.DropConnection, one.AfterEffect = true, true
	}
	return one
}

// step changes something and applies, until the directory is as configured.
func (q *sequence) step() error {
	q.say("--- step")
	q.AdvanceClock(10 * time.Minute)
	if q.random.IntN(3) == 0 {
		if err := q.outside(); err != nil {
			return err
		}
	}
	for range 1 + q.random.IntN(4) {
		q.edit()
	}
	plan, diags := q.Plan(q.t.Context(), config(q.guests, q.more), options{})
	if plan == nil {
		return fmt.Errorf("the plan failed: %s", diags.Errors())
	}
	faulty := q.random.IntN(2) == 0
	if faulty {
		fault := q.fault()
		q.say("fault %+v", fault)
		q.AddFaults(fault)
	}
	diags = q.Apply(q.t.Context(), plan)
	q.ClearFaults()
	if slices.ContainsFunc(bugs, diags.Has) {
		return fmt.Errorf("the provider breaks a rule of Terraform: %s", diags.Errors())
	}
	if q.State["all"].Tainted {
		return fmt.Errorf("tainted: %s", diags)
	}
	if errs := diags.Errors(); len(errs) > 0 && !faulty {
		return fmt.Errorf("the apply failed: %s", errs)
	}
	if faulty {
		q.say("apply again")
		q.AdvanceClock(10 * time.Minute)
		if errs := q.Run(q.t.Context(), config(q.guests, q.more), options{}).Errors(); len(errs) > 0 {
			return fmt.Errorf("applying again: %s", errs)
		}
	}
	return q.check()
}

// check holds the directory against the configuration.
func (q *sequence) check() error {
	for _, o := range []options{{NoRefresh: true}, {}} {
		again, diags := q.Plan(q.t.Context(), config(q.guests, q.more), o)
		if again == nil {
			return fmt.Errorf("planning again: %s", diags.Errors())
		}
		for _, change := range again.Changes {
			return fmt.Errorf("something is left to do (refresh %t)\nbefore %v\nafter  %v", !o.NoRefresh, change.Before, change.After)
		}
	}
	if len(q.Mailbox()) > 0 {
		return errors.New("somebody was mailed")
	}
	users := map[string]map[string]any{}
	for _, user := range q.Users(q.TenantID()) {
		users[fmt.Sprint(user["id"])] = user
	}
	if len(users) != len(q.guests) {
		return fmt.Errorf("%d users, %d configured", len(users), len(q.guests))
	}
	now := map[string]string{}
	defer func() { q.applied = now }()
	for key, guest := range q.guests {
		id := q.of("object_ids", key)
		now[key] = fmt.Sprint(guest["email"])
		address := fmt.Sprint(guest["email"])
		_, stays := q.applied[key]
		same := stays || slices.Contains(slices.Collect(maps.Values(q.applied)), address)
		if known := q.person[key]; known != "" && known != id && same {
			return fmt.Errorf("%s has become another person: %s, was %s", key, id, known)
		}
		q.person[key] = id
		user := users[id]
		if user == nil || !strings.EqualFold(fmt.Sprint(user["mail"]), fmt.Sprint(guest["email"])) {
			return fmt.Errorf("%s is %v", key, user["mail"])
		}
		if manager, written := guest["manager"].(string); written && q.Manager(q.TenantID(), id) != q.of("object_ids", manager) {
			return fmt.Errorf("the manager of %s is %q, want %q", key, q.Manager(q.TenantID(), id), manager)
		}
		for name, property := range map[string]string{"job_title": "jobTitle", "city": "city"} {
			want, written := guest[name]
			if got := user[property]; written && got != want && (want != "" || got != nil) {
				return fmt.Errorf("%s of %s is %v, want %v", name, key, got, want)
			}
		}
	}
	return nil
}
