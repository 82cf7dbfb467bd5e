package specialist

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Update writes what differs, in place: names and profile in one request, then the
// password, then the sessions. What is done when a later step fails is kept in the
// state, so that the next plan shows what is left.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	timeout, diags := plan.Timeouts.Update(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	whole := ctx
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()
	if err := r.Session.CheckTenant(ctx, state.TenantID.ValueString()); err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Changing the specialist was refused", err))
		return
	}
	r.Session.Register.Wrote(state.ObjectID.ValueString())
	u := update{r: r, plan: &plan, state: &state, config: &config, evidence: evidence, resp: resp}
	account.SettleExpiry(&plan.Record, &plan.Profile, &state.Profile, plan.dates(), evidence)
	plan.settleNames(&state)
	u.due = greeting(&plan, &state, evidence).Due(ctx)
	plan.SettleGreeting(u.due)
	if !evidence.Gone {
		u.steps(ctx)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	u.evidence.Quiet = false
	plan.Complete = types.BoolValue(true)
	if u.due {
		if err := r.greet(ctx, whole, &plan, u.own); err != nil {
			resp.Diagnostics.Append(mail.Error(err, account.MailLeft(plan.WelcomeEmailStatus)...))
		}
	}
	plan.settle()
	u.keep(ctx, &plan)
}

// settleNames decides at apply what names that were known only after the plan lead to.
func (m *model) settleNames(state *model) {
	if m.UserPrincipalName.IsUnknown() {
		m.UserPrincipalName = state.UserPrincipalName
		if local, domain, _ := strings.Cut(state.UserPrincipalName.ValueString(), "@"); !m.Domain.IsUnknown() && !strings.EqualFold(domain, m.Domain.ValueString()) {
			m.UserPrincipalName = types.StringValue(local + "@" + m.Domain.ValueString())
		}
	}
	if m.Domain.IsUnknown() {
		m.Domain = types.StringValue(domainOf(m.UserPrincipalName.ValueString(), state.Domain))
	}
}

// update is one Update under way.
type update struct {
	r           *Resource
	plan, state *model
	config      *model
	evidence    person.Evidence
	// due says that a welcome mail goes; own is what it can carry.
	due  bool
	own  credentials
	resp *resource.UpdateResponse
}

// keep stores a state and the evidence.
func (u *update) keep(ctx context.Context, m *model) {
	m.Name = m.UserPrincipalName
	u.resp.Diagnostics.Append(u.resp.State.Set(ctx, m)...)
	u.resp.Diagnostics.Append(m.Keep(ctx, u.resp.Identity)...)
	u.tell(ctx)
}

func (u *update) tell(ctx context.Context) {
	u.resp.Diagnostics.Append(u.evidence.Save(ctx, u.resp.Private)...)
}

func (u *update) steps(ctx context.Context) {
	if account.Disables(&u.plan.Profile, &u.state.Profile) {
		// Noted first: a disabled account keeps its sessions until they are revoked.
		u.evidence.Revoke = true
		u.tell(ctx)
	}
	if !u.profile(ctx) || !u.password(ctx) || !u.credentials(ctx) {
		return
	}
	u.revoke(ctx)
}

// identityChanges are the names that the plan changes.
func (m *model) identityChanges(state *model) graph.Changes {
	changes := graph.Changes{}
	if name := m.UserPrincipalName; !name.IsUnknown() && !strings.EqualFold(name.ValueString(), state.UserPrincipalName.ValueString()) {
		changes[graph.UserPrincipalName] = name.ValueString()
	}
	if nickname := m.MailNickname; !nickname.IsUnknown() && !nickname.IsNull() && !nickname.Equal(state.MailNickname) {
		changes[graph.MailNickname] = nickname.ValueString()
	}
	return changes
}

// readdresses reports whether another contact address, or none, has to be written.
func readdresses(plan, state *model) bool {
	return !plan.ContactEmail.IsUnknown() && !strings.EqualFold(plan.contact(), state.contact())
}

