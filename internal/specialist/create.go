package specialist

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Create makes the account and completes the profile. Once the account exists it never
// returns an error: Terraform would taint the object and destroy the person next time.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.Session.Applies()
	whole := ctx
	ctx, cancel := session.Deadline(ctx, timeout)
	defer cancel()

	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if plan.UserPrincipalName.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("user_principal_name"), "The user principal name is not known",
			"What it is made from is still unknown at apply. Write user_principal_name out.")
		return
	}
	first, rest := split(plan.Difference(&person.Profile{}, plan.contact()))
	first[graph.MailNickname] = plan.MailNickname.ValueString()
	if plan.contact() != "" && first[graph.OtherMails] == nil {
		first[graph.OtherMails] = []string{plan.contact()}
	}
	chosen := password(&config)
	created, err := r.Session.Graph.CreateUser(ctx, graph.NewUser{
		UserPrincipalName: plan.UserPrincipalName.ValueString(), Properties: first,
		Password: chosen, ForceChange: plan.ForceChange.ValueBool(),
	})
	if err != nil {
		resp.Diagnostics.Append(diagnostic.ErrorAt("Creating the specialist failed", err, attributeOf, remediesToCreate(err)...))
		return
	}
	plan.ObjectID = types.StringValue(created.ID)
	evidence := person.Evidence{ObjectID: created.ID, SentAt: created.SentAt, WrittenAt: r.Session.Graph.Now(), ReadAt: r.Session.Graph.Now(), Proven: true}
	r.finish(ctx, arrival{whole: whole, plan: &plan, config: &config, rest: rest, evidence: evidence, password: chosen}, resp)
}

// remediesToCreate say what to do about an account that could not be made. What is
// forbidden is to create it, not to set its password.
func remediesToCreate(err error) []string {
	if graph.IsForbidden(err) {
		return nil
	}
	return append(conflict(err), mail.PasswordRemedies(err)...)
}

// split takes out of a difference what a user can be created with.
func split(difference person.Difference) (first graph.Changes, rest person.Difference) {
	first, rest = graph.Changes{}, difference
	rest.Changes = graph.Changes{}
	for property, value := range difference.Changes {
		if graph.Creatable(property) {
			first[property] = value
		} else {
			rest.Changes[property] = value
		}
	}
	return first, rest
}

// password is the one written down, or a strong one that nobody sees.
func password(config *model) secret.Text {
	if written := config.PasswordWO.ValueString(); written != "" {
		return secret.New(written)
	}
	return graph.NewPassword()
}

// arrival is an account that was just made, and what is left to do.
type arrival struct {
	// whole is the context of the request, without the resource's timeout.
	whole        context.Context
	plan, config *model
	rest         person.Difference
	evidence     person.Evidence
	password     secret.Text
}

// finish does what is left to do, the mail last, and stores the state: before it, because
// from here on the person is the resource's, and after it.
func (r *Resource) finish(ctx context.Context, a arrival, resp *resource.CreateResponse) {
	plan := a.plan
	r.Session.Register.Wrote(a.evidence.ObjectID)
	due := account.Greeting{Subject: plan.subject(), After: &plan.Record, Creates: true}.Due(ctx)
	plan.SettleGreeting(due)
	plan.Complete = types.BoolValue(false)
	plan.settle()
	resp.Diagnostics.Append(r.store(ctx, plan, a.evidence, resp)...)
	if err := r.Complete(ctx, a.rest, a.evidence); err != nil {
		resp.Diagnostics.Append(diagnostic.Warning("The specialist is not complete", err,
			"The account is in the state with complete = false; the next apply continues where this one stopped."))
		return
	}
	plan.Complete = types.BoolValue(true)
	if due {
		own := credentials{password: a.password}
		err := r.prepare(ctx, plan, a.config, &own, a.evidence)
		if err == nil {
			err = r.greet(ctx, a.whole, plan, own)
		} else {
			plan.Fail()
		}
		if err != nil {
			resp.Diagnostics.Append(mail.Warning(err, append(remedies(err), account.MailLeft(plan.WelcomeEmailStatus)...)...))
		}
	}
	resp.Diagnostics.Append(r.store(ctx, plan, a.evidence, resp)...)
}

// store writes state, identity and private state in one place.
func (r *Resource) store(ctx context.Context, m *model, evidence person.Evidence, resp *resource.CreateResponse) (diags diag.Diagnostics) {
	m.Name = m.UserPrincipalName
	diags.Append(resp.State.Set(ctx, m)...)
	diags.Append(m.Keep(ctx, resp.Identity)...)
	diags.Append(evidence.Save(ctx, resp.Private)...)
	return diags
}

// attributeOf returns the attribute behind a property of Graph, or "".
func attributeOf(property string) string {
	switch property {
	case "passwordProfile":
		return "password_wo"
	case "userPrincipalName", "mailNickname":
		return map[string]string{"userPrincipalName": "user_principal_name", "mailNickname": "mail_nickname"}[property]
	default:
		return person.AttributeOf(property)
	}
}
