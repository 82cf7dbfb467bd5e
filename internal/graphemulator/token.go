package graphemulator

import (
	"crypto/subtle"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenLife is what Entra grants an application by default.
const tokenLife = 3599 * time.Second

// grant is what a token stands for.
type grant struct {
	tenantID    string
	clientID    string
	principalID string
	roles       []string
	// directoryRoles are template ids.
	directoryRoles []string
	expires        time.Time
}

// tokenRegistry knows the tokens that were issued, by their uti claim. They expire in
// real time, so that a test may move the emulator's clock under a client that is signed in.
type tokenRegistry struct {
	mu     sync.Mutex
	issued map[string]grant
}

func (r *tokenRegistry) add(uti string, g grant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.issued == nil {
		r.issued = map[string]grant{}
	}
	r.issued[uti] = g
}

func (r *tokenRegistry) find(uti string) (grant, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g, ok := r.issued[uti]
	return g, ok && time.Now().Before(g.expires)
}

// ExpireTokens makes every token issued so far an expired one.
func (e *Emulator) ExpireTokens() {
	e.tokens.mu.Lock()
	defer e.tokens.mu.Unlock()
	e.tokens.issued = nil
}

// issueToken is the token endpoint for the client credentials grant.
// Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
func (e *Emulator) issueToken(r *http.Request, tenantName string, body []byte) (int, any) {
	form, err := tokenForm(r, body)
	if err != nil {
		return e.signInError(errInvalidRequest, "AADSTS900144: The request body must be a form: %v.", err)
	}
	for _, name := range []string{"grant_type", "client_id"} {
		if form.Get(name) == "" {
			return e.signInError(errInvalidRequest, "AADSTS900144: The request body must contain the following parameter: '%s'.", name)
		}
	}
	if form.Get("grant_type") != "client_credentials" {
		return e.signInError(errWrongGrant, "AADSTS70003: The app requested an unsupported grant type '%s'.", form.Get("grant_type"))
	}

	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.tenant(tenantName)
	if t == nil {
		return e.signInError(errUnknownTenant, tenantNotFound, tenantName)
	}
	a := t.application(form.Get("client_id"))
	if a == nil {
		return e.signInError(errUnknownClient, "AADSTS700016: Application with identifier '%s' was not found in the directory '%s'. "+
			"This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. "+
			"You may have sent your authentication request to the wrong tenant.", form.Get("client_id"), t.displayName)
	}
	if failed, message := e.checkClient(t, a, form); message != "" {
		return e.signInError(failed, "%s", message)
	}
	audience, failed, message := e.audience(form.Get("scope"))
	if message != "" {
		return e.signInError(failed, "%s", message)
	}
	token, err := e.sign(t, a, audience)
	if err != nil {
		return http.StatusInternalServerError, map[string]any{"error": "server_error", "error_description": err.Error()}
	}
	seconds := int(tokenLife / time.Second)
	return http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token,
	}
}

// tokenForm reads the form, with the client's credentials from HTTP Basic if they are there.
func tokenForm(r *http.Request, body []byte) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, fmt.Errorf("the content type is %q", r.Header.Get("Content-Type"))
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fmt.Errorf("reading the form: %w", err)
	}
	if id, secret, ok := r.BasicAuth(); ok && form.Get("client_secret") == "" {
		// RFC 6749, 2.3.1: both are form-encoded before they are joined.
		if plain, err := url.QueryUnescape(id); err == nil {
			form.Set("client_id", plain)
		}
		if plain, err := url.QueryUnescape(secret); err == nil {
			form.Set("client_secret", plain)
		}
	}
	return form, nil
}

// checkClient verifies the secret or the assertion of an application; an empty message
// means that it is the one it says it is.
func (e *Emulator) checkClient(t *tenant, a *application, form url.Values) (failed signInFailure, message string) {
	const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	secret, assertion := form.Get("client_secret"), form.Get("client_assertion")
	switch {
	case assertion != "" && form.Get("client_assertion_type") != assertionType:
		return errInvalidRequest, "AADSTS900144: The request body must contain the following parameter: 'client_assertion_type'."
	case assertion != "":
		return e.checkAssertion(t, a, assertion)
	case secret == "":
		return errNoCredential, "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
	case a.secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(a.secret)) == 0:
		return errWrongSecret, "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, " +
			"not the client secret ID, for a secret added to app '" + a.clientID + "'."
	case a.secretExpired:
		return errExpiredSecret, "AADSTS7000222: The provided client secret keys for app '" + a.clientID + "' are expired. " +
			"Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, " +
			"or consider using certificate credentials for added security: https://aka.ms/certCreds."
	default:
		return signInFailure{}, ""
	}
}