// profile writes names, contact address and profile.
func (u *update) profile(ctx context.Context) (ok bool) {
	further := u.plan.identityChanges(u.state)
	if readdresses(u.plan, u.state) {
		// The other mails are replaced as a whole, so what is there now is asked for.
		user, err := u.r.Session.Graph.User(ctx, u.state.ObjectID.ValueString())
		if err != nil {
			u.resp.Diagnostics.Append(diagnostic.Error("Reading the specialist failed", err))
			return false
		}
		kept := user.OtherMails
		if !u.config.OtherMails.IsNull() {
			kept = u.plan.Others()
		}
		if after := person.Readdress(kept, u.state.contact(), u.plan.contact(), u.config.Others()); !person.SameAddresses(after, user.OtherMails) {
			further[graph.OtherMails] = after
		}
	}
	written := u.r.Write(ctx, account.Change{
		Subject: u.state.subject(), Plan: &u.plan.Profile, State: &u.state.Profile, Config: &u.config.Profile,
		Finished: u.state.Complete.ValueBool(), Own: u.plan.contact(), Evidence: &u.evidence, AttributeOf: attributeOf,
		Tell: func() diag.Diagnostics { return u.evidence.Save(ctx, u.resp.Private) },
	}, further, &u.resp.Diagnostics)
	if !written {
		return false
	}
	u.state.UserPrincipalName, u.state.Domain, u.state.MailNickname = u.plan.UserPrincipalName, u.plan.Domain, u.plan.MailNickname
	u.state.ContactEmail, u.state.ExpiresAt, u.state.Expired = u.plan.ContactEmail, u.plan.ExpiresAt, u.plan.Expired
	return true
}

// password sets a password where the version asks for one.
func (u *update) password(ctx context.Context) (ok bool) {
	if !rotates(u.plan, u.state, u.evidence) {
		return true
	}
	own := password(u.config)
	u.revokeLater(ctx)
	err := u.r.Session.Graph.SetPassword(ctx, u.state.ObjectID.ValueString(), own, u.plan.ForceChange.ValueBool(), u.evidence.WrittenAt)
	if err != nil {
		u.stop(ctx)
		u.resp.Diagnostics.Append(diagnostic.ErrorAt("Setting the password failed", err, attributeOf, mail.PasswordRemedies(err)...))
		return false
	}
	u.own.password = own
	u.evidence.WrittenAt = u.r.Session.Graph.Now()
	u.state.PasswordVersion, u.state.ForceChange = u.plan.PasswordVersion, u.plan.ForceChange
	return true
}

// credentials makes what the welcome mail carries.
func (u *update) credentials(ctx context.Context) (ok bool) {
	if !u.due {
		return true
	}
	if welcome, _ := mail.Read(ctx, u.plan.WelcomeEmail); welcome != nil {
		if uses, _ := welcome.Uses(mail.Password); uses {
			u.revokeLater(ctx)
		}
	}
	if err := u.r.prepare(ctx, u.plan, u.config, &u.own, u.evidence); err != nil {
		u.state.WelcomeEmail, u.state.AccessPass = u.plan.WelcomeEmail, u.plan.AccessPass
		u.state.Fail()
		u.stop(ctx)
		u.resp.Diagnostics.Append(diagnostic.ErrorAt("Making the credentials for the welcome mail failed", err, attributeOf, remedies(err)...))
		return false
	}
	return true
}

// revokeLater notes that a password changes, and that the sessions end with it.
func (u *update) revokeLater(ctx context.Context) {
	if u.plan.RevokeSessions.ValueBool() {
		u.evidence.Revoke = true
		u.tell(ctx)
	}
}

// revoke ends the sessions of somebody whose account was disabled or has another password.
func (u *update) revoke(ctx context.Context) {
	if !u.evidence.Revoke {
		return
	}
	if err := u.r.Session.Graph.RevokeSignInSessions(ctx, u.state.ObjectID.ValueString()); err != nil {
		u.state.Complete = types.BoolValue(false)
		u.stop(ctx)
		u.resp.Diagnostics.Append(diagnostic.Error("Revoking the sessions failed", err,
			"Sessions that are open go on until their tokens end. The next apply revokes them."))
		return
	}
	u.evidence.Revoke = false
}

// stop keeps what was done so far, so that the next plan shows what is left.
func (u *update) stop(ctx context.Context) {
	u.state.settle()
	u.keep(ctx, u.state)
}
