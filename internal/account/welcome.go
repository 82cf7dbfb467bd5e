package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Greeting is the welcome mail of one instance, in its plan and at apply.
type Greeting struct {
	Subject Subject
	// Before is the state's record, nil in a new resource; After is the plan's.
	Before, After *Record
	// Profile is the plan's.
	Profile *person.Profile
	// Creates says that the resource makes the person; Quiet that this is the first apply
	// after an import.
	Creates, Quiet bool
	// To is the person's address, to which the mail goes where welcome_email names none;
	// Attribute is the name of the attribute it comes from.
	To        types.String
	Attribute string
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
	due, _, _ := g.change().Due(ctx)
	return due && !g.Over
}

// Triggered reports whether the trigger asks for a mail, by a value that is known.
func (g Greeting) Triggered(ctx context.Context) bool {
	after, before := triggerOf(ctx, g.After.WelcomeEmail), types.StringNull()
	if g.Before != nil {
		before = triggerOf(ctx, g.Before.WelcomeEmail)
	}
	return !after.IsNull() && !after.IsUnknown() && !after.Equal(before)
}

// PlanGreeting plans welcome_email_status, which is unknown exactly when a mail goes or
// may go, and holds that mail against the guard rails.
func (k *Keeper) PlanGreeting(ctx context.Context, g Greeting, diags *diag.Diagnostics) (due bool) {
	due, status, more := g.change().Due(ctx)
	diags.Append(more...)
	g.After.WelcomeEmailStatus = status
	welcome, more := mail.Read(ctx, g.After.WelcomeEmail)
	diags.Append(more...)
	if diags.HasError() || welcome == nil {
		return due
	}
	at := path.Root(mail.AttributeName)
	switch {
	case g.Quiet && g.Before != nil && g.Triggered(ctx):
		diags.AddAttributeWarning(at.AtName("trigger"), "The trigger is only recorded",
			g.Subject.Who()+" was imported, so the first value of welcome_email.trigger is recorded and nobody is mailed. Change it once more to send the mail.")
	case due && g.Over:
		g.After.WelcomeEmailStatus = mail.None.Value()
		diags.AddAttributeWarning(at, "Nobody is welcomed after the time is over",
			"The time of "+g.Subject.Who()+" is over, so the mail that was due is not sent, and not made up for. To send it after all, set a later date and change welcome_email.trigger.")
		return false
	}
	if due {
		k.checkGreeting(g, at, welcome, diags)
	}
	return due
}

// checkGreeting refuses a mail to somebody who may get none, and one that would have a hole
// where the template wants a value.
func (k *Keeper) checkGreeting(g Greeting, at path.Path, welcome *mail.Welcome, diags *diag.Diagnostics) {
	diags.Append(mail.CheckRecipients(at, welcome, k.Session.Rules.Domains.Refuse)...)
	switch {
	case !welcome.To.IsNull():
	case g.To.IsNull():
		diags.AddAttributeError(at.AtName("to"), "The welcome mail has no recipient",
			"There is no address to send the mail to: write welcome_email.to, or the address of the person.")
	case !g.To.IsUnknown():
		diags.Append(mail.CheckRecipient(path.Root(g.Attribute), g.To.ValueString(), k.Session.Rules.Domains.Refuse)...)
	}
	// A display name that nobody has written down is Graph's.
	for _, source := range []struct {
		placeholder, attribute string
		value                  types.String
	}{
		{mail.GivenName, "given_name", g.Profile.GivenName},
		{mail.Surname, "surname", g.Profile.Surname},
		{mail.Email, g.Attribute, g.To},
		{mail.ExpiresAt, "expires_at", g.After.ExpiresAt},
	} {
		if uses, _ := welcome.Uses(source.placeholder); uses && !source.value.IsUnknown() && source.value.ValueString() == "" {
			diags.AddAttributeError(at, "The welcome mail has no value for a placeholder",
				"{{"+source.placeholder+"}} would be empty in the mail: set "+source.attribute+", or take it out of the template.")
		}
	}
}

func triggerOf(ctx context.Context, attribute types.Object) types.String {
	welcome, _ := mail.Read(ctx, attribute)
	if welcome == nil {
		return types.StringNull()
	}
	return welcome.Trigger
}

// Values fills in what every welcome mail can say of a person. What the record does not
// know, such as a display name made by Graph, is taken from user, whom a read has just
// shown, or who is read for it where user is nil. The tenant is read only where the mail
// names it.
func (k *Keeper) Values(ctx context.Context, s Subject, profile *person.Profile, welcome *mail.Welcome, user *graph.User) (mail.Values, error) {
	values := mail.Values{
		DisplayName: profile.DisplayName.ValueString(), GivenName: profile.GivenName.ValueString(), Surname: profile.Surname.ValueString(),
		UserPrincipalName: s.UserPrincipalName.ValueString(), ExpiresAt: s.ExpiresAt.ValueString(), SignInURL: MyApps(s.TenantID.ValueString()),
	}
	for _, known := range []struct {
		placeholder string
		value       *string
		shown       func(*graph.User) *string
	}{
		{mail.DisplayName, &values.DisplayName, func(u *graph.User) *string { return u.DisplayName }},
		{mail.GivenName, &values.GivenName, func(u *graph.User) *string { return u.GivenName }},
		{mail.Surname, &values.Surname, func(u *graph.User) *string { return u.Surname }},
		{mail.UserPrincipalName, &values.UserPrincipalName, func(u *graph.User) *string { return &u.UserPrincipalName }},
	} {
		if uses, _ := welcome.Uses(known.placeholder); !uses || *known.value != "" {
			continue
		}
		if user == nil {
			read, err := k.Session.Graph.User(ctx, s.ObjectID.ValueString())
			if err != nil {
				return values, err
			}
			user = &read
		}
		if shown := known.shown(user); shown != nil {
			*known.value = *shown
		}
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
