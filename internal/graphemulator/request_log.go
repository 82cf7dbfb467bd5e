package graphemulator

import (
	"encoding/json"
	"sync"
	"time"
)

// Request is one recorded request, with its answer. Secrets are blanked.
type Request struct {
	// Time is when the request arrived, on the emulator's clock.
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	// Path is the full path, unescaped; Query the raw query.
	Path  string `json:"path"`
	Query string `json:"query"`
	// Status is 0 while the request is carried out, and for ever if no answer was sent.
	Status int `json:"status"`
	// Batched marks a request that came inside a $batch.
	Batched bool `json:"batched"`
	// Connection numbers the TCP connections from 1.
	Connection int64             `json:"connection"`
	Headers    map[string]string `json:"headers"`
	// Body and Response are JSON values: what was sent if that was JSON, else a string
	// with it; null when there was none.
	Body     json.RawMessage `json:"body"`
	Response json.RawMessage `json:"response"`
}

// requestLog keeps the requests in the order of their arrival.
type requestLog struct {
	mu      sync.Mutex
	entries []*Request
	// answered are the entries that hold a response, and size is the sum of those.
	answered []*Request
	size     int
}

// maxRecorded is how many bytes of responses are kept: the oldest are forgotten first.
const maxRecorded = 256 << 20

func (l *requestLog) begin(request Request) *Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry := &request
	l.entries = append(l.entries, entry)
	return entry
}

func (l *requestLog) finish(entry *Request, status int, response json.RawMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.Status, entry.Response = status, response
	l.answered = append(l.answered, entry)
	l.size += len(response)
	for l.size > maxRecorded {
		oldest := l.answered[0]
		l.answered = l.answered[1:]
		l.size -= len(oldest.Response)
		oldest.Response = quoted("(forgotten)")
	}
}

func (l *requestLog) snapshot() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	requests := make([]Request, 0, len(l.entries))
	for _, entry := range l.entries {
		requests = append(requests, *entry)
	}
	return requests
}

func (l *requestLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries, l.answered, l.size = nil, nil, 0
}

// Requests returns every request recorded so far, in the order of arrival. The requests
// of a batch follow it.
func (e *Emulator) Requests() []Request { return e.log.snapshot() }

// ResetRequests empties the record.
func (e *Emulator) ResetRequests() { e.log.reset() }
