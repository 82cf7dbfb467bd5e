package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// PlannedMove is a change of address in a plan.
type PlannedMove struct {
	Subject Subject
	// Wish is that of the new address; its address is "" while that is not known.
	Wish person.Wish
	// Half says that the person has the address already and was not invited by it.
	Half bool
	// Allowed says that also somebody whom the resource did not invite may be moved.
	Allowed bool
	// StaysDisabled says that the account is disabled and the plan leaves it so.
	StaysDisabled bool
}

// PlanMove holds a change of address against what forbids it and tells the reviewer: the
// same person moves.
func (k *Keeper) PlanMove(ctx context.Context, m PlannedMove, diags *diag.Diagnostics) {
	email, s := path.Root("email"), m.Subject
	if m.Half {
		diags.AddAttributeWarning(email, "A half-done move is completed", s.Who()+
			" has the new address already, but was not invited by it: the invitation is sent now.")
		return
	}
	if s.From() != person.Invited && !m.Allowed {
		diags.AddAttributeError(email, "This person may not be moved", fmt.Sprintf(
			"%s was not invited by this resource (origin %q). Set allow_move = true to move the person to another address, or write the address the person has.",
			s.Who(), s.Origin.ValueString()))
		return
	}
	if m.StaysDisabled {
		diags.AddAttributeError(email, "A disabled guest cannot be invited", s.Who()+
			" is disabled, and Microsoft Graph refuses the invitation that a move needs. Set account_enabled = true, or a later expires_at, in the same change.")
		return
	}
	if m.Wish.Address == "" {
		return
	}
	if clash := k.Session.Register.Moving(person.Instance{Type: k.Kind.Type, Address: m.Wish.Address, ObjectID: s.ObjectID.ValueString()}); clash != nil {
		diags.AddAttributeError(email, clash.Summary(), clash.Error())
		return
	}
	if !k.Session.Ready() {
		return
	}
	wish := m.Wish
	wish.ExistingID, wish.RestoreDeleted, wish.AdoptExisting = "", false, false
	refusal, err := k.refuseMove(ctx, wish, s.ObjectID.ValueString())
	switch {
	case refusal != nil:
		diags.AddAttributeError(email, refusal.Summary, refusal.Detail)
	case err != nil && !graph.IsForbidden(err):
		diags.Append(diagnostic.Error("Looking the new address up failed", err))
	default:
		k.Session.CheckPermission(ctx, "moving guests", PermissionsToWrite, diags)
		diags.AddAttributeWarning(email, "A guest moves to another address: "+diagnostic.Quote(s.Key), fmt.Sprintf(
			"%s moves to %s and has to accept again; object id, memberships and licences stay. "+
				"The old address leaves mail and other mails unless it is written in other_mails, but Entra keeps it among the proxy addresses. "+
				"If somebody changed the address in the directory on purpose, change the configuration instead.",
			s.Who(), diagnostic.Quote(wish.Address)))
	}
}

// refuseMove returns why nobody may move to the address: somebody else has it.
func (k *Keeper) refuseMove(ctx context.Context, wish person.Wish, objectID string) (*person.Refusal, error) {
	tenant, err := k.Session.Tenant(ctx)
	if err != nil && !graph.IsForbidden(err) {
		return nil, err
	}
	match, err := k.Session.Graph.LookUp(ctx, wish.Address, "")
	if err != nil {
		return nil, err
	}
	match.Users = others(match.Users, objectID)
	match.OtherMails = others(match.OtherMails, objectID)
	_, err = person.Decide(wish, match, tenant.VerifiedDomains)
	if refused, ok := errors.AsType[*person.Refusal](err); ok {
		detail := refused.Detail
		if refused.Argument == "existing_user" {
			detail = diagnostic.Quote(wish.Address) + " belongs to another guest: " + person.Describe(match.Users[0]) + ". Delete or change that one first."
		}
		return &person.Refusal{Argument: "email", Summary: "The new address belongs to somebody else", Detail: detail}, nil
	}
	return nil, err
}

func others(users []graph.User, objectID string) []graph.User {
	var rest []graph.User
	for _, user := range users {
		if !strings.EqualFold(user.ID, objectID) {
			rest = append(rest, user)
		}
	}
	return rest
}
