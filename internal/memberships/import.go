package memberships

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ImportState reads everybody in one group, by its object id or identity, as an exclusive
// list. Nothing in the directory changes; a first plan that is not exclusive forgets who
// is not listed and takes nobody out.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	wanted, tenant := strings.TrimSpace(req.ID), ""
	if wanted == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		wanted, tenant = given.GroupID.ValueString(), given.TenantID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	groupID, ok := person.ObjectKey(wanted)
	if !ok {
		resp.Diagnostics.AddError("Invalid import id", diagnostic.Quote(wanted)+" is no object id of a group (a GUID).")
		return
	}
	signedIn, ok := r.Session.ForImport(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	target := membership.Target{Session: r.Session, GroupID: groupID, AllowRoleAssignable: true}
	g, ok := target.ForImport(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	members, err := r.Session.Graph.DirectMembers(ctx, groupID)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Importing the memberships failed", err))
		return
	}
	ids := idSet{}
	for _, member := range members {
		if member.IsUser() {
			ids[strings.ToLower(member.ID)] = true
		}
	}
	if len(ids) > maxMembers {
		resp.Diagnostics.AddError("Too many members", fmt.Sprintf(
			"%s has %d people, and one resource lists at most %d. Use several resources with exclusive = false instead: they take over who is in the group already.",
			membership.Name(g), len(ids), maxMembers))
		return
	}
	for name, value := range map[string]any{
		"group_id": groupID, "tenant_id": signedIn.TenantID, "member_ids": ids.without(nil), "removals": []string{},
		"exclusive": true, "allow_empty": false, "complete": true,
		"allow_role_assignable": g.IsAssignableToRole != nil && *g.IsAssignableToRole,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{TenantID: types.StringValue(signedIn.TenantID), GroupID: types.StringValue(groupID)})...)
	}
	resp.Diagnostics.Append(record{GroupID: groupID, Imported: true}.save(ctx, resp.Private)...)
}
