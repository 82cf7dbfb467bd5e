package graphemulator

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"
)

// serveGraph carries out one request on the wire and writes the answer. Half the latency
// passes on the way in and half on the way out, so a client that hangs up in between has
// caused the effect all the same.
func (e *Emulator) serveGraph(w http.ResponseWriter, r *http.Request, version string, segments []string) {
	body, err := readBody(w, r)
	if err != nil {
		// The front door answers without an error code; a client that has gone cannot be told.
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
		return
	}
	entry := e.arrived(r, body)
	c := &call{
		emulator: e, method: r.Method, version: version, segments: segments, path: r.URL.Path,
		rawQuery: r.URL.RawQuery, header: r.Header, body: body, connection: entry.Connection,
		requestID: newID(),
	}
	leave := e.openMailbox(c)
	defer leave()
	pause(r.Context(), e.config.Latency/2)
	result, lost := e.carryOut(c)
	pause(r.Context(), e.config.Latency-e.config.Latency/2)
	if lost {
		e.log.finish(entry, 0, nil)
		panic(http.ErrAbortHandler)
	}
	content := result.content()
	e.log.finish(entry, result.status, recordedBody(content, result.header.Get("Content-Type")))
	maps.Copy(w.Header(), result.header)
	w.WriteHeader(result.status)
	// A client that has gone cannot be told.
	_, _ = w.Write(content)
}

// content is the body as it goes over the wire.
func (a answer) content() []byte {
	if a.raw != nil {
		return a.raw
	}
	if a.body == nil {
		return nil
	}
	return mustMarshal(a.body)
}

// carryOut runs a call through hook, fault, sign-in, routing, throttling, permission and
// handler. It reports lost when no answer may be sent.
func (e *Emulator) carryOut(c *call) (result answer, lost bool) {
	e.announce(c)
	fault := e.faults.take(c.method, c.path, c.rawQuery)
	if fault != nil && !fault.AfterEffect {
		return c.finish(fault.answer(c)), fault.lost()
	}
	result, err := c.process()
	if _, ok := errors.AsType[*lostAnswer](err); ok {
		return answer{}, true
	}
	if err != nil {
		result = c.refused(err)
	}
	if fault != nil {
		if fault.lost() {
			return answer{}, true
		}
		result = fault.answer(c)
	}
	return c.finish(result), false
}

// lostAnswer says that the answer to a request inside a batch was lost, and with it the
// whole batch.
type lostAnswer struct{}

func (*lostAnswer) Error() string { return "the answer was lost" }

// process runs a call through sign-in, routing, throttling, permission and handler.
func (c *call) process() (answer, error) {
	e := c.emulator
	g, err := e.authenticate(c.header)
	if err != nil {
		return answer{}, err
	}
	c.grant = g
	if c.route, c.parameters, err = e.find(c.method, c.segments); err != nil {
		return answer{}, err
	}
	if c.query, err = parseQuery(c.rawQuery); err != nil {
		return answer{}, err
	}
	if err := c.checkLength(); err != nil {
		return answer{}, err
	}
	if c.route.batch != nil {
		return c.route.batch(c)
	}
	cost := c.cost()
	limit, err := e.limiter.take(c.grant, cost, time.Now())
	if err != nil {
		return answer{}, err
	}
	result, err := c.handle()
	if err != nil {
		result = c.refused(err)
	}
	result.header = cost.headers(result.header, limit)
	return result, nil
}

// handle runs the handler under the lock, and what it left for later without.
func (c *call) handle() (answer, error) {
	result, err := c.locked()
	if err != nil || result.later == nil {
		return result, err
	}
	return result.later()
}

func (c *call) locked() (answer, error) {
	c.emulator.mu.Lock()
	defer c.emulator.mu.Unlock()
	c.tenant = c.emulator.tenant(c.grant.tenantID)
	if c.tenant == nil {
		return answer{}, unauthorized("The tenant of the token is not known.")
	}
	if !c.permitted(c.route.permissions) {
		return answer{}, denied()
	}
	return c.route.handle(c)
}

// refused turns an error into an answer.
func (c *call) refused(err error) answer {
	var failed *failure
	if !errors.As(err, &failed) {
		failed = fail(http.StatusInternalServerError, "InternalServerError", err.Error())
	}
	clientRequestID := c.header.Get("client-request-id")
	if clientRequestID == "" {
		clientRequestID = c.requestID
	}
	return answer{
		status: failed.status,
		header: failed.header.Clone(),
		body:   failed.document(c.emulator.Now(), c.requestID, clientRequestID),
	}
}

// finish adds the headers every answer has.
func (c *call) finish(a answer) answer {
	header := http.Header{}
	for name, values := range a.header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	header.Set("Cache-Control", "no-cache")
	header.Set("OData-Version", "4.0")
	header.Set("request-id", c.requestID)
	clientRequestID := c.header.Get("client-request-id")
	if clientRequestID == "" {
		clientRequestID = c.requestID
	}
	header.Set("client-request-id", clientRequestID)
	header.Set("Strict-Transport-Security", "max-age=31536000")
	header.Set("x-ms-ags-diagnostic", `{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"EMULATOR"}}`)
	switch {
	case a.raw != nil:
		header.Set("Content-Type", a.contentType)
	case a.body != nil:
		header.Set("Content-Type", jsonContentType)
	}
	a.header = header
	return a
}

const jsonContentType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

// flatHeaders is the form of headers inside a batch.
func flatHeaders(header http.Header) map[string]string {
	flat := map[string]string{}
	for name, values := range header {
		switch name {
		case "Request-Id", "Client-Request-Id", "X-Ms-Ags-Diagnostic", "Strict-Transport-Security":
			// The batch carries these for all its requests.
		default:
			flat[name] = strings.Join(values, ", ")
		}
	}
	return flat
}

// rawBody reports the answer's body as a JSON value for a batch.
func (a answer) rawBody() json.RawMessage {
	if a.raw != nil {
		return mustMarshal(a.raw) // base64, as OData asks for binary values
	}
	return a.content()
}
