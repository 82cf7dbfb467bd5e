package credentials

import "testing"

func TestMethodOrder(t *testing.T) {
	t.Parallel()
	// Each step takes the first method away from arguments that allow all of them.
	a := Arguments{
		ClientCertificate: new("x"), ClientSecret: new("x"), OIDCTokenFilePath: new("x"), OIDCRequestToken: new("x"), OIDCRequestURL: new("x"),
		ADOPipelineServiceConnectionID: new("x"), UseOIDC: new(true), UseAKSWorkloadIdentity: new(true), UseMSI: new(true),
	}
	for _, step := range []struct {
		want Method
		drop func()
	}{
		{MethodClientCertificate, func() { a.ClientCertificate = nil }},
		{MethodClientSecret, func() { a.ClientSecret = nil }},
		{MethodOIDCToken, func() { a.OIDCTokenFilePath = nil }},
		{MethodAzureDevOpsOIDC, func() { a.ADOPipelineServiceConnectionID = nil }},
		{MethodGitHubOIDC, func() { a.OIDCRequestToken, a.OIDCRequestURL = nil, nil }},
		{MethodAKSWorkloadIdentity, func() { a.UseAKSWorkloadIdentity, a.UseOIDC = nil, nil }},
		{MethodManagedIdentity, func() { a.UseMSI = nil }},
		{MethodAzureCLI, func() {}},
	} {
		got, err := a.method()
		if err != nil || got != step.want {
			t.Fatalf("method is %q (%v), want %q", got, err, step.want)
		}
		step.drop()
	}
}

func TestMethodErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments Arguments
		blamed    string
		words     []string
	}{
		"nothing allowed":               {Arguments{UseCLI: new(false)}, "", []string{"client_secret"}},
		"a token that is not used":      {Arguments{UseCLI: new(false), OIDCToken: new("x")}, "", []string{"oidc_token is set", "use_oidc is not true"}},
		"password without certificate":  {Arguments{ClientCertificatePassword: new("plantedsecret")}, "client_certificate_password", []string{"client_certificate_path"}},
		"OIDC without a source":         {Arguments{UseOIDC: new(true)}, "use_oidc", []string{"id-token: write"}},
		"OIDC without a source, MSI on": {Arguments{UseOIDC: new(true), UseMSI: new(true)}, "use_oidc", nil},
		"request without token":         {Arguments{UseOIDC: new(true), OIDCRequestURL: new("x")}, "oidc_request_token", []string{"ARM_OIDC_REQUEST_TOKEN"}},
		"request without URL":           {Arguments{UseOIDC: new(true), OIDCRequestToken: new("x")}, "oidc_request_url", []string{"ARM_OIDC_REQUEST_URL"}},
		"service connection alone":      {Arguments{UseOIDC: new(true), ADOPipelineServiceConnectionID: new("x")}, "oidc_request_token", []string{"ado_pipeline_service_connection_id is set"}},
		"service connection, no URL":    {Arguments{UseOIDC: new(true), ADOPipelineServiceConnectionID: new("x"), OIDCRequestToken: new("x")}, "oidc_request_url", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, err := test.arguments.method()
			if method != "" {
				t.Errorf("method %q came with an error", method)
			}
			wantBlame(t, err, test.blamed, test.words...)
		})
	}
}
