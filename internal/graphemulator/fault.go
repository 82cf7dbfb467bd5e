package graphemulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// Fault makes requests fail. Of several that match, the first that is not used up counts.
type Fault struct {
	// Method is the HTTP method; every method when empty.
	Method string `json:"method"`
	// PathRegexp matches the full unescaped path, /v1.0 or /beta included; every path
	// when empty.
	PathRegexp string `json:"path_regexp"`
	// QueryRegexp matches the raw query, such as that of a further page; every query when
	// empty.
	QueryRegexp string `json:"query_regexp,omitempty"`
	// Skip is how many requests pass before the first one fails.
	Skip int `json:"skip,omitempty"`
	// Times is how many requests fail; 0 is all of them.
	Times int `json:"times"`
	// Status is the status of the answer; without one the answer is lost.
	Status int `json:"status"`
	// RetryAfter, in seconds, is sent with the status.
	RetryAfter int `json:"retry_after"`
	// RetryAfterDate sends it as an HTTP date instead of seconds.
	RetryAfterDate bool `json:"retry_after_date,omitempty"`
	// Code and Message are the Graph error; made from the status when empty.
	Code    string `json:"code"`
	Message string `json:"message,omitempty"`
	// Body, JSON, is sent with the status instead of a Graph error.
	Body json.RawMessage `json:"body,omitempty"`
	// DropConnection ends the connection (of HTTP/2, the stream) without an answer.
	DropConnection bool `json:"drop_connection"`
	// AfterEffect carries the request out before the answer is lost or replaced.
	AfterEffect bool `json:"after_effect"`
}

type armedFault struct {
	Fault
	path, query *regexp.Regexp
	left        int
}

type faults struct {
	mu    sync.Mutex
	armed []*armedFault
}

func compileFaults(list []Fault) ([]*armedFault, error) {
	armed := make([]*armedFault, 0, len(list))
	for _, fault := range list {
		path, err := regexp.Compile(fault.PathRegexp)
		if err != nil {
			return nil, fmt.Errorf("path_regexp of a fault: %w", err)
		}
		query, err := regexp.Compile(fault.QueryRegexp)
		if err != nil {
			return nil, fmt.Errorf("query_regexp of a fault: %w", err)
		}
		if fault.Times < 0 || fault.Status != 0 && (fault.Status < 200 || fault.Status > 599) {
			return nil, fmt.Errorf("a fault with times %d and status %d makes no sense", fault.Times, fault.Status)
		}
		armed = append(armed, &armedFault{Fault: fault, path: path, query: query, left: fault.Times})
	}
	return armed, nil
}

func (f *faults) add(armed []*armedFault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = append(f.armed, armed...)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = nil
}

// take returns the fault a request runs into, counting it, or nil.
func (f *faults) take(method, path, query string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, armed := range f.armed {
		used := armed.Times > 0 && armed.left == 0
		if used || armed.Method != "" && armed.Method != method || !armed.path.MatchString(path) || !armed.query.MatchString(query) {
			continue
		}
		if armed.Skip > 0 {
			armed.Skip--
			continue
		}
		armed.left--
		fault := armed.Fault
		return &fault
	}
	return nil
}

// lost reports whether a fault sends no answer at all.
func (f *Fault) lost() bool { return f.DropConnection || f.Status == 0 }

// answer is what a fault that is not lost sends instead of the true answer.
func (f *Fault) answer(c *call) answer {
	if f.Body != nil {
		return answer{status: f.Status, body: f.Body}
	}
	return c.refused(f.failure(c.emulator.Now()))
}

// failure is the Graph error of a fault.
func (f *Fault) failure(now time.Time) *failure {
	code, message := f.Code, f.Message
	if code == "" {
		code = defaultCode(f.Status)
	}
	if message == "" {
		message = http.StatusText(f.Status)
	}
	failed := fail(f.Status, code, message)
	switch {
	case f.RetryAfter > 0 && f.RetryAfterDate:
		failed.header = http.Header{"Retry-After": {now.Add(time.Duration(f.RetryAfter) * time.Second).Format(http.TimeFormat)}}
	case f.RetryAfter > 0:
		failed.header = http.Header{"Retry-After": {strconv.Itoa(f.RetryAfter)}}
	}
	return failed
}

func defaultCode(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return codeInvalidToken
	case http.StatusForbidden:
		return codeDenied
	case http.StatusNotFound:
		return codeNotFound
	case http.StatusConflict:
		return "Directory_ConcurrencyViolation"
	case http.StatusTooManyRequests:
		return "TooManyRequests"
	case http.StatusServiceUnavailable:
		return "ServiceUnavailable"
	case http.StatusGatewayTimeout:
		return "GatewayTimeout"
	default:
		if status >= http.StatusInternalServerError {
			return "InternalServerError"
		}
		return codeBadRequest
	}
}

// AddFaults arms faults behind those armed before. It panics on a malformed fault, which
// is a mistake of the test.
func (e *Emulator) AddFaults(faults ...Fault) {
	armed, err := compileFaults(faults)
	if err != nil {
		panic(err)
	}
	e.faults.add(armed)
}

// ClearFaults disarms every fault.
func (e *Emulator) ClearFaults() { e.faults.clear() }
