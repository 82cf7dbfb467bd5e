package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Delete lets the person go as on_destroy in the state says. Deleting "auto" needs
// proof that this resource created the person; a person who is gone already is fine.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, known, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := state.Timeouts.Delete(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Letting the guest go was refused", err))
		return
	}
	if r.Session.Register.Written(state.ObjectID.ValueString()) {
		resp.Diagnostics.AddWarning("A person stays with another resource", state.who()+
			" was just created, taken over or changed by another resource in this run, so nothing is deleted or disabled. The resource leaves the state.")
		return
	}
	if evidence.Gone {
		return
	}
	if !known && state.wayOut() != person.OnDestroyKeep {
		// The half of a replacement that destroys is given the private state planned for
		// the new object, which has none of the old one's.
		resp.Diagnostics.AddError("A person would be deleted and created again", state.who()+
			" is tainted, so Terraform would delete the person and invite him again as another one. Nothing was done. "+
			"Run \"terraform untaint\" on the instance, or plan with a refresh.")
		// Terraform keeps this private state from now on, so it has to tell again who it is.
		resp.Diagnostics.Append(state.evidence().Save(ctx, resp.Private)...)
		return
	}
	gone, err := r.created(ctx, &state, &evidence)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Who created the guest cannot be proven", err,
			fmt.Sprintf("Without proof that this resource invited %s the account is not deleted. "+
				"Apply on_destroy = \"keep\" to let the resource go without a change, or on_destroy = \"delete\" to delete the account in any case.",
				diagnostic.Quote(state.Email.ValueString()))))
		return
	}
	if gone {
		return
	}
	if !r.mayGo(ctx, &state, resp) {
		return
	}
	if err := r.letGo(ctx, &state, evidence); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Letting the guest go failed", err,
			"The guest stays in the state. To remove the resource without touching the account, apply on_destroy = \"keep\" first."))
		return
	}
	if state.wayOut() != person.OnDestroyPurge {
		return
	}
	if err := r.Session.Graph.PurgeUser(ctx, state.ObjectID.ValueString()); err != nil {
		// The next read would drop a state kept for this: nobody is there any more.
		resp.Diagnostics.Append(diagnostic.Warning("A guest is deleted, but not purged", err,
			state.who()+" stays among the deleted users for 30 days, unless somebody purges the account there."))
	}
}

// evidence is what the state alone tells of the person.
func (m *model) evidence() person.Evidence {
	// Only a person who was invited has the time; the zero time it is otherwise.
	sentAt, _ := time.Parse(time.RFC3339, m.InvitedAt.ValueString())
	return person.Evidence{ObjectID: m.ObjectID.ValueString(), SentAt: sentAt, Quiet: m.origin() != person.Invited}
}

// mayGo holds the person once more against what forbids to let go: Terraform does not
// plan a destroy again at apply, and a plan may be old, or have been made unconfigured.
func (r *Resource) mayGo(ctx context.Context, state *model, resp *resource.DeleteResponse) bool {
	if state.wayOut() == person.OnDestroyKeep {
		return true
	}
	if fault := state.refusePurge(); fault != "" {
		resp.Diagnostics.AddError("This person cannot be purged", fault)
		return false
	}
	signedIn, err := r.Session.Identity(ctx)
	if err == nil && strings.EqualFold(signedIn.ObjectID, state.ObjectID.ValueString()) {
		resp.Diagnostics.AddError("The signed-in identity cannot remove itself",
			state.who()+" is the identity this provider is signed in with. Apply on_destroy = \"keep\" first.")
		return false
	}
	protected, err := r.Session.Protected(ctx, state.ObjectID.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("The protected group cannot be read", err))
	case protected:
		resp.Diagnostics.AddError("This person is protected", state.who()+": "+session.ErrProtected.Error()+".")
	}
	return err == nil && !protected
}

// created finds out who created the person where "auto" depends on it and no read has
// told yet. gone reports a person who is not there any more.
func (r *Resource) created(ctx context.Context, state *model, evidence *person.Evidence) (gone bool, err error) {
	way := state.OnDestroy.ValueString()
	origin := person.Origin(state.Origin.ValueString())
	if origin != person.Invited || evidence.Proven || (way != person.OnDestroyAuto && way != person.OnDestroyPurge) {
		return false, nil
	}
	look := person.Look{Client: r.Session.Graph, ID: state.ObjectID.ValueString(), WrittenAt: evidence.WrittenAt}
	found, err := look.Read(ctx)
	if _, absent := errors.AsType[*person.Gone](err); absent {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	state.Origin = types.StringValue(string(evidence.Prove(origin, found.User)))
	return false, nil
}

func (r *Resource) letGo(ctx context.Context, state *model, evidence person.Evidence) error {
	client, id := r.Session.Graph, state.ObjectID.ValueString()
	switch state.wayOut() {
	case person.OnDestroyKeep:
		return nil
	case person.OnDestroyDisable:
		disable := func(ctx context.Context) error {
			return client.UpdateUser(ctx, id, graph.Changes{graph.AccountEnabled: false}, evidence.WrittenAt)
		}
		err := disable(ctx)
		if graph.IsNotFound(err) {
			return client.IfPresent(ctx, id, evidence.WrittenAt, err, disable)
		}
		return err
	default:
		return client.DeleteUser(ctx, id, evidence.WrittenAt)
	}
}
