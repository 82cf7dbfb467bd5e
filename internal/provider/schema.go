package provider

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/entraguest/terraform-provider-entraguest/internal/credentials"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const description = "Guests and other external people of a Microsoft Entra tenant, as code.\n\n" +
	"The sign-in arguments have the names and environment variables of the `azuread` provider, so an existing pipeline works unchanged."

// argument is one sign-in argument: a string or a bool, with the variables that stand
// in for it.
type argument struct {
	name        string
	variables   string // as documented, in the order they are tried
	description string
	sensitive   bool
	text        func(*credentials.Arguments) **string // exactly one of text and flag
	flag        func(*credentials.Arguments) **bool
}

var arguments = []argument{
	{
		name: "tenant_id", variables: "`ARM_TENANT_ID`",
		description: "Tenant to sign in to: its id, a GUID, or one of its domains.",
		text:        func(a *credentials.Arguments) **string { return &a.TenantID },
	},
	{
		name: "client_id", variables: "`ARM_CLIENT_ID`",
		description: "Client id of the application, a GUID; with `use_msi`, of a user-assigned identity.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientID },
	},
	{
		name: "client_id_file_path", variables: "`ARM_CLIENT_ID_FILE_PATH`",
		description: "File that holds the client id.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientIDFilePath },
	},
	{
		name: "client_secret", variables: "`ARM_CLIENT_SECRET`", sensitive: true,
		description: "Client secret of the application.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientSecret },
	},
	{
		name: "client_secret_file_path", variables: "`ARM_CLIENT_SECRET_FILE_PATH`",
		description: "File that holds the client secret.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientSecretFilePath },
	},
	{
		name: "client_certificate", variables: "`ARM_CLIENT_CERTIFICATE`", sensitive: true,
		description: "Client certificate with its private key: a PKCS#12 bundle in base64.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientCertificate },
	},
	{
		name: "client_certificate_path", variables: "`ARM_CLIENT_CERTIFICATE_PATH`",
		description: "File that holds the client certificate with its private key, as PKCS#12 or PEM.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientCertificatePath },
	},
	{
		name: "client_certificate_password", variables: "`ARM_CLIENT_CERTIFICATE_PASSWORD`", sensitive: true,
		description: "Password of the client certificate.",
		text:        func(a *credentials.Arguments) **string { return &a.ClientCertificatePassword },
	},
	{
		name: "use_oidc", variables: "`ARM_USE_OIDC`",
		description: "Whether to sign in with a token of another identity provider (workload identity federation). Default: `false`.",
		flag:        func(a *credentials.Arguments) **bool { return &a.UseOIDC },
	},
	{
		name: "oidc_token", variables: "`ARM_OIDC_TOKEN`", sensitive: true,
		description: "Token of the other identity provider.",
		text:        func(a *credentials.Arguments) **string { return &a.OIDCToken },
	},
	{
		name: "oidc_token_file_path", variables: "`ARM_OIDC_TOKEN_FILE_PATH`",
		description: "File that holds the token of the other identity provider; read again for each sign-in.",
		text:        func(a *credentials.Arguments) **string { return &a.OIDCTokenFilePath },
	},
	{
		name: "oidc_request_token", variables: "`ARM_OIDC_REQUEST_TOKEN`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN` or `SYSTEM_ACCESSTOKEN`", sensitive: true,
		description: "Token with which GitHub Actions or Azure DevOps is asked for a token.",
		text:        func(a *credentials.Arguments) **string { return &a.OIDCRequestToken },
	},
	{
		name: "oidc_request_url", variables: "`ARM_OIDC_REQUEST_URL`, `ACTIONS_ID_TOKEN_REQUEST_URL` or `SYSTEM_OIDCREQUESTURI`",
		description: "URL at which GitHub Actions or Azure DevOps is asked for a token.",
		text:        func(a *credentials.Arguments) **string { return &a.OIDCRequestURL },
	},
	{
		name: "ado_pipeline_service_connection_id", variables: "`ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`",
		description: "Id of the Azure DevOps service connection to sign in with.",
		text:        func(a *credentials.Arguments) **string { return &a.ADOPipelineServiceConnectionID },
	},
	{
		name: "use_aks_workload_identity", variables: "`ARM_USE_AKS_WORKLOAD_IDENTITY`",
		description: "Whether to sign in with the workload identity of an Azure Kubernetes Service pod. Default: `false`.",
		flag:        func(a *credentials.Arguments) **bool { return &a.UseAKSWorkloadIdentity },
	},
	{
		name: "use_msi", variables: "`ARM_USE_MSI`",
		description: "Whether to sign in with a managed identity. Default: `false`.",
		flag:        func(a *credentials.Arguments) **bool { return &a.UseMSI },
	},
	{
		name: "msi_endpoint", variables: "`ARM_MSI_ENDPOINT`",
		description: "Endpoint of the managed identity service, where it is not the usual one.",
		text:        func(a *credentials.Arguments) **string { return &a.MSIEndpoint },
	},
	{
		name: "use_cli", variables: "`ARM_USE_CLI`",
		description: "Whether to sign in as the user of the Azure CLI when nothing else is configured. Default: `true`.",
		flag:        func(a *credentials.Arguments) **bool { return &a.UseCLI },
	},
	{
		name: "environment", variables: "`ARM_ENVIRONMENT`",
		description: "Microsoft's cloud: `global` (or `public`), `usgovernment` (`usgovernmentl4`), `dod` (`usgovernmentl5`), `china` or `canary`. Default: `global`.",
		text:        func(a *credentials.Arguments) **string { return &a.Environment },
	},
	{
		name: "graph_endpoint", variables: "`ENTRAGUEST_GRAPH_ENDPOINT`",
		description: "Origin of Microsoft Graph, an https URL, for a proxy or a cloud this provider does not know. Default: that of `environment`. Together with `authority_host`, tokens are asked for this endpoint; alone, for that of `environment`.",
		text:        func(a *credentials.Arguments) **string { return &a.GraphEndpoint },
	},
	{
		name: "authority_host", variables: "`ENTRAGUEST_AUTHORITY_HOST`",
		description: "Host that issues tokens, an https URL. Default: that of `environment`.",
		text:        func(a *credentials.Arguments) **string { return &a.AuthorityHost },
	},
	{
		name: "ca_certificates_path", variables: "`ENTRAGUEST_CA_CERTIFICATES_PATH`",
		description: "File with certificates of further certification authorities to trust, PEM.",
		text:        func(a *credentials.Arguments) **string { return &a.CACertificatesPath },
	},
}

// Schema describes the provider's arguments.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		redirectURL: schema.StringAttribute{
			MarkdownDescription: "Where guests land after accepting an invitation that says nothing else: an http or https URL. Default: the tenant's My Apps page.",
			Optional:            true,
			Validators:          []validator.String{person.WebAddress()},
		},
		sourceTenantIDs: sourceTenantsAttribute(),
		bulkRefresh:     bulkRefreshAttribute(),
	}
	maps.Copy(attributes, ruleAttributes())
	maps.Copy(attributes, namingAttributes())
	for _, a := range arguments {
		text := fmt.Sprintf("%s Environment: %s.", a.description, a.variables)
		if a.flag != nil {
			attributes[a.name] = schema.BoolAttribute{MarkdownDescription: text, Optional: true}
			continue
		}
		attributes[a.name] = schema.StringAttribute{MarkdownDescription: text, Optional: true, Sensitive: a.sensitive}
	}
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

const redirectURL = "redirect_url"
