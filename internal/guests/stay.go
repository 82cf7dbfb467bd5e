package guests

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// stay carries out the change of somebody who stays, in place: the address, the profile,
// the groups. g is the person as kept; what is done when a later step fails stays done.
func (w *work) stay(ctx context.Context, c *change, g *guest) {
	w.r.Session.Register.Wrote(g.ObjectID.ValueString())
	g.lack = ""
	enables := c.plan.AccountEnabled.ValueBool() && !c.state.AccountEnabled.ValueBool()
	if c.moves && enables && !w.write(ctx, c, g) {
		// Graph invites nobody whose account is disabled, so enabling comes first.
		return
	}
	if c.moves && !w.move(ctx, c, g) {
		return
	}
	if !w.write(ctx, c, g) {
		return
	}
	g.raw, g.entry, g.expired = c.raw, c.entry, c.expired
	g.ExpiresAt = c.entry.ExpiresAt
	w.join(ctx, g, c.groups)
}

// write writes the difference of the profile.
func (w *work) write(ctx context.Context, c *change, g *guest) (ok bool) {
	return w.finish(g, func(diags *diag.Diagnostics) {
		written := w.r.keeper.Write(ctx, account.Change{
			Subject: g.subject(), Plan: &c.plan, State: &c.state, Config: &c.config, Finished: c.finished, Own: c.entry.Email,
			Evidence: &g.evidence, AttributeOf: person.AttributeOf,
			// The evidence of all is stored together, at the end.
			Tell: func() diag.Diagnostics { return nil },
		}, nil, diags)
		if written {
			g.disabled, c.finished = !c.plan.AccountEnabled.IsNull() && !c.plan.AccountEnabled.ValueBool(), true
		}
	})
}

// move brings the person to another address.
func (w *work) move(ctx context.Context, c *change, g *guest) (ok bool) {
	// A move written half is seen by reads for a while as what it was.
	g.evidence.WrittenAt, g.evidence.Moving = w.r.Session.Graph.Now(), c.entry.Email
	ok = w.finish(g, func(diags *diag.Diagnostics) {
		_, err := w.r.keeper.Move(ctx, account.Move{
			ObjectID: g.ObjectID.ValueString(), From: g.entry.Email, To: c.entry.Email, Others: c.entry.Others(),
			Invitation: w.invitation(c.entry, &c.plan),
		})
		if err != nil {
			diags.Append(diagnostic.ErrorAt("Moving the guest failed", err, person.AttributeOf, account.MoveRemedies(err)...))
		}
	})
	if !ok {
		return false
	}
	g.evidence.WrittenAt, g.evidence.Addresses, g.evidence.Moving = w.r.Session.Graph.Now(), nil, ""
	g.redemption = types.StringValue(pendingAcceptance)
	// From here on the address is the person's, whatever fails.
	g.raw, g.entry = c.raw, c.entry
	return true
}
