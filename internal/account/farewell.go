package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// PlanDestroy holds the destruction of an instance against the guard rails and says what
// happens to whom.
func (k *Keeper) PlanDestroy(ctx context.Context, s Subject, evidence person.Evidence, diags *diag.Diagnostics) {
	if k.Session.Register.Written(s.ObjectID.ValueString()) {
		// Terraform plans an object here whose successor it has just created: the same
		// person, whom Delete will leave alone.
		return
	}
	if clash := k.Session.Register.Leaving(ctx, k.Instance(s)); clash != nil {
		diags.AddError(clash.Summary(), clash.Error())
		return
	}
	if evidence.Spared {
		refuseDeposed(s, diags)
		return
	}
	if k.Session.Ready() && !k.Session.Guard(ctx, s.TenantID.ValueString(), diags) {
		return
	}
	if fault := k.refusePurge(s); fault != "" {
		diags.AddError("This person cannot be purged", fault)
		return
	}
	if s.WayOut() != person.OnDestroyKeep && !evidence.Gone {
		k.CountRemoval(s, diags)
		if k.Session.Ready() {
			if !k.CheckProtected(ctx, s.Who(), s.ObjectID.ValueString(), diags) {
				return
			}
			needed := PermissionsToDelete
			if s.WayOut() == person.OnDestroyDisable {
				needed = append([]string{"User.EnableDisableAccount.All"}, PermissionsToWrite...)
			}
			k.Session.CheckPermission(ctx, "letting "+k.Kind.Plural+" go", needed, diags)
		}
	}
	fate := person.Fate(s.WayOut())
	if evidence.Gone {
		fate = "is gone already: nothing is done"
	}
	diags.AddWarning("What happens to "+diagnostic.Quote(s.Key), s.Who()+" "+fate+".")
}

// Deposes reports whether a destroy is planned of an object that has a successor, and
// notes it for Delete: at apply Terraform plans no other. What was made first is there
// already, so Delete is where it can be refused.
func (k *Keeper) Deposes(s Subject) bool {
	if !k.Session.Applying() {
		return false
	}
	k.Session.Register.Depose(s.ObjectID.ValueString())
	return true
}

// refuseDeposed refuses to let somebody go in favour of an account that was made as the
// successor: create_before_destroy, on a tainted instance.
func refuseDeposed(s Subject, diags *diag.Diagnostics) {
	diags.AddError("A person would be deleted and created again", s.Who()+
		" was tainted, and Terraform has made another account to delete this one afterwards. This one is left as it is, as a deposed object in the state. "+
		"Delete the new account in the directory, remove the instance with \"terraform state rm\", and import this one again by its object id.")
}

// refusePurge returns why the person must not be purged, or "".
func (k *Keeper) refusePurge(s Subject) string {
	if s.WayOut() != person.OnDestroyPurge || s.From().Own() {
		return ""
	}
	return s.Who() + " was not " + k.Kind.Made + " by this resource (origin " + diagnostic.Quote(s.Origin.ValueString()) + "), so on_destroy = \"purge\" is refused. " +
		"Apply on_destroy = \"disable\", \"delete\" or \"keep\" first."
}

// Farewell is the destruction of one instance under way.
type Farewell struct {
	Subject  Subject
	Evidence person.Evidence
	// Known says that the private state held the evidence.
	Known bool
	// Tell stores evidence in the private state of an object that stays.
	Tell func(person.Evidence) diag.Diagnostics
}

