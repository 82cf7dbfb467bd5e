package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// greeted is what is at hand for a welcome mail.
type greeted struct {
	// link is the redeem link of an invitation just sent; where the mail has one and there
	// is none, another is asked for.
	link secret.Text
	// user is what a read has just shown, or nil.
	user *graph.User
}

// greet sends the welcome mail and notes in the model what became of it.
func (r *Resource) greet(ctx, whole context.Context, m *model, g greeted) error {
	letter, err := r.letter(ctx, m, g)
	if err == nil {
		err = r.Send(whole, letter, &m.Record)
	} else {
		m.Fail()
	}
	return err
}

func (r *Resource) letter(ctx context.Context, m *model, g greeted) (mail.Letter, error) {
	welcome, diags := mail.Read(ctx, m.WelcomeEmail)
	if diags.HasError() {
		return mail.Letter{}, errors.New(diags.Errors()[0].Detail())
	}
	values, err := r.Values(ctx, m.subject(), &m.Profile, welcome, g.user)
	if err != nil {
		return mail.Letter{}, err
	}
	values.Email, values.RedeemURL = m.Email.ValueString(), g.link
	if uses, _ := welcome.Uses(mail.RedeemURL); uses && g.link.Empty() {
		invited, err := r.again(ctx, m, g.user, false)
		if err != nil {
			return mail.Letter{}, err
		}
		m.resent(invited)
		if values.RedeemURL = secret.New(invited.RedeemURL); values.RedeemURL.Empty() {
			return mail.Letter{}, errors.New("every answer to the invitation was lost, or had no redeem link: there is none to mail to " + m.who())
		}
	}
	return welcome.Compose(values.Email, values)
}

const summaryWaits = "The welcome mail is not sent yet"

// waits says why a first mail waits for the directory.
func waits(m *model) []string {
	return append([]string{"Nobody who was there before the invitation is welcomed, and whether " + m.who() + " was cannot be seen yet."},
		account.MailLeft(m.WelcomeEmailStatus)...)
}

// again invites the person of the state once more, for another mail of Graph's or only
// for another link, and nobody else: an invitation by an address that is not the person's
// any more would make a new guest. user is what a read has just shown, or nil.
func (r *Resource) again(ctx context.Context, m *model, user *graph.User, send bool) (graph.Invited, error) {
	client, id := r.Session.Graph, m.ObjectID.ValueString()
	if user == nil {
		read, err := client.User(ctx, id)
		if err != nil {
			return graph.Invited{}, err
		}
		user = &read
	}
	if !user.Reachable(m.Email.ValueString()) {
		return graph.Invited{}, errors.New(m.who() + " does not have this address any more, so an invitation would make another guest")
	}
	invitation, diags := r.invitation(ctx, m)
	if diags.HasError() {
		return graph.Invited{}, errors.New(diags.Errors()[0].Detail())
	}
	invitation.Again, invitation.SponsorIDs, invitation.DisplayName, invitation.UserType = true, nil, "", ""
	invitation.SendMessage = send
	invited, err := client.Invite(ctx, invitation)
	if err == nil && !strings.EqualFold(invited.UserID, id) {
		err = fmt.Errorf("the invitation was answered with another person, object id %s, whom this resource does not manage", invited.UserID)
	}
	return invited, err
}
