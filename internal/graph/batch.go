package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// maxBatch is how many requests Graph takes in one batch.
// Source: https://learn.microsoft.com/graph/json-batching#batch-size-limitations.
const maxBatch = 20

// codeConcurrencyViolation is Graph's refusal of a write that met another one; it asks
// for the same write again.
const codeConcurrencyViolation = "Directory_ConcurrencyViolation"

// errUnanswered is a batch that answers some of its requests and leaves others out.
var errUnanswered = errors.New("the answer to the batch leaves this request out")

// batchRequest describes one request of a batch.
type batchRequest struct {
	method string
	// url is relative to the API version, such as "/users?$top=5", and already escaped.
	url     string
	headers map[string]string
	// body is JSON; nil for none.
	body json.RawMessage
	// harmless marks a POST whose repetition does no harm.
	harmless bool
	// signIns marks a request that asks for sign-ins; a batch has signInBurst at most.
	signIns bool
}

// mayRepeat is the sender's rule for the requests of a batch.
func (r batchRequest) mayRepeat() bool { return r.harmless || r.method != http.MethodPost }

// batchAnswer is what became of one request of a batch. Several callers may share it.
type batchAnswer struct {
	status int
	header http.Header
	body   []byte
	// requestID is that of the batch.
	requestID string
	// err says why there is no answer; the rest is empty then.
	err error
	// final marks what holds for the whole batch: the sender has done its best already.
	final bool
	// lost says that the answer to an earlier try was lost, which may have had its effect.
	lost bool
	// tried is when the last try began: what came before it was refused unseen.
	tried time.Time
	// share is what the tries have cost, in requests on the wire.
	share float64
}

// decode reads the answer into result, which may be nil, like the answer to a single
// request: a refusal comes back as one of this package's error types, a new one with
// each call.
func (a batchAnswer) decode(op operation, result any) error {
	if a.err != nil {
		return describe(separate(a.err), op)
	}
	err := describe(decode(a.response(), result), op)
	if refused, ok := RefusalOf(err); ok && refused.RequestID == "" {
		refused.RequestID = a.requestID
	}
	return err
}

func (a batchAnswer) response() *http.Response {
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body))}
}

// code returns Graph's error code, or "".
func (a batchAnswer) code() string { return newRefusal(a.response(), a.body).Code }

// separate copies what describe writes to, so that callers who share an answer can each
// say what they were doing.
func separate(err error) error {
	if lost, ok := errors.AsType[*Uncertain](err); ok {
		return &Uncertain{Err: separate(lost.Err)}
	}
	refused, ok := RefusalOf(err)
	if !ok {
		return err
	}
	own := *refused
	if malformed, ok := errors.AsType[*Malformed](err); ok {
		return &Malformed{Refusal: &own, Err: malformed.Err}
	}
	var wait time.Duration
	if throttled, ok := errors.AsType[*Throttled](err); ok {
		wait = throttled.RetryAfter
	}
	return classify(&own, wait)
}

// batch sends requests together, 20 in one POST, and returns one answer for each, in
// order, when the last one is final; see carry.
func (c *Client) batch(ctx context.Context, requests []batchRequest) []batchAnswer {
	answers := make([]batchAnswer, len(requests))
	errands := make([]errand, len(requests))
	for i, request := range requests {
		errands[i] = errand{batchRequest: request, take: func(answer batchAnswer) []errand {
			answers[i] = answer
			return nil
		}}
	}
	c.carry(ctx, errands)
	return answers
}

// The bodies of a batch and its answer.
type (
	batchBody struct {
		Requests []batchedRequest `json:"requests"`
	}
	batchedRequest struct {
		ID      string            `json:"id"`
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers,omitempty"`
		Body    json.RawMessage   `json:"body,omitempty"`
	}
	batchResult struct {
		Responses []struct {
			ID      string            `json:"id"`
			Status  int               `json:"status"`
			Headers map[string]string `json:"headers"`
			Body    json.RawMessage   `json:"body"`
		} `json:"responses"`
	}
)

