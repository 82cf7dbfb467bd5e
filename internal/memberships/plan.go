package memberships

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ModifyPlan refuses groups that cannot be written and memberships planned twice, and
// plans who is taken out. Terraform calls it again during apply, in a new process, and
// demands the same answer: it depends on configuration and state alone.
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

// planCreate plans additions only: whoever else is in the group has been shown by no plan
// yet.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	rec, replacing, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ids, complete := setOf(plan.MemberIDs)
	// A forced replacement of the same memberships was planned as an update before.
	same := replacing && strings.EqualFold(rec.GroupID, plan.GroupID.ValueString())
	if !same && !r.claim(ctx, &plan, ids.without(nil), nil, &resp.Diagnostics) || !plan.mayBeEmpty(ids, complete, &resp.Diagnostics) {
		return
	}
	plan.Removals, plan.Complete = listOf(nil), types.BoolUnknown()
	if !r.Session.Ready() {
		r.Session.WarnNotReady(&resp.Diagnostics)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	if !r.Session.Guard(ctx, "", &resp.Diagnostics) {
		return
	}
	signedIn, err := r.Session.Identity(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Signing in failed", err))
		return
	}
	plan.TenantID = types.StringValue(signedIn.TenantID)
	if !r.checkGroup(ctx, &plan, ids.without(nil), &resp.Diagnostics) {
		return
	}
	if !plan.GroupID.IsUnknown() {
		r.warnTakeover(ctx, &plan, ids.without(nil), &resp.Diagnostics)
		r.warnStrangers(ctx, &plan, ids, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// claim reports memberships that another resource says something about, whichever is
// planned second. Whom an exclusive resource takes out is its business as well.
func (r *Resource) claim(ctx context.Context, plan *model, ids, removals []string, diags *diag.Diagnostics) (ok bool) {
	if plan.GroupID.IsUnknown() {
		return true
	}
	groupID := plan.GroupID.ValueString()
	if plan.Exclusive.ValueBool() {
		ids = append(ids, removals...)
		if !r.Session.Memberships.Plan(ctx, membership.Key(groupID, "exclusive")) {
			diags.AddAttributeError(path.Root("exclusive"), "Two exclusive resources for one group",
				fmt.Sprintf("Two resources in this configuration decide alone who is in %s: each would take out whom the other puts in. Keep one of them.", plan.who()))
			return false
		}
	}
	var clashes []string
	for _, id := range ids {
		if !r.Session.Memberships.Plan(ctx, membership.Key(groupID, id)) {
			clashes = append(clashes, id)
		}
	}
	if len(clashes) == 0 {
		return true
	}
	diags.AddAttributeError(path.Root("member_ids"), "Two resources for one membership", fmt.Sprintf(
		"Another resource in this configuration also says something about these members of %s. Keep one of them.%s", plan.who(), lines(clashes, quoted)))
	return false
}

// mayBeEmpty refuses to take everybody out of a group where that is not said twice.
func (m *model) mayBeEmpty(ids idSet, complete bool, diags *diag.Diagnostics) bool {
	if !complete || len(ids) > 0 || !m.Exclusive.ValueBool() || m.AllowEmpty.ValueBool() || m.AllowEmpty.IsUnknown() {
		return true
	}
	diags.AddAttributeError(path.Root("member_ids"), "Nobody would be left in the group", fmt.Sprintf(
		"member_ids is empty and exclusive is true, so everybody would be taken out of %s. Set allow_empty = true if that is meant.", m.who()))
	return false
}

// checkGroup checks the group, and who comes into it.
func (r *Resource) checkGroup(ctx context.Context, plan *model, arrivals []string, diags *diag.Diagnostics) bool {
	if plan.GroupID.IsUnknown() || plan.AllowRoleAssignable.IsUnknown() {
		return true
	}
	target := r.target(plan)
	g, ok := target.Check(ctx, diags)
	if !ok {
		return false
	}
	var mu sync.Mutex
	each(ctx, arrivals, readers, func(ctx context.Context, id string) error {
		var found diag.Diagnostics
		target.CheckMember(ctx, g, id, path.Root("member_ids"), &found)
		mu.Lock()
		defer mu.Unlock()
		diags.Append(found...)
		return nil
	})
	return !diags.HasError()
}

// warnTakeover says who is in the group already.
func (r *Resource) warnTakeover(ctx context.Context, plan *model, ids []string, diags *diag.Diagnostics) {
	target := r.target(plan)
	var mu sync.Mutex
	listed := idSet{}
	each(ctx, ids, readers, func(ctx context.Context, id string) error {
		if target.Listed(ctx, id) {
			mu.Lock()
			defer mu.Unlock()
			listed[id] = true
		}
		return nil
	})
	if len(listed) > 0 {
		diags.AddWarning("Memberships are taken over", fmt.Sprintf(
			"%d of the members are in %s already. Destroying this resource takes them out of it.%s", len(listed), plan.who(), lines(listed.without(nil), quoted)))
	}
}

// warnStrangers says who is in the group and not in the list, where the difference cannot
// show it: the apply takes nobody out, the next plan lists them.
func (r *Resource) warnStrangers(ctx context.Context, plan *model, ids idSet, diags *diag.Diagnostics) {
	if !plan.Exclusive.ValueBool() || r.Session.Applying() {
		return
	}
	members, err := r.Session.Graph.DirectMembers(ctx, plan.GroupID.ValueString())
	if err != nil {
		diags.Append(diagnostic.Error("Listing the group failed", err))
		return
	}
	strangers, names := idSet{}, map[string]string{}
	for _, member := range members {
		id := strings.ToLower(member.ID)
		if !member.IsUser() || ids[id] {
			continue
		}
		strangers[id], names[id] = true, diagnostic.Quote(id)
		if member.UserPrincipalName != nil {
			names[id] += " " + diagnostic.Quote(*member.UserPrincipalName)
		}
	}
	if len(strangers) > 0 {
		diags.AddWarning("Others will be taken out of the group", fmt.Sprintf(
			"%d people are in %s and not known to be in member_ids. This apply takes nobody out; the next plan lists in removals whom exclusive = true takes out then.%s",
			len(strangers), plan.who(), lines(strangers.without(nil), func(id string) string { return names[id] })))
	}
}

func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	rec, _, diags := loadRecord(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		r.planLeaving(ctx, rec, &state, &resp.Diagnostics)
	}
}
