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
	for reads, want := range map[int]float64{1: 1, 20: 1, 21: 1, 300: 1, 301: 2, 600: 2} {
		if got := requestsFor(reads); got != want {
			t.Errorf("%d reads cost %v, want %v", reads, got, want)
		}
	}
	if math.IsNaN(requestsFor(0)) {
		t.Error("no reads cost what is no number")
	}
}
