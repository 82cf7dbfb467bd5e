package guests

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// pendingAcceptance is Graph's externalUserState until a guest accepts.
const pendingAcceptance = "PendingAcceptance"

// arrive invites somebody, or takes over whom the plan has found, and writes the profile.
func (w *work) arrive(ctx context.Context, g *guest) {
	var arrived account.Arrived
	var ok bool
	profile := arrivalProfile(g.entry, w.plan)
	switch g.From() {
	case person.Adopted, person.Restored:
		arrived, ok = w.takeOver(ctx, g, &profile)
	default:
		arrived, ok = w.invite(ctx, g, &profile)
	}
	if !ok {
		return
	}
	complete := w.finish(g, func(diags *diag.Diagnostics) {
		if err := w.r.keeper.Complete(ctx, arrived.Difference, arrived.Evidence); err != nil {
			diags.Append(diagnostic.Error("The guest is not complete", err, "The person is in the state; the next apply continues where this one stopped."))
		}
	})
	if !complete {
		return
	}
	if enabled, written := arrived.Difference.Changes[graph.AccountEnabled].(bool); written {
		g.disabled = !enabled
	}
	w.join(ctx, g, ids(w.plan.GroupIDs))
}

func (w *work) invite(ctx context.Context, g *guest, profile *person.Profile) (arrived account.Arrived, ok bool) {
	arrived, err := w.r.keeper.Invite(ctx, w.invitation(g.entry, profile), profile)
	if err != nil {
		w.fail(g.key, diagnostic.ErrorAt("Inviting the guest failed", err, person.AttributeOf, account.InviteRemedies(err)...))
		return arrived, false
	}
	g.ObjectID, g.Origin = types.StringValue(arrived.Invited.UserID), types.StringValue(string(person.Invited))
	g.redemption, g.evidence = types.StringValue(pendingAcceptance), arrived.Evidence
	return arrived, w.own(g)
}

// own keeps somebody who has come. Graph answers the invitation of another address of
// somebody who is there with that person: two keys must not be one person, or letting one
// go would let the other go too.
func (w *work) own(g *guest) (ok bool) {
	if w.keep(g) {
		return true
	}
	w.fail(g.key, diag.NewErrorDiagnostic("Two guests are one person",
		g.subject().Who()+" is the person of another key, too: both addresses lead to this person. Leave one of the two guests out."))
	return false
}

func (w *work) takeOver(ctx context.Context, g *guest, profile *person.Profile) (arrived account.Arrived, ok bool) {
	if profile.AccountEnabled.IsUnknown() {
		profile.AccountEnabled = types.BoolNull()
		if wish(g.entry, w.plan).Enable {
			profile.AccountEnabled = types.BoolValue(true)
		}
	}
	arrived, restored, err := w.r.keeper.TakeOver(ctx, account.TakeOver{
		ObjectID: g.ObjectID.ValueString(), Address: g.entry.Email, Restore: g.From() == person.Restored, Profile: profile,
	})
	g.evidence = arrived.Evidence
	switch {
	case err != nil && restored:
		w.own(g)
		w.finish(g, func(diags *diag.Diagnostics) {
			diags.Append(diagnostic.Error("The guest is restored, but not complete", err, "The person is in the state; the next apply continues where this one stopped."))
		})
		return arrived, false
	case err != nil && g.From() == person.Restored:
		w.fail(g.key, diagnostic.Error("Restoring the guest failed", err))
		return arrived, false
	case err != nil:
		w.fail(g.key, diagnostic.Error("Taking the guest over failed", err,
			"The person was there when the plan was made. Plan again to see what is to be done now."))
		return arrived, false
	}
	g.redemption = types.StringPointerValue(arrived.Found.User.ExternalUserState)
	g.disabled = !arrived.Seen.AccountEnabled.IsNull() && !arrived.Seen.AccountEnabled.ValueBool()
	return arrived, w.own(g)
}
