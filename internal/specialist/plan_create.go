package specialist

import (
	"cmp"
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// planCreate decides at plan under which name the account is made.
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
		r.RefuseReplacement(cmp.Or(config.UserPrincipalName.ValueString(), config.fullName()), evidence, &resp.Diagnostics)
		return
	}
	r.FallBack(&plan.Record, &config.Record)
	plan.Expired = types.BoolValue(false)
	plan.Origin = types.StringValue(string(person.Created))
	r.CheckDomains(config.addresses(), nil, &resp.Diagnostics)
	plan.LeaveOut(&config.Profile)
	plan.fill(&config)
	if resp.Diagnostics.HasError() {
		return
	}
	arriving := person.Instance{Type: r.Kind.Type, Contact: plan.contact(), Names: plan.names()}
	if clash := r.Session.Register.Arriving(ctx, arriving); clash != nil {
		resp.Diagnostics.AddAttributeError(path.Root("contact_email"), clash.Summary(), clash.Error())
		return
	}
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
	} else {
		r.planAccount(ctx, &plan, &config, resp)
	}
	due := r.PlanGreeting(ctx, account.Greeting{
		Subject: plan.subject(), After: &plan.Record, Profile: &plan.Profile, Creates: true, To: plan.recipient(), Attribute: "contact_email",
	}, &resp.Diagnostics)
	r.checkCredentials(ctx, false, due && plan.mails(ctx, mail.TemporaryAccessPass), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Name = plan.UserPrincipalName
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// fill gives a new account what it has without anybody saying so.
func (m *model) fill(config *model) {
	if config.UserType.IsNull() {
		m.UserType = types.StringValue("Member")
	}
	if config.AccountEnabled.IsNull() {
		m.AccountEnabled = types.BoolValue(true)
	}
	if config.ContactEmail.IsNull() {
		m.ContactEmail = types.StringNull()
	}
	switch {
	case !config.DisplayName.IsNull():
	case config.GivenName.IsUnknown() || config.Surname.IsUnknown():
		m.DisplayName = types.StringUnknown()
	default:
		m.DisplayName = types.StringValue(config.fullName())
	}
}

// fullName is given name and surname as people write them.
func (m *model) fullName() string {
	return strings.TrimSpace(m.GivenName.ValueString() + " " + m.Surname.ValueString())
}

// planAccount fills in what the directory tells.
func (r *Resource) planAccount(ctx context.Context, plan, config *model, resp *resource.ModifyPlanResponse) {
	if !r.Session.Guard(ctx, "", &resp.Diagnostics) {
		return
	}
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	r.Session.CheckPermission(ctx, "creating specialists", permissionsToCreate, &resp.Diagnostics)
	w, known := r.wants(config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !known {
		resp.Diagnostics.AddAttributeWarning(path.Root("user_principal_name"), "The user principal name is decided at apply",
			"What it is made from is known only after apply. Whether the name is free is looked up then.")
		return
	}
	if !r.checkDomain(ctx, w.domain, config.namedBy(), &resp.Diagnostics) {
		return
	}
	name, ok := r.free(ctx, w, config, &resp.Diagnostics)
	if !ok {
		return
	}
	// The look-up has told Graph's time; before it only this machine's was known.
	if plan.expiredAt(r.Session.Graph.Now()) {
		resp.Diagnostics.AddAttributeError(path.Root("expires_at"), "This date is in the past",
			"The time of "+diagnostic.Quote(name)+" is over by expires_at: the account would be made only to be disabled.")
		return
	}
	if clash := r.Session.Register.Arriving(ctx, person.Instance{Type: r.Kind.Type, Address: name}); clash != nil {
		summary, detail := tooAlike(clash, name)
		resp.Diagnostics.AddAttributeError(path.Root("user_principal_name"), summary, detail)
		return
	}
	if !strings.EqualFold(name, w.name) {
		if clash := r.Session.Register.Succeeding(person.Instance{Type: r.Kind.Type, Address: w.name}); clash != nil {
			resp.Diagnostics.AddAttributeError(path.Root("user_principal_name"), clash.Summary(), clash.Error())
			return
		}
		resp.Diagnostics.AddAttributeWarning(path.Root("user_principal_name"), "A numbered user principal name: "+diagnostic.Quote(name),
			diagnostic.Quote(w.name)+" is taken, so the account is made as "+diagnostic.Quote(name)+".")
	}
	plan.named(name, config)
}

// named plans the user principal name and what is derived from it.
func (m *model) named(name string, config *model) {
	local, domain, _ := strings.Cut(name, "@")
	m.UserPrincipalName = types.StringValue(name)
	if config.Domain.IsNull() {
		m.Domain = types.StringValue(domain)
	}
	if config.MailNickname.IsNull() {
		m.MailNickname = types.StringValue(local)
	}
}
