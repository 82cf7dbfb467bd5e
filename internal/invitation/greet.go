package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// greet sends the welcome mail and notes in the model what became of it. link is the
// redeem link of an invitation just sent; where the mail has one and there is none,
// another is asked for.
func (r *Resource) greet(ctx, whole context.Context, m *model, link secret.Text) error {
	letter, err := r.letter(ctx, m, link)
	if err == nil {
		err = r.Send(whole, letter, &m.Record)
	} else {
		m.Fail()
	}
	return err
}

func (r *Resource) letter(ctx context.Context, m *model, link secret.Text) (mail.Letter, error) {
	welcome, diags := mail.Read(ctx, m.WelcomeEmail)
	if diags.HasError() {
		return mail.Letter{}, errors.New(diags.Errors()[0].Detail())
	}
	values, err := r.Values(ctx, m.subject(), &m.Profile, welcome)
	if err != nil {
		return mail.Letter{}, err
	}
	values.Email, values.RedeemURL = m.Email.ValueString(), link
	if uses, _ := welcome.Uses(mail.RedeemURL); uses && link.Empty() {
		invited, err := r.again(ctx, m, nil, false)
		if err != nil {
			return mail.Letter{}, err
		}
		values.RedeemURL = secret.New(invited.RedeemURL)
	}
	return welcome.Compose(values.Email, values)
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
