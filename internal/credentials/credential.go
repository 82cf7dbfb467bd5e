package credentials

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

const (
	// maxRetries is how often a request that failed on the way is sent again.
	maxRetries = 3
	// tryTimeout bounds one request to a sign-in service.
	tryTimeout = 30 * time.Second
)

// New returns a credential for the first method whose arguments are set (in the order of
// the Method constants) and the name of that method. The credential sends its requests on
// client, and none before the first GetToken; it caches and renews tokens and may be used
// by many goroutines. Errors of its GetToken are [*ArgumentError]s made by [Explain].
//
// Wrong combinations, malformed ids, files that cannot be read and unusable certificates
// are *ArgumentErrors.
func New(a Arguments, cloud Cloud, client *http.Client) (azcore.TokenCredential, Method, error) {
	method, err := a.method()
	if err != nil {
		return nil, "", err
	}
	app, err := a.application()
	if err != nil {
		return nil, "", err
	}
	b := builder{Arguments: a, application: app, cloud: cloud, client: client, method: method}
	inner, err := b.build()
	if err != nil {
		if _, blamed := errors.AsType[*ArgumentError](err); !blamed {
			err = &ArgumentError{
				Summary: "Signing in cannot be set up",
				Detail:  redact(fmt.Sprintf("Signing in by %s: %s", method, err), append(a.secrets(), b.secrets...)),
				Err:     err,
			}
		}
		return nil, "", err
	}
	return &credential{inner: inner, arguments: a, secrets: append(a.secrets(), b.secrets...)}, method, nil
}

// builder makes the azidentity credential of a method.
type builder struct {
	Arguments
	application

	cloud  Cloud
	client *http.Client
	method Method
	// secrets are values that come from files.
	secrets []string
}

func (b *builder) build() (azcore.TokenCredential, error) {
	switch b.method {
	case MethodManagedIdentity:
		return b.managedIdentity()
	case MethodAzureCLI:
		return b.azureCLI()
	case MethodClientCertificate, MethodClientSecret, MethodOIDCToken, MethodAzureDevOpsOIDC, MethodGitHubOIDC, MethodAKSWorkloadIdentity:
	}
	if err := b.complete(b.method); err != nil {
		return nil, err
	}
	switch b.method {
	case MethodClientCertificate:
		return b.clientCertificate()
	case MethodClientSecret:
		return b.clientSecret()
	default:
		return b.clientAssertion()
	}
}

// options are those of every credential that talks to the sign-in service.
func (b *builder) options() policy.ClientOptions {
	return policy.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: b.cloud.AuthorityHost},
		Retry:     policy.RetryOptions{MaxRetries: maxRetries, TryTimeout: tryTimeout},
		Transport: transporter{client: b.client},
	}
}

// ownAuthority reports whether the sign-in service is not one that Microsoft's instance
// discovery knows.
func (b *builder) ownAuthority() bool { return isSet(b.AuthorityHost) }

func (b *builder) clientCertificate() (azcore.TokenCredential, error) {
	certificate, err := b.certificate()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientCertificateCredential(b.tenantID, b.clientID, certificate.certificates, certificate.key, &azidentity.ClientCertificateCredentialOptions{ //nolint:wrapcheck // New says what was being done
		ClientOptions:              b.options(),
		AdditionallyAllowedTenants: b.AdditionalTenantIDs,
		DisableInstanceDiscovery:   b.ownAuthority(),
	})
}

func (b *builder) clientSecret() (azcore.TokenCredential, error) {
	secret, err := textOrFile(argClientSecret, b.ClientSecret, argClientSecretFilePath, b.ClientSecretFilePath)
	if err != nil {
		return nil, err
	}
	b.secrets = append(b.secrets, secret)
	return azidentity.NewClientSecretCredential(b.tenantID, b.clientID, secret, &azidentity.ClientSecretCredentialOptions{ //nolint:wrapcheck // New says what was being done
		ClientOptions:              b.options(),
		AdditionallyAllowedTenants: b.AdditionalTenantIDs,
		DisableInstanceDiscovery:   b.ownAuthority(),
	})
}

func (b *builder) clientAssertion() (azcore.TokenCredential, error) {
	source, err := b.assertionSource()
	if err != nil {
		return nil, err
	}
	assertion := func(ctx context.Context) (string, error) {
		value, err := source(ctx)
		if err != nil {
			// The cause would be lost on the way through azidentity.
			note(ctx, err)
			return "", err
		}
		noteSecret(ctx, value)
		return value, nil
	}
	return azidentity.NewClientAssertionCredential(b.tenantID, b.clientID, assertion, &azidentity.ClientAssertionCredentialOptions{ //nolint:wrapcheck // New says what was being done
		ClientOptions:              b.options(),
		AdditionallyAllowedTenants: b.AdditionalTenantIDs,
		DisableInstanceDiscovery:   b.ownAuthority(),
	})
}

// credential explains the errors of another one.
type credential struct {
	inner     azcore.TokenCredential
	arguments Arguments
	secrets   []string
}

// GetToken implements azcore.TokenCredential. Its errors are *ArgumentErrors, with the
// cause in their chain.
func (c *credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	traced, attempt := withAttempt(ctx)
	token, err := c.inner.GetToken(traced, options)
	if err == nil {
		return token, nil
	}
	secrets, cause := attempt.outcome()
	if cause != nil {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	if ctxErr := ctx.Err(); ctxErr != nil && !errors.Is(err, ctxErr) {
		err = fmt.Errorf("%w: %w", err, ctxErr)
	}
	return azcore.AccessToken{}, explain(err, c.arguments, append(secrets, c.secrets...))
}
