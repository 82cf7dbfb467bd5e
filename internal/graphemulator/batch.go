package graphemulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxBatch is how many requests a batch may hold.
// Source: https://learn.microsoft.com/graph/json-batching.
const maxBatch = 20

// step is one request of a batch.
type step struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

// runBatch answers POST /$batch. The requests run one after the other in the order in
// which they stand; the answers come in the opposite order, because any order may come.
func runBatch(c *call) (answer, error) {
	if err := c.checkContentType(); err != nil {
		return answer{}, err
	}
	var body struct {
		Requests []step `json:"requests"`
	}
	if err := json.Unmarshal(c.body, &body); err != nil {
		return answer{}, badSyntax("Invalid batch payload format.")
	}
	if err := checkSteps(body.Requests); err != nil {
		return answer{}, err
	}
	statuses := map[string]int{}
	responses := make([]any, 0, len(body.Requests))
	for _, s := range body.Requests {
		inner := c.inner(s)
		leave := c.emulator.openMailbox(inner)
		entry := c.emulator.log.begin(inner.recorded())
		result, lost := c.emulator.runStep(inner, s, statuses)
		if len(s.DependsOn) > 0 {
			leave()
		} else {
			// What depends on nothing is under way together with the others.
			defer leave()
		}
		if lost {
			c.emulator.log.finish(entry, 0, nil)
			return answer{}, &lostAnswer{}
		}
		statuses[s.ID] = result.status
		c.emulator.log.finish(entry, result.status, recordedBody(result.content(), result.header.Get("Content-Type")))
		response := map[string]any{"id": s.ID, "status": result.status, "headers": flatHeaders(result.header)}
		if content := result.rawBody(); len(content) > 0 {
			response["body"] = content
		}
		responses = append(responses, response)
	}
	slices.Reverse(responses)
	return ok(map[string]any{"responses": responses})
}

// runStep carries a request out unless one that it depends on has failed.
func (e *Emulator) runStep(c *call, s step, statuses map[string]int) (result answer, lost bool) {
	for _, id := range s.DependsOn {
		if status := statuses[id]; status < 200 || status > 299 {
			return c.finish(c.refused(fail(http.StatusFailedDependency, "FailedDependency",
				"A request that this one depends on has failed."))), false
		}
	}
	return e.carryOut(c)
}

// inner makes a call of a request in a batch. It has the token of the batch.
func (c *call) inner(s step) *call {
	path, rawQuery, _ := strings.Cut(strings.TrimPrefix(s.URL, "/"), "?")
	header := http.Header{"Authorization": c.header["Authorization"]}
	for name, value := range s.Headers {
		header.Set(name, value)
	}
	plain, err := url.PathUnescape(path)
	if err != nil {
		plain = path
	}
	// What cannot be split matches no route and is refused as unknown.
	segments, _ := splitPath(path)
	return &call{
		emulator: c.emulator, method: strings.ToUpper(s.Method), version: c.version, segments: segments,
		path: "/" + c.version + "/" + plain, rawQuery: rawQuery, header: header, body: s.content(),
		batched: true, connection: c.connection, requestID: newID(),
	}
}

// content is the body of a step: JSON, or binary data as a base64 string.
func (s step) content() []byte {
	if len(s.Body) == 0 || string(s.Body) == "null" {
		return nil
	}
	var encoded string
	if json.Unmarshal(s.Body, &encoded) == nil {
		if data, err := decodeBase64(encoded); err == nil {
			return data
		}
	}
	return s.Body
}

// recorded is a call as the record shows it before its answer is known.
func (c *call) recorded() Request {
	return Request{
		Time: c.emulator.Now(), Method: c.method, Path: c.path, Query: c.rawQuery, Batched: c.batched, Connection: c.connection,
		Headers: recordedHeaders(c.header), Body: recordedBody(c.body, c.header.Get("Content-Type")),
	}
}

// checkSteps refuses a batch as a whole.
func checkSteps(steps []step) error {
	if len(steps) == 0 {
		return badSyntax("Invalid batch payload format.")
	}
	if len(steps) > maxBatch {
		return badSyntax("Number of batch request steps exceeds the maximum value of %d.", maxBatch)
	}
	var ids []string
	for _, s := range steps {
		if err := s.check(ids); err != nil {
			return err
		}
		ids = append(ids, s.ID)
	}
	return nil
}

func (s step) check(earlier []string) error {
	switch {
	case s.ID == "":
		return badSyntax("Request Id is either null or empty.")
	case slices.Contains(earlier, s.ID):
		return badSyntax("Request Id '%s' is used more than once.", s.ID)
	case s.URL == "" || strings.Contains(s.URL, "://") || strings.HasPrefix(s.URL, "//"):
		return badSyntax("Request id : %s has an invalid Url.", s.ID)
	case strings.HasPrefix(strings.TrimPrefix(s.URL, "/"), "$batch"):
		return badSyntax("Request id : %s is a batch itself.", s.ID)
	}
	switch strings.ToUpper(s.Method) {
	case http.MethodGet, http.MethodDelete:
	case http.MethodPost, http.MethodPatch, http.MethodPut:
		if !s.hasContentType() || len(s.Body) == 0 {
			return badSyntax("Write request id : %s does not contain Content-Type header or body.", s.ID)
		}
	default:
		return badSyntax("Request id : %s has an invalid method '%s'.", s.ID, s.Method)
	}
	for _, id := range s.DependsOn {
		if !slices.Contains(earlier, id) {
			return badSyntax("Request id : %s depends on '%s', which is no earlier request of the batch.", s.ID, id)
		}
	}
	return nil
}

func (s step) hasContentType() bool {
	for name := range s.Headers {
		if strings.EqualFold(name, "Content-Type") {
			return true
		}
	}
	return false
}
