package account

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Change is a change of a profile under way.
type Change struct {
	Subject             Subject
	Plan, State, Config *person.Profile
	// Finished says that the state is what the last apply wanted; else the directory is
	// compared with, not the state.
	Finished bool
	// Own is the address that is kept among the other mails in Graph and not shown.
	Own string
	// Evidence is written on: when the account was written, and whether by expiry.
	Evidence *person.Evidence
	// AttributeOf returns the attribute behind a property of Graph, or "".
	AttributeOf func(property string) string
	// Tell stores the evidence.
	Tell func() diag.Diagnostics
	// Check is asked before anything is written; it may be nil.
	Check func(context.Context, person.Difference) bool
}

// wanted is the part of the plan that the configuration, or a date, asks for. What the
// plan has taken from the state may be older than the directory.
func (c Change) wanted() person.Profile {
	wanted := *c.Plan
	wanted.LeaveOut(c.Config)
	if c.Config.UserType.IsNull() {
		wanted.UserType = types.StringNull()
	}
	if c.Config.AccountEnabled.IsNull() && c.Plan.AccountEnabled.Equal(c.State.AccountEnabled) {
		wanted.AccountEnabled = types.BoolNull()
	}
	return wanted
}

// Write writes what the plan changes of the profile, with further properties in the same
// request, and takes the plan over into the state's profile.
func (k *Keeper) Write(ctx context.Context, c Change, further graph.Changes, diags *diag.Diagnostics) (ok bool) {
	client, id, prior := k.Session.Graph, c.Subject.ObjectID.ValueString(), *c.State
	if !c.Finished {
		look := person.For(client, id, c.Plan, false)
		look.WrittenAt = c.Evidence.WrittenAt
		found, err := look.Read(ctx)
		if err != nil {
			diags.Append(diagnostic.Error("Reading the unfinished "+k.Kind.Noun+" failed", err))
			return false
		}
		prior.Read(found, c.Own)
	}
	wanted := c.wanted()
	difference := wanted.Difference(&prior, c.Own)
	maps.Copy(difference.Changes, further)
	if difference.Empty() {
		return true
	}
	if c.Check != nil && !c.Check(ctx, difference) {
		return false
	}
	if _, enabling := difference.Changes[graph.AccountEnabled]; enabling && c.Config.AccountEnabled.IsNull() {
		// Noted first: were it lost, a later date would not enable the account again.
		c.Evidence.DisabledByExpiry = !c.Plan.AccountEnabled.ValueBool()
		diags.Append(c.Tell()...)
	}
	if err := person.Write(ctx, client, id, difference, c.Evidence.WrittenAt); err != nil {
		diags.Append(diagnostic.ErrorAt("Changing the "+k.Kind.Noun+" failed", err, c.AttributeOf))
		return false
	}
	c.Evidence.WrittenAt = client.Now()
	*c.State = *c.Plan
	return true
}

// Complete writes what a create has left to write. Graph may have answered with somebody
// who was there already, so a protected person is spared here once more.
func (k *Keeper) Complete(ctx context.Context, difference person.Difference, evidence person.Evidence) error {
	if difference.Empty() {
		return nil
	}
	protected, err := k.Session.Protected(ctx, evidence.ObjectID)
	if err != nil {
		return err
	}
	if protected {
		return session.ErrProtected
	}
	return person.Write(ctx, k.Session.Graph, evidence.ObjectID, difference, evidence.WrittenAt)
}
