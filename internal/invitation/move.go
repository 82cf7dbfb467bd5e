package invitation

import (
	"context"
	"errors"
	"fmt"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Graph properties that a move writes.
const (
	propertyMail graph.Property = "mail"
)

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

// move brings a person to another address: the directory first, because Graph resets a
// redemption only for an address the person has, then the invitation with the reset.
// Repeating it does no harm, so that a half-done move is completed by the next apply. A
// refused reset puts the old address back. Its errors are *moveError.
func (r *Resource) move(ctx context.Context, plan, state *model) (graph.Invited, error) {
	client, id := r.Session.Graph, state.ObjectID.ValueString()
	from, to := state.Email.ValueString(), plan.Email.ValueString()
	user, err := client.User(ctx, id)
	if err != nil {
		return graph.Invited{}, &moveError{err, leftNothing}
	}
	invitation, diags := r.invitation(ctx, plan)
	if diags.HasError() {
		return graph.Invited{}, &moveError{errors.New(diags.Errors()[0].Detail()), leftNothing}
	}
	invitation.ResetFor, invitation.SponsorIDs, invitation.DisplayName, invitation.UserType = id, nil, "", ""
	there := graph.Changes{propertyMail: to, graph.OtherMails: person.Readdress(user.OtherMails, from, to, plan.Others())}
	if err := client.UpdateUser(ctx, id, there, client.Now()); err != nil {
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
	if backErr := client.UpdateUser(ctx, id, back, client.Now()); backErr != nil {
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
