package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// parrot is a service that repeats everything it is sent.
type parrot struct {
	status int
	answer func(body string) string
}

func (e parrot) RoundTrip(request *http.Request) (*http.Response, error) {
	body := ""
	if request.Body != nil {
		content, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		body = string(content)
	}
	if e.status == 0 {
		return nil, fmt.Errorf("connection reset after %s", e.answer(body))
	}
	return &http.Response{
		StatusCode: e.status, Header: http.Header{"Request-Id": {"rid-1"}, "Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(e.answer(body))), Request: request,
	}, nil
}

// plainly answers a Graph error with the request in code, message and target.
func plainly(body string) string {
	document := map[string]any{"error": map[string]any{
		"code": "Bad " + body, "message": "Cannot read " + body, "target": body, "innerError": map[string]any{"request-id": "rid-1"},
	}}
	content, _ := json.Marshal(document)
	return string(content)
}

// TestSecretsStayOutOfErrorsAndLogs lets everything on the way of a secret fail in every
// way, with a service that repeats what it was sent.
func TestSecretsStayOutOfErrorsAndLogs(t *testing.T) {
	t.Parallel()
	const planted = `pl<an"t&ed/9f27?`
	hidden := secret.New(planted)
	operations := map[string]func(context.Context, *Client) error{
		"password": func(ctx context.Context, c *Client) error {
			return c.SetPassword(ctx, "ada", hidden, true, time.Time{})
		},
		"mail": func(ctx context.Context, c *Client) error {
			return c.SendMail(ctx, "desk", Message{
				To: []string{"ada@x.example"}, Subject: "Welcome", HTML: true,
				Body: secret.New("<p>pl&lt;an&#34;t&amp;ed/9f27?</p>"), Secrets: []secret.Text{hidden},
			})
		},
	}
	for name, run := range operations {
		for how, service := range map[string]parrot{
			"400": {400, plainly}, "401": {401, plainly}, "403": {403, plainly}, "404": {404, plainly}, "409": {409, plainly}, "412": {412, plainly},
			"500": {500, plainly}, "501": {501, plainly}, "503": {503, plainly}, "no JSON": {400, func(body string) string { return body }},
			"lost": {0, func(body string) string { return body }},
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				client, err := New(Options{Endpoint: "https://graph.example", Scope: "s", Credential: passport{own: "home"}, Transport: service})
				if err != nil {
					t.Fatal(err)
				}
				client.sender.pause = func(context.Context, time.Duration) error { return nil }
				var log bytes.Buffer
				err = run(tflogtest.RootLogger(t.Context(), &log), client)
				if err == nil {
					t.Fatal("no error")
				}
				seen := fmt.Sprintf("%v %+v %#v", err, err, err)
				if refused, ok := RefusalOf(err); ok {
					seen += fmt.Sprintf("%+v", *refused)
					if refused.Doing == "" || service.status != 0 && refused.Status != service.status || refused.RequestID != "rid-1" {
						t.Errorf("the refusal lost what is no secret: %+v", *refused)
					}
				}
				for rest := err; rest != nil; rest = errors.Unwrap(rest) {
					fmt.Fprintln(&log, rest)
				}
				seen += log.String()
				for _, piece := range []string{"9f27", "planted", `an"t`, `an\"t`, "an&#34;t", "an%22t"} {
					if strings.Contains(seen, piece) {
						t.Errorf("%s is seen in %s", piece, seen)
					}
				}
			})
		}
	}
}

func TestConcealKeepsTheKind(t *testing.T) {
	t.Parallel()
	hidden := secret.New("planted-9f27")
	refused := func() *Refusal {
		return &Refusal{Doing: "d", Subject: "s", Status: 400, Code: "C", Message: "the value planted-9f", RequestID: "r"}
	}
	var throttled *Throttled
	if err := conceal(&Throttled{Refusal: refused(), RetryAfter: time.Minute}, hidden); !errors.As(err, &throttled) || throttled.RetryAfter != time.Minute || throttled.Message != withheld {
		t.Errorf("%v", err)
	}
	var malformed *Malformed
	if err := conceal(&Malformed{Refusal: &Refusal{}, Err: errors.New("at planted-9f27")}, hidden); !errors.As(err, &malformed) || strings.Contains(err.Error()+malformed.Err.Error(), "planted") {
		t.Errorf("%v", err)
	}
	var failure *Failure
	if err := conceal(&Failure{Doing: "d", Subject: "s", Err: errors.New("planted-9f27")}, hidden); !errors.As(err, &failure) || failure.Doing != "d" || strings.Contains(err.Error(), "planted") {
		t.Errorf("%v", err)
	}
	innocent := &BadRequest{Refusal: &Refusal{Message: "At least one recipient isn't valid. See https://aka.ms/x"}}
	link := secret.New("https://login.microsoftonline.com/redeem?rd=ticket-9f27")
	if err := conceal(innocent, hidden, link, secret.Text{}); !errors.Is(err, innocent) {
		t.Errorf("an innocent text is withheld: %v", err)
	}
	if err := conceal(&BadRequest{Refusal: &Refusal{Message: "bad link …?rd=ticket-9f27"}}, link); strings.Contains(err.Error(), "ticket") {
		t.Errorf("%v", err)
	}
	if conceal(nil, hidden) != nil {
		t.Error("nil is an error")
	}
}

// An answer that cannot be decoded may hold the code of the pass.
func TestMalformedPassIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{"id":"1","temporaryAccessPass":92927472}`, `{"temporaryAccessPass":"92927472"`, `{"id":"1"}`, `{"temporaryAccessPass":"x","lifetimeInMinutes":92927472.5}`} {
		client, err := New(Options{Endpoint: "https://graph.example", Scope: "s", Credential: passport{own: "home"}, Transport: parrot{201, func(string) string { return answer }}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.CreateTemporaryAccessPass(t.Context(), "ada", AccessPassOptions{}, time.Time{})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), "9292") {
			t.Errorf("%s: %v", answer, err)
		}
	}
}
