package credentials

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

const (
	// cliTimeout bounds one call of the Azure CLI, which may refresh a token itself.
	cliTimeout = time.Minute
	// cliRenewal is how long before its end a token is renewed.
	cliRenewal = 5 * time.Minute
)

// azureCLI signs in as whoever is signed in to the Azure CLI.
func (b *builder) azureCLI() (azcore.TokenCredential, error) {
	inner, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{
		TenantID: b.tenantID, AdditionallyAllowedTenants: b.AdditionalTenantIDs,
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // New says what was being done
	}
	return &cliCredential{inner: inner, gate: make(chan struct{}, 1), tokens: map[string]azcore.AccessToken{}}, nil
}

// cliCredential caches tokens of the Azure CLI: azidentity starts the program for each
// token, which takes about a second, and a provider asks for one with each request.
type cliCredential struct {
	inner azcore.TokenCredential
	// gate guards tokens, and lets one call of the program run at a time. It is a channel
	// so that waiting for it ends with the context.
	gate   chan struct{}
	tokens map[string]azcore.AccessToken
}

// GetToken implements azcore.TokenCredential.
func (c *cliCredential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	select {
	case c.gate <- struct{}{}:
		defer func() { <-c.gate }()
	case <-ctx.Done():
		return azcore.AccessToken{}, fmt.Errorf("waiting for the Azure CLI: %w", ctx.Err())
	}
	key := options.TenantID + " " + strings.Join(options.Scopes, " ")
	if token, ok := c.tokens[key]; ok && options.Claims == "" && time.Until(token.ExpiresOn) > cliRenewal {
		return token, nil
	}
	ctx, cancel := context.WithTimeout(ctx, cliTimeout)
	defer cancel()
	token, err := c.inner.GetToken(ctx, options)
	if err != nil {
		if _, missing := exec.LookPath("az"); missing != nil {
			return azcore.AccessToken{}, fmt.Errorf("%w: %w", err, missing)
		}
		return azcore.AccessToken{}, err //nolint:wrapcheck // the credential around it explains the error
	}
	c.tokens[key] = token
	return token, nil
}
