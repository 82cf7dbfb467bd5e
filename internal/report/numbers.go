package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Tally is how many people have one name in common: a state, a domain, a company, a month.
type Tally struct {
	Name  string
	Count int
}

// Numbers are a report without its people.
type Numbers struct {
	Total, Enabled int
	// found counts the people by finding.
	found map[Finding]int
	// The tallies are sorted by falling count, then by name.
	ByState, ByDomain, ByCompany []Tally
	// PerMonth holds every month from the first invitation to the report, as 2026-01.
	PerMonth []Tally
}

// With returns how many people there is one finding about.
func (n Numbers) With(one Finding) int { return n.found[one] }

// findings lists everything that is counted.
func findings() []Finding {
	return []Finding{Pending, PendingLonger, Disabled, WithoutSponsor, NeverSignedIn, Inactive, Expiring, Expired}
}

// Count counts people.
func (r Rules) Count(people []Person) Numbers {
	n := Numbers{Total: len(people), found: map[Finding]int{}}
	states, domains, companies, months := spellings{}, spellings{}, spellings{}, map[string]int{}
	for _, p := range people {
		found := r.Findings(p)
		for _, one := range findings() {
			if found&one != 0 {
				n.found[one]++
			}
		}
		states.add(p.State)
		domains.add(p.Domain)
		companies.add(strings.Join(strings.Fields(p.Company), " "))
		if !p.CreatedAt.IsZero() {
			months[p.CreatedAt.UTC().Format(monthFormat)]++
		}
	}
	n.Enabled = n.Total - n.found[Disabled]
	n.ByState, n.ByDomain, n.ByCompany = states.tallies(), domains.tallies(), companies.tallies()
	n.PerMonth = r.everyMonth(months)
	return n
}

const monthFormat = "2006-01"

// maxMonths keeps one absurd date from filling a report with empty months.
const maxMonths = 12 * 50

// everyMonth fills the gaps between the months people were invited in, and up to AsOf.
func (r Rules) everyMonth(counts map[string]int) []Tally {
	if len(counts) == 0 {
		return []Tally{}
	}
	names := slices.Sorted(maps.Keys(counts))
	last := max(names[len(names)-1], r.AsOf.Format(monthFormat))
	first, err := time.Parse(monthFormat, names[0])
	tallies := []Tally{}
	for month := first; err == nil && len(tallies) < maxMonths; month = month.AddDate(0, 1, 0) {
		name := month.Format(monthFormat)
		if name > last {
			return tallies
		}
		tallies = append(tallies, Tally{Name: name, Count: counts[name]})
	}
	tallies = tallies[:0]
	for _, name := range names {
		tallies = append(tallies, Tally{Name: name, Count: counts[name]})
	}
	return tallies
}

// spellings counts names without regard to case: by name in lower case, then by spelling.
type spellings map[string]map[string]int

func (s spellings) add(name string) {
	key := strings.ToLower(name)
	if s[key] == nil {
		s[key] = map[string]int{}
	}
	s[key][name]++
}

// tallies shows every name in its commonest spelling.
func (s spellings) tallies() []Tally {
	tallies := make([]Tally, 0, len(s))
	for _, counts := range s {
		var one Tally
		most := 0
		for name, count := range counts {
			if count > most || count == most && name < one.Name {
				most, one.Name = count, name
			}
			one.Count += count
		}
		tallies = append(tallies, one)
	}
	slices.SortFunc(tallies, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return tallies
}

// leading returns the first tallies, the number of those left out, and how many people
// these stand for.
func leading(tallies []Tally, most int) (first []Tally, others, people int) {
	if len(tallies) <= most {
		return tallies, 0, 0
	}
	for _, one := range tallies[most:] {
		people += one.Count
	}
	return tallies[:most], len(tallies) - most, people
}
