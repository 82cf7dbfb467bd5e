package user

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const (
	// shownFaults is how many keys an error names.
	shownFaults = 20
	// fewMissing is how many keys that nobody has are looked for again: what fits in one
	// batch. So many are missing for another reason than a replica that lags.
	fewMissing = 300
	// fewSignIns is how many keys are looked for with their sign-ins, 15 in a request: what
	// Graph serves in a minute.
	fewSignIns = 150
)

// result is the users found, and the object ids of the addresses that were asked for, by
// address in lower case.
type result struct {
	users []graph.User
	asked map[string]string
}

// faults are keys that lead to nobody or to several people, by argument.
type faults struct{ list []fault }

type fault struct{ attribute, summary, detail string }

// Error lists them.
func (f *faults) Error() string {
	lines := make([]string, 0, len(f.list))
	for _, one := range f.list {
		lines = append(lines, one.detail)
	}
	return strings.Join(lines, "\n")
}

// find carries the search out: the union of all keys, of whom the criteria and the
// membership leave some.
func (a arguments) find(ctx context.Context, client *graph.Client) (result, error) {
	properties := slices.Concat(a.roll.Properties(), a.criteria.Properties())
	var candidates map[string]graph.User
	var err error
	found := result{asked: map[string]string{}}
	if a.listed() {
		candidates = map[string]graph.User{}
		take := func(user graph.User) { candidates[user.ID] = user }
		if err := client.ListUsers(ctx, a.criteria, properties, take); err != nil {
			return result{}, err
		}
		properties = nil
	}
	if len(a.lists) > 0 {
		named, err := a.named(ctx, client, properties, found.asked)
		if err != nil {
			return result{}, err
		}
		candidates = intersect(candidates, named)
	}
	if a.memberOf != "" {
		members := map[string]graph.User{}
		wanted := properties
		if candidates != nil {
			wanted = nil
		}
		if _, err = client.ListMembers(ctx, a.memberOf, false, wanted, func(user graph.User) { members[user.ID] = user }); err != nil {
			return result{}, err
		}
		candidates = intersect(candidates, members)
	}
	for _, user := range candidates {
		if a.criteria.Matches(user) {
			found.users = append(found.users, user)
		}
	}
	maps.DeleteFunc(found.asked, func(_, id string) bool {
		user, there := candidates[id]
		return !there || !a.criteria.Matches(user)
	})
	return found, nil
}

// listed reports whether a list of users says who meets the criteria: what a filter in
// Graph's own words means only Graph knows, and sign-ins of more than a few users are had
// sooner in pages of 500.
func (a arguments) listed() bool {
	keys := 0
	for _, list := range a.lists {
		keys += len(list)
	}
	named := len(a.lists) > 0
	return a.criteria.Filter != "" || !named && a.memberOf == "" || a.signIns && (!named || keys > fewSignIns)
}

// intersect keeps those of the first who are among the second; the first, nil, may be
// everybody.
func intersect(first, second map[string]graph.User) map[string]graph.User {
	if first == nil {
		return second
	}
	for id := range first {
		if _, both := second[id]; !both {
			delete(first, id)
		}
	}
	return first
}

// named finds whom the keys name, by object id, and notes the addresses. A key that leads
// to nobody, unless that is ignored, or to several people is a *faults.
func (a arguments) named(ctx context.Context, client *graph.Client, properties []graph.Property, asked map[string]string) (map[string]graph.User, error) {
	var keys []graph.Key
	for _, name := range keyLists() {
		keys = append(keys, a.lists[name]...)
	}
	holders, err := client.FindUsers(ctx, keys, properties...)
	if err != nil {
		return nil, err
	}
	if !a.ignoreMissing {
		if err := again(ctx, client, holders, properties); err != nil {
			return nil, err
		}
	}
	if err := a.judge(holders); err != nil {
		return nil, err
	}
	named := map[string]graph.User{}
	for key, users := range holders {
		for _, user := range users {
			named[user.ID] = user
			if key.Kind == graph.ByAddress {
				asked[strings.ToLower(key.Value)] = user.ID
			}
		}
	}
	return named, nil
}

// again looks once more for those who should be there: a replica may not have heard of
// them yet.
func again(ctx context.Context, client *graph.Client, holders map[graph.Key][]graph.User, properties []graph.Property) error {
	looks := 0
	return graph.Poll(ctx, patience, func(ctx context.Context) (done bool, err error) {
		var missing []graph.Key
		for key, users := range holders {
			if len(users) == 0 {
				missing = append(missing, key)
			}
		}
		if len(missing) == 0 || len(missing) > fewMissing {
			return true, nil
		}
		if looks++; looks == 1 {
			return false, nil // the search that brought us here was a moment ago
		}
		found, err := client.FindUsers(ctx, missing, properties...)
		if err != nil {
			return true, err
		}
		maps.Copy(holders, found)
		return false, nil
	})
}

// judge reports the keys that do not lead to one person each.
func (a arguments) judge(holders map[graph.Key][]graph.User) error {
	found := &faults{}
	for _, name := range keyLists() {
		var missing, shared []string
		for _, key := range a.lists[name] {
			switch users := holders[key]; {
			case len(users) == 0:
				missing = append(missing, key.Value)
			case len(users) > 1:
				shared = append(shared, diagnostic.Quote(key.Value)+":\n"+person.List(users))
			}
		}
		if len(missing) > 0 && !a.ignoreMissing {
			found.list = append(found.list, fault{name, "Users not found", fmt.Sprintf(
				"%d of the %d different entries of %s lead to no user of the tenant:\n%s\n\nSet ignore_missing = true to leave them out.",
				len(missing), len(a.lists[name]), name, person.Lines(missing, shownFaults))})
		}
		if len(shared) > 0 {
			found.list = append(found.list, fault{name, "Several users found", fmt.Sprintf(
				"%d entries of %s lead to several users each. Name those that are meant by object_ids.\n\n%s",
				len(shared), name, strings.Join(shared[:min(len(shared), shownFaults)], "\n"))})
		}
	}
	if len(found.list) > 0 {
		return found
	}
	return nil
}
