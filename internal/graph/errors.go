package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Refusal is what every error answered by Graph tells.
// Source: https://learn.microsoft.com/graph/errors.
type Refusal struct {
	// Doing and Subject say what was being done to whom.
	Doing, Subject string
	// Status is the HTTP status.
	Status int
	// Code is Graph's error code, such as "Request_ResourceNotFound"; Message its text.
	Code, Message string
	// Target is the property Graph blames, or "".
	Target string
	// RequestID identifies the request at Microsoft's support.
	RequestID string
	// Needs are the least application permissions of the operation; only with 401 and 403.
	Needs []string
}

// Error says what failed, for whom, why, and under which request id.
func (r *Refusal) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %q: HTTP %d", r.Doing, r.Subject, r.Status)
	if r.Code != "" {
		fmt.Fprintf(&text, " %s", r.Code)
	}
	if r.Message != "" {
		fmt.Fprintf(&text, ": %s", r.Message)
	}
	if r.RequestID != "" {
		fmt.Fprintf(&text, " (request id %s)", r.RequestID)
	}
	return text.String()
}

func (r *Refusal) refusal() *Refusal { return r }

// The kinds of refusal, decided by status and code, never by text.
type (
	// NotFound says that the object, or one it refers to, is not there, or not there yet.
	NotFound struct{ *Refusal }
	// Conflict says that another object holds the value, or two writes met.
	Conflict struct{ *Refusal }
	// Forbidden says that the signed-in identity lacks a permission or a role, or a policy says no.
	Forbidden struct{ *Refusal }
	// Unauthenticated says that Graph does not accept the token.
	Unauthenticated struct{ *Refusal }
	// BadRequest says that Graph does not accept a value; Target names it where Graph does.
	BadRequest struct{ *Refusal }
	// Blocked is HTTP 412: the state of the account forbids the operation.
	Blocked struct{ *Refusal }
	// Throttled says that Graph asks to wait for longer than the operation may take.
	Throttled struct {
		*Refusal
		// RetryAfter is how long Graph asked to wait; 0 when it did not say.
		RetryAfter time.Duration
	}
	// Unavailable says that Graph, or something before it, failed.
	Unavailable struct{ *Refusal }
	// Malformed is a success whose body is not what Graph documents.
	Malformed struct {
		*Refusal
		Err error
	}
)

// Unwrap returns the decoding error.
func (m *Malformed) Unwrap() error { return m.Err }

// Failure is an operation that got no answer: no token, no connection, no time.
type Failure struct {
	Doing, Subject string
	Err            error
}

// Error says what failed, for whom, and why.
func (f *Failure) Error() string { return fmt.Sprintf("%s %q: %v", f.Doing, f.Subject, f.Err) }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Uncertain marks a write that was sent and whose answer was lost: it may have happened.
type Uncertain struct{ Err error }

// Error tells that the fate of the write is unknown.
func (u *Uncertain) Error() string {
	return "the answer was lost, the write may have happened: " + u.Err.Error()
}

// Unwrap returns what was seen of the answer.
func (u *Uncertain) Unwrap() error { return u.Err }

// IsNotFound reports whether err is Graph's "not found".
func IsNotFound(err error) bool {
	var target *NotFound
	return errors.As(err, &target)
}

// IsForbidden reports whether err is Graph's refusal for want of a permission.
func IsForbidden(err error) bool {
	var target *Forbidden
	return errors.As(err, &target)
}

// RefusalOf returns what Graph answered, if err came from Graph.
func RefusalOf(err error) (*Refusal, bool) {
	var refused interface{ refusal() *Refusal }
	if errors.As(err, &refused) {
		return refused.refusal(), true
	}
	return nil, false
}

// document is Graph's error body.
type document struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Target  string `json:"target"`
		Details []struct {
			Code   string `json:"code"`
			Target string `json:"target"`
		} `json:"details"`
		Inner struct {
			RequestID string `json:"request-id"`
		} `json:"innerError"`
	} `json:"error"`
}

// Codes of the directory that decide the kind of a refusal.
const (
	codeObjectConflict = "ObjectConflict"
	codeNotFound       = "Request_ResourceNotFound"
)

// textWeakPassword is how Graph says that a password is too simple. The code is that of
// every bad request, and what is to blame is not named.
const (
	textWeakPassword = "password complexity"
	passwordProfile  = "passwordProfile"
)

// newRefusal reads the parts of an error answer; body may be anything.
func newRefusal(response *http.Response, body []byte) *Refusal {
	r := &Refusal{Status: response.StatusCode, RequestID: response.Header.Get("request-id")}
	var doc document
	if err := json.Unmarshal(body, &doc); err != nil || doc.Error.Code == "" {
		// A proxy's page or an empty body: the status line is all there is to tell.
		r.Message = http.StatusText(response.StatusCode)
		return r
	}
	r.Code, r.Message, r.Target = doc.Error.Code, oneLine(doc.Error.Message), doc.Error.Target
	if r.RequestID == "" {
		r.RequestID = doc.Error.Inner.RequestID
	}
	for _, detail := range doc.Error.Details {
		if r.Target == "" {
			r.Target = detail.Target
		}
		if detail.Code == codeObjectConflict {
			r.Code = codeObjectConflict
		}
	}
	if r.Target == "" && strings.Contains(r.Message, textWeakPassword) {
		r.Target = passwordProfile
	}
	return r
}

// refusal turns an error answer into the error type of its kind.
func refusal(response *http.Response, body []byte) error {
	wait, _ := retryAfter(response.Header, time.Now())
	return classify(newRefusal(response, body), wait)
}

// classify gives a refusal the type of its kind; wait is how long Graph asked to wait.
func classify(r *Refusal, wait time.Duration) error {
	switch {
	case r.Status == http.StatusNotFound, r.Code == codeNotFound:
		return &NotFound{r}
	case r.Status == http.StatusConflict, r.Code == codeObjectConflict:
		return &Conflict{r}
	case r.Status == http.StatusForbidden:
		return &Forbidden{r}
	case r.Status == http.StatusUnauthorized:
		return &Unauthenticated{r}
	case r.Status == http.StatusPreconditionFailed:
		return &Blocked{r}
	case r.Status == http.StatusTooManyRequests:
		return &Throttled{Refusal: r, RetryAfter: wait}
	case r.Status >= http.StatusInternalServerError:
		return &Unavailable{r}
	default:
		return &BadRequest{r}
	}
}

// oneLine folds a message to one line without control characters: it is shown in
// terminals and CI logs, and parts of it come from foreign tenants.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r < 0x20 || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029
	}), " ")
}

// alreadyReferenced is how Graph says that a reference exists. The answer is a plain
// Request_BadRequest: only its text tells it from other refusals.
const alreadyReferenced = "added object references already exist"

// ignoreExisting takes "the reference exists already" for the success it is.
func ignoreExisting(err error) error {
	var bad *BadRequest
	if errors.As(err, &bad) && strings.Contains(bad.Message, alreadyReferenced) {
		return nil
	}
	return err
}