// post sends requests, 20 at most, in one POST and returns their answers, in order.
func (c *Client) post(ctx context.Context, requests []batchRequest) []batchAnswer {
	body := batchBody{Requests: make([]batchedRequest, 0, len(requests))}
	harmless, weight := true, load{batched: true}
	for i, request := range requests {
		one := loadBy(request.method)
		weight.reads, weight.writes = weight.reads+one.reads, weight.writes+one.writes
		headers := request.headers
		if request.body != nil {
			headers = map[string]string{"Content-Type": "application/json"}
			maps.Copy(headers, request.headers)
		}
		body.Requests = append(body.Requests, batchedRequest{
			ID: strconv.Itoa(i), Method: request.method, URL: request.url, Headers: headers, Body: request.body,
		})
		harmless = harmless && request.mayRepeat()
	}
	if harmless {
		ctx = repeatable(ctx)
	}
	ctx, lost := noticing(c.pacing(weighing(ctx, weight), signInsAmong(requests)))
	start := &atomic.Int64{}
	whole, result, err := c.exchangeBatch(context.WithValue(ctx, startKey{}, start), body)
	answers := make([]batchAnswer, len(requests))
	for i, request := range requests {
		switch _, malformed := errors.AsType[*Malformed](err); {
		case malformed && !request.mayRepeat():
			answers[i] = batchAnswer{err: &Uncertain{Err: err}, final: true}
		case err != nil:
			answers[i] = batchAnswer{err: err, final: true}
		case whole.status >= http.StatusMultipleChoices:
			answers[i] = whole
		default:
			answers[i] = batchAnswer{err: errUnanswered}
		}
	}
	began := time.Unix(0, start.Load())
	for _, response := range result.Responses {
		i, err := strconv.Atoi(response.ID)
		if err != nil || i < 0 || i >= len(requests) || response.Status < http.StatusOK {
			continue
		}
		header := http.Header{}
		// A Retry-After that is a date is measured against the Date of the batch.
		header.Set("Date", whole.header.Get("Date"))
		for name, value := range response.Headers {
			header.Set(name, value)
		}
		answers[i] = batchAnswer{status: response.Status, header: header, body: response.Body, requestID: whole.requestID}
		if response.Status != http.StatusTooManyRequests && !requests[i].signIns {
			c.governor.learn(loadBy(requests[i].method), header)
		}
		logBatched(ctx, requests[i], answers[i], time.Since(began))
	}
	for i := range answers {
		answers[i].lost, answers[i].tried, answers[i].share = lost.Load(), began, 1/float64(len(requests))
	}
	return answers
}

// exchangeBatch sends one batch. The answer to the whole is final; result is read only
// if it is a success.
func (c *Client) exchangeBatch(ctx context.Context, body batchBody) (whole batchAnswer, result batchResult, err error) {
	content, err := json.Marshal(body)
	if err != nil {
		return whole, result, fmt.Errorf("writing the batch: %w", err)
	}
	info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(
		abstractions.POST, "{+baseurl}/$batch", c.path())
	info.Headers.TryAdd("Accept", "application/json")
	info.SetStreamContentAndContentType(content, "application/json")
	err = c.exchange(ctx, info, func(response *http.Response) error {
		answer, err := io.ReadAll(response.Body)
		if closeErr := response.Body.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		whole = batchAnswer{
			status: response.StatusCode, header: response.Header, body: answer,
			requestID: response.Header.Get("request-id"), final: true,
		}
		if whole.status >= http.StatusMultipleChoices {
			return nil
		}
		if err := json.Unmarshal(answer, &result); err != nil {
			return &Malformed{Refusal: newRefusal(response, nil), Err: err}
		}
		return nil
	})
	return whole, result, err
}

// logBatched is logTry for one request of a batch.
func logBatched(ctx context.Context, request batchRequest, answer batchAnswer, duration time.Duration) {
	path, _, _ := strings.Cut(request.url, "?")
	tflog.Debug(ctx, "Microsoft Graph request in a batch", map[string]any{
		"method":      request.method,
		"path":        loggable(path),
		"status":      answer.status,
		"duration_ms": duration.Milliseconds(),
		"request_id":  answer.requestID,
	})
}
