package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

func refusal(needs ...string) *graph.Refusal {
	return &graph.Refusal{
		Doing: "updating the user", Subject: "ada@x.example", Status: 403, Code: "Authorization_RequestDenied",
		Message: "Insufficient privileges.", RequestID: "rid-1", Needs: needs, Target: "jobTitle",
	}
}

func TestDetail(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want []string
	}{
		"forbidden": {
			err:  &graph.Forbidden{Refusal: refusal("User.ReadWrite.All")},
			want: []string{`Updating the user "ada@x.example" failed.`, "HTTP 403 Authorization_RequestDenied: Insufficient privileges.", "Request id: rid-1", "User.ReadWrite.All", "admin consent"},
		},
		"throttled": {
			err:  &graph.Throttled{Refusal: refusal(), RetryAfter: 90 * time.Second},
			want: []string{"a pause of 1m30s", "timeouts"},
		},
		"token refused": {err: &graph.Unauthenticated{Refusal: refusal()}, want: []string{"one cloud"}},
		"failing":       {err: &graph.Unavailable{Refusal: refusal()}, want: []string{"Run again later"}},
		"lost answer": {
			err:  &graph.Uncertain{Err: &graph.Failure{Doing: "inviting the guest", Subject: "ada@x.example", Err: errors.New("connection reset")}},
			want: []string{`Inviting the guest "ada@x.example" failed: connection reset.`, "may have been made"},
		},
		"timed out": {
			err:  &graph.Failure{Doing: "reading the user", Subject: "ada", Err: fmt.Errorf("waiting: %w", context.DeadlineExceeded)},
			want: []string{"the time for it ran out", "can be raised"},
		},
		"interrupted": {err: &graph.Failure{Doing: "reading the user", Subject: "ada", Err: context.Canceled}, want: []string{"it was interrupted"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Detail(test.err, "A remedy.")
			for _, want := range append(test.want, "A remedy.") {
				if !strings.Contains(got, want) {
					t.Errorf("%q is missing in:\n%s", want, got)
				}
			}
		})
	}
}

// A name from a foreign tenant must not command the runner that prints it.
func TestHostileTextIsQuoted(t *testing.T) {
	t.Parallel()
	hostile := "x\n::set-output name=a::b\r\u202egnp.exe\u2066\x1b[31m\u2028"
	r := refusal()
	r.Subject, r.Message, r.RequestID, r.Code = hostile, hostile, hostile, hostile
	for name, text := range map[string]string{
		"detail": Detail(&graph.BadRequest{Refusal: r}), "failure": Detail(&graph.Failure{Doing: "reading", Subject: hostile, Err: errors.New(hostile)}),
		"plain": Detail(errors.New(hostile)), "quote": Quote(hostile),
	} {
		for line := range strings.SplitSeq(text, "\n") {
			if strings.HasPrefix(line, "::") {
				t.Errorf("%s: a line commands the runner: %q", name, line)
			}
		}
		if strings.ContainsAny(text, "\r\u202e\u2066\x1b\u2028") {
			t.Errorf("%s: %q", name, text)
		}
	}
	if got := Quote(`O'Brien "Zoë" \`); got != `"O'Brien \"Zoë\" \\"` {
		t.Errorf("quoted as %s", got)
	}
}

func TestErrorAtPointsAtTheAttribute(t *testing.T) {
	t.Parallel()
	attribute := func(property string) string {
		if property == "jobTitle" {
			return "job_title"
		}
		return ""
	}
	at, ok := ErrorAt("Changing failed", &graph.BadRequest{Refusal: refusal()}, attribute).(diag.DiagnosticWithPath)
	if !ok || at.Path().String() != "job_title" {
		t.Errorf("the diagnostic points at %v", at)
	}
	r := refusal()
	r.Target = "unheardOf"
	if _, ok := ErrorAt("Changing failed", &graph.BadRequest{Refusal: r}, attribute).(diag.DiagnosticWithPath); ok {
		t.Error("an unknown property points somewhere")
	}
}

type explained struct{ error }

func (explained) Explanation() (summary, detail string) {
	return "Signing in failed", "Renew the secret."
}

func TestExplainedErrorsSpeakForThemselves(t *testing.T) {
	t.Parallel()
	d := Error("Reading failed", fmt.Errorf("wrapped: %w", explained{errors.New("x")}))
	if d.Summary() != "Signing in failed" || d.Detail() != "Renew the secret." {
		t.Errorf("%s: %s", d.Summary(), d.Detail())
	}
	if w := Warning("Reading failed", explained{errors.New("x")}); w.Severity() != diag.SeverityWarning {
		t.Error("a warning is no warning")
	}
}
