package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Greeting is the welcome mail of one instance, in its plan and at apply.
type Greeting struct {
	Subject Subject
	// Before is the state's record, nil in a new resource; After is the plan's.
	Before, After *Record
	// Creates says that the resource makes the person; Quiet that this is the first apply
	// after an import or adoption.
	Creates, Quiet bool
	// To is the address the mail goes to where welcome_email names none.
	To types.String
	// Over says that the person's time is: nobody is welcomed any more.
	Over bool
}

func (g Greeting) change() mail.Change {
	change := mail.Change{After: g.After.WelcomeEmail, Creates: g.Creates, Quiet: g.Quiet, Before: mail.NullAttribute()}
	if g.Before != nil {
		change.Before, change.Status = g.Before.WelcomeEmail, g.Before.WelcomeEmailStatus
	}
	return change
}

// Due reports whether a mail goes.
func (g Greeting) Due(ctx context.Context) bool {
	due, _, _ := g.decide(ctx)
	return due
}

func (g Greeting) decide(ctx context.Context) (due bool, planned types.String, diags diag.Diagnostics) {
	due, planned, diags = g.change().Due(ctx)
	if due && g.Over {
		return false, mail.None.Value(), diags
	}
	return due, planned, diags
}

// PlanGreeting plans welcome_email_status, which is unknown exactly when a mail goes, and
// holds the recipients of that mail against the guard rails.
func (k *Keeper) PlanGreeting(ctx context.Context, g Greeting, diags *diag.Diagnostics) (due bool) {
	due, status, more := g.decide(ctx)
	diags.Append(more...)
	g.After.WelcomeEmailStatus = status
	welcome, more := mail.Read(ctx, g.After.WelcomeEmail)
	diags.Append(more...)
	if diags.HasError() || welcome == nil {
		return due
	}
	at := path.Root(mail.AttributeName)
	if g.Quiet && g.Before != nil && !welcome.Trigger.IsNull() && !welcome.Trigger.Equal(triggerOf(ctx, g.Before.WelcomeEmail)) {
		diags.AddAttributeWarning(at.AtName("trigger"), "The trigger is only recorded",
			g.Subject.Who()+" was imported or taken over, so the first value of welcome_email.trigger is recorded and nobody is mailed. Change it once more to send the mail.")
	}
	if !due {
		return false
	}
	diags.Append(mail.CheckRecipients(at, welcome, k.Session.Rules.Domains.Refuse)...)
	if welcome.To.IsNull() && g.To.IsNull() {
		diags.AddAttributeError(at.AtName("to"), "The welcome mail has no recipient",
			"There is no address to send the mail to: write welcome_email.to, or the address of the person.")
	}
	return due
}

func triggerOf(ctx context.Context, attribute types.Object) attr.Value {
	welcome, _ := mail.Read(ctx, attribute)
	if welcome == nil {
		return types.StringNull()
	}
	return welcome.Trigger
}

// Values fills in what every welcome mail can say of a person. The tenant is read only
// where the mail names it.
func (k *Keeper) Values(ctx context.Context, s Subject, profile *person.Profile, welcome *mail.Welcome) (mail.Values, error) {
	values := mail.Values{
		DisplayName: profile.DisplayName.ValueString(), GivenName: profile.GivenName.ValueString(), Surname: profile.Surname.ValueString(),
		UserPrincipalName: s.UserPrincipalName.ValueString(), ExpiresAt: s.ExpiresAt.ValueString(), SignInURL: MyApps(s.TenantID.ValueString()),
	}
	if uses, _ := welcome.Uses(mail.TenantName); !uses {
		return values, nil
	}
	tenant, err := k.Session.Tenant(ctx)
	if err != nil {
		return values, err
	}
	values.TenantName = tenant.DisplayName
	return values, nil
}

// MyApps is the page of a tenant's applications, where Microsoft's own invitations lead.
func MyApps(tenantID string) string {
	return "https://myapplications.microsoft.com/?tenantid=" + tenantID
}

// Send sends a letter when its turn comes and notes in the record what became of it. whole
// is the context of the request, without the resource's timeout: a bulk apply waits for
// the mailbox. A mail that is only assumed to be sent counts as sent.
func (k *Keeper) Send(whole context.Context, letter mail.Letter, record *Record) error {
	status, err := mail.Send(whole, k.Session.Graph, k.Session.Mails, letter)
	record.WelcomeEmailStatus = status.Value()
	if status.Open() {
		record.Complete = types.BoolValue(false)
	}
	return err
}

// MailLeft says what comes after a mail that was not sent.
func MailLeft(status types.String) []string {
	if !mail.Status(status.ValueString()).Open() {
		return nil
	}
	return []string{"The person is in the state with complete = false; the next apply sends the mail, with new credentials where it carries some."}
}

// Fail notes that the mail could not be written or sent.
func (r *Record) Fail() {
	r.WelcomeEmailStatus = mail.Failed.Value()
	r.Complete = types.BoolValue(false)
}

// SettleGreeting replaces a status that is still unknown: a mail that is due is pending
// until it was tried.
func (r *Record) SettleGreeting(due bool) {
	switch {
	case due:
		r.WelcomeEmailStatus = mail.Pending.Value()
	case r.WelcomeEmailStatus.IsUnknown() || r.WelcomeEmailStatus.IsNull():
		r.WelcomeEmailStatus = mail.None.Value()
	}
}
