package graph_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// soakOperations is 20,000 for the long run, which the limit of writes makes take minutes:
// go test ./internal/graph -run Soak -soak 20000 -timeout 30m.
var soakOperations = flag.Int("soak", 300, "how many operations TestSoak carries out")

// soaked is what one person should be.
type soaked struct {
	ID, JobTitle, Manager string
	Sponsors              []string
	Member                bool
}

// soak is a directory that many callers change at once while it fails now and then.
type soak struct {
	*directory

	boss, group string
	invited     atomic.Int64
}

// soakFaults are what one of twenty requests meets.
var soakFaults = []graphemulator.Fault{
	{DropConnection: true},
	{DropConnection: true, AfterEffect: true},
	{Status: http.StatusServiceUnavailable},
	{Status: http.StatusGatewayTimeout, AfterEffect: true},
	{Status: http.StatusTooManyRequests},
	{Method: http.MethodPost, Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
	{Method: http.MethodPatch, Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
	{Method: http.MethodPut, Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
	{Method: http.MethodDelete, Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
}

// failNowAndThen arms a fault before one of twenty requests.
func (s *soak) failNowAndThen() {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(20, 7)) // the same faults every time
	s.OnRequest(func(graphemulator.Request) {
		mu.Lock()
		defer mu.Unlock()
		if random.IntN(20) > 0 {
			return
		}
		fault := soakFaults[random.IntN(len(soakFaults))]
		fault.Times = 1
		s.ClearFaults() // those used up
		s.AddFaults(fault)
	})
}

// TestSoak ends with exactly the directory that was asked for: nobody is lost, nobody
// invited twice, and reads in between show what was written.
func TestSoak(t *testing.T) {
	t.Parallel()
	config := graphemulator.Config{Throttle: graphemulator.ThrottleSmall}
	config.Seed = graphemulator.DefaultSeed()
	s := &soak{directory: startDirectoryAs(t, config, graphemulator.AllRoles())}
	s.boss = s.putUser(t, map[string]any{"userPrincipalName": "boss@" + s.tenant.InitialDomain, "mailNickname": "boss"})
	group, err := s.PutGroup(s.tenant.TenantID, map[string]any{"displayName": "Team", "mailNickname": "team"})
	if err != nil {
		t.Fatal(err)
	}
	s.group = group
	s.failNowAndThen()

	const callers = 20
	want := map[string]soaked{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(caller), 1)) // the same operations every time
			people := make([]soaked, 5)
			for range *soakOperations / callers {
				person := &people[random.IntN(len(people))]
				ctx, cancel := graph.WithBudget(t.Context(), 2*time.Minute)
				if err := s.operate(ctx, random, person); err != nil {
					t.Error(err)
				}
				cancel()
			}
			mu.Lock()
			defer mu.Unlock()
			for _, person := range people {
				if person.ID != "" {
					want[person.ID] = person
				}
			}
		})
	}
	all.Wait()
	s.ClearFaults()
	if diff := cmp.Diff(want, s.present()); diff != "" {
		t.Errorf("the directory is not what was asked for (-want +got):\n%s", diff)
	}
}

// operate does one thing with one person, and notes what should have become of it.
func (s *soak) operate(ctx context.Context, random *rand.Rand, person *soaked) error {
	client, now := s.client, s.client.Now()
	if person.ID == "" {
		address := fmt.Sprintf("guest%05d@partner.example", s.invited.Add(1))
		invited, err := client.Invite(ctx, graph.Invitation{EmailAddress: address, RedirectURL: "https://welcome.example"})
		if err != nil {
			return fmt.Errorf("inviting %s: %w", address, err)
		}
		*person = soaked{ID: invited.UserID}
		return nil
	}
	choice := random.IntN(20)
	if choice == 11 && !person.Member {
		choice = 12 // whoever is fresh and not in is waited for
	}
	switch choice {
	case 0:
		id := person.ID
		*person = soaked{}
		return client.DeleteUser(ctx, id, now)
	case 1, 2, 3, 4:
		person.JobTitle = fmt.Sprintf("Title %d", random.IntN(1000))
		return client.UpdateUser(ctx, person.ID, graph.Changes{"jobTitle": person.JobTitle}, now)
	case 5, 6:
		person.Manager = []string{"", s.boss}[choice-5]
		return client.SetManager(ctx, person.ID, person.Manager, now)
	case 7:
		person.Sponsors = []string{s.boss}
		return client.AddSponsor(ctx, person.ID, s.boss, now)
	case 8:
		person.Sponsors = nil
		return client.RemoveSponsor(ctx, person.ID, s.boss)
	case 9, 10:
		person.Member = true
		return client.AddMember(ctx, s.group, person.ID, now)
	case 11:
		person.Member = false
		return client.RemoveMember(ctx, s.group, person.ID, now)
	default:
		return s.compare(graph.Refreshing(ctx), person)
	}
}

// compare reads the person as a refresh does.
func (s *soak) compare(ctx context.Context, person *soaked) error {
	user, err := s.client.User(ctx, person.ID)
	if err != nil {
		return err
	}
	manager, managerErr := s.client.Manager(ctx, person.ID)
	sponsors, sponsorErr := s.client.Sponsors(ctx, person.ID)
	standing, memberErr := s.client.Standing(ctx, s.group, person.ID)
	if err := errors.Join(managerErr, sponsorErr, memberErr); err != nil {
		return err
	}
	title := ""
	if user.JobTitle != nil {
		title = *user.JobTitle
	}
	got := soaked{ID: user.ID, JobTitle: title, Manager: manager, Sponsors: slices.Clip(append([]string(nil), sponsors...)), Member: standing == graph.In}
	if diff := cmp.Diff(*person, got); diff != "" {
		return fmt.Errorf("a refresh shows something else than was written (-want +got):\n%s", diff)
	}
	return nil
}

// present is everybody who is in the directory, but for the boss.
func (s *soak) present() map[string]soaked {
	members := s.Members(s.tenant.TenantID, s.group)
	people := map[string]soaked{}
	for _, user := range s.Users(s.tenant.TenantID) {
		id, _ := user["id"].(string)
		if id == s.boss {
			continue
		}
		title, _ := user["jobTitle"].(string)
		people[id] = soaked{
			ID: id, JobTitle: title, Manager: s.Manager(s.tenant.TenantID, id),
			Sponsors: append([]string(nil), s.Sponsors(s.tenant.TenantID, id)...), Member: slices.Contains(members, id),
		}
	}
	return people
}
