package invitation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ImportState finds one guest by object id, user principal name, e-mail address or
// identity. Nothing in the directory changes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := context.WithTimeout(ctx, session.DefaultTimeout)
	defer cancel()
	wanted, tenant := strings.TrimSpace(req.ID), ""
	if wanted == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		wanted, tenant = given.ObjectID.ValueString(), given.TenantID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	signedIn, ok := r.Session.ForImport(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	user, diags := r.find(ctx, wanted)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.importUser(ctx, user, signedIn.TenantID, resp)...)
}

func (r *Resource) importUser(ctx context.Context, user graph.User, tenantID string, resp *resource.ImportStateResponse) diag.Diagnostics {
	var diags diag.Diagnostics
	who := diagnostic.Quote(user.UserPrincipalName) + " (object id " + user.ID + ")"
	switch {
	case user.OnPremisesSyncEnabled != nil && *user.OnPremisesSyncEnabled:
		diags.AddError("A synchronised account cannot be imported", who+" is synchronised from on premises and can be changed only there.")
		return diags
	case !person.IsExternal(user):
		diags.AddError("This account is no guest", who+" is an account of this tenant, not an invited one: its user principal name has no #EXT# and it was not created by an invitation. Manage it with another resource.")
		return diags
	}
	address := person.AddressOf(user)
	if address == "" {
		diags.AddError("This guest has no address", who+" has neither a mail address nor other mails, so the required argument email cannot be filled. Set one in the directory first.")
		return diags
	}
	if fault := r.Session.Rules.Domains.Refuse(address); fault != "" {
		diags.AddError("This domain is not allowed", "The address "+diagnostic.Quote(address)+" of "+who+" "+fault+".")
		return diags
	}
	protected, err := r.Session.Protected(ctx, user.ID)
	if err != nil {
		diags.Append(diagnostic.Error("The protected group cannot be read", err))
		return diags
	}
	if protected {
		diags.AddError("This person is protected", who+": "+session.ErrProtected.Error()+".")
		return diags
	}
	for name, value := range map[string]any{
		"object_id": user.ID, "tenant_id": tenantID, "email": address, "origin": string(person.Imported),
		"on_destroy": r.Session.Rules.OnDestroy, "send_invitation_message": true, "complete": true,
		"existing_user": existingAdopt, "restore_deleted": false, "allow_move": false, "expired": false,
	} {
		diags.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Identity != nil {
		diags.Append(resp.Identity.Set(ctx, identity{TenantID: types.StringValue(tenantID), ObjectID: types.StringValue(user.ID)})...)
	}
	diags.Append(person.Evidence{ObjectID: user.ID, Fresh: true, Quiet: true}.Save(ctx, resp.Private)...)
	return diags
}

// find returns the one user meant by an import id.
func (r *Resource) find(ctx context.Context, wanted string) (graph.User, diag.Diagnostics) {
	var diags diag.Diagnostics
	if !person.IsObjectID(wanted) && !strings.Contains(wanted, "@") {
		diags.AddError("Invalid import id", diagnostic.Quote(wanted)+" is neither an object id (a GUID) nor a user principal name nor an e-mail address.")
		return graph.User{}, diags
	}
	found, err := r.candidates(ctx, wanted)
	if err != nil {
		diags.Append(diagnostic.Error("Looking for the guest failed", err))
		return graph.User{}, diags
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		diags.AddError("There is no such guest", fmt.Sprintf("Nobody in the tenant has the object id, user principal name or e-mail address %s. A guest created a moment ago may need some seconds to show.", diagnostic.Quote(wanted)))
	default:
		lines := make([]string, 0, len(found))
		for _, user := range found {
			lines = append(lines, user.ID+"  "+diagnostic.Quote(user.UserPrincipalName))
		}
		slices.Sort(lines)
		diags.AddError("Several people have this address", fmt.Sprintf("%s leads to more than one person. Import by object id:\n%s", diagnostic.Quote(wanted), strings.Join(lines, "\n")))
	}
	return graph.User{}, diags
}

// candidates looks a text up as object id or user principal name, and as an address.
func (r *Resource) candidates(ctx context.Context, wanted string) ([]graph.User, error) {
	var found []graph.User
	user, err := r.Session.Graph.User(ctx, wanted)
	switch {
	case err == nil:
		found = append(found, user)
	case !graph.IsNotFound(err) && !isBadRequest(err):
		return nil, err
	}
	if person.IsObjectID(wanted) || strings.Contains(wanted, "#") {
		return found, nil
	}
	holders, err := r.Session.Graph.FindByAddress(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for _, holder := range holders {
		if !slices.ContainsFunc(found, func(u graph.User) bool { return u.ID == holder.ID }) {
			found = append(found, holder)
		}
	}
	return found, nil
}
