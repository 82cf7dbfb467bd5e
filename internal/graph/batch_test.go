package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/go-cmp/cmp"
)

// staticToken is a credential whose tokens carry the given claims.
type staticToken string

func (s staticToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	payload := base64.RawURLEncoding.EncodeToString([]byte(s))
	return azcore.AccessToken{Token: "header." + payload + ".signature", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

const tokenOfEverything = staticToken(`{"tid":"t","roles":["User.Read.All","OrgContact.Read.All","GroupMember.Read.All"]}`)

const testEndpoint = "https://graph.example"

func newTestClient(t *testing.T, credential azcore.TokenCredential, transport http.RoundTripper) *Client {
	t.Helper()
	client, err := New(Options{Endpoint: testEndpoint, Scope: testEndpoint + "/.default", Credential: credential, Transport: transport, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// inner is the answer to one request of a batch.
type inner struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    any               `json:"body,omitempty"`
}

func graphError(code string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "message": "m"}}
}

// batchService answers batches request by request, in reverse order.
type batchService struct {
	answer func(batchedRequest) *inner // nil: leaves the request out

	mu      sync.Mutex
	batches [][]batchedRequest
	// whole, taken from the front, answers or breaks a batch as a whole; nil lets it pass.
	whole []func(*http.Request) (*http.Response, error)
}

func (s *batchService) RoundTrip(request *http.Request) (*http.Response, error) {
	var body batchBody
	content, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(content, &body); err != nil {
		return nil, err
	}
	if request.Method != http.MethodPost || request.URL.String() != testEndpoint+"/v1.0/$batch" ||
		request.Header.Get("Content-Type") != "application/json" || request.Header.Get("Authorization") == "" {
		return status(http.StatusTeapot)(request)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, body.Requests)
	if len(s.whole) > 0 {
		whole := s.whole[0]
		s.whole = s.whole[1:]
		if whole != nil {
			return connecting(whole)(request)
		}
	}
	responses := []any{}
	for _, one := range slices.Backward(body.Requests) {
		if answer := s.answer(one); answer != nil {
			responses = append(responses, struct {
				ID string `json:"id"`
				*inner
			}{one.ID, answer})
		}
	}
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Request-Id", "id-of-batch")
	if err := json.NewEncoder(recorder).Encode(map[string]any{"responses": responses}); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

// urls are the requests of each batch so far.
func (s *batchService) urls() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([][]string, len(s.batches))
	for i, batch := range s.batches {
		for _, request := range batch {
			all[i] = append(all[i], request.URL)
		}
	}
	return all
}

func fine(request batchedRequest) *inner {
	return &inner{Status: http.StatusOK, Body: map[string]string{"id": request.URL}}
}

func gets(urls ...string) []batchRequest {
	requests := make([]batchRequest, len(urls))
	for i, url := range urls {
		requests[i] = batchRequest{method: http.MethodGet, url: url}
	}
	return requests
}

func TestBatchAnswersEveryRequest(t *testing.T) {
	t.Parallel()
	service := &batchService{answer: func(request batchedRequest) *inner {
		if request.URL == "/7" {
			return &inner{Status: http.StatusNotFound, Body: graphError(codeNotFound)}
		}
		return fine(request)
	}}
	client := newTestClient(t, tokenOfEverything, service)
	var urls []string
	for i := range 45 {
		urls = append(urls, "/"+strconv.Itoa(i))
	}
	for i, answer := range client.batch(t.Context(), gets(urls...)) {
		var object directoryObject
		err := answer.decode(operation{doing: "reading", subject: urls[i]}, &object)
		if i == 7 {
			refused, ok := RefusalOf(err)
			if !IsNotFound(err) || !ok || refused.Subject != "/7" || refused.RequestID != "id-of-batch" {
				t.Errorf("got %v", err)
			}
			continue
		}
		if err != nil || object.ID != urls[i] {
			t.Errorf("%s: got %q, %v", urls[i], object.ID, err)
		}
	}
	var sizes []int
	for _, batch := range service.batches {
		sizes = append(sizes, len(batch))
	}
	slices.Sort(sizes) // they are sent at once
	if diff := cmp.Diff([]int{5, 20, 20}, sizes); diff != "" {
		t.Error(diff)
	}
}

func TestBatchBody(t *testing.T) {
	t.Parallel()
	service := &batchService{answer: func(batchedRequest) *inner { return &inner{Status: http.StatusNoContent} }}
	client := newTestClient(t, tokenOfEverything, service)
	answers := client.batch(t.Context(), []batchRequest{
		{method: http.MethodPatch, url: "/groups/g", body: json.RawMessage(`{"a":"<&>"}`), headers: map[string]string{"Prefer": "x"}},
		{method: http.MethodGet, url: "/users?$top=1&$count=true", headers: map[string]string{"ConsistencyLevel": "eventual"}},
	})
	for _, answer := range answers {
		if err := answer.decode(operation{}, nil); err != nil {
			t.Error(err)
		}
	}
	want := []batchedRequest{
		{ID: "0", Method: "PATCH", URL: "/groups/g", Headers: map[string]string{"Prefer": "x", "Content-Type": "application/json"}, Body: json.RawMessage(`{"a":"\u003c\u0026\u003e"}`)},
		{ID: "1", Method: "GET", URL: "/users?$top=1&$count=true", Headers: map[string]string{"ConsistencyLevel": "eventual"}},
	}
	if diff := cmp.Diff(want, service.batches[0]); diff != "" {
		t.Error(diff)
	}
}

func TestBatchRepeats(t *testing.T) {
	t.Parallel()
	violation := &inner{Status: http.StatusConflict, Body: graphError(codeConcurrencyViolation)}
	post := batchRequest{method: http.MethodPost, url: "/x", body: json.RawMessage(`{}`)}
	harmless := post
	harmless.harmless = true
	get := gets("/x")[0]
	unavailable := &inner{Status: http.StatusServiceUnavailable}
	tests := map[string]struct {
		request batchRequest
		// answers to the request; the last one stays.
		answers []*inner
		limit   time.Duration // of the context
		tries   int
		waited  time.Duration // at least
		ok      func(error) bool
	}{
		"429 with Retry-After": {
			request: post, answers: []*inner{{Status: 429, Headers: map[string]string{"Retry-After": "90"}}, {Status: 204}},
			tries: 2, waited: 90 * time.Second, ok: isNil,
		},
		"429 with a decimal Retry-After": {
			request: get, answers: []*inner{{Status: 429, Headers: map[string]string{"retry-after": "2.5"}}, {Status: 200}},
			tries: 2, waited: 2500 * time.Millisecond, ok: isNil,
		},
		"429 without":                     {request: get, answers: []*inner{{Status: 429}, {Status: 429}, {Status: 200}}, tries: 3, waited: 300 * time.Millisecond, ok: isNil},
		"429 beyond the context":          {request: get, answers: []*inner{{Status: 429, Headers: map[string]string{"Retry-After": "90"}}}, limit: time.Minute, tries: 1, ok: is[*Throttled]},
		"503 on a GET":                    {request: get, answers: []*inner{unavailable, {Status: 200}}, tries: 2, waited: 100 * time.Millisecond, ok: isNil},
		"503 with Retry-After":            {request: get, answers: []*inner{{Status: 503, Headers: map[string]string{"Retry-After": "7"}}, {Status: 200}}, tries: 2, waited: 7 * time.Second, ok: isNil},
		"503 beyond the context":          {request: get, answers: []*inner{{Status: 503, Headers: map[string]string{"Retry-After": "90"}}}, limit: time.Minute, tries: 1, ok: is[*Unavailable]},
		"503 for ever":                    {request: get, answers: []*inner{unavailable}, tries: maxFailures, ok: is[*Unavailable]},
		"501":                             {request: get, answers: []*inner{{Status: 501}}, tries: 1, ok: is[*Unavailable]},
		"503 on a POST":                   {request: post, answers: []*inner{unavailable}, tries: 1, ok: is[*Uncertain]},
		"503 on a harmless POST":          {request: harmless, answers: []*inner{unavailable, {Status: 204}}, tries: 2, ok: isNil},
		"two writes met":                  {request: post, answers: []*inner{violation, violation, {Status: 204}}, tries: 3, ok: isNil},
		"two writes meet for ever":        {request: post, answers: []*inner{violation}, tries: maxFailures, ok: is[*Conflict]},
		"another conflict":                {request: post, answers: []*inner{{Status: 409, Body: graphError("Request_MultipleObjectsWithSameKeyValue")}}, tries: 1, ok: is[*Conflict]},
		"a GET that is left out":          {request: get, answers: []*inner{nil, {Status: 200}}, tries: 2, ok: isNil},
		"a GET that is left out for ever": {request: get, answers: []*inner{nil}, tries: maxFailures, ok: func(err error) bool { return errors.Is(err, errUnanswered) }},
		"a POST that is left out":         {request: post, answers: []*inner{nil}, tries: 1, ok: is[*Uncertain]},
		"a refusal":                       {request: get, answers: []*inner{{Status: 403, Body: graphError("Authorization_RequestDenied")}}, tries: 1, ok: IsForbidden},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				service := &batchService{answer: func(request batchedRequest) *inner {
					if request.URL != "/x" {
						return fine(request)
					}
					tries++
					return test.answers[min(tries, len(test.answers))-1]
				}}
				client := newTestClient(t, tokenOfEverything, service)
				ctx := t.Context()
				if test.limit > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.limit)
					defer cancel()
				}
				start := time.Now()
				answers := client.batch(ctx, append(gets("/a"), append([]batchRequest{test.request}, gets("/b")...)...))
				if err := answers[1].decode(operation{doing: "trying", subject: "x"}, nil); !test.ok(err) {
					t.Errorf("got %T: %v", err, err)
				}
				for _, i := range []int{0, 2} {
					if err := answers[i].decode(operation{}, nil); err != nil {
						t.Errorf("a neighbour failed: %v", err)
					}
				}
				if waited := time.Since(start); waited < test.waited || test.limit > 0 && waited > 0 {
					t.Errorf("waited %s, want %s at least", waited, test.waited)
				}
				if tries != test.tries {
					t.Errorf("%d tries, want %d", tries, test.tries)
				}
				for _, batch := range service.batches[1:] {
					if len(batch) != 1 || batch[0].URL != "/x" {
						t.Errorf("repeated %v, want /x alone", batch)
					}
				}
			})
		})
	}
}

