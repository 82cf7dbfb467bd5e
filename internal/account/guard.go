package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// FallBack gives on_destroy its default where it is left out.
func (k *Keeper) FallBack(plan, config *Record) {
	if !config.OnDestroy.IsNull() {
		return
	}
	plan.OnDestroy = types.StringValue(k.Session.Rules.OnDestroy)
	if k.Session.Rules.OnDestroy == "" {
		// The provider's default is known only after apply.
		plan.OnDestroy = types.StringUnknown()
	}
}

// RefuseReplacement refuses to delete an account and to make it again: a plan without
// prior state that carries the private state of somebody.
func (k *Keeper) RefuseReplacement(key string, evidence person.Evidence, diags *diag.Diagnostics) {
	diags.AddError("A person cannot be replaced", fmt.Sprintf(
		"Terraform was asked to replace %s (object id %s): to delete the account and to make it again. "+
			"The new account would be another person to every application, without memberships and licences, so this is refused.\n\n"+
			"Remove -replace, the taint (terraform untaint) or replace_triggered_by. "+
			"To really start anew, remove the resource, apply, and add it again.",
		diagnostic.Quote(key), evidence.ObjectID))
}

// CheckDomains holds addresses, by the attribute they stand in, against the allowed and
// denied domains. Those that the instance keeps are reported as warnings: somebody
// narrowing the lists must not block every other change.
func (k *Keeper) CheckDomains(addresses map[string][]string, kept []string, diags *diag.Diagnostics) {
	for _, name := range sorted(addresses) {
		for _, address := range addresses[name] {
			fault := k.Session.Rules.Domains.Refuse(address)
			if fault == "" {
				continue
			}
			text := "The address " + diagnostic.Quote(address) + " " + fault + "."
			if contains(kept, address) {
				diags.AddAttributeWarning(path.Root(name), "This domain is not allowed any more", text)
				continue
			}
			diags.AddAttributeError(path.Root(name), "This domain is not allowed", text)
		}
	}
}

// CheckProtected refuses to touch somebody in the protected group.
func (k *Keeper) CheckProtected(ctx context.Context, who, objectID string, diags *diag.Diagnostics) (ok bool) {
	protected, err := k.Session.Protected(ctx, objectID)
	switch {
	case err != nil:
		diags.Append(diagnostic.Error("The protected group cannot be read", err))
	case protected:
		diags.AddError("This person is protected", who+": "+session.ErrProtected.Error()+".")
	}
	return err == nil && !protected
}

// CountRemoval counts a person who goes against max_removals. The first one above the
// limit fails the plan; repeating it for everybody else would bury it.
func (k *Keeper) CountRemoval(s Subject, diags *diag.Diagnostics) {
	if err := k.Session.CountRemoval(s.ObjectID.ValueString()); err != nil && k.Session.Once("removals") {
		diags.AddError("Too many persons would go", err.Error()+" The one above the limit: "+s.Who()+".")
	}
}

// CheckChange holds a change of the directory against the guard rails. disables says
// that the account is disabled by it, writes that the profile is written, touches that
// anything at all is sent.
func (k *Keeper) CheckChange(ctx context.Context, s Subject, disables, writes, touches bool, diags *diag.Diagnostics) {
	if disables {
		k.CountRemoval(s, diags)
		k.refuseSelf(ctx, s, diags)
	}
	if !k.Session.Ready() || !touches {
		return
	}
	if k.CheckProtected(ctx, s.Who(), s.ObjectID.ValueString(), diags) && writes {
		k.Session.CheckPermission(ctx, "changing "+k.Kind.Plural, PermissionsToWrite, diags)
	}
}

// refuseSelf refuses to disable the account the provider is signed in with.
func (k *Keeper) refuseSelf(ctx context.Context, s Subject, diags *diag.Diagnostics) {
	if k.isSelf(ctx, s) {
		diags.AddError("The signed-in identity cannot disable itself", s.Who()+" is the identity this provider is signed in with.")
	}
}

func (k *Keeper) isSelf(ctx context.Context, s Subject) bool {
	if !k.Session.Ready() {
		return false
	}
	signedIn, err := k.Session.Identity(ctx)
	return err == nil && strings.EqualFold(signedIn.ObjectID, s.ObjectID.ValueString())
}
