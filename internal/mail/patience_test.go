package mail_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
)

// busy is a mailbox that asks to wait, again and again, and then takes the mail.
type busy struct {
	status       int
	seconds      string
	times, tries int
}

func (b *busy) RoundTrip(*http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	if b.tries++; b.tries > b.times {
		recorder.WriteHeader(http.StatusAccepted)
		return recorder.Result(), nil
	}
	recorder.Header().Set("Retry-After", b.seconds)
	recorder.WriteHeader(b.status)
	_, _ = recorder.WriteString(`{"error":{"code":"ServiceUnavailable","message":"Later."}}`)
	return recorder.Result(), nil
}

// GetToken gives out a token that nobody reads.
func (b *busy) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ0In0.x", ExpiresOn: time.Now().Add(24 * time.Hour)}, nil
}

// A mail waits as Graph asks for, throttled for longer than a send may take otherwise, and
// is sent then: it was not taken before.
func TestMailWaitsAsAskedFor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		box  busy
		took time.Duration
		want mail.Status
	}{
		"throttled for long":  {busy{status: http.StatusTooManyRequests, seconds: "300", times: 3}, 15 * time.Minute, mail.Accepted},
		"failing for a while": {busy{status: http.StatusServiceUnavailable, seconds: "20", times: 3}, time.Minute, mail.Accepted},
		"failing for long":    {busy{status: http.StatusServiceUnavailable, seconds: "50", times: 9}, 100 * time.Second, mail.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "s", Credential: &test.box, Transport: &test.box})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				status, err := mail.Send(t.Context(), client, mail.NewQueue(), mail.Letter{From: "desk"})
				if status != test.want || (err == nil) != (test.want == mail.Accepted) {
					t.Errorf("%s, %v", status, err)
				}
				if took := time.Since(start); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
			})
		})
	}
}
