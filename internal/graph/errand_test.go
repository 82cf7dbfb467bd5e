package graph

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// once answers the first request for each of the URLs as given, and everything else with
// a success.
func once(first map[string]*inner) func(batchedRequest) *inner {
	left := maps.Clone(first)
	return func(request batchedRequest) *inner {
		if answer, ok := left[request.URL]; ok {
			delete(left, request.URL)
			return answer
		}
		return fine(request)
	}
}

func after(status int, seconds string) *inner {
	return &inner{Status: status, Headers: map[string]string{"Retry-After": seconds}}
}

// Every answer is taken when it is there: nobody waits for what a neighbour was asked to
// wait for.
func TestCarryTakesEachAnswerAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &batchService{answer: once(map[string]*inner{
			"/late": after(http.StatusServiceUnavailable, "6"), "/later": after(http.StatusServiceUnavailable, "60"),
			"/soon": {Status: http.StatusBadGateway}, "/too": {Status: http.StatusBadGateway},
		})}
		client := newTestClient(t, tokenOfEverything, service)
		start := time.Now()
		took := map[string]time.Duration{}
		var errands []errand
		for _, request := range gets("/a", "/late", "/soon", "/later", "/too", "/b") {
			errands = append(errands, errand{batchRequest: request, take: func(answer batchAnswer) []errand {
				if answer.status != http.StatusOK {
					t.Errorf("%s: %d, %v", request.url, answer.status, answer.err)
				}
				took[request.url] = time.Since(start)
				return nil
			}})
		}
		client.carry(t.Context(), errands)
		soon := took["/soon"]
		if soon <= 0 || soon > firstBackoff {
			t.Errorf("a backoff took %s", soon)
		}
		want := map[string]time.Duration{"/a": 0, "/b": 0, "/soon": soon, "/too": soon, "/late": 6 * time.Second, "/later": time.Minute}
		if diff := cmp.Diff(want, took); diff != "" {
			t.Error(diff)
		}
		// What failed in the same way comes again together.
		if diff := cmp.Diff([][]string{{"/a", "/late", "/soon", "/later", "/too", "/b"}, {"/soon", "/too"}, {"/late"}, {"/later"}}, service.urls()); diff != "" {
			t.Error(diff)
		}
	})
}

// An answer can lead to further requests, which share a batch again.
func TestCarryFollowsUp(t *testing.T) {
	t.Parallel()
	service := &batchService{answer: fine}
	client := newTestClient(t, tokenOfEverything, service)
	taken := 0
	var chain func(url string, length int) errand
	chain = func(url string, length int) errand {
		return errand{batchRequest: gets(url)[0], take: func(answer batchAnswer) []errand {
			taken++
			if answer.share != 1./3 {
				t.Errorf("a share of %v", answer.share)
			}
			if length == 1 {
				return nil
			}
			return []errand{chain(url+"/more", length-1)}
		}}
	}
	client.carry(t.Context(), []errand{chain("/a", 3), chain("/b", 3), chain("/c", 3)})
	if taken != 9 || len(service.batches) != 3 {
		t.Errorf("%d answers in %d batches", taken, len(service.batches))
	}
}

// Batches of one call do not wait for each other.
func TestCarrySendsBatchesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &batchService{answer: fine}
		client := newTestClient(t, tokenOfEverything, &slowly{base: service, latency: time.Second})
		var urls []string
		for i := range 10 * maxBatch {
			urls = append(urls, "/"+strconv.Itoa(i))
		}
		start := time.Now()
		client.batch(t.Context(), gets(urls...))
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("ten batches, %d at once, took %s", maxPosts, took)
		}
		if len(service.batches) != 10 {
			t.Errorf("%d batches", len(service.batches))
		}
	})
}

// slowly answers after a while.
type slowly struct {
	base    http.RoundTripper
	latency time.Duration
}

func (s *slowly) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := pause(request.Context(), s.latency); err != nil {
		return nil, err
	}
	return s.base.RoundTrip(request)
}

// The end of one caller's time ends his wait, and nobody else's.
func TestCarryEndsWithTheCallersOwnContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &batchService{answer: once(map[string]*inner{
			"/patient": after(http.StatusServiceUnavailable, "20"), "/hasty": after(http.StatusServiceUnavailable, "20"), "/called": after(http.StatusServiceUnavailable, "20"),
		})}
		client := newTestClient(t, tokenOfEverything, service)
		hasty, stop := context.WithTimeout(t.Context(), 5*time.Second)
		defer stop()
		called, call := context.WithCancel(t.Context())
		timer := time.AfterFunc(7*time.Second, call)
		defer timer.Stop()
		start := time.Now()
		var errands []errand
		for url, test := range map[string]struct {
			ctx    context.Context
			after  time.Duration
			status int
		}{
			"/patient": {t.Context(), 20 * time.Second, http.StatusOK},
			"/hasty":   {hasty, 0, http.StatusServiceUnavailable}, // there is no time to wait
			"/called":  {called, 7 * time.Second, http.StatusServiceUnavailable},
		} {
			errands = append(errands, errand{batchRequest: gets(url)[0], ctx: test.ctx, take: func(answer batchAnswer) []errand {
				if took := time.Since(start); answer.status != test.status || took != test.after {
					t.Errorf("%s: %d, %v after %s", url, answer.status, answer.err, took)
				}
				return nil
			}})
		}
		client.carry(t.Context(), errands)
	})
}

// Ten additions share a batch, and one of them is asked to wait.
func TestNeighboursDoNotWait(t *testing.T) {
	t.Parallel()
	const waited = testMember
	people := []string{waited}
	for i := range 9 {
		people = append(people, strings.Replace(testMember, testMember[:1], strconv.Itoa(i), 1))
	}
	people = slices.Compact(slices.Sorted(slices.Values(people)))
	for name, status := range map[string]int{"failure": http.StatusServiceUnavailable, "collision": http.StatusConflict} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				answered := false
				service := &batchService{answer: func(request batchedRequest) *inner {
					if !answered && strings.Contains(string(request.Body), waited) {
						answered = true
						return &inner{Status: status, Headers: map[string]string{"Retry-After": "6"}, Body: graphError(codeConcurrencyViolation)}
					}
					return &inner{Status: http.StatusNoContent}
				}}
				client := newTestClient(t, tokenOfEverything, service)
				added := &client.members.added
				added.highWater, added.left = len(people), time.Now()
				start := time.Now()
				var group sync.WaitGroup
				for _, id := range people {
					group.Go(func() {
						limit, want := 3*time.Second, time.Duration(0)
						if id == waited {
							limit, want = time.Minute, 6*time.Second
						}
						ctx, cancel := WithBudget(t.Context(), limit)
						defer cancel()
						if err := client.AddMember(ctx, testGroup, id, time.Time{}); err != nil || time.Since(start) != want {
							t.Errorf("%s: after %s: %v", id, time.Since(start), err)
						}
					})
				}
				group.Wait()
				if len(service.batches) != 2 || len(service.batches[1]) != 1 {
					t.Errorf("%v", service.urls())
				}
			})
		})
	}
}
