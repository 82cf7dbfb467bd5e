package credentials

import "fmt"

// Method names the way of signing in that was chosen, for logs and messages.
type Method string

// The methods, in the order in which they are tried.
const (
	MethodClientCertificate   Method = "client certificate"
	MethodClientSecret        Method = "client secret"
	MethodOIDCToken           Method = "OIDC token"
	MethodAzureDevOpsOIDC     Method = "Azure DevOps OIDC"
	MethodGitHubOIDC          Method = "GitHub OIDC"
	MethodAKSWorkloadIdentity Method = "AKS workload identity"
	MethodManagedIdentity     Method = "managed identity"
	MethodAzureCLI            Method = "Azure CLI"
)

// method chooses the first method whose arguments are set, in the order of
// hashicorp/azuread. It looks at no file and fails with an *ArgumentError.
func (a Arguments) method() (Method, error) {
	switch {
	case isSet(a.ClientCertificate, a.ClientCertificatePath):
		return MethodClientCertificate, nil
	case isSet(a.ClientCertificatePassword):
		return "", &ArgumentError{
			Argument: argClientCertificatePassword,
			Summary:  "Password without certificate",
			Detail:   "client_certificate_password is set, but neither client_certificate nor client_certificate_path is.",
		}
	case isSet(a.ClientSecret, a.ClientSecretFilePath):
		return MethodClientSecret, nil
	case isOn(a.UseOIDC) && isSet(a.OIDCToken, a.OIDCTokenFilePath):
		return MethodOIDCToken, nil
	case isOn(a.UseOIDC) && isSet(a.OIDCRequestURL, a.OIDCRequestToken, a.ADOPipelineServiceConnectionID):
		return a.pipelineMethod()
	case isOn(a.UseAKSWorkloadIdentity):
		return MethodAKSWorkloadIdentity, nil
	case isOn(a.UseOIDC):
		return "", &ArgumentError{
			Argument: argUseOIDC,
			Summary:  "No OIDC token to sign in with",
			Detail: "use_oidc is true, but there is nothing to get a token from. Set oidc_token or oidc_token_file_path, or run in a pipeline that offers one: " +
				"on GitHub Actions the job needs the permission \"id-token: write\"; on Azure DevOps set ado_pipeline_service_connection_id and pass System.AccessToken as SYSTEM_ACCESSTOKEN.",
		}
	case isOn(a.UseMSI):
		return MethodManagedIdentity, nil
	case a.cliAllowed():
		return MethodAzureCLI, nil
	default:
		detail := "Set client_id and tenant_id with client_secret, client_certificate or use_oidc, or set use_msi or use_cli."
		if hint := a.unusedTokenHint(); hint != "" {
			detail += " " + hint
		}
		return "", &ArgumentError{Summary: "No way to sign in is configured", Detail: detail}
	}
}

// pipelineMethod chooses between the pipelines that issue OIDC tokens on request.
func (a Arguments) pipelineMethod() (Method, error) {
	missing := func(argument, other string) error {
		return &ArgumentError{
			Argument: argument,
			Summary:  "Incomplete OIDC request",
			Detail:   fmt.Sprintf("%s is set, but %s is not. A pipeline's OIDC token is asked for with both oidc_request_url and oidc_request_token.", other, describe(argument)),
		}
	}
	given := argOIDCRequestURL
	if isSet(a.ADOPipelineServiceConnectionID) {
		given = argADOServiceConnectionID
	}
	switch {
	case !isSet(a.OIDCRequestToken):
		return "", missing(argOIDCRequestToken, given)
	case !isSet(a.OIDCRequestURL):
		if !isSet(a.ADOPipelineServiceConnectionID) {
			given = argOIDCRequestToken
		}
		return "", missing(argOIDCRequestURL, given)
	case isSet(a.ADOPipelineServiceConnectionID):
		return MethodAzureDevOpsOIDC, nil
	default:
		return MethodGitHubOIDC, nil
	}
}

// unusedTokenHint says which configured token is not used because use_oidc is off.
func (a Arguments) unusedTokenHint() string {
	if isOn(a.UseOIDC) {
		return ""
	}
	for _, candidate := range []struct {
		name  string
		value *string
	}{
		{argOIDCToken, a.OIDCToken},
		{argOIDCTokenFilePath, a.OIDCTokenFilePath},
		{argOIDCRequestToken, a.OIDCRequestToken},
		{argOIDCRequestURL, a.OIDCRequestURL},
		{argADOServiceConnectionID, a.ADOPipelineServiceConnectionID},
	} {
		if isSet(candidate.value) {
			return candidate.name + " is set, but it is not used, because use_oidc is not true."
		}
	}
	return ""
}

// describe names an argument together with its variable.
func describe(argument string) string {
	return fmt.Sprintf("%s (environment variable %s)", argument, variables(argument)[0])
}
