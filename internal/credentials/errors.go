package credentials

// ArgumentError blames one provider argument for a sign-in that cannot be configured or
// has failed. Its texts never hold a secret, a token or an assertion.
type ArgumentError struct {
	// Argument is the Terraform name, or "" if none is to blame alone.
	Argument string
	// Summary is constant for a kind of failure.
	Summary string
	// Detail says what happened and what to do about it.
	Detail string
	// Err is the cause, or nil. Its own text may quote what a server answered.
	Err error
}

// Error returns summary and detail.
func (e *ArgumentError) Error() string { return e.Summary + ": " + e.Detail }

// Unwrap returns the cause.
func (e *ArgumentError) Unwrap() error { return e.Err }

// Explanation returns the texts of a diagnostic.
func (e *ArgumentError) Explanation() (summary, detail string) { return e.Summary, e.Detail }
