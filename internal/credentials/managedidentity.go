package credentials

import (
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

const (
	// imdsHost is where a virtual machine finds its instance metadata service.
	// Source: https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service.
	imdsHost = "169.254.169.254"
	// imdsTryTimeout is short, because the service is on the host itself; elsewhere
	// nothing answers at its address.
	imdsTryTimeout = 10 * time.Second
)

// managedIdentity signs in as the identity of the machine, or as the user-assigned one
// that client_id names.
func (b *builder) managedIdentity() (azcore.TokenCredential, error) {
	options := azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.options()}
	options.Retry.TryTimeout = imdsTryTimeout
	if b.clientID != "" {
		options.ID = azidentity.ClientID(b.clientID)
	}
	if isSet(b.MSIEndpoint) {
		endpoint, err := parseURL(*b.MSIEndpoint)
		if err == nil && endpoint.Scheme != "http" && endpoint.Scheme != "https" {
			err = errNotHTTP
		}
		if err != nil {
			return nil, invalidEndpoint(argMSIEndpoint, err)
		}
		options.Transport = imdsTransporter{transporter: transporter{client: b.client}, endpoint: endpoint}
	}
	return azidentity.NewManagedIdentityCredential(&options) //nolint:wrapcheck // New says what was being done
}

// imdsTransporter sends what is meant for the instance metadata service to another
// address, for which azidentity has no option.
type imdsTransporter struct {
	transporter

	endpoint *url.URL
}

// Do implements policy.Transporter.
func (t imdsTransporter) Do(request *http.Request) (*http.Response, error) {
	if request.URL.Hostname() != imdsHost {
		return t.transporter.Do(request)
	}
	moved := request.Clone(request.Context())
	moved.URL.Scheme, moved.URL.Host = t.endpoint.Scheme, t.endpoint.Host
	moved.Host = t.endpoint.Host
	if t.endpoint.Path != "" && t.endpoint.Path != "/" {
		moved.URL.Path, moved.URL.RawPath = t.endpoint.Path, t.endpoint.RawPath
	}
	query := moved.URL.Query()
	maps.Copy(query, t.endpoint.Query())
	moved.URL.RawQuery = query.Encode()
	return t.transporter.Do(moved)
}
