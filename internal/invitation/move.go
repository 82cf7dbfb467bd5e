package invitation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Graph properties that a move writes.
const (
	propertyMail       graph.Property = "mail"
	propertyOtherMails graph.Property = "otherMails"
)

// move brings a person to another address: the directory first, because Graph resets a
// redemption only for an address the person has, then the invitation with the reset.
// Repeating it does no harm, so that a half-done move is completed by the next apply. A
// refused reset puts the old address back.
func (r *Resource) move(ctx context.Context, plan, state *model) (graph.Invited, error) {
	client, id := r.session.Graph, state.ObjectID.ValueString()
	from, to := state.Email.ValueString(), plan.Email.ValueString()
	user, err := client.User(ctx, id)
	if err != nil {
		return graph.Invited{}, fmt.Errorf("before the move: %w", err)
	}
	before := graph.Changes{propertyMail: user.Mail, propertyOtherMails: user.OtherMails}
	if err := client.UpdateUser(ctx, id, graph.Changes{propertyMail: to, propertyOtherMails: moved(user.OtherMails, from, to, plan.Others())}, r.session.Graph.Now()); err != nil {
		return graph.Invited{}, err
	}
	invitation, diags := plan.invitation(ctx)
	if diags.HasError() {
		return graph.Invited{}, errors.New(diags.Errors()[0].Detail())
	}
	invitation.ResetFor, invitation.SponsorIDs, invitation.DisplayName, invitation.UserType = id, nil, "", ""
	invited, err := client.Invite(ctx, invitation)
	if err == nil || !refused(err) {
		return invited, err
	}
	if user.Mail == nil {
		// Graph cannot clear a mail address.
		delete(before, propertyMail)
	} else {
		before[propertyMail] = *user.Mail
	}
	if backErr := client.UpdateUser(ctx, id, before, r.session.Graph.Now()); backErr != nil {
		return graph.Invited{}, errors.Join(err, fmt.Errorf("putting the old address back: %w", backErr))
	}
	return graph.Invited{}, err
}

// moved returns the other mails after a move: without the old address, unless the
// configuration has it, and with the new one.
func moved(addresses []string, from, to string, configured []string) []string {
	same := func(a string) func(string) bool { return func(b string) bool { return strings.EqualFold(a, b) } }
	var rest []string
	for _, address := range addresses {
		if strings.EqualFold(address, from) && !slices.ContainsFunc(configured, same(from)) {
			continue
		}
		rest = append(rest, address)
	}
	if !slices.ContainsFunc(rest, same(to)) {
		rest = append(rest, to)
	}
	slices.Sort(rest)
	return rest
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
