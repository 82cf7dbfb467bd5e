package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// planCreate decides at plan what becomes of the address: whether somebody is invited,
// taken over or restored.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	evidence, replaced, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if replaced {
		r.RefuseReplacement(plan.Email.ValueString(), evidence, &resp.Diagnostics)
		return
	}
	r.FallBack(&plan.Record, &config.Record)
	plan.Expired = types.BoolValue(false)
	r.checkDomains(ctx, &plan, nil, true, resp)
	r.warnMessage(ctx, plan, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	adopted := ""
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
	} else if adopted = r.planPerson(ctx, &plan, &config, resp); resp.Diagnostics.HasError() {
		return
	}
	if !plan.Email.IsUnknown() {
		if clash := r.Session.Register.Arriving(plan.Email.ValueString(), adopted); clash != nil {
			resp.Diagnostics.AddAttributeError(path.Root("email"), clash.Summary(), clash.Error())
			return
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planPerson fills in what the directory tells, and returns the object id of a person
// who is taken over, else "".
func (r *Resource) planPerson(ctx context.Context, plan, config *model, resp *resource.ModifyPlanResponse) string {
	if !r.Session.Guard(ctx, "", &resp.Diagnostics) {
		return ""
	}
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return ""
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if config.RedirectURL.IsNull() {
		plan.RedirectURL = types.StringValue(r.redirectURL(signedIn.TenantID))
	}
	plan.LeaveOut(&config.Profile)
	if plan.Email.IsUnknown() || plan.undecided() {
		resp.Diagnostics.AddAttributeWarning(path.Root("email"), "Whether the person is there already is decided at apply",
			"The address, or what decides about somebody who has it, is known only after apply. Whoever has it then is taken over or invited as existing_user says.")
		return ""
	}
	return r.planExisting(ctx, plan, resp)
}

// undecided reports whether an argument is unknown that decides about somebody who is
// there already.
func (m *model) undecided() bool {
	return m.ExistingUser.IsUnknown() || m.ExistingUserID.IsUnknown() || m.RestoreDeleted.IsUnknown() || m.ExpiresAt.IsUnknown()
}

// planExisting looks the address up and plans what Decide says.
func (r *Resource) planExisting(ctx context.Context, plan *model, resp *resource.ModifyPlanResponse) string {
	decision, err := r.decide(ctx, plan)
	var refused *person.Refusal
	switch {
	case errors.As(err, &refused):
		resp.Diagnostics.AddAttributeError(path.Root(refused.Argument), refused.Summary, refused.Detail)
		return ""
	case graph.IsForbidden(err):
		if r.Session.Once("lookup") {
			resp.Diagnostics.Append(diagnostic.Warning("Whether people are there already cannot be seen", err,
				"Microsoft Graph answers an invitation of somebody who is there with that person; the first refresh that may read tells the two apart."))
		}
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Looking the address up failed", err))
		return ""
	}
	// The look-up has told Graph's time; before it only this machine's was known.
	if plan.expiredAt(r.Session.Graph.Now()) {
		resp.Diagnostics.AddAttributeError(path.Root("expires_at"), "This date is in the past",
			"The time of "+diagnostic.Quote(plan.Email.ValueString())+" is over by expires_at or accept_by: the person would come in only to be disabled.")
		return ""
	}
	switch {
	case decision.Adopt != nil:
		return r.planAdopt(ctx, plan, *decision.Adopt, resp)
	case decision.Restore != nil:
		if !r.CheckProtected(ctx, diagnostic.Quote(plan.Email.ValueString()), decision.Restore.ID, &resp.Diagnostics) {
			return ""
		}
		resp.Diagnostics.AddWarning("A deleted guest is restored: "+diagnostic.Quote(plan.Email.ValueString()), decision.Note)
		plan.take(person.Restored, decision.Restore.ID)
		plan.enable(*decision.Restore)
		r.Session.CheckPermission(ctx, "restoring guests", account.PermissionsToDelete, &resp.Diagnostics)
		return decision.Restore.ID
	case decision.Note != "":
		resp.Diagnostics.AddWarning("An older account is among the deleted users", decision.Note)
	}
	r.Session.CheckPermission(ctx, "inviting guests", permissionsToInvite, &resp.Diagnostics)
	return ""
}

// take plans what is known of a person who is there: nobody is invited.
func (m *model) take(origin person.Origin, objectID string) {
	m.Origin = types.StringValue(string(origin))
	m.ObjectID = types.StringValue(objectID)
	m.InvitationID, m.InvitedAt, m.RedeemURL = types.StringNull(), types.StringNull(), types.StringNull()
}

// enable plans that a disabled account is enabled, where a date says until when.
func (m *model) enable(user graph.User) {
	if user.AccountEnabled != nil && !*user.AccountEnabled && m.AccountEnabled.IsUnknown() && m.ExpiresAt.ValueString() != "" {
		m.AccountEnabled = types.BoolValue(true)
	}
}

func (r *Resource) planAdopt(ctx context.Context, plan *model, user graph.User, resp *resource.ModifyPlanResponse) string {
	who := diagnostic.Quote(plan.Email.ValueString())
	if !r.CheckProtected(ctx, who, user.ID, &resp.Diagnostics) {
		return ""
	}
	plan.take(person.Adopted, user.ID)
	plan.UserPrincipalName = types.StringValue(user.UserPrincipalName)
	plan.enable(user)
	var seen person.Profile
	seen.Read(person.Found{User: user}, plan.Email.ValueString())
	text := fmt.Sprintf("%s is there already as %s (object id %s) and is taken over. Nobody is mailed; what is not written down stays as it is.",
		who, diagnostic.Quote(user.UserPrincipalName), user.ID)
	if lines := plan.Lines(&seen, plan.Email.ValueString()); len(lines) > 0 {
		text += " What changes:\n" + strings.Join(lines, "\n")
		r.Session.CheckPermission(ctx, "changing guests", account.PermissionsToWrite, &resp.Diagnostics)
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("email"), "A guest is taken over: "+who, text)
	return user.ID
}

// decide looks the address up and decides.
func (r *Resource) decide(ctx context.Context, plan *model) (person.Decision, error) {
	tenant, err := r.Session.Tenant(ctx)
	if err != nil && !graph.IsForbidden(err) {
		return person.Decision{}, err
	}
	initial := ""
	for _, domain := range tenant.VerifiedDomains {
		if domain.IsInitial {
			initial = domain.Name
		}
	}
	match, err := r.Session.Graph.LookUp(ctx, plan.Email.ValueString(), initial)
	if err != nil {
		return person.Decision{}, err
	}
	return person.Decide(plan.wish(), match, tenant.VerifiedDomains)
}

// invitation returns what is sent to Graph for somebody who is in the state; an imported
// person has no redirect URL there.
func (r *Resource) invitation(ctx context.Context, m *model) (graph.Invitation, diag.Diagnostics) {
	invitation, diags := m.invitation(ctx)
	if invitation.RedirectURL == "" {
		invitation.RedirectURL = r.redirectURL(m.TenantID.ValueString())
	}
	return invitation, diags
}

// redirectURL is where people land when neither resource nor provider says so: the
// tenant's My Apps page, as in Microsoft's own invitations.
func (r *Resource) redirectURL(tenantID string) string {
	if r.Session.RedirectURL != "" {
		return r.Session.RedirectURL
	}
	return "https://myapplications.microsoft.com/?tenantid=" + tenantID
}

// warnMessage warns of a text Graph drops: applications have no mailbox to send from.
func (r *Resource) warnMessage(ctx context.Context, plan model, resp *resource.ModifyPlanResponse) {
	if plan.Message.IsNull() || plan.Message.IsUnknown() || !plan.SendInvitationMessage.ValueBool() {
		return
	}
	invitation, diags := plan.invitation(ctx)
	if diags.HasError() || invitation.Message == nil || invitation.Message.Body == "" {
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("message").AtName("body"), "The text of the mail may be left out",
		fmt.Sprintf("Microsoft Graph leaves message.body out of the mail to %s when an application sends the invitation, as this provider usually does.",
			diagnostic.Quote(plan.Email.ValueString())))
}

// rfc3339 writes a time the way all times in the state are written.
func rfc3339(at time.Time) types.String { return account.Time(&at) }