// LetGo lets the person go as on_destroy in the state says. Deleting "auto" needs proof
// that this resource created the person; a person who is gone already is fine.
func (k *Keeper) LetGo(ctx context.Context, f Farewell, diags *diag.Diagnostics) {
	s := f.Subject
	if err := k.Session.CheckTenant(ctx, s.TenantID.ValueString()); err != nil {
		diags.Append(diagnostic.Error("Letting the "+k.Kind.Noun+" go was refused", err))
		return
	}
	if k.Session.Register.Written(s.ObjectID.ValueString()) {
		diags.AddWarning("A person stays with another resource", s.Who()+
			" was just created, taken over or changed by another resource in this run, so nothing is deleted or disabled. The resource leaves the state.")
		return
	}
	if f.Evidence.Gone {
		return
	}
	if s.WayOut() != person.OnDestroyKeep && k.spares(ctx, f, diags) {
		return
	}
	gone, err := k.created(ctx, s, &f.Evidence)
	if err != nil {
		diags.Append(diagnostic.Error("Who created the "+k.Kind.Noun+" cannot be proven", err,
			fmt.Sprintf("Without proof that this resource has %s %s the account is not deleted. "+
				"Apply on_destroy = \"keep\" to let the resource go without a change, or on_destroy = \"delete\" to delete the account in any case.",
				k.Kind.Made, diagnostic.Quote(s.Key))))
		return
	}
	if gone || !k.mayGo(ctx, s, diags) {
		return
	}
	if err := k.letGo(ctx, s, f.Evidence.WrittenAt); err != nil {
		diags.Append(diagnostic.Error("Letting the "+k.Kind.Noun+" go failed", err,
			"The "+k.Kind.Noun+" stays in the state. To remove the resource without touching the account, apply on_destroy = \"keep\" first."))
		return
	}
	if s.WayOut() != person.OnDestroyPurge {
		return
	}
	if err := k.Session.Graph.PurgeUser(ctx, s.ObjectID.ValueString()); err != nil {
		// The next read would drop a state kept for this: nobody is there any more.
		diags.Append(diagnostic.Warning("A "+k.Kind.Noun+" is deleted, but not purged", err,
			s.Who()+" stays among the deleted users for 30 days, unless somebody purges the account there."))
	}
}

// spares refuses to let somebody go whom this run makes again, as far as the plan could
// not tell. Terraform keeps the private state from then on, so it has to tell who it is.
func (k *Keeper) spares(ctx context.Context, f Farewell, diags *diag.Diagnostics) (spared bool) {
	s := f.Subject
	switch {
	case k.Session.Register.Deposed(s.ObjectID.ValueString()), f.Evidence.Spared:
		f.Evidence.Spared = true
		refuseDeposed(s, diags)
	case !f.Known:
		// The half of a replacement that destroys is given the private state planned for
		// the new object, which has none of the old one's.
		diags.AddError("A person would be deleted and created again", s.Who()+
			" is tainted, so Terraform would delete the person and make the account again as another one. Nothing was done. "+
			"Run \"terraform untaint\" on the instance, or plan with a refresh.")
	default:
		clash := k.Session.Register.Leaving(ctx, k.Instance(s))
		if clash == nil {
			return false
		}
		diags.AddError(clash.Summary(), clash.Error())
	}
	diags.Append(f.Tell(f.Evidence)...)
	return true
}

// mayGo holds the person once more against what forbids to let go: Terraform does not
// plan a destroy again at apply, and a plan may be old, or have been made unconfigured.
func (k *Keeper) mayGo(ctx context.Context, s Subject, diags *diag.Diagnostics) bool {
	if s.WayOut() == person.OnDestroyKeep {
		return true
	}
	if fault := k.refusePurge(s); fault != "" {
		diags.AddError("This person cannot be purged", fault)
		return false
	}
	if k.isSelf(ctx, s) {
		diags.AddError("The signed-in identity cannot remove itself",
			s.Who()+" is the identity this provider is signed in with. Apply on_destroy = \"keep\" first.")
		return false
	}
	return k.CheckProtected(ctx, s.Who(), s.ObjectID.ValueString(), diags)
}

// created finds out who created the person where "auto" depends on it and no read has
// told yet. gone reports a person who is not there any more.
func (k *Keeper) created(ctx context.Context, s Subject, evidence *person.Evidence) (gone bool, err error) {
	way := s.OnDestroy.ValueString()
	if !s.From().Own() || evidence.Proven || (way != person.OnDestroyAuto && way != person.OnDestroyPurge) {
		return false, nil
	}
	look := person.Look{Client: k.Session.Graph, ID: s.ObjectID.ValueString(), WrittenAt: evidence.WrittenAt}
	found, err := look.Read(ctx)
	if _, absent := errors.AsType[*person.Gone](err); absent {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	s.Origin = types.StringValue(string(evidence.Prove(s.From(), found.User)))
	return false, nil
}

func (k *Keeper) letGo(ctx context.Context, s Subject, writtenAt time.Time) error {
	client, id := k.Session.Graph, s.ObjectID.ValueString()
	switch s.WayOut() {
	case person.OnDestroyKeep:
		return nil
	case person.OnDestroyDisable:
		disable := func(ctx context.Context) error {
			return client.UpdateUser(ctx, id, graph.Changes{graph.AccountEnabled: false}, writtenAt)
		}
		err := disable(ctx)
		if graph.IsNotFound(err) {
			return client.IfPresent(ctx, id, writtenAt, err, disable)
		}
		return err
	default:
		return client.DeleteUser(ctx, id, writtenAt)
	}
}