// audience finds the resource a scope asks for: Graph's public name or this origin.
func (e *Emulator) audience(scope string) (audience string, failed signInFailure, message string) {
	var resources []string
	for part := range strings.FieldsSeq(scope) {
		switch part {
		case "openid", "offline_access", "profile", "email":
		default:
			resources = append(resources, part)
		}
	}
	if len(resources) != 1 {
		return "", errWrongScope, "AADSTS70011: The provided request must include a 'scope' input parameter. " +
			"The provided value for the input parameter 'scope' is not valid. The scope '" + scope + "' is not valid."
	}
	resource, ok := strings.CutSuffix(resources[0], "/.default")
	if !ok {
		return "", errScopeForm, "AADSTS1002012: The provided value for scope " + scope + " is not valid. " +
			"Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
	}
	if !slices.Contains(e.audiences(), strings.TrimSuffix(resource, "/")) {
		return "", errWrongScope, "AADSTS70011: The provided request must include a 'scope' input parameter. " +
			"The provided value for the input parameter 'scope' is not valid. The scope '" + scope + "' is not valid."
	}
	return resource, signInFailure{}, ""
}

// audiences are the names by which Graph may be called here.
func (e *Emulator) audiences() []string {
	const graphApplicationID = "00000003-0000-0000-c000-000000000000"
	return []string{"https://graph.microsoft.com", e.origin, graphApplicationID}
}

// sign issues a token. The caller holds mu.
func (e *Emulator) sign(t *tenant, a *application, audience string) (string, error) {
	now, uti := e.Now(), newSecret()
	claims := jwt.MapClaims{
		"aud": audience, "iss": e.origin + "/" + t.id + "/v2.0",
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(tokenLife).Unix(),
		"tid": t.id, "oid": a.principalID, "sub": a.principalID, "appid": a.clientID, "azp": a.clientID,
		"appidacr": "1", "idtyp": "app", "ver": "1.0", "uti": uti,
		"app_displayname": "Emulated application",
	}
	if len(a.roles) > 0 {
		claims["roles"] = a.roles
	}
	if len(a.directoryRoles) > 0 {
		claims["wids"] = a.directoryRoles
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = e.authority.keyID
	signed, err := token.SignedString(e.authority.signingKey)
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	e.tokens.add(uti, grant{
		tenantID: t.id, clientID: a.clientID, principalID: a.principalID,
		roles: slices.Clone(a.roles), directoryRoles: slices.Clone(a.directoryRoles), expires: time.Now().Add(tokenLife),
	})
	return signed, nil
}

// authenticate finds what the bearer token of a Graph request stands for.
func (e *Emulator) authenticate(header http.Header) (grant, error) {
	scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return grant{}, unauthorized("Access token is empty.")
	}
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) {
		return &e.authority.signingKey.PublicKey, nil
	}, jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation())
	if err != nil {
		return grant{}, unauthorized("IDX14100: JWT is not well formed, there are no dots (.) or its signature is not valid.")
	}
	uti, _ := claims["uti"].(string)
	g, ok := e.tokens.find(uti)
	if !ok {
		return grant{}, unauthorized("Lifetime validation failed, the token is expired.")
	}
	audience, _ := claims["aud"].(string)
	if !slices.Contains(e.audiences(), strings.TrimSuffix(audience, "/")) {
		return grant{}, unauthorized("Access token validation failure. Invalid audience.")
	}
	return g, nil
}

func unauthorized(message string) *failure {
	failed := fail(http.StatusUnauthorized, codeInvalidToken, message)
	failed.header = http.Header{"Www-Authenticate": {`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`}}
	return failed
}
