package guests

import (
	"maps"
	"slices"
	"strings"
)

// matching is who of a plan is who of the state.
type matching struct {
	// stays are the people who stay, by the key of the plan.
	stays map[string]*guest
	// arrives are the keys of guests who are new, in order.
	arrives []string
	// leaves are the people who have no key any more, in the order of their old ones.
	leaves []*guest
}

// match finds the people again. A key that stays is the same person, whatever the address:
// he moves. Of the keys that go and those that come, two with one address, in any case,
// are one person with a new key; so are two with one object id. unknown are the keys of
// guests who are not known yet.
func match(planned map[string]*entry, unknown []string, present map[string]*guest) matching {
	m := matching{stays: make(map[string]*guest, len(planned))}
	keys := slices.Sorted(maps.Keys(planned))
	taken := map[*guest]bool{}
	claim := func(key string, g *guest) {
		if g != nil && !taken[g] && m.stays[key] == nil {
			m.stays[key], taken[g] = g, true
		}
	}
	for _, key := range slices.Concat(keys, unknown) {
		claim(key, present[key])
	}
	byAddress, byID := map[string]*guest{}, map[string]*guest{}
	for _, g := range present {
		byAddress[strings.ToLower(g.entry.Email)] = g
		byID[strings.ToLower(g.ObjectID.ValueString())] = g
	}
	for _, key := range keys {
		claim(key, byAddress[strings.ToLower(planned[key].Email)])
	}
	for _, key := range keys {
		claim(key, byID[strings.ToLower(planned[key].ExistingUserID)])
	}
	for _, key := range keys {
		if m.stays[key] == nil {
			m.arrives = append(m.arrives, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(present)) {
		if g := present[key]; !taken[g] {
			m.leaves = append(m.leaves, g)
		}
	}
	return m
}
