package mail_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
)

// post answers try after try from a list.
type post struct {
	errs  []error
	tries int
	limit bool
	// stop is called by the first try.
	stop func()
}

func (p *post) SendMail(ctx context.Context, _ string, _ graph.Message) error {
	_, p.limit = ctx.Deadline()
	p.tries++
	p.stop()
	if len(p.errs) == 0 {
		return nil
	}
	err := p.errs[0]
	p.errs = p.errs[1:]
	return err
}

func refusal(status int) *graph.Refusal {
	return &graph.Refusal{Doing: "sending a mail from", Subject: "desk@contoso.example", Status: status, Code: "C", Message: "M.", RequestID: "rid", Needs: []string{"Mail.Send"}}
}

func TestSend(t *testing.T) {
	t.Parallel()
	lost := &graph.Uncertain{Err: &graph.Failure{Doing: "sending a mail from", Subject: "desk", Err: errors.New("connection reset")}}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	tests := map[string]struct {
		ctx      context.Context //nolint:containedctx // the case is about it
		errs     []error
		resend   bool
		stops    bool
		status   mail.Status
		tries    int
		severity diag.Severity
		says     []string
		not      string
	}{
		"accepted":             {status: mail.Accepted, tries: 1},
		"lost":                 {errs: []error{lost}, status: mail.Accepted, tries: 1, severity: diag.SeverityWarning, says: []string{"Nobody knows", "connection reset", "assume_sent", "Ask the person"}, not: "terraform plan"},
		"lost, sent again":     {errs: []error{lost}, resend: true, status: mail.Accepted, tries: 2},
		"lost for ever":        {errs: []error{lost, lost, lost, lost}, resend: true, status: mail.Failed, tries: 3, severity: diag.SeverityError, says: []string{"Nobody knows", "several times"}, not: "terraform plan"},
		"lost, then forbidden": {errs: []error{lost, &graph.Forbidden{Refusal: refusal(403)}}, resend: true, status: mail.Failed, tries: 2, severity: diag.SeverityError, says: []string{"Nobody knows", "connection reset", "may have got it once", "RBAC for Applications", "rid"}, not: "was not sent"},
		"lost, then interrupted": {
			errs: []error{lost}, stops: true, resend: true, status: mail.Failed, tries: 1, severity: diag.SeverityError,
			says: []string{"Nobody knows", "connection reset", "may have got it once", "30 mails a minute"}, not: "The welcome mail was not sent",
		},
		"forbidden":   {errs: []error{&graph.Forbidden{Refusal: refusal(403)}}, status: mail.Failed, tries: 1, severity: diag.SeverityError, says: []string{"was not sent", "RBAC for Applications", "Mail.Send", "rid"}},
		"no mailbox":  {errs: []error{&graph.NotFound{Refusal: refusal(404)}}, status: mail.Failed, tries: 1, severity: diag.SeverityError, says: []string{"was not sent", "shared mailbox"}},
		"throttled":   {errs: []error{&graph.Throttled{Refusal: refusal(429)}}, status: mail.Failed, tries: 1, severity: diag.SeverityError, says: []string{"was not sent", "pause"}},
		"interrupted": {ctx: ended, status: mail.Pending, severity: diag.SeverityError, says: []string{"was not sent", "30 mails a minute"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := &post{errs: test.errs, stop: func() {}}
			ctx := test.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			if test.stops {
				ctx, office.stop = context.WithCancel(ctx)
			}
			status, err := mail.Send(ctx, office, mail.NewQueue(), mail.Letter{From: "desk", Resend: test.resend})
			if status != test.status || office.tries != test.tries || (err != nil) != (test.says != nil) || test.tries > 0 && !office.limit {
				t.Fatalf("status %s, %d tries, limit %t, error %v", status, office.tries, office.limit, err)
			}
			if err == nil {
				return
			}
			d := mail.Error(err, "The next apply sends it.")
			seen := d.Summary() + " " + d.Detail()
			for _, want := range append(test.says, "The next apply sends it.") {
				if !strings.Contains(seen, want) {
					t.Errorf("%q is missing in %s", want, seen)
				}
			}
			if d.Severity() != test.severity || test.not != "" && strings.Contains(seen, test.not) {
				t.Errorf("%s: %s", d.Severity(), seen)
			}
			if mail.Warning(err).Severity() != diag.SeverityWarning {
				t.Error("a warning is no warning")
			}
		})
	}
}

// RBAC for Applications comes before the permission for every mailbox.
func TestForbiddenExplainsBothWays(t *testing.T) {
	t.Parallel()
	detail := mail.Error(&graph.Forbidden{Refusal: refusal(403)}).Detail()
	if rbac, tenantWide := strings.Index(detail, "RBAC"), strings.Index(detail, "permission Mail.Send"); rbac < 0 || tenantWide < rbac {
		t.Errorf("%s", detail)
	}
}

func TestCredentialRemedies(t *testing.T) {
	t.Parallel()
	with := func(message string) error {
		r := refusal(400)
		r.Message = message
		return &graph.BadRequest{Refusal: r}
	}
	for want, got := range map[string][]string{
		"authentication methods policy": mail.PassRemedies(with("Converged UserCredentialPolicy does not allow creating or updating this authentication method.")),
		"members of the tenant only":    mail.PassRemedies(with("Temporary Access Pass cannot be added to an external guest user.")),
		"lifetime_in_minutes":           mail.PassRemedies(with("The lifetime of the Temporary Access Pass must be between 60 and 480 minutes.")),
		"User Administrator":            mail.PasswordRemedies(&graph.Forbidden{Refusal: refusal(403)}),
		"three of these kinds":          mail.PasswordRemedies(with("The specified password does not comply with password complexity requirements.")),
	} {
		if !strings.Contains(strings.Join(got, " "), want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if got := append(mail.PassRemedies(errors.New("x")), mail.PasswordRemedies(with("other"))...); len(got) > 0 {
		t.Errorf("remedies for nothing: %q", got)
	}
}
