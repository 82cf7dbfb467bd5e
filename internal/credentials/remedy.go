package credentials

// remedy is what to do about a code of Microsoft Entra ID.
type remedy struct {
	argument, summary, advice string
}

// remedy returns what to do about a code.
// Source of the codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
func (f failure) remedy(code int) (remedy, bool) {
	if known, ok := f.remedyForApplication(code); ok {
		return known, true
	}
	if known, ok := f.remedyForFederation(code); ok {
		return known, true
	}
	if f.method == MethodAzureCLI {
		return f.remedyForUser(code)
	}
	return remedy{}, false
}

// remedyForApplication covers secrets, certificates, the application and its tenant.
func (f failure) remedyForApplication(code int) (remedy, bool) {
	switch code {
	case 7000215:
		return remedy{f.secretArgument(), "Invalid client secret", "Use the value of the secret, which is shown only when it is created, not its id, and check that it belongs to this client_id."}, true
	case 7000222:
		return remedy{f.secretArgument(), "Expired client secret", "Create a new secret for the app registration and use its value, or change to use_oidc or a certificate."}, true
	case 7000216, 7000218:
		return remedy{f.methodArgument(), "No secret or assertion accepted", "The request carried no client secret or assertion that this sign-in service reads. Check that the secret is not empty, and that no proxy changes requests."}, true
	case 700016:
		return remedy{f.clientIDArgument(), "Application not found", "Check that client_id is the application (client) id, that tenant_id is the tenant that has the application, and that it has been consented to there."}, true
	case 7000229:
		return remedy{f.clientIDArgument(), "Application not in this tenant", "The application has no service principal in the tenant. An administrator of the tenant adds it by granting admin consent."}, true
	case 7000112:
		return remedy{f.clientIDArgument(), "Application disabled", "Enable sign-in for the application under Enterprise applications in Microsoft Entra."}, true
	case 90002, 900021, 900023, 50059:
		return remedy{argTenantID, "Tenant not found", "Check tenant_id, and that environment (or authority_host) is the cloud that has this tenant."}, true
	case 700027:
		return remedy{f.certificateArgument(), "Client certificate not accepted", "Upload the certificate (without its key) to the app registration, and check that it is the same one and has not expired."}, true
	case 500011, 1002012, 70011, 650057:
		return remedy{f.given(argGraphEndpoint, f.GraphEndpoint), "Microsoft Graph not found by the sign-in service", "Check that environment, authority_host and graph_endpoint belong to the same cloud."}, true
	case 53003, 530032, 53000, 53001:
		return remedy{"", "Sign-in blocked by Conditional Access", "A Conditional Access policy of the tenant blocks this identity from here. Its administrator finds the decision in the sign-in log by the correlation id."}, true
	case 90033:
		return remedy{"", "Sign-in service temporarily unavailable", "Run again later."}, true
	default:
		return remedy{}, false
	}
}

// remedyForFederation covers tokens of federated issuers.
func (f failure) remedyForFederation(code int) (remedy, bool) {
	switch code {
	case 70021, 700211, 700212, 700213:
		return remedy{f.methodArgument(), "No matching federated credential", "The issuer, subject and audience of the token must be those of a federated credential of the application, to the letter: compare them with the values quoted above " +
			"(for GitHub Actions the subject names repository and branch, tag, environment or pull request). A new federated credential takes a few minutes to work."}, true
	case 700024:
		return remedy{f.methodArgument(), "Token or certificate out of its time", "The assertion is not valid now. Check the clock of this machine; a token in oidc_token expires after minutes, so use oidc_token_file_path or let the provider ask for it."}, true
	case 50013:
		return remedy{f.methodArgument(), "Assertion not accepted", "The assertion is malformed or signed by a key that its issuer does not publish. Check the source of the token."}, true
	default:
		return remedy{}, false
	}
}

// remedyForUser covers people who are signed in to the Azure CLI.
func (f failure) remedyForUser(code int) (remedy, bool) {
	switch code {
	case 50034, 50020:
		return remedy{argTenantID, "User not in this tenant", "Whoever is signed in to the Azure CLI has no account in the tenant. Check tenant_id, or run \"" + f.login() + "\" with another account."}, true
	case 50076, 50078, 50079, 50132, 50133, 50158, 50173, 65001, 70043, 700082:
		return remedy{argUseCLI, "Azure CLI must sign in again", "Run \"" + f.login() + "\" and try again."}, true
	default:
		return remedy{}, false
	}
}

// secretArgument is the argument the client secret came from.
func (f failure) secretArgument() string {
	if isSet(f.ClientSecretFilePath) && !isSet(f.ClientSecret) {
		return argClientSecretFilePath
	}
	return argClientSecret
}

func (f failure) clientIDArgument() string {
	if isSet(f.ClientIDFilePath) && !isSet(f.ClientID) {
		return argClientIDFilePath
	}
	return argClientID
}

func (f failure) certificateArgument() string {
	if isSet(f.ClientCertificatePath) {
		return argClientCertificatePath
	}
	return argClientCertificate
}

// methodArgument is the argument that chose the method.
func (f failure) methodArgument() string {
	switch f.method {
	case MethodClientCertificate:
		return f.certificateArgument()
	case MethodClientSecret:
		return f.secretArgument()
	case MethodOIDCToken:
		if isSet(f.OIDCTokenFilePath) {
			return argOIDCTokenFilePath
		}
		return argOIDCToken
	case MethodAzureDevOpsOIDC, MethodGitHubOIDC:
		return argUseOIDC
	case MethodAKSWorkloadIdentity:
		return argUseAKSWorkloadIdentity
	case MethodManagedIdentity:
		return argUseMSI
	case MethodAzureCLI:
		return argUseCLI
	default:
		return ""
	}
}
