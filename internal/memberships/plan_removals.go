package memberships

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
)

// leaving returns, sorted, whom a plan takes out: those in the state who are not in the
// list any more. Without exclusive only those whom this resource has put in: not whom an
// exclusive read or an import has found.
func (rec record) leaving(plan *model, held, ids idSet) []string {
	removals := held.without(ids)
	if plan.Exclusive.ValueBool() {
		return removals
	}
	if rec.Imported {
		return nil
	}
	return newSet(removals).without(newSet(rec.Strangers))
}

// planRemovals plans which of those who leave the list this apply takes out. An exclusive
// resource takes nobody out whom its plan does not show, so removals is always known: while
// ids are not known it is empty, and who leaves goes with the next apply. Terraform plans
// again during apply, when all ids are known, and demands the same answer; see postpones.
func (r *Resource) planRemovals(ctx context.Context, rec record, plan, state *model, leaving []string, diags *diag.Diagnostics) (ok bool) {
	ids, complete := setOf(plan.MemberIDs)
	exclusive := plan.Exclusive.IsUnknown() || plan.Exclusive.ValueBool()
	switch {
	case !complete && !exclusive:
		// Only those whom this resource has put in can be meant.
		plan.Removals = types.ListUnknown(types.StringType)
		return true
	case !complete:
		plan.Removals = listOf(nil)
		return true
	case !exclusive, len(leaving) == 0, !r.Session.Ready(), r.Session.CheckTenant(ctx, state.TenantID.ValueString()) != nil:
		plan.Removals = listOf(leaving)
		return true
	}
	postponed, err := r.postpones(ctx, rec, ids.without(state.members()))
	if err != nil {
		diags.Append(diagnostic.Error("Looking at the member failed", err))
		return false
	}
	if plan.Removals = listOf(leaving); postponed {
		plan.Removals = listOf(nil)
	}
	return true
}

// clockSkew is by how much the clocks of Graph's servers may differ.
const clockSkew = 5 * time.Second

// postpones reports whether a plan with these arrivals takes nobody out: one of them was
// made after the last refresh, so the plan that is being applied may not have known the
// id. It depends on the state and on what never changes in the directory: it comes to the
// same answer in the plan and when that is applied.
func (r *Resource) postpones(ctx context.Context, rec record, arrivals []string) (bool, error) {
	var fresh atomic.Bool
	failed := each(ctx, arrivals, readers, func(ctx context.Context, id string) error {
		candidate, err := r.Session.Graph.Candidate(ctx, id)
		if graph.IsForbidden(err) {
			return nil
		}
		switch {
		case candidate.CreatedAt != nil && candidate.CreatedAt.After(rec.ReadAt.Add(-clockSkew)),
			candidate.Kind == "" && r.Session.Register.Written(id): // made by this process, and not visible yet
			fresh.Store(true)
		}
		return err
	})
	if len(failed) > 0 && !fresh.Load() {
		return false, failed.first()
	}
	return fresh.Load(), nil
}

// What a plan says of those whom it takes out.
const (
	summaryLeave = "Members are taken out of the group: "
	textLeave    = "%d members are taken out of %s by this plan:%s"
)

// warnRemovals names whom the plan takes out; where that is not certain yet, whom it may
// take out, or whom the next one may.
func (r *Resource) warnRemovals(ctx context.Context, plan *model, leaving []string, diags *diag.Diagnostics) {
	if len(leaving) == 0 || r.Session.Applying() {
		return
	}
	summary, text := summaryLeave, textLeave
	switch {
	case plan.Removals.IsUnknown():
		text = "%d members are taken out of %s by this plan, unless they turn out to be among those whose ids are known only after apply:%s"
	case len(plan.Removals.Elements()) == 0:
		summary = "Members stay in the group for now: "
		text = "%d members are not known to stay in %s. Some ids in member_ids are of people made in this apply or later, or known only after apply, and exclusive = true takes nobody out whom a plan has not shown: " +
			"this apply only adds, and the next plan lists in removals who leaves. " +
			"Should ids known only after apply turn out to be those of people who have been there before, while somebody else leaves, then Terraform stops before this group is changed (" +
			"\"Provider produced inconsistent final plan\"): plan again.%s"
	}
	target := r.target(plan)
	diags.AddWarning(summary+diagnostic.Quote(plan.GroupID.ValueString()),
		fmt.Sprintf(text, len(leaving), target.Name(ctx), lines(leaving, names(ctx, target, leaving))))
}

// names looks up, and returns, the names of those whom a diagnostic lists.
func names(ctx context.Context, target membership.Target, ids []string) func(id string) string {
	var mu sync.Mutex
	known := map[string]string{}
	each(ctx, ids[:min(shown, len(ids))], readers, func(ctx context.Context, id string) error {
		name := target.NameMember(ctx, id)
		mu.Lock()
		defer mu.Unlock()
		known[id] = name
		return nil
	})
	return func(id string) string { return known[id] }
}

// planLeaving holds the end of all of the memberships against the guard rails, and names
// whom it takes out of the group.
func (r *Resource) planLeaving(ctx context.Context, rec record, state *model, diags *diag.Diagnostics) {
	if !r.Session.Ready() {
		r.Session.WarnNotReady(diags)
		return
	}
	target := r.target(state)
	if !r.Session.Guard(ctx, state.TenantID.ValueString(), diags) || target.Refuse(diags) {
		return
	}
	target.CheckPermission(ctx, diags)
	// Whom only an exclusive read has found stays; see Delete.
	if leaving := state.members().without(newSet(rec.Strangers)); len(leaving) > 0 && !r.Session.Applying() {
		diags.AddWarning(summaryLeave+diagnostic.Quote(state.GroupID.ValueString()),
			fmt.Sprintf(textLeave, len(leaving), target.Name(ctx), lines(leaving, names(ctx, target, leaving))))
	}
}
