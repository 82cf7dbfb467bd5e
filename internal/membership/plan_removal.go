package membership

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// warnRemoval says who leaves which group: the plan itself shows object ids alone. because
// is the end of a sentence, or "".
func (r *Resource) warnRemoval(ctx context.Context, m *model, because string, diags *diag.Diagnostics) {
	if r.Session.Applying() {
		return
	}
	target, id := r.target(m), m.MemberID.ValueString()
	member := "Member " + diagnostic.Quote(id)
	if r.Session.MayName() {
		member = target.NameMember(ctx, id)
	}
	diags.AddWarning("A member leaves a group", fmt.Sprintf("%s is taken out of %s%s.", member, target.Name(ctx), because))
}

// Name names the group, as far as it can be read, in the middle of a sentence.
func (t Target) Name(ctx context.Context) string {
	g, err := t.Session.Group(ctx, t.GroupID)
	if err != nil || g.DisplayName == nil {
		return "group " + diagnostic.Quote(t.GroupID)
	}
	return fmt.Sprintf("group %s (object id %s)", diagnostic.Quote(*g.DisplayName), g.ID)
}

// NameMember names somebody, as far as they can be read, in a sentence. Not being able to
// name somebody stops nothing.
func (t Target) NameMember(ctx context.Context, id string) string {
	candidate, err := t.Session.Graph.Candidate(ctx, id)
	if err != nil {
		candidate = graph.Candidate{}
	}
	return NameOf(candidate, id)
}
