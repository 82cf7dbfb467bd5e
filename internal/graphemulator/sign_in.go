package graphemulator

import (
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
)

// serveSignIn answers everything outside Graph: sign-in and Azure metadata.
func (e *Emulator) serveSignIn(w http.ResponseWriter, r *http.Request, segments []string) {
	body, err := readBody(w, r)
	if err != nil {
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	entry := e.arrived(r, body)
	fault := e.faults.take(r.Method, r.URL.Path, r.URL.RawQuery)
	if fault != nil && !fault.AfterEffect {
		e.failSignIn(w, entry, fault)
		return
	}
	status, document := e.signIn(r, segments, body)
	if fault != nil {
		e.failSignIn(w, entry, fault)
		return
	}
	w.Header().Set("Cache-Control", "no-store, no-cache")
	if id := r.Header.Get("client-request-id"); id != "" {
		w.Header().Set("client-request-id", id)
	}
	e.log.finish(entry, status, recordedBody(mustMarshal(document), "application/json"))
	writeJSON(w, status, document)
}

func (e *Emulator) failSignIn(w http.ResponseWriter, entry *Request, fault *Fault) {
	if fault.lost() {
		e.log.finish(entry, 0, nil)
		panic(http.ErrAbortHandler)
	}
	failed := fault.failure(e.Now())
	maps.Copy(w.Header(), failed.header)
	document := map[string]any{"error": failed.code, "error_description": failed.message}
	e.log.finish(entry, failed.status, mustMarshal(document))
	writeJSON(w, failed.status, document)
}

// signIn routes the requests around sign-in. The first segment is the tenant, by id or
// by verified domain, except where a path belongs to all tenants.
func (e *Emulator) signIn(r *http.Request, segments []string, body []byte) (int, any) {
	get := r.Method == http.MethodGet
	switch path := strings.Join(segments, "/"); {
	case get && path == "metadata/endpoints":
		return e.metadata(r.URL.Query())
	case get && path == "common/discovery/instance":
		return e.instanceDiscovery(r.URL.Query())
	}
	switch rest := strings.Join(segments[1:], "/"); {
	case get && rest == "v2.0/.well-known/openid-configuration", get && rest == ".well-known/openid-configuration":
		return e.openIDConfiguration(segments[0])
	case get && (rest == "discovery/v2.0/keys" || rest == "discovery/keys"):
		return http.StatusOK, e.keySet()
	case r.Method == http.MethodPost && rest == "oauth2/v2.0/token":
		return e.issueToken(r, segments[0], body)
	case rest == "oauth2/v2.0/token":
		return e.signInError(errInvalidRequest, "AADSTS900561: The endpoint only accepts POST requests. Received a %s request.", r.Method)
	default:
		return http.StatusNotFound, map[string]any{"error": "not_found", "error_description": "There is nothing at this path."}
	}
}

// openIDConfiguration is the discovery document that MSAL needs.
// Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc.
func (e *Emulator) openIDConfiguration(name string) (int, any) {
	e.mu.Lock()
	t := e.tenant(name)
	e.mu.Unlock()
	if t == nil {
		return e.signInError(errInvalidTenant, tenantNotFound, name)
	}
	base := e.origin + "/" + t.id
	return http.StatusOK, map[string]any{
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"device_authorization_endpoint":         base + "/oauth2/v2.0/devicecode",
		"end_session_endpoint":                  base + "/oauth2/v2.0/logout",
		"issuer":                                base + "/v2.0",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"msgraph_host":                          strings.TrimPrefix(e.origin, "https://"),
		"cloud_instance_name":                   strings.TrimPrefix(e.origin, "https://"),
		"tenant_region_scope":                   "EU",
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
	}
}

// instanceDiscovery tells which hosts are one sign-in service: the emulator is alone.
func (e *Emulator) instanceDiscovery(query url.Values) (int, any) {
	endpoint, err := url.Parse(query.Get("authorization_endpoint"))
	host := strings.TrimPrefix(e.origin, "https://")
	if err != nil || endpoint.Host != host {
		return http.StatusBadRequest, map[string]any{"error": "invalid_instance", "error_description": "AADSTS50049: Unknown or invalid instance."}
	}
	tenant, _, _ := strings.Cut(strings.TrimPrefix(endpoint.Path, "/"), "/")
	return http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": e.origin + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []map[string]any{{
			"preferred_network": host, "preferred_cache": host, "aliases": []string{host},
		}},
	}
}

// keySet publishes the key that signs the tokens (RFC 7517).
func (e *Emulator) keySet() any {
	key := publicKey(&e.authority.signingKey.PublicKey)
	key["kid"] = e.authority.keyID
	return map[string]any{"keys": []any{key}}
}

func publicKey(key *rsa.PublicKey) map[string]any {
	return map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

// signInFailure is one documented way in which sign-in fails.
type signInFailure struct {
	status int
	name   string
	code   int
}

// The failures of sign-in. Status, name and number are those of Entra.
var (
	errInvalidTenant  = signInFailure{http.StatusBadRequest, "invalid_tenant", 90002}
	errUnknownTenant  = signInFailure{http.StatusBadRequest, "invalid_request", 90002}
	errUnknownClient  = signInFailure{http.StatusBadRequest, "unauthorized_client", 700016}
	errWrongSecret    = signInFailure{http.StatusUnauthorized, "invalid_client", 7000215}
	errExpiredSecret  = signInFailure{http.StatusUnauthorized, "invalid_client", 7000222}
	errNoCredential   = signInFailure{http.StatusUnauthorized, "invalid_client", 7000218}
	errWrongAssertion = signInFailure{http.StatusUnauthorized, "invalid_client", 700027}
	errNoFederation   = signInFailure{http.StatusUnauthorized, "invalid_client", 700213}
	errWrongScope     = signInFailure{http.StatusBadRequest, "invalid_scope", 70011}
	errScopeForm      = signInFailure{http.StatusBadRequest, "invalid_scope", 1002012}
	errWrongGrant     = signInFailure{http.StatusBadRequest, "unsupported_grant_type", 70003}
	errInvalidRequest = signInFailure{http.StatusBadRequest, "invalid_request", 900144}
)

const tenantNotFound = "AADSTS90002: Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing " +
	"into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."

// signInError is the body of a failed sign-in.
func (e *Emulator) signInError(failed signInFailure, message string, arguments ...any) (int, any) {
	now := e.Now().Format("2006-01-02 15:04:05Z")
	trace, correlation := newID(), newID()
	return failed.status, map[string]any{
		"error": failed.name,
		"error_description": fmt.Sprintf(message, arguments...) +
			fmt.Sprintf(" Trace ID: %s Correlation ID: %s Timestamp: %s", trace, correlation, now),
		"error_codes":    []int{failed.code},
		"timestamp":      now,
		"trace_id":       trace,
		"correlation_id": correlation,
		"error_uri":      fmt.Sprintf("%s/error?code=%d", e.origin, failed.code),
	}
}
