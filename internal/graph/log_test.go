package graph

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestLoggable(t *testing.T) {
	t.Parallel()
	const id = "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"
	for path, want := range map[string]string{
		"/v1.0/users":                                   "/v1.0/users",
		"/v1.0/users/" + id:                             "/v1.0/users/" + id,
		"/v1.0/users/" + id + "/photo/$value":           "/v1.0/users/" + id + "/photo/$value",
		"/v1.0/users/ada@partner.example":               "/v1.0/users/(user)",
		"/users/desk%40contoso.example/sendMail":        "/users/(user)/sendMail",
		"/users/ada_partner.example%23EXT%23@c.example": "/users/(user)",
		"/users/x%2Fada@partner.example/manager/$ref":   "/users/(user)/manager/$ref",
		"/groups/" + id + "/members/" + id + "/$ref":    "/groups/" + id + "/members/" + id + "/$ref",
		"/directory/deletedItems/" + id:                 "/directory/deletedItems/" + id,
		"/$batch":                                       "/$batch",
	} {
		if got := loggable(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// unacquainted is a service that knows nobody.
type unacquainted struct{}

func (unacquainted) RoundTrip(request *http.Request) (*http.Response, error) {
	const unknown = `{"error":{"code":"Request_ResourceNotFound","message":"none"}}`
	status, body := http.StatusNotFound, unknown
	if strings.HasSuffix(request.URL.Path, "/$batch") {
		status = http.StatusOK
		body = `{"responses":[{"id":"0","status":404,"body":` + unknown + `},{"id":"1","status":404,"body":` + unknown + `}]}`
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: request,
	}, nil
}

// TestAddressesStayOutOfTheLog asks for people by what they are called, alone and in a batch.
func TestAddressesStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, tokenOfEverything, unacquainted{})
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	if _, err := client.User(ctx, "ada@partner.example"); !IsNotFound(err) {
		t.Error(err)
	}
	if err := client.SendMail(ctx, "ada.desk@contoso.example", Message{To: []string{"ada@partner.example"}, Subject: "Ada"}); !IsNotFound(err) {
		t.Error(err)
	}
	for _, answer := range client.batch(ctx, gets("/users/ada%40partner.example?$select=id", "/users/ada.desk@contoso.example/manager?$select=id")) {
		if answer.status != http.StatusNotFound {
			t.Error(answer)
		}
	}
	got := log.String()
	for _, want := range []string{"/users/(user)", "/users/(user)/sendMail", "/users/(user)/manager"} {
		if !strings.Contains(got, want+`"`) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	if strings.Contains(strings.ToLower(got), "ada") || strings.Contains(got, "example") {
		t.Errorf("an address is in %s", got)
	}
}
