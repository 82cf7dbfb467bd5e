package graphemulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// serveAdmin is the admin API: each operation is one method of Emulator. It is not
// recorded and needs no token.
func (e *Emulator) serveAdmin(w http.ResponseWriter, r *http.Request, segments []string) {
	body, err := readBody(w, r)
	if err == nil {
		var document any
		document, err = e.administer(r, strings.Join(segments, "/"), body)
		if err == nil {
			writeJSON(w, http.StatusOK, document)
			return
		}
	}
	status := http.StatusBadRequest
	if errors.Is(err, errNoOperation) {
		status = http.StatusNotFound
	}
	writeJSON(w, status, map[string]any{"error": err.Error()})
}

var errNoOperation = errors.New("the admin API has no such operation")

func (e *Emulator) administer(r *http.Request, name string, body []byte) (any, error) {
	switch r.Method + " " + name {
	case "GET requests":
		return e.Requests(), nil
	case "GET users":
		return listOrEmpty(e.Users(e.adminTenant(r))), nil
	case "GET deleted-users":
		return listOrEmpty(e.DeletedUsers(e.adminTenant(r))), nil
	case "GET groups":
		return listOrEmpty(e.Groups(e.adminTenant(r))), nil
	case "GET mailbox":
		return e.Mailbox(), nil
	case "GET ready":
		return e.Ready(), nil
	case "POST reset-requests":
		e.ResetRequests()
	case "DELETE faults":
		e.ClearFaults()
	case "POST redeem":
		var in struct {
			TenantID string `json:"tenant_id"`
			Email    string `json:"email"`
		}
		if err := decode(body, &in); err != nil {
			return nil, err
		}
		return done(), e.Redeem(in.TenantID, in.Email)
	case "POST faults":
		return done(), e.postFaults(body)
	case "POST clock":
		return e.postClock(body)
	case "POST roles":
		var in struct {
			TenantID string   `json:"tenant_id"`
			ClientID string   `json:"client_id"`
			Roles    []string `json:"roles"`
		}
		if err := decode(body, &in); err != nil {
			return nil, err
		}
		e.SetRoles(in.TenantID, in.ClientID, in.Roles)
	default:
		return nil, errNoOperation
	}
	return done(), nil
}

func done() any { return map[string]any{"done": true} }

// adminTenant is the tenant a request asks for, the first one if it does not say.
func (e *Emulator) adminTenant(r *http.Request) string {
	if id := r.URL.Query().Get("tenant"); id != "" {
		return id
	}
	return e.tenants[0].id
}

func listOrEmpty(list []map[string]any) []map[string]any {
	if list == nil {
		return []map[string]any{}
	}
	return list
}

// postFaults adds one fault or a list of them.
func (e *Emulator) postFaults(body []byte) error {
	var list []Fault
	if strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
		body = []byte("[" + string(body) + "]")
	}
	if err := decode(body, &list); err != nil {
		return err
	}
	armed, err := compileFaults(list)
	if err != nil {
		return err
	}
	e.faults.add(armed)
	return nil
}

func (e *Emulator) postClock(body []byte) (any, error) {
	var in struct {
		Now time.Time `json:"now"`
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if in.Now.IsZero() {
		return nil, errors.New(`"now" is missing`)
	}
	e.SetClock(in.Now)
	return map[string]any{"now": e.Now()}, nil
}

// decode reads a document strictly: a misspelt field would make a test pass by accident.
func decode(body []byte, into any) error {
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return errors.New("reading the request: " + err.Error())
	}
	return nil
}
