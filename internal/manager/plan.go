package manager

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// mayWrite are the permissions of which one is needed.
// Source: https://learn.microsoft.com/graph/api/user-post-manager.
var mayWrite = []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}

// ModifyPlan refuses two instances for one user and whoever may not be touched. Terraform
// calls it again during apply, in a new process, and demands the same answer.
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

func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	rec, replacing, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// A forced replacement of the same user's manager was planned as an update before.
	if !plan.UserID.IsUnknown() && (!replacing || !strings.EqualFold(rec.UserID, plan.user())) && !r.claim(ctx, &plan, &resp.Diagnostics) {
		return
	}
	if !r.mayPlan(ctx, "", &plan, &resp.Diagnostics) || !notOneself(&plan, &resp.Diagnostics) {
		return
	}
	if r.Session.Ready() {
		signedIn, err := r.Session.Identity(ctx)
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
			return
		}
		plan.TenantID = types.StringValue(signedIn.TenantID)
		r.warnTakeover(ctx, &plan, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

func (r *Resource) planUpdate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || plan.UserID.IsUnknown() || plan.user() != state.user() {
		// Another user: Terraform plans this again, as a create.
		return
	}
	// Case is no difference; core accepts the prior spelling.
	plan.UserID = state.UserID
	if !plan.ManagerID.IsUnknown() && plan.manager() == state.manager() {
		plan.ManagerID = state.ManagerID
	}
	if !r.claim(ctx, &state, &resp.Diagnostics) {
		return
	}
	if !plan.ManagerID.Equal(state.ManagerID) && (!r.mayPlan(ctx, state.TenantID.ValueString(), &plan, &resp.Diagnostics) || !notOneself(&plan, &resp.Diagnostics)) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		r.mayPlan(ctx, state.TenantID.ValueString(), &state, &resp.Diagnostics)
	}
}

// claim reports two resources for one user's manager, whichever is planned second.
func (r *Resource) claim(ctx context.Context, m *model, diags *diag.Diagnostics) (ok bool) {
	if r.Session.Managers.Plan(ctx, m.user()) {
		return true
	}
	diags.AddAttributeError(path.Root("user_id"), "Two resources for one manager",
		"Two resources in this configuration set "+m.whose()+". Keep one of them.")
	return false
}

// notOneself refuses a user as their own manager, which Graph refuses at apply.
func notOneself(m *model, diags *diag.Diagnostics) (ok bool) {
	if m.UserID.IsUnknown() || m.ManagerID.IsUnknown() || m.user() != m.manager() {
		return true
	}
	diags.AddAttributeError(path.Root("manager_id"), "A user cannot be their own manager",
		fmt.Sprintf("User %s would become their own manager.", diagnostic.Quote(m.UserID.ValueString())))
	return false
}

// mayPlan checks what every plan that changes a manager depends on: the tenant, the
// protected group and the permission. Where the provider cannot sign in yet, it warns.
func (r *Resource) mayPlan(ctx context.Context, tenantID string, m *model, diags *diag.Diagnostics) bool {
	if !r.Session.Ready() {
		r.Session.WarnNotReady(diags)
		return true
	}
	if !r.Session.Guard(ctx, tenantID, diags) {
		return false
	}
	if !m.UserID.IsUnknown() {
		protected, err := r.Session.Protected(ctx, m.user())
		switch {
		case err != nil:
			diags.Append(diagnostic.Error("The protected group cannot be read", err))
			return false
		case protected:
			diags.AddAttributeError(path.Root("user_id"), "A protected person",
				fmt.Sprintf("%s is not touched: %v.", capital(m.whose()), session.ErrProtected))
			return false
		}
	}
	r.Session.CheckPermission(ctx, "setting managers", mayWrite, diags)
	return !diags.HasError()
}

// warnTakeover says that another manager is replaced. Who cannot be read yet has none.
func (r *Resource) warnTakeover(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if plan.UserID.IsUnknown() || r.Session.Applying() {
		return
	}
	current, err := r.Session.Graph.Manager(ctx, plan.user())
	switch {
	case graph.IsForbidden(err):
		// Whoever may plan only may not be allowed to look.
	case err != nil:
		diags.Append(diagnostic.Error("Reading the manager failed", err))
	case current != "" && (plan.ManagerID.IsUnknown() || !strings.EqualFold(current, plan.manager())):
		diags.AddWarning("A manager is replaced",
			fmt.Sprintf("%s is %s and is replaced. Destroying this resource leaves the user without a manager.", capital(plan.whose()), diagnostic.Quote(current)))
	}
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
