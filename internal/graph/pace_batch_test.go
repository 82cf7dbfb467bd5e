package graph

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// limitedBatches answers batches, each request by the limit of its method.
type limitedBatches struct{ reads, writes *limitedService }

func (s *limitedBatches) RoundTrip(request *http.Request) (*http.Response, error) {
	var body batchBody
	if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
		return nil, err
	}
	if err := pause(request.Context(), serviceLatency); err != nil {
		return nil, err
	}
	responses := make([]any, len(body.Requests))
	for i, one := range body.Requests {
		limits := s.writes
		if one.Method == http.MethodGet {
			limits = s.reads
		}
		code, header := limits.charge()
		headers := map[string]string{}
		for name := range header {
			headers[name] = header.Get(name)
		}
		responses[i] = map[string]any{"id": one.ID, "status": code, "headers": headers}
	}
	result, err := json.Marshal(map[string]any{"responses": responses})
	return answer(http.StatusOK, string(result)), err
}

// TestPaceOfMixedBatches lets a hundred callers send batches of reads and writes against the
// published limits of a small tenant: nothing fails, and the scarcer limit is used up.
func TestPaceOfMixedBatches(t *testing.T) {
	t.Parallel()
	for name, writesEach := range map[string]int{"writes alone": 20, "half of each": 10, "mostly reads": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &limitedBatches{reads: &limitedService{capacity: 3500, perSecond: 350}, writes: &limitedService{capacity: 3000, perSecond: 20}}
				client := newTestClient(t, tokenOfEverything, service)
				const batches, callers = 1000, 100
				start := time.Now()
				var all sync.WaitGroup
				for range callers {
					all.Go(func() {
						for range batches / callers {
							sendMixed(t, client, writesEach)
						}
					})
				}
				all.Wait()
				took := time.Since(start)
				writes, reads := batches*writesEach, batches*(maxBatch-writesEach)
				ideal := max(service.reads.ideal(reads), service.writes.ideal(writes))
				refusals := service.reads.refusals + service.writes.refusals
				t.Logf("%d batches in %s, ideally %s: %.0f %%; %d refusals", batches, took, ideal, 100*ideal.Seconds()/took.Seconds(), refusals)
				if service.reads.served != reads || service.writes.served != writes {
					t.Errorf("%d of %d reads and %d of %d writes were served", service.reads.served, reads, service.writes.served, writes)
				}
				if ideal.Seconds() < 0.9*took.Seconds() {
					t.Errorf("took %s, want 90 %% of the limit", took)
				}
				// Those who are under way when the first one is refused.
				if refusals > callers*maxBatch {
					t.Errorf("%d refusals", refusals)
				}
			})
		})
	}
}

// sendMixed sends one batch as an operation of a minute.
func sendMixed(t *testing.T, client *Client, writes int) {
	t.Helper()
	ctx, cancel := WithBudget(t.Context(), time.Minute)
	defer cancel()
	errands := make([]errand, maxBatch)
	for i := range errands {
		method := http.MethodGet
		if i < writes {
			method = http.MethodPatch
		}
		errands[i] = errand{batchRequest: batchRequest{method: method, url: "/users/1"}, take: func(answer batchAnswer) []errand {
			if answer.err != nil {
				t.Error(answer.err)
			}
			return nil
		}}
	}
	client.carry(ctx, errands)
}

// A batch that waits for the limit of writes is counted once with the reads.
func TestPaceCountsAMixedBatchOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGovernor()
		g.learn(load{writes: 1}, http.Header{"X-Ms-Throttle-Limit-Percentage": {"0.99"}})
		if err := g.wait(t.Context(), load{reads: 10, writes: 10}, pause); err != nil {
			t.Error(err)
		}
		if g.reads.recent != 10 {
			t.Errorf("%f reads are counted", g.reads.recent)
		}
	})
}
