package specialist

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if clash := r.Session.Register.Held(r.Instance(state.subject())); clash != nil {
		resp.Diagnostics.AddAttributeError(path.Root("user_principal_name"), clash.Summary(), clash.Error())
		return
	}
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
	} else if !r.Session.Guard(ctx, state.TenantID.ValueString(), &resp.Diagnostics) {
		return
	}
	r.FallBack(&plan.Record, &config.Record)
	r.CheckDomains(config.addresses(), state.kept(), &resp.Diagnostics)
	plan.expire(&state, &config, evidence, &resp.Diagnostics)
	plan.rename(&state, &config)
	if !readdresses(&plan, &state) && plan.contact() != "" {
		// Case is no difference; core accepts the prior spelling.
		plan.ContactEmail = state.ContactEmail
	}
	if !evidence.Gone {
		r.planRename(ctx, &plan, &state, config.namedBy(), resp)
		r.planContact(&plan, &state, resp)
		r.planPassword(&plan, &state, evidence, resp)
		r.planPrivileged(&plan, &state, evidence, resp)
	}
	due := r.PlanGreeting(ctx, greeting(&plan, &state, evidence), &resp.Diagnostics)
	sets := rotates(&plan, &state, evidence) || due && plan.mails(ctx, mail.Password)
	r.checkCredentials(ctx, sets && !evidence.Gone, due && plan.mails(ctx, mail.TemporaryAccessPass), &resp.Diagnostics)
	if !state.Complete.ValueBool() || plan.WelcomeEmailStatus.IsUnknown() {
		// Something is left to do, or may be, even where no attribute differs.
		plan.Complete = types.BoolUnknown()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	difference := plan.Difference(&state.Profile, state.contact())
	writes := !difference.Empty() || len(plan.identityChanges(&state)) > 0 || readdresses(&plan, &state)
	touches := !evidence.Gone && (writes || due || rotates(&plan, &state, evidence))
	r.CheckChange(ctx, state.subject(), account.Disables(&plan.Profile, &state.Profile), writes, touches, &resp.Diagnostics)
	plan.Name = plan.UserPrincipalName
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// expire plans what follows from the date.
func (m *model) expire(state, config *model, evidence person.Evidence, diags *diag.Diagnostics) {
	if account.PlanExpiry(&m.Record, &m.Profile, &state.Profile, &config.Profile, m.dates(), evidence) {
		account.WarnExpiry(state.subject(), "expires_at", m.ExpiresAt, diags)
	}
}

// greeting is the welcome mail of an instance in the state.
func greeting(plan, state *model, evidence person.Evidence) account.Greeting {
	return account.Greeting{
		Subject: state.subject(), Before: &state.Record, After: &plan.Record, Profile: &plan.Profile, Quiet: evidence.Quiet,
		To: plan.recipient(), Attribute: "contact_email", Over: plan.Expired.ValueBool() || evidence.Gone,
	}
}

// rename plans the user principal name, which is made once: only a name written out, or
// another domain, changes it.
func (m *model) rename(state, config *model) {
	local, domain, _ := strings.Cut(state.UserPrincipalName.ValueString(), "@")
	switch {
	case config.UserPrincipalName.IsUnknown():
		m.UserPrincipalName = types.StringUnknown()
	case !config.UserPrincipalName.IsNull():
		if strings.EqualFold(config.UserPrincipalName.ValueString(), state.UserPrincipalName.ValueString()) {
			// Case is no difference; core accepts the prior spelling.
			m.UserPrincipalName = state.UserPrincipalName
		}
	case config.Domain.IsUnknown():
		m.UserPrincipalName = types.StringUnknown()
	case !config.Domain.IsNull() && !strings.EqualFold(config.Domain.ValueString(), domain):
		m.UserPrincipalName = types.StringValue(local + "@" + config.Domain.ValueString())
	default:
		m.UserPrincipalName = state.UserPrincipalName
	}
	switch {
	case !config.Domain.IsNull() && strings.EqualFold(config.Domain.ValueString(), state.Domain.ValueString()):
		m.Domain = state.Domain
	case config.Domain.IsNull() && m.UserPrincipalName.IsUnknown():
		m.Domain = types.StringUnknown()
	case config.Domain.IsNull():
		m.Domain = types.StringValue(domainOf(m.UserPrincipalName.ValueString(), state.Domain))
	}
}

// namedBy is the attribute that decides the domain, and with it the name.
func (m *model) namedBy() path.Path {
	if m.UserPrincipalName.IsNull() {
		return path.Root("domain")
	}
	return path.Root("user_principal_name")
}

// planRename checks a change of the user principal name, by the attribute at.
func (r *Resource) planRename(ctx context.Context, plan, state *model, at path.Path, resp *resource.ModifyPlanResponse) {
	to := plan.UserPrincipalName.ValueString()
	if plan.UserPrincipalName.IsUnknown() || strings.EqualFold(to, state.UserPrincipalName.ValueString()) {
		return
	}
	moving := person.Instance{Type: r.Kind.Type, Address: to, ObjectID: state.ObjectID.ValueString()}
	if clash := r.Session.Register.Moving(moving); clash != nil {
		resp.Diagnostics.AddAttributeError(at, clash.Summary(), clash.Error())
		return
	}
	if r.Session.Ready() {
		_, domain, _ := strings.Cut(to, "@")
		if !r.checkDomain(ctx, domain, at, &resp.Diagnostics) {
			return
		}
		matches, err := r.Session.Graph.LookUpNames(ctx, to)
		if !r.lookedUp(err, &resp.Diagnostics) {
			return
		}
		if holder := matches[to].Holder; holder != nil && !strings.EqualFold(holder.ID, state.ObjectID.ValueString()) {
			resp.Diagnostics.AddAttributeError(at, "The user principal name is taken",
				diagnostic.Quote(to)+" belongs to "+person.Describe(*holder)+". Choose another name, or rename that account first.")
			return
		}
	}
	resp.Diagnostics.AddAttributeWarning(at, "A login is renamed: "+diagnostic.Quote(state.UserPrincipalName.ValueString()),
		state.who()+" signs in as "+diagnostic.Quote(to)+" from then on. Object id, memberships and licences stay.")
}

// planContact makes sure that nobody else has the contact address that the plan brings.
func (r *Resource) planContact(plan, state *model, resp *resource.ModifyPlanResponse) {
	if !readdresses(plan, state) {
		return
	}
	moving := person.Instance{Type: r.Kind.Type, Contact: plan.contact(), ObjectID: state.ObjectID.ValueString()}
	if clash := r.Session.Register.Moving(moving); clash != nil {
		resp.Diagnostics.AddAttributeError(path.Root("contact_email"), clash.Summary(), clash.Error())
	}
}

// planPassword says what a changed version does.
func (r *Resource) planPassword(plan, state *model, evidence person.Evidence, resp *resource.ModifyPlanResponse) {
	if plan.PasswordVersion.Equal(state.PasswordVersion) || plan.PasswordVersion.IsNull() {
		return
	}
	at := path.Root("password_wo_version")
	if evidence.Quiet {
		resp.Diagnostics.AddAttributeWarning(at, "The version is only recorded",
			state.who()+" was imported, so the first value of password_wo_version is recorded and the password stays. Change it once more to set a password.")
		return
	}
	resp.Diagnostics.AddAttributeWarning(at, "A password is set: "+diagnostic.Quote(state.UserPrincipalName.ValueString()),
		"The password of "+state.who()+" changes; the one the specialist knows is no longer valid.")
}

// rotates reports whether an update has to set a password.
func rotates(plan, state *model, evidence person.Evidence) bool {
	return !plan.PasswordVersion.Equal(state.PasswordVersion) && !plan.PasswordVersion.IsNull() && !evidence.Quiet
}

// planPrivileged refuses an imported account that holds a directory role, or may do so.
func (r *Resource) planPrivileged(plan, state *model, evidence person.Evidence, resp *resource.ModifyPlanResponse) {
	if !evidence.Quiet || plan.AllowPrivileged.ValueBool() || plan.AllowPrivileged.IsUnknown() {
		return
	}
	at := path.Root("allow_privileged")
	if evidence.RolesOpen {
		resp.Diagnostics.AddAttributeError(at, "Whether a privileged account was imported is not known",
			"Reading the directory roles of "+state.who()+" failed. Plan again, or set allow_privileged = true if any role is fine.")
		return
	}
	if len(evidence.Roles) == 0 {
		return
	}
	resp.Diagnostics.AddAttributeError(at, "A privileged account was imported",
		state.who()+" holds directory roles: "+quoted(evidence.Roles)+". An account with such power is better looked after elsewhere. "+
			"Set allow_privileged = true if it is meant, or let it go without a change by a removed block whose lifecycle says destroy = false.")
}

func quoted(texts []string) string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = diagnostic.Quote(text)
	}
	return strings.Join(all, ", ")
}
