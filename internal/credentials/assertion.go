package credentials

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

const (
	// assertionAudience is what Microsoft Entra ID expects in a federated token.
	// Source: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential.
	assertionAudience = "api://AzureADTokenExchange"
	// adoAPIVersion is that of Azure DevOps' oidctoken operation.
	// Source: https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create.
	adoAPIVersion = "7.1"
)

// assertionSource returns the token of the federated issuer, fresh for each call.
type assertionSource func(ctx context.Context) (string, error)

// assertionSource chooses the source of the method. A source that cannot work is an
// *ArgumentError.
func (b *builder) assertionSource() (assertionSource, error) {
	switch b.method {
	case MethodGitHubOIDC, MethodAzureDevOpsOIDC:
		return b.pipelineToken()
	default:
		return b.federatedToken()
	}
}

// federatedToken returns a token that is there: as a value, or in a file that its issuer
// renews, so that it is read again each time.
func (b *builder) federatedToken() (assertionSource, error) {
	if !isSet(b.OIDCToken, b.OIDCTokenFilePath) {
		return nil, &ArgumentError{
			Argument: argUseAKSWorkloadIdentity,
			Summary:  "No workload identity in this pod",
			Detail: "use_aks_workload_identity is true, but the environment variable " + podTokenFile + " is not set. " +
				"Label the pod azure.workload.identity/use: \"true\" and annotate its service account with azure.workload.identity/client-id.",
		}
	}
	token, err := textOrFile(argOIDCToken, b.OIDCToken, argOIDCTokenFilePath, b.OIDCTokenFilePath)
	if err != nil {
		return nil, err
	}
	if !isSet(b.OIDCTokenFilePath) {
		return func(context.Context) (string, error) { return token, nil }, nil
	}
	path := *b.OIDCTokenFilePath
	return func(context.Context) (string, error) {
		return textOrFile(argOIDCToken, nil, argOIDCTokenFilePath, &path)
	}, nil
}

// tokenRequest asks a pipeline's service for its OIDC token.
type tokenRequest struct {
	method Method
	verb   string
	url    string
	bearer string
	// token takes the token out of an answer.
	token    func(body []byte) (string, error)
	pipeline runtime.Pipeline
}

func (b *builder) pipelineToken() (assertionSource, error) {
	endpoint, err := parseURL(*b.OIDCRequestURL)
	if err == nil && endpoint.Scheme != "https" {
		// The request carries a bearer token.
		err = errNotHTTPS
	}
	if err != nil {
		return nil, invalidEndpoint(argOIDCRequestURL, err)
	}
	request := tokenRequest{method: b.method, bearer: *b.OIDCRequestToken}
	if b.method == MethodAzureDevOpsOIDC {
		request.verb = http.MethodPost
		request.url = withQuery(endpoint, "api-version", adoAPIVersion, "serviceConnectionId", *b.ADOPipelineServiceConnectionID)
		request.token = adoToken
	} else {
		request.verb = http.MethodGet
		request.url = withQuery(endpoint, "audience", assertionAudience)
		request.token = gitHubToken
	}
	options := b.options()
	request.pipeline = runtime.NewPipeline("entraguest", "", runtime.PipelineOptions{}, &options)
	return request.send, nil
}

// withQuery returns the URL with parameters, given as name and value, set.
func withQuery(endpoint *url.URL, pairs ...string) string {
	query := endpoint.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	changed := *endpoint
	changed.RawQuery = query.Encode()
	return changed.String()
}

func (r *tokenRequest) send(ctx context.Context) (string, error) {
	request, err := runtime.NewRequest(ctx, r.verb, r.url)
	if err != nil {
		return "", fmt.Errorf("making the request for an OIDC token: %w", err)
	}
	r.authorize(request)
	response, err := r.pipeline.Do(request) //nolint:bodyclose // the pipeline reads and closes the body
	if err != nil {
		return "", &tokenRequestError{err}
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return "", &tokenRequestError{err}
	}
	if response.StatusCode != http.StatusOK {
		return "", r.refused(fmt.Sprintf("answered HTTP %d", response.StatusCode), nil)
	}
	// The answer is not quoted: a token may be in it.
	token, err := r.token(body)
	if err != nil {
		return "", r.refused("gave an answer that cannot be read", err)
	}
	if token == "" {
		return "", r.refused("gave an answer without a token", nil)
	}
	return token, nil
}

// tokenRequestError is a request for an OIDC token that got no answer.
type tokenRequestError struct{ err error }

// Error names the cause.
func (e *tokenRequestError) Error() string { return "asking for an OIDC token: " + e.err.Error() }

// Unwrap returns the cause.
func (e *tokenRequestError) Unwrap() error { return e.err }

func (r *tokenRequest) authorize(request *policy.Request) {
	header := request.Raw().Header
	header.Set("Accept", "application/json")
	header.Set("Authorization", "Bearer "+r.bearer)
	if r.method == MethodAzureDevOpsOIDC {
		header.Set("Content-Type", "application/json")
		// Without it an invalid token is answered by a redirect to a sign-in page.
		header.Set("X-TFS-FedAuthRedirect", "Suppress")
	}
}

func (r *tokenRequest) refused(what string, err error) error {
	advice := "Check that the job has the permission \"id-token: write\", and that the token has not expired: it is valid for the job it was issued to."
	if r.method == MethodAzureDevOpsOIDC {
		advice = "Check ado_pipeline_service_connection_id, that the pipeline may use this service connection, and that SYSTEM_ACCESSTOKEN is passed to the step."
	} else if !strings.Contains(r.url, "actions.githubusercontent.com") {
		advice += " On Azure DevOps also set ado_pipeline_service_connection_id."
	}
	return &ArgumentError{
		Argument: argOIDCRequestURL,
		Summary:  "No OIDC token from the pipeline",
		Detail:   fmt.Sprintf("The service at oidc_request_url %s. %s", what, advice),
		Err:      err,
	}
}

// gitHubToken reads the answer of GitHub Actions.
// Source: https://docs.github.com/actions/reference/security/oidc.
func gitHubToken(body []byte) (string, error) {
	var answer struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("parsing the answer: %w", err)
	}
	return answer.Value, nil
}

// adoToken reads the answer of Azure DevOps.
func adoToken(body []byte) (string, error) {
	var answer struct {
		Token string `json:"oidcToken"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("parsing the answer: %w", err)
	}
	return answer.Token, nil
}
