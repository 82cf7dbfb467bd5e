package graph

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestWorthListingNeverCostsTwiceTheBetterWay lets reads come in shares of all sizes and
// stop at any moment: the total is compared with the better of reading all of them singly
// and of reading the list at once.
func TestWorthListingNeverCostsTwiceTheBetterWay(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		list := float64(1 + random.IntN(60))
		share := []float64{1, 0.5, 0.1, 0.05, random.Float64() + 0.001}[random.IntN(5)]
		spent, bought, single := 0.0, 0.0, 0.0
		for range 1 + random.IntN(400) {
			next := share
			if random.IntN(4) == 0 {
				next = 1
			}
			single += next
			if bought == 0 && worthListing(spent, next, list) {
				bought = list
			}
			if bought == 0 {
				spent += next
			}
			best := min(single, list)
			if total := spent + bought; total > 2*best+1e-9 {
				t.Fatalf("%.2f requests instead of %.2f: list %.0f, share %.2f", total, best, list, share)
			}
		}
		if single > list+1 && bought == 0 {
			t.Fatalf("a list of %.0f was not read although single reads cost %.1f", list, single)
		}
	}
}

func TestCosts(t *testing.T) {
	t.Parallel()
	for objects, want := range map[int]float64{0: 1, 1: 1, 999: 1, 1000: 2, 30000: 31} {
		if got := pagesOf(objects); got != want {
			t.Errorf("a list of %d costs %v, want %v", objects, got, want)
		}
	}
	direct := func(_ string, reads int) int { return reads }
	filtered := func(_ string, reads int) int { return filtersFor(reads) }
	for name, test := range map[string]struct {
		reads    map[string]int
		requests func(string, int) int
		want     map[string]float64
	}{
		"one":                     {map[string]int{"a": 1}, direct, map[string]float64{"a": 1}},
		"a batch":                 {map[string]int{"a": 20}, direct, map[string]float64{"a": 0.05}},
		"more than a batch":       {map[string]int{"a": 21}, direct, map[string]float64{"a": 2. / 21}},
		"two kinds":               {map[string]int{"a": 5, "b": 15}, direct, map[string]float64{"a": 0.05, "b": 0.05}},
		"filters":                 {map[string]int{"a": 300}, filtered, map[string]float64{"a": 1. / 300}},
		"more than fit":           {map[string]int{"a": 301}, filtered, map[string]float64{"a": 2. / 301}},
		"a large and a small one": {map[string]int{"a": 15, "b": 1}, filtered, map[string]float64{"a": 1. / 30, "b": 0.5}},
		"nothing":                 {map[string]int{}, filtered, map[string]float64{}},
	} {
		got := costs(test.reads, test.requests)
		for kind, want := range test.want {
			if math.Abs(got[kind]-want) > 1e-9 {
				t.Errorf("%s: a read of %s costs %v, want %v", name, kind, got[kind], want)
			}
		}
	}
}

func TestRides(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		requests, more int
		want           bool
	}{{1, 2, true}, {18, 2, true}, {19, 2, false}, {20, 1, false}, {21, 2, true}, {0, 1, false}} {
		if got := rides(test.requests, test.more); got != test.want {
			t.Errorf("%d ride along with %d: %t", test.more, test.requests, got)
		}
	}
}
