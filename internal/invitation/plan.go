package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Permissions of which one is needed, named by the check at plan.
var (
	permissionsToInvite = []string{"User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	permissionsToWrite  = []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}
	permissionsToDelete = []string{"User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
)

// ModifyPlan refuses what could lose a person, checks what can be known, and fills in
// what is decided already. Terraform calls it again during apply, in a new process, and
// demands the same answer, so it depends on configuration, state and directory alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Session == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, session.DefaultTimeout)
	defer cancel()
	switch {
	case req.Plan.Raw.IsNull():
		r.planDestroy(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planUpdate(ctx, req, resp)
	}
}

// fallBack gives provider-only attributes that are left out their default.
func (r *Resource) fallBack(plan, config *model) {
	if !config.OnDestroy.IsNull() {
		return
	}
	plan.OnDestroy = types.StringValue(r.Session.Rules.OnDestroy)
	if r.Session.Rules.OnDestroy == "" {
		// The provider's default is known only after apply.
		plan.OnDestroy = types.StringUnknown()
	}
}

// checkDomains holds the addresses of a plan against the allowed and denied domains.
// Those of an instance that keeps them are reported as warnings: somebody narrowing the
// lists must not block every other change. mails says that an invitation will go out.
func (r *Resource) checkDomains(ctx context.Context, plan, state *model, mails bool, resp *resource.ModifyPlanResponse) {
	addresses := map[string][]string{"email": {plan.Email.ValueString()}, "other_mails": plan.Others()}
	if plan.Email.IsUnknown() {
		delete(addresses, "email")
	}
	kept := map[string]bool{}
	if state != nil {
		kept[state.Email.ValueString()] = true
		for _, address := range state.Others() {
			kept[address] = true
		}
	}
	if invitation, diags := plan.invitation(ctx); !diags.HasError() && invitation.Message != nil && (state == nil || mails) {
		addresses["message"] = invitation.Message.CCRecipients
	}
	for _, name := range []string{"email", "other_mails", "message"} {
		for _, address := range addresses[name] {
			fault := r.Session.Rules.Domains.Refuse(address)
			if fault == "" {
				continue
			}
			text := "The address " + diagnostic.Quote(address) + " " + fault + "."
			if kept[address] {
				resp.Diagnostics.AddAttributeWarning(path.Root(name), "This domain is not allowed any more", text)
				continue
			}
			resp.Diagnostics.AddAttributeError(path.Root(name), "This domain is not allowed", text)
		}
	}
}

// checkProtected refuses to touch somebody in the protected group.
func (r *Resource) checkProtected(ctx context.Context, who, objectID string, resp *resource.ModifyPlanResponse) (ok bool) {
	protected, err := r.Session.Protected(ctx, objectID)
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("The protected group cannot be read", err))
	case protected:
		resp.Diagnostics.AddError("This person is protected", who+": "+session.ErrProtected.Error()+".")
	}
	return err == nil && !protected
}

// countRemoval counts a person who goes against max_removals. The first one above the
// limit fails the plan; repeating it for everybody else would bury it.
func (r *Resource) countRemoval(m *model, resp *resource.ModifyPlanResponse) {
	if err := r.Session.CountRemoval(m.ObjectID.ValueString()); err != nil && r.Session.Once("removals") {
		resp.Diagnostics.AddError("Too many persons would go", err.Error()+" The one above the limit: "+m.who()+".")
	}
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Session.Register.Written(state.ObjectID.ValueString()) {
		// Terraform plans an object here whose successor it has just created: the same
		// person, whom Delete will leave alone.
		return
	}
	if clash := r.Session.Register.Leaving(state.Email.ValueString(), state.ObjectID.ValueString()); clash != nil {
		resp.Diagnostics.AddError(clash.Summary(), clash.Error())
		return
	}
	if r.Session.Ready() && !r.Session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	if fault := state.refusePurge(); fault != "" {
		resp.Diagnostics.AddError("This person cannot be purged", fault)
		return
	}
	if state.wayOut() != person.OnDestroyKeep && !evidence.Gone {
		r.countRemoval(&state, resp)
		if r.Session.Ready() {
			if !r.checkProtected(ctx, state.who(), state.ObjectID.ValueString(), resp) {
				return
			}
			needed := permissionsToDelete
			if state.wayOut() == person.OnDestroyDisable {
				needed = append([]string{"User.EnableDisableAccount.All"}, permissionsToWrite...)
			}
			r.Session.CheckPermission(ctx, "letting guests go", needed, &resp.Diagnostics)
		}
	}
	resp.Diagnostics.AddWarning("What happens to "+diagnostic.Quote(state.Email.ValueString()), state.who()+" "+person.Fate(state.wayOut())+".")
}

// refusePurge returns why the person must not be purged, or "".
func (m *model) refusePurge() string {
	if m.wayOut() != person.OnDestroyPurge || m.origin() == person.Invited {
		return ""
	}
	return m.who() + " was not invited by this resource (origin " + diagnostic.Quote(m.Origin.ValueString()) + "), so on_destroy = \"purge\" is refused. " +
		"Apply on_destroy = \"disable\", \"delete\" or \"keep\" first."
}
