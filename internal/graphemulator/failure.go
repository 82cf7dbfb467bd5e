package graphemulator

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

// Error codes of Graph. Source: https://learn.microsoft.com/graph/errors and live answers.
const (
	codeInvalidToken     = "InvalidAuthenticationToken"
	codeDenied           = "Authorization_RequestDenied"
	codeNotFound         = "Request_ResourceNotFound"
	codeBadRequest       = "Request_BadRequest"
	codeBadSyntax        = "BadRequest"
	codeUnsupportedQuery = "Request_UnsupportedQuery"
)

// failure is a refusal in Graph's form.
type failure struct {
	status  int
	code    string
	message string
	details []detail
	header  http.Header
	// inner replaces the fields of innerError; nil for the usual ones.
	inner map[string]any
}

type detail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target,omitempty"`
}

// Error makes a failure an error, so that it travels as one.
func (f *failure) Error() string { return fmt.Sprintf("%d %s: %s", f.status, f.code, f.message) }

func fail(status int, code, message string) *failure {
	return &failure{status: status, code: code, message: message}
}

func badRequest(format string, arguments ...any) *failure {
	return fail(http.StatusBadRequest, codeBadRequest, fmt.Sprintf(format, arguments...))
}

// badSyntax is refused before the directory sees the request.
func badSyntax(format string, arguments ...any) *failure {
	return fail(http.StatusBadRequest, codeBadSyntax, fmt.Sprintf(format, arguments...))
}

func unsupportedQuery(format string, arguments ...any) *failure {
	return fail(http.StatusBadRequest, codeUnsupportedQuery, fmt.Sprintf(format, arguments...))
}

func notFound(id string) *failure {
	return fail(http.StatusNotFound, codeNotFound, fmt.Sprintf(
		"Resource '%s' does not exist or one of its queried reference-property objects are not present.", id))
}

func denied() *failure {
	return fail(http.StatusForbidden, codeDenied, "Insufficient privileges to complete the operation.")
}

// invalidValue blames one property of the body.
func invalidValue(resource, property string) *failure {
	return badRequest("Invalid value specified for property '%s' of resource '%s'.", property, resource).
		blaming("InvalidValue", property)
}

// conflict says that another object holds the value.
func conflict(property string) *failure {
	return badRequest("Another object with the same value for property %s already exists.", property).
		blaming("ObjectConflict", property)
}

func (f *failure) blaming(code, property string) *failure {
	f.details = append(f.details, detail{Code: code, Message: f.message, Target: property})
	return f
}

// document is the body of the answer.
func (f *failure) document(now time.Time, requestID, clientRequestID string) map[string]any {
	inner := map[string]any{
		"date":              now.Format("2006-01-02T15:04:05"),
		"request-id":        requestID,
		"client-request-id": clientRequestID,
	}
	maps.Copy(inner, f.inner)
	body := map[string]any{"code": f.code, "message": f.message, "innerError": inner}
	if len(f.details) > 0 {
		body["details"] = f.details
	}
	return map[string]any{"error": body}
}
