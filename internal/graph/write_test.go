package graph

import (
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// unevenService takes 0.3 s for a request, 1 s for an invitation, as a median, and for a
// batch as long as for the slowest request in it.
type unevenService struct {
	sigma float64 // of the logarithm of the time: 0.3 varies by a third

	mu     sync.Mutex
	random *rand.Rand
	// wire counts the requests on the wire, inner those in batches.
	wire, inner int
}

func (s *unevenService) latency(url string) time.Duration {
	median := 300 * time.Millisecond
	if strings.Contains(url, "/invitations") {
		median = time.Second
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Duration(float64(median) * math.Exp(s.sigma*s.random.NormFloat64()))
}

func (s *unevenService) RoundTrip(request *http.Request) (*http.Response, error) {
	var content []byte
	if request.Body != nil {
		var err error
		if content, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	s.wire++
	s.mu.Unlock()
	if !strings.HasSuffix(request.URL.Path, "/$batch") {
		if err := pause(request.Context(), s.latency(request.URL.Path)); err != nil {
			return nil, err
		}
		return status(http.StatusNoContent)(request)
	}
	var body batchBody
	if err := json.Unmarshal(content, &body); err != nil {
		return nil, err
	}
	slowest := time.Duration(0)
	responses := make([]any, len(body.Requests))
	for i, one := range body.Requests {
		slowest = max(slowest, s.latency(one.URL))
		responses[i] = map[string]any{"id": one.ID, "status": http.StatusNoContent}
	}
	s.mu.Lock()
	s.inner += len(responses)
	s.mu.Unlock()
	if err := pause(request.Context(), slowest); err != nil {
		return nil, err
	}
	result, err := json.Marshal(map[string]any{"responses": responses})
	return answer(http.StatusOK, string(result)), err
}

// sharing says which writes are shared.
type sharing struct{ invitations, changes bool }

// measured is what writes have taken.
type measured struct {
	took time.Duration
	wire int // requests
}

// measureWrites lets so many callers change 640 people, and invite them before where they
// are created.
func measureWrites(t *testing.T, callers int, sigma float64, create bool, shared sharing) (m measured) {
	t.Helper()
	const people = 640
	synctest.Test(t, func(t *testing.T) {
		service := &unevenService{sigma: sigma, random: rand.New(rand.NewPCG(1, 1))}
		client := newTestClient(t, tokenOfEverything, service)
		gathererOf := func(shared bool) *gatherer[write, batchAnswer] {
			g := &gatherer[write, batchAnswer]{limit: 1, send: client.writes.send}
			if shared {
				g.limit = maxBatch
			}
			return g
		}
		invitations, changes := gathererOf(shared.invitations), gathererOf(shared.changes)
		if !create {
			changes.few = client.writes.changes.few
		}
		send := func(g *gatherer[write, batchAnswer], method abstractions.HttpMethod, url string) {
			info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(method, "{+baseurl}"+url, client.path())
			info.SetStreamContentAndContentType([]byte("{}"), "application/json")
			if err := client.share(t.Context(), g, operation{}, time.Time{}, write{info: info}); err != nil {
				t.Error(err)
			}
		}
		start := time.Now()
		var next atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for next.Add(1) <= people {
					if create {
						send(invitations, abstractions.POST, "/invitations")
					}
					send(changes, abstractions.PATCH, "/users/1")
				}
			})
		}
		all.Wait()
		m = measured{time.Since(start), service.wire}
	})
	return m
}

// TestSharedWrites shows where sharing pays: what the comment of writes says.
func TestSharedWrites(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		callers  int
		create   bool
		shared   sharing
		maxWire  int
		min, max float64 // of the time, compared with requests of their own
	}{
		"changes, Terraform's parallelism":  {callers: 10, shared: sharing{changes: true}, maxWire: 640, min: 1, max: 1},
		"changes, 64 callers":               {callers: 64, shared: sharing{changes: true}, maxWire: 64, max: 1.8},
		"changes, 100 callers":              {callers: 100, shared: sharing{changes: true}, maxWire: 64, max: 1.8},
		"creation, changes shared":          {callers: 16, create: true, shared: sharing{changes: true}, maxWire: 1100, min: 1.15, max: 2},
		"creation, invitations shared, too": {callers: 16, create: true, shared: sharing{true, true}, maxWire: 400, min: 1.4, max: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const varies = 0.3
			single := measureWrites(t, test.callers, varies, test.create, sharing{})
			shared := measureWrites(t, test.callers, varies, test.create, test.shared)
			ratio := shared.took.Seconds() / single.took.Seconds()
			t.Logf("%d requests in %s, with requests of their own %d in %s: %.2f", shared.wire, shared.took, single.wire, single.took, ratio)
			if shared.wire > test.maxWire {
				t.Errorf("%d requests, want %d at most", shared.wire, test.maxWire)
			}
			if ratio < test.min || ratio > test.max {
				t.Errorf("%.2f of the time of requests of their own, want %.2f to %.2f", ratio, test.min, test.max)
			}
			// What Graph allows in the long run is 20 writes a second.
			if pace := 640 / shared.took.Seconds(); !test.create && pace < 30 {
				t.Errorf("%.0f writes a second", pace)
			}
		})
	}
}

// A lone write is sent as it is, whatever comes behind it, and so are those of people who
// were written a moment ago.
func TestWritesThatAreNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &unevenService{random: rand.New(rand.NewPCG(1, 1))}
		client := newTestClient(t, tokenOfEverything, service)
		change := func(writtenAt time.Time) {
			if err := client.UpdateUser(t.Context(), "1", Changes{"jobTitle": "Boss"}, writtenAt); err != nil {
				t.Error(err)
			}
		}
		start := time.Now()
		for range 3 {
			change(time.Time{})
		}
		if took := time.Since(start); took != 900*time.Millisecond {
			t.Errorf("three writes in a row took %s", took)
		}
		start = time.Now()
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() { change(client.Now()) })
		}
		all.Wait()
		if took := time.Since(start); took != 300*time.Millisecond || service.inner > 0 {
			t.Errorf("the changes of forty fresh users took %s, %d of them in batches", took, service.inner)
		}
	})
}
