package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	msgraphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
)

// Options is what a Client needs.
type Options struct {
	// Endpoint is the origin of Microsoft Graph, such as "https://graph.microsoft.com".
	Endpoint string
	// Scope is what tokens are asked for, such as "https://graph.microsoft.com/.default".
	Scope string
	// Credential gives the tokens. Nothing is asked of it before the first operation.
	Credential azcore.TokenCredential
	// Transport carries the requests; NewTransport makes a suitable one.
	Transport http.RoundTripper
	// UserAgent is sent with every request.
	UserAgent string
	// DirectReads makes every read of a refresh a request of its own; see Refreshing.
	DirectReads bool
}

// Client offers Microsoft Graph's operations on users, invitations and the tenant.
// It is safe for concurrent use; all callers share one governor and one connection pool.
type Client struct {
	adapter  *msgraphcore.GraphRequestAdapterBase
	baseURL  string
	tokens   *tokenSource
	clock    *serverClock
	governor *governor
	sender   *sender
	signIns  *signInPace
	lookups  *lookups
	names    *nameLookups
	photos   *photos
	members  *memberships
	reads    *userReads
	writes   *writes
	// readsDirectly refreshes with a request of its own for every object.
	readsDirectly bool
}

// New returns a Client. It sends nothing.
func New(options Options) (*Client, error) {
	clock, governor := &serverClock{}, newGovernor()
	tokens := &tokenSource{credential: options.Credential, scope: options.Scope}
	sender := &sender{
		base:     options.Transport,
		governor: governor,
		clock:    clock,
		agent:    options.UserAgent,
	}
	client, err := newClient(tokens, sender, strings.TrimSuffix(options.Endpoint, "/")+"/v1.0")
	if err != nil {
		return nil, err
	}
	client.readsDirectly = options.DirectReads
	return client, nil
}

// newClient puts a client together from its tokens and the sender it shares.
func newClient(tokens *tokenSource, sender *sender, baseURL string) (*Client, error) {
	adapter, err := msgraphcore.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		tokens, msgraphcore.GraphClientOptions{}, nil, jsonserialization.NewJsonSerializationWriterFactory(),
		&http.Client{Transport: sender, CheckRedirect: refuseRedirect},
	)
	if err != nil {
		return nil, fmt.Errorf("building the Graph request adapter: %w", err)
	}
	adapter.SetBaseUrl(baseURL)
	client := &Client{
		adapter:  adapter,
		baseURL:  baseURL,
		tokens:   tokens,
		clock:    sender.clock,
		governor: sender.governor,
		sender:   sender,
		signIns:  &signInPace{},
	}
	client.lookups = newLookups(client)
	client.names = newNameLookups(client)
	client.photos = newPhotos(client)
	client.members = newMemberships(client)
	client.reads = newUserReads(client)
	client.writes = newWrites(client)
	return client, nil
}

// refuseRedirect keeps the token from following a redirect to another host: Graph's
// directory operations never redirect.
func refuseRedirect(*http.Request, []*http.Request) error {
	return http.ErrUseLastResponse
}

// operation describes one request for errors and for the retry rule.
type operation struct {
	// doing completes "… failed": "inviting the guest".
	doing string
	// subject is whom it is about: an address, a user principal name or an object id.
	subject string
	// needs are the least application permissions, named when Graph answers 403.
	needs []string
}

// path returns the path parameters an SDK request builder starts from, given as pairs
// of name and value; the adapter adds the base URL.
func (c *Client) path(parameters ...string) map[string]string {
	path := make(map[string]string, len(parameters)/2+1)
	for i := 0; i+1 < len(parameters); i += 2 {
		path[parameters[i]] = parameters[i+1]
	}
	return path
}

// call sends one request and decodes its answer into result, which may be nil.
// A refusal comes back as one of this package's error types.
func (c *Client) call(ctx context.Context, op operation, info *abstractions.RequestInformation, result any) error {
	err := c.exchange(ctx, info, func(response *http.Response) error { return decode(response, result) })
	return describe(err, op)
}

// exchange sends one request and hands the answer, which the sender has buffered, to read.
func (c *Client) exchange(ctx context.Context, info *abstractions.RequestInformation, read func(*http.Response) error) error {
	// The SDK's own decoding would keep large models alive and loses the status of
	// answers that are not JSON, so the native response is read here.
	handler := abstractions.NewRequestHandlerOption()
	handler.SetResponseHandler(func(native any, _ abstractions.ErrorMappings) (any, error) {
		response, ok := native.(*http.Response)
		if !ok {
			return nil, fmt.Errorf("unexpected response type %T", native)
		}
		return nil, read(response)
	})
	info.AddRequestOptions([]abstractions.RequestOption{handler})
	return c.adapter.SendNoContent(ctx, info, nil) //nolint:wrapcheck // describe says what was being done
}

// decode reads a response that the sender has already buffered.
func decode(response *http.Response, result any) error {
	body, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return refusal(response, body)
	}
	if result == nil || len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, result); err != nil {
		return &Malformed{Refusal: newRefusal(response, nil), Err: err}
	}
	return nil
}

// describe adds what was being done to whom.
func describe(err error, op operation) error {
	if err == nil {
		return nil
	}
	if lost, ok := errors.AsType[*Uncertain](err); ok {
		return &Uncertain{Err: describe(lost.Err, op)}
	}
	var refused interface{ refusal() *Refusal }
	if errors.As(err, &refused) {
		r := refused.refusal()
		r.Doing, r.Subject = op.doing, op.subject
		if r.Status == http.StatusForbidden || r.Status == http.StatusUnauthorized {
			r.Needs = op.needs
		}
		typed, ok := refused.(error)
		if ok {
			return typed
		}
	}
	return &Failure{Doing: op.doing, Subject: op.subject, Err: err}
}
