package main

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// sampling is how often the memory of the provider is looked at. The operating system keeps the peak itself, so
// that only what happens in a process's last moments can be missed.
const sampling = 10 * time.Millisecond

// observer watches one provider at work: from outside, through the emulator's log and the operating system.
type observer struct {
	emulator *graphemulator.Emulator
	program  string
}

func newObserver(emulator *graphemulator.Emulator, program string) *observer {
	return &observer{emulator: emulator, program: program}
}

// begin starts watching. The function it returns ends that and says what was seen, but for the time.
func (o *observer) begin() func() measurement {
	if o == nil {
		return func() measurement { return measurement{} }
	}

	o.emulator.ResetRequests()
	ctx, cancel := context.WithCancel(context.Background())
	var peak int64
	var watching sync.WaitGroup
	watching.Go(func() { peak = watchMemory(ctx, o.program) })

	return func() measurement {
		cancel()
		watching.Wait()
		seen := countRequests(o.emulator.Requests())
		seen.PeakMemoryBytes = peak

		return seen
	}
}

// watchMemory returns the largest resident memory, in bytes, of any process that runs program until ctx ends; 0 where
// the operating system does not tell.
func watchMemory(ctx context.Context, program string) int64 {
	ticker := time.NewTicker(sampling)
	defer ticker.Stop()

	var peak int64
	for {
		peak = max(peak, peakMemory(program))
		select {
		case <-ctx.Done():
			return peak
		case <-ticker.C:
		}
	}
}

// countRequests counts what went over the wire: a batch is one request, and signing in is counted apart. Writes of
// guests are counted singly, also those in a batch.
func countRequests(requests []graphemulator.Request) measurement {
	var seen measurement
	connections := map[int64]bool{}
	for _, request := range requests {
		if writesGuest(request) {
			seen.GuestWrites++
		}
		if request.Batched {
			continue
		}
		connections[request.Connection] = true
		switch {
		case !isGraph(request.Path):
			seen.SignInRequests++
		case aboutGroups(request):
			seen.GroupRequests++
			seen.Requests++
		default:
			seen.Requests++
		}
	}
	seen.Connections = len(connections)

	return seen
}

// writesGuest reports a write of a person: an invitation, a change, a deletion. What a replica refused because it did
// not know the person yet is none: nothing was written, and how often that happens is the lag's doing.
func writesGuest(request graphemulator.Request) bool {
	return request.Method != http.MethodGet && request.Status != http.StatusNotFound && (strings.HasSuffix(request.Path, "/invitations") || strings.Contains(request.Path, "/users/"))
}

// aboutGroups reports a request about groups and their members, also a batch of such.
func aboutGroups(request graphemulator.Request) bool {
	return strings.Contains(request.Path, "/groups/") ||
		strings.HasSuffix(request.Path, "/$batch") && (bytes.Contains(request.Body, []byte("/groups/")) || bytes.Contains(request.Body, []byte("/memberOf")))
}

// isGraph tells requests to Graph from those of the sign-in.
func isGraph(path string) bool {
	return strings.HasPrefix(path, "/v1.0/") || strings.HasPrefix(path, "/beta/")
}
