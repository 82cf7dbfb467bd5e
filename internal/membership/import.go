package membership

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ParseImportID takes "group_id/member_id" apart; ok is false when it is no such pair.
// Ids come back in lower case, as Graph writes them.
func ParseImportID(text string) (groupID, memberID string, ok bool) {
	groupID, memberID, found := strings.Cut(strings.ToLower(strings.TrimSpace(text)), "/")
	if !found || !person.IsObjectID(groupID) || !person.IsObjectID(memberID) {
		return "", "", false
	}
	return groupID, memberID, true
}

// ImportState finds one membership by "group_id/member_id" or identity. Nothing in the
// directory changes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	wanted, tenant := req.ID, ""
	if wanted == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		wanted, tenant = given.GroupID.ValueString()+"/"+given.MemberID.ValueString(), given.TenantID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	groupID, memberID, ok := ParseImportID(wanted)
	if !ok {
		resp.Diagnostics.AddError("Invalid import id", diagnostic.Quote(wanted)+" is not of the form group_id/member_id with two object ids (GUIDs).")
		return
	}
	signedIn, ok := r.Session.ForImport(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	target := Target{Session: r.Session, GroupID: groupID, AllowRoleAssignable: true}
	g, ok := target.ForImport(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	standing, err := target.Look(ctx, memberID, true, time.Time{})
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Importing the membership failed", err))
		return
	case standing != graph.In:
		resp.Diagnostics.AddError("There is no such membership", fmt.Sprintf("%s is not directly in %s, or is not there at all.", diagnostic.Quote(memberID), Name(g)))
		return
	}
	for name, value := range map[string]any{
		"group_id": groupID, "member_id": memberID, "tenant_id": signedIn.TenantID, "active": true, "expired": false,
		"allow_role_assignable": g.IsAssignableToRole != nil && *g.IsAssignableToRole,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{
			TenantID: types.StringValue(signedIn.TenantID), GroupID: types.StringValue(groupID), MemberID: types.StringValue(memberID),
		})...)
	}
	resp.Diagnostics.Append(record{Key: Key(groupID, memberID)}.save(ctx, resp.Private)...)
}
