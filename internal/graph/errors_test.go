package graph

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func answer(code int, body string) *http.Response {
	return &http.Response{
		StatusCode: code,
		Header:     http.Header{"Request-Id": {"id-of-header"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

func TestRefusalKinds(t *testing.T) {
	t.Parallel()
	body := func(code string) string {
		return `{"error":{"code":"` + code + `","message":"m","innerError":{"request-id":"inner"}}}`
	}
	tests := map[string]struct {
		status int
		body   string
		is     func(error) bool
	}{
		"not found":       {404, body("Request_ResourceNotFound"), IsNotFound},
		"conflict":        {409, body("Directory_ConcurrencyViolation"), is[*Conflict]},
		"name taken":      {400, `{"error":{"code":"Request_BadRequest","message":"m","details":[{"code":"ObjectConflict","target":"userPrincipalName"}]}}`, is[*Conflict]},
		"bad value":       {400, body("Request_BadRequest"), is[*BadRequest]},
		"forbidden":       {403, body("Authorization_RequestDenied"), IsForbidden},
		"bad token":       {401, body("InvalidAuthenticationToken"), is[*Unauthenticated]},
		"blocked account": {412, body("PreconditionFailed"), is[*Blocked]},
		"throttled":       {429, body("TooManyRequests"), is[*Throttled]},
		"a proxy's page":  {502, "<html>Bad Gateway</html>", is[*Unavailable]},
		"no body":         {503, "", is[*Unavailable]},
		"redirect":        {302, "", is[*BadRequest]},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := describe(decode(answer(test.status, test.body), nil), operation{doing: "reading the user", subject: "ada", needs: []string{"User.Read.All"}})
			if !test.is(err) {
				t.Fatalf("got %T: %v", err, err)
			}
			refusal, ok := RefusalOf(err)
			if !ok || refusal.Doing != "reading the user" || refusal.Subject != "ada" || refusal.RequestID != "id-of-header" {
				t.Errorf("refusal %+v", refusal)
			}
			if named := len(refusal.Needs) > 0; named != (test.status == 401 || test.status == 403) {
				t.Errorf("permissions %v named with status %d", refusal.Needs, test.status)
			}
		})
	}
}

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func TestRefusalTarget(t *testing.T) {
	t.Parallel()
	err := decode(answer(400, `{"error":{"code":"Request_BadRequest","message":"two\r\nlines","details":[{"code":"InvalidValue","target":"jobTitle"}]}}`), nil)
	refusal, ok := RefusalOf(err)
	if !ok || refusal.Target != "jobTitle" || refusal.Message != "two lines" {
		t.Errorf("refusal %+v", refusal)
	}
}

func TestUncertainSurvivesDescription(t *testing.T) {
	t.Parallel()
	err := describe(&Uncertain{Err: decode(answer(503, ""), nil)}, operation{doing: "inviting the guest", subject: "ada"})
	if !is[*Uncertain](err) || !is[*Unavailable](err) {
		t.Errorf("got %v", err)
	}
}

func TestMalformedSuccess(t *testing.T) {
	t.Parallel()
	var user User
	if err := decode(answer(200, "<html>log in</html>"), &user); !is[*Malformed](err) {
		t.Errorf("got %v", err)
	}
}
