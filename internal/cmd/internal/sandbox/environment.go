package sandbox

import (
	"os"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// inherited names the prefixes of variables that would let the machine's own set-up of Terraform, or its own sign-in
// to a tenant, show through.
var inherited = []string{"TF_", "ARM_", "AZURE_", "ENTRAGUEST_", "ACTIONS_ID_TOKEN_", "SYSTEM_OIDC", "CHECKPOINT_"}

// Environment returns the variables of this process without those that steer Terraform or select a tenant, and with
// those that keep Terraform quiet.
func Environment() []string {
	return append(withoutPrefixes(os.Environ(), inherited), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
}

func withoutPrefixes(environment, prefixes []string) []string {
	kept := make([]string, 0, len(environment))
	for _, entry := range environment {
		drop := false
		for _, prefix := range prefixes {
			drop = drop || strings.HasPrefix(entry, prefix)
		}
		if !drop {
			kept = append(kept, entry)
		}
	}

	return kept
}

// SignIn returns the variables that sign the provider in to the emulator's first tenant as its first application,
// by client credentials.
func SignIn(ready graphemulator.Ready) []string {
	tenant := ready.Tenants[0]
	application := tenant.Applications[0]

	return []string{
		"ENTRAGUEST_GRAPH_ENDPOINT=" + ready.GraphEndpoint,
		"ENTRAGUEST_AUTHORITY_HOST=" + ready.AuthorityHost,
		"ENTRAGUEST_CA_CERTIFICATES_PATH=" + ready.CACertificatesPath,
		"ARM_TENANT_ID=" + tenant.TenantID,
		"ARM_CLIENT_ID=" + application.ClientID,
		"ARM_CLIENT_SECRET=" + application.ClientSecret,
	}
}
