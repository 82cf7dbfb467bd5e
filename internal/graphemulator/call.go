package graphemulator

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
)

// call is one Graph request, from the wire or from a batch.
type call struct {
	emulator *Emulator
	tenant   *tenant
	grant    grant

	method string
	// version is "v1.0" or "beta"; segments is the unescaped path below it.
	version  string
	segments []string
	path     string
	query    query
	rawQuery string
	header   http.Header
	body     []byte

	route      *route
	parameters map[string]string
	batched    bool
	connection int64
	requestID  string
	// mailboxOpen is how many requests of the application work on the same mailbox, this
	// one included.
	mailboxOpen int
}

// answer is what a handler gives back.
type answer struct {
	status int
	header http.Header
	// body is encoded as JSON; nil for none.
	body any
	// raw, if not nil, is sent instead of body, with contentType.
	raw         []byte
	contentType string
	// later, if set, makes the answer after the lock is released: work on a snapshot that
	// takes its time.
	later func() (answer, error)
}

func ok(body any) (answer, error)      { return answer{status: http.StatusOK, body: body}, nil }
func created(body any) (answer, error) { return answer{status: http.StatusCreated, body: body}, nil }
func noContent() (answer, error)       { return answer{status: http.StatusNoContent}, nil }

// base is the URL of the API version.
func (c *call) base() string { return c.emulator.origin + "/" + c.version }

// context is the value of @odata.context.
func (c *call) context(fragment string) string { return c.base() + "/$metadata#" + fragment }

// can reports whether the token carries a role.
func (c *call) can(role string) bool { return hasRole(c.grant.roles, role) }

// advanced reports whether the directory answers from its index: the header and $count
// together. Source: https://learn.microsoft.com/graph/aad-advanced-queries.
func (c *call) advanced() bool { return c.eventual() && c.query.count }

func (c *call) eventual() bool {
	return strings.EqualFold(c.header.Get("ConsistencyLevel"), "eventual")
}

// maxAdvancedURL is how many characters the URL of an advanced query may have.
// Source: https://developer.microsoft.com/graph/known-issues. The answer to a longer one is
// not established.
const maxAdvancedURL = 2048

// checkLength refuses URLs of advanced queries that are too long. Links to further pages are
// Graph's own.
func (c *call) checkLength() error {
	length := len(c.emulator.origin+c.path) + len("?"+c.rawQuery)
	if c.advanced() && c.query.skipToken == "" && length > maxAdvancedURL {
		return badRequest("The request URL has %d characters; an advanced query takes %d.", length, maxAdvancedURL)
	}
	return nil
}

// object decodes the body as one JSON object.
func (c *call) object() (properties, error) {
	if err := c.checkContentType(); err != nil {
		return nil, err
	}
	var p properties
	if err := json.Unmarshal(c.body, &p); err != nil || p == nil {
		return nil, malformedBody()
	}
	return p, nil
}

func malformedBody() *failure {
	return badSyntax("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
}

func (c *call) checkContentType() error {
	if len(c.body) == 0 {
		return malformedBody()
	}
	media, _, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil {
		return badRequest("A valid Content-Type header is required when a request has a body. Write requests (excluding DELETE) must contain the Content-Type header declaration.")
	}
	if media != "application/json" {
		return fail(http.StatusUnsupportedMediaType, codeBadRequest,
			"Specified media type '"+media+"' is not supported for the request. Supported: application/json.")
	}
	return nil
}
