package guests_test

import (
	"flag"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// For more than a test run has time for.
var many = flag.Int("many", 1100, "how many guests the test of very many guests has")

// Very many guests are refreshed by one list, right after they were made as well as
// later.
func TestVeryManyGuests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guests := people{}
	for i := range *many {
		guests[number(i)] = attributes{
			"email": fmt.Sprintf("guest%05d@partner%02d.example", i, i%20), "display_name": fmt.Sprintf("Guest Number %d", i),
			"job_title": "Engineer", "company_name": fmt.Sprintf("Partner %d", i%20), "city": "London", "usage_location": "GB",
		}
	}
	measure := func(what string, do func()) int {
		s.ResetRequests()
		runtime.GC()
		start := time.Now()
		do()
		requests := 0
		for _, request := range s.Requests() {
			if !request.Batched {
				requests++
			}
		}
		t.Logf("%-40s %8v, %d requests on the wire", what, time.Since(start).Round(time.Millisecond), requests)
		return requests
	}
	pages := (*many+998)/999 + 4 // and signing in: its discovery, its token, and the tenant
	measure("create", func() { s.Must(config(guests), options{}) })
	if got := measure("plan, nothing to do, all fresh", func() { s.settledOnce(config(guests)) }); got > pages {
		t.Errorf("a refresh of fresh guests took %d requests, want %d at most", got, pages)
	}
	s.old()
	if got := measure("plan, nothing to do", func() { s.settledOnce(config(guests)) }); got > pages {
		t.Errorf("a refresh took %d requests, want %d at most", got, pages)
	}
	guests[number(7)]["job_title"] = "Boss"
	if got := measure("apply one change", func() { s.Must(config(guests), options{}) }); got > 2*pages+1 {
		t.Errorf("one change took %d requests", got)
	}
	if writes := s.Sent(acceptance.Writes); len(writes) != 1 {
		t.Errorf("wrote %v", writes)
	}
}

// settledOnce fails unless a refresh and a plan find nothing to do.
func (s *stage) settledOnce(config configuration) {
	s.t.Helper()
	if changes := s.MustPlan(config, options{}).Changes; len(changes) > 0 {
		s.t.Error("something is left to do")
	}
}
