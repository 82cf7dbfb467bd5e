package graphemulator

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// connectionKey is the context key of the number of the connection a request came by.
type connectionKey struct{}

func (e *Emulator) newServer() *http.Server {
	return &http.Server{
		Handler:           http.HandlerFunc(e.serve),
		ReadHeaderTimeout: 30 * time.Second,
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{e.authority.certificate},
			MinVersion:   tls.VersionTLS12,
		},
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, e.connections.Add(1))
		},
		// Clients that go away in the middle of a handshake are no news.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

// serve sends a request to the API it is for, by the first segment of its path.
func (e *Emulator) serve(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = []string{e.Now().Format(http.TimeFormat)}

	segments, err := splitPath(r.URL.EscapedPath())
	if err != nil {
		http.Error(w, "the path is badly escaped", http.StatusBadRequest)
		return
	}
	switch {
	case len(segments) == 0:
		http.NotFound(w, r)
	case segments[0] == "admin":
		e.serveAdmin(w, r, segments[1:])
	case segments[0] == "v1.0", segments[0] == "beta":
		e.serveGraph(w, r, segments[0], segments[1:])
	default:
		e.serveSignIn(w, r, segments)
	}
}

// splitPath splits an escaped path and unescapes the segments one by one, so that an
// escaped slash stays part of its segment. Empty segments at the ends are left out.
func splitPath(escaped string) ([]string, error) {
	trimmed := strings.Trim(escaped, "/")
	if trimmed == "" {
		return nil, nil
	}
	segments := strings.Split(trimmed, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller answers 400 and drops it
		}
		segments[i] = plain
	}
	return segments, nil
}

// arrived records that a request has come in.
func (e *Emulator) arrived(r *http.Request, body []byte) *Request {
	number, _ := r.Context().Value(connectionKey{}).(int64)
	return e.log.begin(Request{
		Time:       e.Now(),
		Method:     r.Method,
		Path:       r.URL.Path,
		Query:      r.URL.RawQuery,
		Connection: number,
		Headers:    recordedHeaders(r.Header),
		Body:       recordedBody(body, r.Header.Get("Content-Type")),
	})
}

// writeJSON writes a document that always encodes.
func writeJSON(w http.ResponseWriter, status int, document any) {
	content, err := json.Marshal(document)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A client that has gone cannot be told.
	_, _ = w.Write(content)
}

// maxBody is more than any request Graph accepts: a photo of 4 MB.
const maxBody = 8 << 20

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)) //nolint:wrapcheck // the callers answer 400
}

// pause waits for d, or until the request is over.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
