package invitation_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// For more than a test run has time for, and to repeat a sequence that failed.
var (
	sequences = flag.Int("sequences", 16, "how many random sequences to run, a quarter with -short")
	onlySeed  = flag.Uint64("seed", 0, "the one random sequence to run")
)

const (
	stepsEach = 12
	// atOnce hides the waits of one sequence behind the work of others.
	atOnce = 8
)

// Random changes of the configuration, of the directory and random faults: nobody is
// lost, nobody is mailed twice, and nothing is touched that is not written down.
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
	var workers sync.WaitGroup
	for range atOnce {
		workers.Go(func() {
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
	workers.Wait()
}

// sequence is one random life of a few guests.
type sequence struct {
	*stage
	random *rand.Rand
	config configuration
	// boss and stranger are nobody's business.
	boss, stranger string
	// invited are the object ids that an invitation of this configuration has created.
	invited map[string]bool
	mails   int
	made    int      // addresses
	story   []string // what has happened
}

func runSequence(t testing.TB, seed uint64) error {
	t.Helper()
	lag := time.Duration(seed%2) * 20 * time.Millisecond
	q := &sequence{
		stage:  newStage(t, func(c *graphemulator.Config) { c.ReplicationLag = lag }),
		random: rand.New(rand.NewPCG(seed, 0)), config: configuration{}, invited: map[string]bool{},
	}
	defer func() { _ = q.Close() }() // Start closes it again and looks at the error
	q.boss = employee(q.Environment, "boss")
	var err error
	if q.stranger, err = q.PutUser(q.TenantID(), q.guestOf("stranger@contoso.example")); err != nil {
		return err
	}
	for range stepsEach {
		if err := q.step(); err != nil {
			return fmt.Errorf("%w\nafter:\n  %s", err, strings.Join(q.story, "\n  "))
		}
	}
	return nil
}

func (q *sequence) say(format string, arguments ...any) {
	q.story = append(q.story, fmt.Sprintf(format, arguments...))
}

// chance is true in so many of a hundred cases.
func (q *sequence) chance(percent int) bool { return q.random.IntN(100) < percent }

// step changes something and applies, until the directory is as configured.
func (q *sequence) step() error {
	q.say("--- step")
	q.AdvanceClock(10 * time.Minute)
	touched := false
	for range q.random.IntN(3) {
		touched = q.changeOutside() || touched
	}
	for range 1 + q.random.IntN(3) {
		q.changeConfiguration()
	}
	was := q.snapshot()
	expected := q.expect(was)
	q.ResetRequests()
	o := options{NoRefresh: !touched && q.chance(15)}
	plan, diags := q.Plan(q.t.Context(), q.config, o)
	if plan == nil {
		return fmt.Errorf("the plan failed: %s", diags.Errors())
	}
	fault, faulty := q.fault()
	if faulty {
		q.AddFaults(fault)
	}
	diags = q.Apply(q.t.Context(), plan)
	q.ClearFaults()
	if err := q.sound(diags, faulty); err != nil {
		return err
	}
	if faulty || o.NoRefresh || q.reborn(was) {
		q.say("apply again")
		q.AdvanceClock(10 * time.Minute)
		if errs := q.Run(q.t.Context(), q.config, options{}).Errors(); len(errs) > 0 {
			return fmt.Errorf("applying again: %s", errs)
		}
	}
	return q.check(was, expected, faulty)
}

// sound fails on what no fault may lead to.
func (q *sequence) sound(diags acceptance.Diagnostics, faulty bool) error {
	if errs := diags.Errors(); len(errs) > 0 && !faulty {
		return fmt.Errorf("the apply failed: %s", errs)
	}
	bugs := []string{acceptance.InvalidPlan, acceptance.InconsistentFinalPlan, acceptance.InconsistentResult, acceptance.InvalidObject, acceptance.UnknownResult, acceptance.IdentityChanged}
	if slices.ContainsFunc(bugs, diags.Has) {
		return fmt.Errorf("the provider breaks a rule of Terraform: %s", diags.Errors())
	}
	for name, object := range q.State {
		if object.Tainted {
			return fmt.Errorf("%s is tainted: %s", name, diags.Errors())
		}
	}
	return nil
}

// reborn reports an instance whose person was gone when the time was over, and whose
// time was extended: the entry is forgotten by one refresh and invited by the next plan.
func (q *sequence) reborn(was snapshot) bool {
	for name, object := range was.state {
		if _, lives := was.users[object.Text("object_id")]; !lives && q.over(object, was.at) && q.config[name] != nil {
			return true
		}
	}
	return false
}

// snapshot is the directory and the state at one moment.
type snapshot struct {
	users map[string]map[string]any
	state map[string]acceptance.Object
	at    time.Time
}

func (q *sequence) snapshot() snapshot {
	s := snapshot{users: map[string]map[string]any{}, state: maps.Clone(q.State), at: q.Now()}
	for _, user := range q.Users(q.TenantID()) {
		id := fmt.Sprint(user["id"])
		user["manager"], user["sponsors"] = q.Manager(q.TenantID(), id), fmt.Sprint(q.Sponsors(q.TenantID(), id))
		data, _ := user["employeeOrgData"].(map[string]any)
		user["costCenter"], user["division"] = data["costCenter"], data["division"]
		delete(user, "employeeOrgData")
		s.users[id] = user
	}
	return s
}

// expectation is what an apply must come to: how many mails, within a range where a lost
// answer leaves open whether Graph has sent one.
type expectation struct{ least, most int }

// expect predicts the mails, from the directory and not from what the provider says.
func (q *sequence) expect(was snapshot) expectation {
	sure, doubtful := 0, 0
	for name, wanted := range q.config {
		if wanted["send_invitation_message"] == false {
			continue
		}
		object, known := was.state[name]
		user, lives := was.users[object.Text("object_id")]
		email, _ := wanted["email"].(string)
		switch {
		case known && lives:
			trigger := wanted["resend_trigger"]
			again := trigger != nil && trigger != object.Get("resend_trigger") && user["externalUserState"] == "PendingAcceptance"
			switch {
			case !strings.EqualFold(email, object.Text("email")):
				sure++
			case again:
				sure++
				doubtful++
			}
		case known && q.over(object, was.at) && q.over(acceptanceObject(wanted), was.at):
		case q.holder(was, email) == "" && !q.restorable(wanted, email):
			sure++
		}
	}
	return expectation{least: q.mails + sure - doubtful, most: q.mails + sure + doubtful}
}

// dated is something with dates: a state or a configuration.
type dated interface{ Get(name string) any }

type acceptanceObject attributes

// Get returns an argument.
func (o acceptanceObject) Get(name string) any { return o[name] }

// over reports whether the time of a person who is gone is over.
func (q *sequence) over(what dated, at time.Time) bool {
	date, err := time.Parse(time.RFC3339, fmt.Sprint(what.Get("expires_at")))
	return err == nil && !at.Before(date)
}

func (q *sequence) holder(was snapshot, email string) string {
	for id, user := range was.users {
		if strings.EqualFold(fmt.Sprint(user["mail"]), email) {
			return id
		}
	}
	return ""
}

func (q *sequence) restorable(wanted attributes, email string) bool {
	return wanted["restore_deleted"] == true && slices.ContainsFunc(q.DeletedUsers(q.TenantID()), func(user map[string]any) bool {
		return strings.EqualFold(fmt.Sprint(user["mail"]), email) || strings.Contains(fmt.Sprint(user["userPrincipalName"]), strings.ReplaceAll(email, "@", "_"))
	})
}

// check holds directory, state and mailbox against what was meant.
func (q *sequence) check(was snapshot, expected expectation, faulty bool) error {
	now := q.snapshot()
	var wrong []error
	for id, user := range was.users {
		wrong = append(wrong, q.checkPerson(id, user, now.users[id], was, now))
	}
	mails := len(q.Mailbox())
	if !faulty {
		expected.least = expected.most - (expected.most-expected.least)/2
		expected.most = expected.least
	}
	if mails < expected.least || mails > expected.most {
		wrong = append(wrong, fmt.Errorf("%d mails, want %d to %d", mails, expected.least, expected.most))
	}
	q.mails = mails
	for name, object := range now.state {
		if _, known := was.state[name]; known && was.state[name].Text("object_id") == object.Text("object_id") {
			continue
		}
		origin := object.Text("origin")
		if origin == "invited" {
			q.invited[object.Text("object_id")] = true
		}
		q.say("%s is %s, %s", name, object.Text("object_id"), origin)
	}
	plan, diags := q.Plan(q.t.Context(), q.config, options{})
	if plan == nil {
		return errors.Join(append(wrong, fmt.Errorf("planning again: %s", diags.Errors()))...)
	}
	for _, change := range plan.Changes {
		wrong = append(wrong, fmt.Errorf("something is left to do with %s: action %d\nbefore %v\nafter  %v", change.Name, change.Action, change.Before, change.After))
	}
	q.State = plan.Refreshed()
	for name, wanted := range q.config {
		wrong = append(wrong, q.checkInstance(name, wanted, now))
	}
	return errors.Join(wrong...)
}

// checkPerson looks for losses and for changes that nobody has asked for.
func (q *sequence) checkPerson(id string, before, after map[string]any, was, now snapshot) error {
	name := ""
	for instance, object := range was.state {
		if object.Text("object_id") == id {
			name = instance
		}
	}
	for instance, object := range now.state {
		if object.Text("object_id") == id {
			name = instance
		}
	}
	wanted, stays := q.config[name]
	if after == nil {
		if stays || name == "" || !q.invited[id] {
			return fmt.Errorf("%s (%s) was deleted", id, name)
		}
		return nil
	}
	mentioned := map[string]bool{}
	for attribute := range wanted {
		mentioned[propertyOf[attribute]] = true
	}
	if wanted["expires_at"] != nil || !stays && name != "" || was.state[name].Get("expires_at") != nil {
		mentioned["accountEnabled"] = true
	}
	if object, known := was.state[name]; stays && known && !strings.EqualFold(object.Text("email"), fmt.Sprint(wanted["email"])) {
		for _, property := range []string{"mail", "proxyAddresses", "otherMails", "externalUserState", "externalUserStateChangeDateTime", "identities"} {
			mentioned[property] = true
		}
	}
	for property := range maps.Keys(after) {
		if !mentioned[property] && !reflect.DeepEqual(before[property], after[property]) {
			return fmt.Errorf("%s of %s (%s), which is not written down, became %v, was %v", property, id, name, after[property], before[property])
		}
	}
	return nil
}

// checkInstance compares configuration and refreshed state with the directory.
func (q *sequence) checkInstance(name string, wanted attributes, now snapshot) error {
	object := q.State[name]
	user, lives := now.users[object.Text("object_id")]
	if !lives {
		if q.over(object, now.at) {
			return nil
		}
		return fmt.Errorf("nobody is there for %s", name)
	}
	if object.Get("complete") != true {
		return fmt.Errorf("%s is not complete", name)
	}
	if !strings.EqualFold(fmt.Sprint(user["mail"]), fmt.Sprint(wanted["email"])) {
		return fmt.Errorf("%s has mail %v, want %v", name, user["mail"], wanted["email"])
	}
	for attribute, property := range propertyOf {
		shown := directoryValue(user, attribute, property)
		if configured, set := wanted[attribute]; set && configured != nil && emptied(configured) != shown {
			return fmt.Errorf("%s of %s is %q in the directory, configured %q", attribute, name, shown, emptied(configured))
		}
		if kept := object.Get(attribute); kept != nil && emptied(kept) != shown {
			return fmt.Errorf("%s of %s is %q in the directory, %q in the state", attribute, name, shown, emptied(kept))
		}
	}
	if state := object.Text("redemption_state"); state != fmt.Sprint(user["externalUserState"]) {
		return fmt.Errorf("redemption_state of %s is %s, in the directory %v", name, state, user["externalUserState"])
	}
	if q.over(object, now.at) && user["accountEnabled"] != false {
		return fmt.Errorf("the time of %s is over, but the account is enabled", name)
	}
	return nil
}

// propertyOf names the Graph property behind each attribute in play.
var propertyOf = map[string]string{
	"job_title": "jobTitle", "department": "department", "company_name": "companyName", "city": "city", "mobile_phone": "mobilePhone",
	"business_phone": "businessPhones", "cost_center": "costCenter", "division": "division", "other_mails": "otherMails",
	"account_enabled": "accountEnabled", "manager_id": "manager", "sponsor_ids": "sponsors", "display_name": "displayName",
}

// emptied is the one spelling of a value, whether null, "" or a list.
func emptied(value any) string {
	if value == nil {
		return ""
	}
	return strings.Trim(fmt.Sprint(value), "[]")
}

// directoryValue is what the directory shows for an attribute.
func directoryValue(user map[string]any, attribute, property string) string {
	if attribute != "other_mails" {
		return emptied(user[property])
	}
	list, _ := user[property].([]any)
	return emptied(slices.DeleteFunc(slices.Clone(list), func(one any) bool { return strings.EqualFold(fmt.Sprint(one), fmt.Sprint(user["mail"])) }))
}
