package credentials

// Arguments are the provider's sign-in arguments as configured; nil means not set, so
// that the environment applies. An empty text and false are values: they say "none" and
// keep the environment out.
type Arguments struct {
	// TenantID is a tenant's GUID or one of its verified domains.
	TenantID *string
	// ClientID is the application's GUID, ClientIDFilePath a file that holds it.
	ClientID, ClientIDFilePath *string
	// ClientSecret is the secret's value, ClientSecretFilePath a file that holds it.
	ClientSecret, ClientSecretFilePath *string
	// ClientCertificate is a certificate with its private key: PEM, or base64 of PEM or
	// PKCS#12. ClientCertificatePath is a PEM or PKCS#12 file.
	ClientCertificate, ClientCertificatePath *string
	// ClientCertificatePassword opens a PKCS#12 bundle.
	ClientCertificatePassword *string
	// OIDCToken is a token of a federated issuer, OIDCTokenFilePath a file that holds the
	// current one.
	OIDCToken, OIDCTokenFilePath *string
	// OIDCRequestToken is the bearer token for OIDCRequestURL, where a pipeline asks for
	// its OIDC token.
	OIDCRequestToken, OIDCRequestURL *string
	// ADOPipelineServiceConnectionID is an Azure DevOps service connection's GUID.
	ADOPipelineServiceConnectionID *string
	// MSIEndpoint replaces the address of the instance metadata service.
	MSIEndpoint *string
	// Environment names the cloud; see [Arguments.Cloud].
	Environment *string
	// GraphEndpoint and AuthorityHost replace the cloud's hosts.
	GraphEndpoint, AuthorityHost *string
	// CACertificatesPath is a PEM file, or a directory of them, trusted besides the
	// system's roots.
	CACertificatesPath *string

	// AdditionalTenantIDs are GUIDs of tenants for which tokens may be asked besides
	// TenantID; the application has to be known in them.
	AdditionalTenantIDs []string

	// UseOIDC, UseAKSWorkloadIdentity, UseMSI and UseCLI allow a method; only UseCLI is
	// on by default.
	UseOIDC, UseAKSWorkloadIdentity, UseMSI, UseCLI *bool
}

// The arguments' names in Terraform.
const (
	argTenantID                  = "tenant_id"
	argClientID                  = "client_id"
	argClientIDFilePath          = "client_id_file_path"
	argClientSecret              = "client_secret"
	argClientSecretFilePath      = "client_secret_file_path"
	argClientCertificate         = "client_certificate"
	argClientCertificatePath     = "client_certificate_path"
	argClientCertificatePassword = "client_certificate_password"
	argOIDCToken                 = "oidc_token"
	argOIDCTokenFilePath         = "oidc_token_file_path" //nolint:gosec // a name, no token
	argOIDCRequestToken          = "oidc_request_token"   //nolint:gosec // a name, no token
	argOIDCRequestURL            = "oidc_request_url"
	argADOServiceConnectionID    = "ado_pipeline_service_connection_id"
	argMSIEndpoint               = "msi_endpoint"
	argEnvironment               = "environment"
	argGraphEndpoint             = "graph_endpoint"
	argAuthorityHost             = "authority_host"
	argCACertificatesPath        = "ca_certificates_path"
	argUseOIDC                   = "use_oidc"
	argUseAKSWorkloadIdentity    = "use_aks_workload_identity"
	argUseMSI                    = "use_msi"
	argUseCLI                    = "use_cli"
)

// text returns an argument's value, "" if it is not set.
func text(argument *string) string {
	if argument == nil {
		return ""
	}
	return *argument
}

// isSet reports whether any of the arguments has a value.
func isSet(arguments ...*string) bool {
	for _, argument := range arguments {
		if text(argument) != "" {
			return true
		}
	}
	return false
}

// isOn reports whether a switch is on; one that is not set is off.
func isOn(argument *bool) bool { return argument != nil && *argument }

// cliAllowed reports whether the Azure CLI may be used: yes, unless it is forbidden.
func (a Arguments) cliAllowed() bool { return a.UseCLI == nil || *a.UseCLI }

// secrets returns the values that must never be shown.
func (a Arguments) secrets() []string {
	var secrets []string
	for _, argument := range []*string{a.ClientSecret, a.ClientCertificate, a.ClientCertificatePassword, a.OIDCToken, a.OIDCRequestToken} {
		if isSet(argument) {
			secrets = append(secrets, *argument)
		}
	}
	return secrets
}
