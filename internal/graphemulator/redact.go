package graphemulator

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// blanked stands in the record where a secret was.
const blanked = "***"

// secretNames are headers, form fields and properties whose values are blanked. content
// is the body of a mail, which may carry a password; the mailbox has it in full.
func secretNames() []string {
	return []string{
		"password", "newpassword", "currentpassword", "client_secret", "client_assertion", "assertion", "access_token",
		"refresh_token", "id_token", "temporaryaccesspass", "content", "secrettext", "authorization", "proxy-authorization", "cookie",
	}
}

func isSecret(name string) bool { return containsFold(secretNames(), name) }

func recordedHeaders(header http.Header) map[string]string {
	recorded := make(map[string]string, len(header))
	for name, values := range header {
		recorded[name] = strings.Join(values, ", ")
		if isSecret(name) {
			recorded[name] = blanked
		}
	}
	return recorded
}

// recordedBody turns a body into a JSON value without secrets.
func recordedBody(body []byte, contentType string) json.RawMessage {
	if len(body) == 0 {
		return json.RawMessage("null")
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err == nil && (strings.HasPrefix(media, "image/") || media == "application/octet-stream") {
		return quoted("(" + strconv.Itoa(len(body)) + " bytes of " + media + ")")
	}
	if err == nil && media == "application/x-www-form-urlencoded" {
		return quoted(recordedForm(string(body)))
	}
	if len(body) > largeBody && !mayHoldSecret(body) && json.Valid(body) {
		return append(json.RawMessage(nil), body...)
	}
	var document any
	if json.Unmarshal(body, &document) != nil {
		return quoted(string(body))
	}
	if !holdsSecret(document) {
		return append(json.RawMessage(nil), body...)
	}
	return mustMarshal(withoutSecrets(document))
}

// largeBody is the size from which a body is searched as text before it is decoded:
// pages of a thousand users are frequent and hold no secrets.
const largeBody = 32 << 10

func mayHoldSecret(body []byte) bool {
	lower := bytes.ToLower(body)
	for _, name := range secretNames() {
		if bytes.Contains(lower, []byte(`"`+name+`"`)) {
			return true
		}
	}
	return false
}

func recordedForm(body string) string {
	form, err := url.ParseQuery(body)
	if err != nil {
		return "(a form that cannot be read)"
	}
	for name := range form {
		if isSecret(name) {
			form[name] = []string{blanked}
		}
	}
	return form.Encode()
}

func holdsSecret(document any) bool {
	switch document := document.(type) {
	case map[string]any:
		for name, value := range document {
			if isSecret(name) || holdsSecret(value) {
				return true
			}
		}
	case []any:
		if slices.ContainsFunc(document, holdsSecret) {
			return true
		}
	}
	return false
}

func withoutSecrets(document any) any {
	switch document := document.(type) {
	case map[string]any:
		clean := make(map[string]any, len(document))
		for name, value := range document {
			clean[name] = withoutSecrets(value)
			if isSecret(name) && value != nil {
				clean[name] = blanked
			}
		}
		return clean
	case []any:
		clean := make([]any, len(document))
		for i, value := range document {
			clean[i] = withoutSecrets(value)
		}
		return clean
	default:
		return document
	}
}

func quoted(text string) json.RawMessage { return mustMarshal(text) }

// mustMarshal encodes values made of what encoding/json decodes, which always succeeds.
func mustMarshal(value any) json.RawMessage {
	content, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return content
}
