package specialist

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// credentials are what a welcome mail can carry. They are in no state: whoever sends a
// second mail has to make new ones.
type credentials struct{ password, pass secret.Text }

// accessPass is the attribute temporary_access_pass.
type accessPass struct {
	Lifetime   types.Int64  `tfsdk:"lifetime_in_minutes"`
	UsableOnce types.Bool   `tfsdk:"usable_once"`
	StartAt    types.String `tfsdk:"start_at"`
}

// prepare makes the credentials that the mail carries and that are not known: a password,
// which is set, and a pass.
func (r *Resource) prepare(ctx context.Context, m, config *model, own *credentials, evidence person.Evidence) error {
	welcome, diags := mail.Read(ctx, m.WelcomeEmail)
	if diags.HasError() || welcome == nil {
		return errors.New("the welcome mail cannot be read")
	}
	client, id := r.Session.Graph, m.ObjectID.ValueString()
	if uses, _ := welcome.Uses(mail.Password); uses && own.password.Empty() {
		own.password = password(config)
		if err := client.SetPassword(ctx, id, own.password, m.ForceChange.ValueBool(), evidence.WrittenAt); err != nil {
			return err
		}
	}
	if uses, _ := welcome.Uses(mail.TemporaryAccessPass); !uses {
		return nil
	}
	now := client.Now()
	if evidence.ReadAt.After(now) {
		// No answer yet has told Graph's time; the last refresh did.
		now = evidence.ReadAt
	}
	options, err := m.passOptions(ctx, now)
	if err != nil {
		return err
	}
	made, err := client.CreateTemporaryAccessPass(ctx, id, options, evidence.WrittenAt)
	own.pass = made.Code
	return err
}

// passOptions are those of the attribute, at a moment on Graph's clock.
func (m *model) passOptions(ctx context.Context, now time.Time) (graph.AccessPassOptions, error) {
	var options graph.AccessPassOptions
	if m.AccessPass.IsNull() {
		return options, nil
	}
	var pass accessPass
	if diags := m.AccessPass.As(ctx, &pass, basetypes.ObjectAsOptions{}); diags.HasError() {
		return options, errors.New(diags.Errors()[0].Detail())
	}
	options.Lifetime = time.Duration(pass.Lifetime.ValueInt64()) * time.Minute
	options.UsableOnce = pass.UsableOnce.ValueBoolPointer()
	// A start that has passed means at once; Graph refuses it.
	if at, err := time.Parse(time.RFC3339, pass.StartAt.ValueString()); err == nil && at.After(now) {
		options.StartsAt = at
	}
	return options, nil
}

// greet sends the welcome mail and notes in the model what became of it.
func (r *Resource) greet(ctx, whole context.Context, m *model, own credentials) error {
	letter, err := r.letter(ctx, m, own)
	if err != nil {
		m.Fail()
		return err
	}
	return r.Send(whole, letter, &m.Record)
}

func (r *Resource) letter(ctx context.Context, m *model, own credentials) (mail.Letter, error) {
	welcome, diags := mail.Read(ctx, m.WelcomeEmail)
	if diags.HasError() || welcome == nil {
		return mail.Letter{}, errors.New("the welcome mail cannot be read")
	}
	values, err := r.Values(ctx, m.subject(), &m.Profile, welcome, nil)
	if err != nil {
		return mail.Letter{}, err
	}
	values.Email, values.Password, values.TemporaryAccessPass = m.contact(), own.password, own.pass
	return welcome.Compose(m.contact(), values)
}

// remedies say what to do about credentials that could not be made.
func remedies(err error) []string {
	return append(mail.PassRemedies(err), mail.PasswordRemedies(err)...)
}
