package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// propertyMail is the address a move writes.
const propertyMail graph.Property = "mail"

// moveError is a move that failed, and what is left of it.
type moveError struct {
	err  error
	left string // completes the error for the reader
}

// Error returns the cause.
func (m *moveError) Error() string { return m.err.Error() }

// Unwrap returns the cause.
func (m *moveError) Unwrap() error { return m.err }

// What is left of a failed move.
const (
	leftNothing = "Nothing was changed."
	leftBack    = "The old address was put back. Microsoft Graph refuses an application to reset the redemption of somebody who holds a directory role."
	leftHalf    = "The new address may be written already, and the person was not asked to accept by it. The next apply completes the move."
)

// Move is a person on the way to another address.
type Move struct {
	ObjectID, From, To string
	// Others are the configured other mails.
	Others []string
	// Invitation is what an invitation to the new address would be.
	Invitation graph.Invitation
}

// Move brings a person to another address: the directory first, because Graph resets a
// redemption only for an address the person has, then the invitation with the reset.
// Repeating it does no harm, so that a half-done move is completed by the next apply. A
// refused reset puts the old address back. MoveRemedies tell what is left after an error.
func (k *Keeper) Move(ctx context.Context, m Move) (graph.Invited, error) {
	client := k.Session.Graph
	user, err := client.User(ctx, m.ObjectID)
	if err != nil {
		return graph.Invited{}, &moveError{err, leftNothing}
	}
	invitation := m.Invitation
	invitation.ResetFor, invitation.SponsorIDs, invitation.DisplayName, invitation.UserType = m.ObjectID, nil, "", ""
	there := graph.Changes{propertyMail: m.To, graph.OtherMails: person.Readdress(user.OtherMails, m.From, m.To, m.Others)}
	if err := client.UpdateUser(ctx, m.ObjectID, there, client.Now()); err != nil {
		if refused(err) {
			return graph.Invited{}, &moveError{err, leftNothing}
		}
		return graph.Invited{}, &moveError{err, leftHalf}
	}
	invited, err := client.Invite(ctx, invitation)
	switch {
	case err == nil:
		return invited, nil
	case !refused(err):
		return graph.Invited{}, &moveError{err, leftHalf}
	}
	back := graph.Changes{graph.OtherMails: user.OtherMails}
	if user.Mail != nil { // Graph cannot clear a mail address
		back[propertyMail] = *user.Mail
	}
	if backErr := client.UpdateUser(ctx, m.ObjectID, back, client.Now()); backErr != nil {
		return graph.Invited{}, &moveError{errors.Join(err, fmt.Errorf("putting the old address back: %w", backErr)), leftHalf}
	}
	return graph.Invited{}, &moveError{err, leftBack}
}

// refused reports an answer after which nothing has happened, as opposed to one that
// was lost.
func refused(err error) bool {
	if _, lost := errors.AsType[*graph.Uncertain](err); lost {
		return false
	}
	_, answered := graph.RefusalOf(err)
	return answered
}
