package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// Identity is who is signed in, as the access token says.
// Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
type Identity struct {
	// TenantID is the tenant the token is for (claim tid).
	TenantID string `json:"tid"`
	// ObjectID is the service principal or user signed in (claim oid).
	ObjectID string `json:"oid"`
	// ApplicationID is the client id (claim appid).
	ApplicationID string `json:"appid"`
	// Roles are the application permissions granted; empty for a delegated token.
	Roles []string `json:"roles"`
	// Scopes are the delegated permissions, separated by blanks.
	Scopes string `json:"scp"`
}

// tokenSource authenticates requests. The credential caches and renews tokens.
type tokenSource struct {
	credential azcore.TokenCredential
	scope      string
	// tenantID is the tenant tokens are asked for; "" for the credential's own.
	tenantID string
}

// AuthenticateRequest adds the access token. It is the adapter's authentication provider.
func (t *tokenSource) AuthenticateRequest(ctx context.Context, request *abstractions.RequestInformation, additional map[string]any) error {
	claims, _ := additional["claims"].(string)
	token, err := t.token(ctx, claims)
	if err != nil {
		return err
	}
	request.Headers.TryAdd("Authorization", "Bearer "+token)
	return nil
}

func (t *tokenSource) token(ctx context.Context, claims string) (string, error) {
	options := policy.TokenRequestOptions{Scopes: []string{t.scope}, TenantID: t.tenantID}
	if claims != "" {
		// The adapter hands on a claims challenge base64-encoded, as Graph sends it.
		if decoded, err := base64.StdEncoding.DecodeString(claims); err == nil {
			claims = string(decoded)
		}
		options.Claims, options.EnableCAE = claims, true
	}
	token, err := t.credential.GetToken(ctx, options)
	if err != nil {
		return "", &SignInError{Err: err}
	}
	if err := t.checkTenant(token.Token); err != nil {
		return "", &SignInError{Err: err}
	}
	return token.Token, nil
}

// SignInError is a failure to get an access token.
type SignInError struct{ Err error }

// Error names the cause.
func (e *SignInError) Error() string { return "signing in: " + e.Err.Error() }

// Unwrap returns the credential's error.
func (e *SignInError) Unwrap() error { return e.Err }

// Identity returns who is signed in. It asks for a token when there is none yet, and
// fails with a *SignInError, or when the token has no tenant.
func (c *Client) Identity(ctx context.Context) (Identity, error) {
	token, err := c.tokens.token(ctx, "")
	if err != nil {
		return Identity{}, err
	}
	return parseIdentity(token)
}

// parseIdentity reads the payload of a JSON Web Token. Its signature is Graph's to
// check: the claims only tell which tenant the identity provider answered for.
func parseIdentity(token string) (Identity, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Identity{}, fmt.Errorf("the access token has %d parts instead of 3", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Identity{}, fmt.Errorf("decoding the access token's payload: %w", err)
	}
	var identity Identity
	if err := json.Unmarshal(payload, &identity); err != nil {
		return Identity{}, fmt.Errorf("parsing the access token's payload: %w", err)
	}
	if identity.TenantID == "" {
		return Identity{}, errors.New("the access token names no tenant (claim tid)")
	}
	return identity, nil
}