func isNil(err error) bool { return err == nil }

func TestBatchHoldsEverybody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttled := false
		service := &batchService{answer: func(request batchedRequest) *inner {
			if throttled {
				return fine(request)
			}
			throttled = true
			return &inner{Status: 429, Headers: map[string]string{"Retry-After": "30"}}
		}}
		client := newTestClient(t, tokenOfEverything, service)
		start := time.Now()
		var group sync.WaitGroup
		group.Go(func() { client.batch(t.Context(), gets("/a")) })
		synctest.Wait()
		client.batch(t.Context(), gets("/b"))
		if waited := time.Since(start); waited < 30*time.Second {
			t.Errorf("another batch went out after %s", waited)
		}
		group.Wait()
	})
}

func TestBatchFailsAsAWhole(t *testing.T) {
	t.Parallel()
	write := batchRequest{method: http.MethodPost, url: "/w", body: json.RawMessage(`{}`)}
	harmless := write
	harmless.harmless = true
	page := func(code int) func(*http.Request) (*http.Response, error) {
		return func(*http.Request) (*http.Response, error) { return answer(code, "<html>proxy</html>"), nil }
	}
	type wholes = []func(*http.Request) (*http.Response, error)
	tests := map[string]struct {
		requests []batchRequest
		whole    wholes
		tries    int
		ok       func(error) bool
	}{
		"reads, connection lost":           {requests: gets("/a", "/b"), whole: wholes{broken(errReset)}, tries: 2, ok: isNil},
		"reads, 503":                       {requests: gets("/a", "/b"), whole: wholes{status(503), nil}, tries: 2, ok: isNil},
		"a write among them, lost":         {requests: append(gets("/a"), write), whole: wholes{broken(errReset)}, tries: 1, ok: is[*Uncertain]},
		"a write among them, 503":          {requests: append(gets("/a"), write), whole: wholes{status(503)}, tries: 1, ok: func(err error) bool { return is[*Uncertain](err) && is[*Unavailable](err) }},
		"a harmless write among them":      {requests: append(gets("/a"), harmless), whole: wholes{broken(errReset)}, tries: 2, ok: isNil},
		"never sent":                       {requests: append(gets("/a"), write), whole: wholes{broken(errDial)}, tries: 2, ok: isNil},
		"throttled":                        {requests: append(gets("/a"), write), whole: wholes{status(429, "Retry-After", "5")}, tries: 2, ok: isNil},
		"refused":                          {requests: gets("/a", "/b"), whole: wholes{status(403)}, tries: 1, ok: IsForbidden},
		"a read, a proxy's page":           {requests: gets("/a"), whole: wholes{page(200)}, tries: 1, ok: is[*Malformed]},
		"a write, a proxy's page":          {requests: []batchRequest{write}, whole: wholes{page(200)}, tries: 1, ok: is[*Uncertain]},
		"a proxy's page that says failure": {requests: gets("/a"), whole: wholes{page(407)}, tries: 1, ok: is[*BadRequest]},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &batchService{answer: fine, whole: test.whole}
				client := newTestClient(t, tokenOfEverything, service)
				answers := client.batch(t.Context(), test.requests)
				for i, answer := range answers {
					if err := answer.decode(operation{doing: "trying", subject: "x"}, nil); !test.ok(err) {
						t.Errorf("request %d: got %T: %v", i, err, err)
					}
				}
				if len(service.batches) != test.tries {
					t.Errorf("%d tries, want %d", len(service.batches), test.tries)
				}
			})
		})
	}
}

func TestBatchErrorsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	shared := map[string]batchAnswer{
		"refusal":            {status: http.StatusForbidden, header: http.Header{}, body: []byte(`{"error":{"code":"c","message":"m"}}`)},
		"governor's refusal": {err: &Throttled{Refusal: &Refusal{Status: 429}, RetryAfter: time.Hour}},
		"lost":               {err: &Uncertain{Err: &Unavailable{&Refusal{Status: 503}}}},
		"malformed":          {err: &Malformed{Refusal: &Refusal{Status: 200}, Err: io.ErrUnexpectedEOF}},
		"no connection":      {err: io.EOF},
	}
	for name, answer := range shared {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var group sync.WaitGroup
			for i := range 10 {
				group.Go(func() {
					subject := strconv.Itoa(i)
					err := answer.decode(operation{doing: "reading", subject: subject}, nil)
					if err == nil || !strings.Contains(err.Error(), `reading "`+subject+`"`) {
						t.Errorf("got %v", err)
					}
				})
			}
			group.Wait()
		})
	}
	err := shared["governor's refusal"].decode(operation{}, nil)
	throttled, ok := errors.AsType[*Throttled](err)
	if !ok || throttled.RetryAfter != time.Hour {
		t.Errorf("got %v", err)
	}
	if !is[*Malformed](shared["malformed"].decode(operation{}, nil)) || !is[*Unavailable](shared["lost"].decode(operation{}, nil)) {
		t.Error("a copy is of another kind")
	}
}

func TestBatchStopsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &batchService{answer: func(batchedRequest) *inner { return &inner{Status: 503} }}
		client := newTestClient(t, tokenOfEverything, service)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		start := time.Now()
		answers := client.batch(ctx, gets("/a"))
		if err := answers[0].decode(operation{}, nil); !is[*Unavailable](err) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(start); waited > 0 || len(service.batches) != 1 {
			t.Errorf("%d tries in %s after the interruption", len(service.batches), waited)
		}
	})
}

func FuzzBatchAnswer(f *testing.F) {
	f.Add([]byte(`{"responses":[{"id":"0","status":200,"headers":{"Retry-After":"1"},"body":{}}]}`))
	f.Add([]byte(`{"responses":[{"id":"99","status":200},{"id":"x"},{"id":"0","status":-1,"body":"<"}]}`))
	f.Add([]byte(`{"responses":null}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		synctest.Test(t, func(t *testing.T) {
			service := &batchService{answer: fine}
			for range maxFailures {
				service.whole = append(service.whole, func(*http.Request) (*http.Response, error) { return answer(200, string(content)), nil })
			}
			client := newTestClient(t, tokenOfEverything, service)
			answers := client.batch(t.Context(), append(gets("/a"), batchRequest{method: http.MethodPost, url: "/b"}))
			if len(answers) != 2 {
				t.Errorf("%d answers to two requests", len(answers))
			}
			for _, answer := range answers {
				if err := answer.decode(operation{}, nil); err == nil && (answer.status < 0 || answer.status >= 300) {
					t.Errorf("status %d is taken for a success", answer.status)
				}
			}
		})
	})
}
