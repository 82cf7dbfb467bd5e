package specialist

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Permissions of which one is needed, named by the check at plan.
var (
	permissionsToCreate      = []string{"User.Create", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	permissionsToSetPassword = []string{"User-PasswordProfile.ReadWrite.All"}
	permissionsToMakePass    = []string{"UserAuthMethod-TAP.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"}
)

// ModifyPlan refuses what could lose a person, checks what can be known, and fills in
// what is decided already. Terraform calls it again during apply, in a new process, and
// demands the same answer, so it depends on configuration, state and directory alone.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Session == nil {
		return
	}
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
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

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	evidence, _, diags := person.LoadEvidence(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Deposes(state.subject()) {
		return
	}
	r.PlanDestroy(ctx, state.subject(), evidence, &resp.Diagnostics)
}

// checkCredentials warns where the permission is missing to set the password, or to make
// the pass, that a plan contains.
func (r *Resource) checkCredentials(ctx context.Context, password, pass bool, diags *diag.Diagnostics) {
	if !r.Session.Ready() {
		return
	}
	if password {
		r.Session.CheckPermission(ctx, "setting passwords", permissionsToSetPassword, diags)
	}
	if pass {
		r.Session.CheckPermission(ctx, "making temporary access passes", permissionsToMakePass, diags)
	}
}

// mails reports whether the welcome mail carries what a placeholder stands for.
func (m *model) mails(ctx context.Context, placeholder string) bool {
	welcome, _ := mail.Read(ctx, m.WelcomeEmail)
	if welcome == nil {
		return false
	}
	uses, _ := welcome.Uses(placeholder)
	return uses
}
