package odata

import (
	"errors"
	"fmt"
)

// Error codes with which Graph refuses a query.
const (
	// CodeBadRequest is answered by the request parser: syntax and types.
	CodeBadRequest = "BadRequest"
	// CodeUnsupportedQuery is answered by the directory: well formed, but not offered.
	CodeUnsupportedQuery = "Request_UnsupportedQuery"
)

// SyntaxError says that a query option is not well formed.
type SyntaxError struct {
	// Position is the byte offset in the input at which reading stopped, from 0.
	Position int
	// Message says what was expected there.
	Message string

	option string
	input  string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("syntax error at position %d: %s", e.Position, e.Message)
}

// TypeError says that a property cannot be compared with the value given for it.
type TypeError struct {
	// Property is the path of the property, "employeeOrgData/division".
	Property string
	// Message says which types met.
	Message string
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("property %q: %s", e.Property, e.Message)
}

// UnsupportedError says that Graph understands a query but does not run it.
type UnsupportedError struct {
	// Code and Message are what Graph answers, with status 400.
	Code, Message string
	// Property is the path of the property to blame; empty if none is.
	Property string
	// Operator is the operator to blame, as in Clause.Operator; empty if none is.
	Operator string
}

func (e *UnsupportedError) Error() string {
	return e.Code + ": " + e.Message
}

// Refusal gives the error code and message that Graph answers, with status 400, for
// an error of this package. It reports false for any other error.
func Refusal(err error) (code, message string, ok bool) {
	var (
		syntax      *SyntaxError
		mismatch    *TypeError
		unsupported *UnsupportedError
	)

	switch {
	case errors.As(err, &syntax):
		message = fmt.Sprintf("Syntax error at position %d in '%s'.", syntax.Position, syntax.input)
		if syntax.option == optionFilter {
			message = "Invalid filter clause: " + message
		}

		return CodeBadRequest, message, true
	case errors.As(err, &mismatch):
		return CodeBadRequest, "Invalid filter clause: " + mismatch.Message, true
	case errors.As(err, &unsupported):
		return unsupported.Code, unsupported.Message, true
	default:
		return "", "", false
	}
}

func incompatibleTypes(left, right, operatorKind string) string {
	return fmt.Sprintf("A binary operator with incompatible types was detected. "+
		"Found operand types '%s' and '%s' for operator kind '%s'.", left, right, operatorKind)
}
