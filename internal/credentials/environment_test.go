package credentials

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// defaults are arguments as WithEnvironment leaves them when nothing is set, with changes.
func defaults(change func(*Arguments)) Arguments {
	a := Arguments{
		Environment: new("global"),
		UseOIDC:     new(false), UseAKSWorkloadIdentity: new(false), UseMSI: new(false), UseCLI: new(true),
	}
	if change != nil {
		change(&a)
	}
	return a
}

func TestWithEnvironment(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		configured Arguments
		variables  map[string]string
		want       Arguments
	}{
		"nothing": {want: defaults(nil)},
		"every plain variable": {
			variables: map[string]string{
				"ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c", "ARM_CLIENT_ID_FILE_PATH": "cf", "ARM_CLIENT_SECRET": "s", "ARM_CLIENT_SECRET_FILE_PATH": "sf",
				"ARM_CLIENT_CERTIFICATE": "d", "ARM_CLIENT_CERTIFICATE_PATH": "df", "ARM_CLIENT_CERTIFICATE_PASSWORD": "p", "ARM_ENVIRONMENT": "china",
				"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "o", "ARM_OIDC_TOKEN_FILE_PATH": "of", "ARM_USE_MSI": "1", "ARM_MSI_ENDPOINT": "m", "ARM_USE_CLI": "False",
				"ARM_USE_AKS_WORKLOAD_IDENTITY": "T", "ENTRAGUEST_GRAPH_ENDPOINT": "g", "ENTRAGUEST_AUTHORITY_HOST": "a", "ENTRAGUEST_CA_CERTIFICATES_PATH": "ca",
			},
			want: Arguments{
				TenantID: new("t"), ClientID: new("c"), ClientIDFilePath: new("cf"), ClientSecret: new("s"), ClientSecretFilePath: new("sf"),
				ClientCertificate: new("d"), ClientCertificatePath: new("df"), ClientCertificatePassword: new("p"), Environment: new("china"),
				OIDCToken: new("o"), OIDCTokenFilePath: new("of"), MSIEndpoint: new("m"), GraphEndpoint: new("g"), AuthorityHost: new("a"), CACertificatesPath: new("ca"),
				UseOIDC: new(true), UseMSI: new(true), UseCLI: new(false), UseAKSWorkloadIdentity: new(true),
			},
		},
		"empty variables are not set": {
			variables: map[string]string{"ARM_TENANT_ID": "", "ARM_USE_OIDC": "", "ARM_CLIENT_SECRET": ""},
			want:      defaults(nil),
		},
		"a configured empty text keeps the variable out": {
			configured: Arguments{TenantID: new(""), ClientSecret: new("")},
			variables:  map[string]string{"ARM_TENANT_ID": "t", "ARM_CLIENT_SECRET": "s"},
			want:       defaults(func(a *Arguments) { a.TenantID, a.ClientSecret = new(""), new("") }),
		},
		"a configured false keeps the variable out": {
			configured: Arguments{UseOIDC: new(false), UseCLI: new(false)},
			variables:  map[string]string{"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "o", "ARM_USE_CLI": "true"},
			want:       defaults(func(a *Arguments) { a.UseCLI = new(false) }),
		},
		"a configured secret is not mixed with a certificate of the environment": {
			configured: Arguments{ClientSecret: new("s")},
			variables:  map[string]string{"ARM_CLIENT_CERTIFICATE_PATH": "df", "ARM_CLIENT_CERTIFICATE_PASSWORD": "p", "ARM_USE_OIDC": "true", "ARM_USE_MSI": "true", "ARM_CLIENT_ID": "c"},
			want:       defaults(func(a *Arguments) { a.ClientSecret, a.ClientID = new("s"), new("c") }),
		},
		"a configured secret is not mixed with a secret file of the environment": {
			configured: Arguments{ClientSecret: new("s"), ClientID: new("c")},
			variables:  map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": "sf", "ARM_CLIENT_ID_FILE_PATH": "cf"},
			want:       defaults(func(a *Arguments) { a.ClientSecret, a.ClientID = new("s"), new("c") }),
		},
		"configured OIDC is not mixed with a secret of the environment": {
			configured: Arguments{UseOIDC: new(true)},
			variables:  map[string]string{"ARM_CLIENT_SECRET": "s", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "rt", "ACTIONS_ID_TOKEN_REQUEST_URL": "ru"},
			want: defaults(func(a *Arguments) {
				a.UseOIDC, a.OIDCRequestToken, a.OIDCRequestURL = new(true), new("rt"), new("ru")
			}),
		},
		"a configured token is switched on by the environment, and then is the choice": {
			configured: Arguments{OIDCToken: new("o")},
			variables:  map[string]string{"ARM_USE_OIDC": "true", "ARM_CLIENT_SECRET": "s", "ARM_OIDC_TOKEN_FILE_PATH": "of"},
			want:       defaults(func(a *Arguments) { a.UseOIDC, a.OIDCToken = new(true), new("o") }),
		},
		"a configured token that is not switched on is no choice": {
			configured: Arguments{OIDCToken: new("o")},
			variables:  map[string]string{"ARM_CLIENT_SECRET": "s"},
			want:       defaults(func(a *Arguments) { a.OIDCToken, a.ClientSecret = new("o"), new("s") }),
		},
		"a configured request is not mixed with a token of the environment": {
			configured: Arguments{UseOIDC: new(true), ADOPipelineServiceConnectionID: new("sc")},
			variables:  map[string]string{"ARM_OIDC_TOKEN": "o", "SYSTEM_ACCESSTOKEN": "rt", "SYSTEM_OIDCREQUESTURI": "ru"},
			want: defaults(func(a *Arguments) {
				a.UseOIDC, a.ADOPipelineServiceConnectionID, a.OIDCRequestToken, a.OIDCRequestURL = new(true), new("sc"), new("rt"), new("ru")
			}),
		},
		"the allowed Azure CLI is no choice": {
			configured: Arguments{UseCLI: new(true)},
			variables:  map[string]string{"ARM_CLIENT_SECRET": "s"},
			want:       defaults(func(a *Arguments) { a.ClientSecret = new("s") }),
		},
		"what has no meaning is not read": {
			variables: map[string]string{"ARM_CLIENT_CERTIFICATE_PASSWORD": "p", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "rt", "ARM_MSI_ENDPOINT": "m", "AZURE_CLIENT_ID": "c", "AZURE_FEDERATED_TOKEN_FILE": "f"},
			want:      defaults(nil),
		},
		"the password of the environment opens the configured certificate": {
			configured: Arguments{ClientCertificatePath: new("df")},
			variables:  map[string]string{"ARM_CLIENT_CERTIFICATE_PASSWORD": "p"},
			want:       defaults(func(a *Arguments) { a.ClientCertificatePath, a.ClientCertificatePassword = new("df"), new("p") }),
		},
		"request variables in order": {
			configured: Arguments{UseOIDC: new(true)},
			variables: map[string]string{
				"ARM_OIDC_REQUEST_TOKEN": "1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "2", "SYSTEM_ACCESSTOKEN": "3",
				"ACTIONS_ID_TOKEN_REQUEST_URL": "2", "SYSTEM_OIDCREQUESTURI": "3", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID": "sc",
			},
			want: defaults(func(a *Arguments) {
				a.UseOIDC, a.OIDCRequestToken, a.OIDCRequestURL, a.ADOPipelineServiceConnectionID = new(true), new("1"), new("2"), new("sc")
			}),
		},
		"a pod's workload identity": {
			configured: Arguments{UseAKSWorkloadIdentity: new(true)},
			variables:  map[string]string{"AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "f", "ARM_CLIENT_SECRET": "s", "ARM_OIDC_TOKEN": "o"},
			want: defaults(func(a *Arguments) {
				a.UseAKSWorkloadIdentity, a.ClientID, a.TenantID, a.OIDCTokenFilePath = new(true), new("c"), new("t"), new("f")
			}),
		},
		"ARM_ variables come before a pod's": {
			configured: Arguments{UseAKSWorkloadIdentity: new(true)},
			variables:  map[string]string{"AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t", "ARM_CLIENT_ID": "c2", "ARM_TENANT_ID": "t2"},
			want: defaults(func(a *Arguments) {
				a.UseAKSWorkloadIdentity, a.ClientID, a.TenantID = new(true), new("c2"), new("t2")
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.configured.WithEnvironment(lookupIn(test.variables))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithEnvironmentRefusesMalformedBooleans(t *testing.T) {
	t.Parallel()
	for variable, argument := range map[string]string{
		"ARM_USE_OIDC": "use_oidc", "ARM_USE_MSI": "use_msi", "ARM_USE_CLI": "use_cli", "ARM_USE_AKS_WORKLOAD_IDENTITY": "use_aks_workload_identity",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			_, err := Arguments{}.WithEnvironment(lookupIn(map[string]string{variable: "plantedsecret"}))
			wantBlame(t, err, argument, variable)
		})
	}
}

func TestWithEnvironmentLeavesItsReceiverAlone(t *testing.T) {
	t.Parallel()
	configured := Arguments{TenantID: new("t")}
	if _, err := configured.WithEnvironment(lookupIn(map[string]string{"ARM_TENANT_ID": "other", "ARM_CLIENT_ID": "c"})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Arguments{TenantID: new("t")}, configured); diff != "" {
		t.Errorf("the receiver changed (-want +got):\n%s", diff)
	}
}
