package manager

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ImportState finds the manager of one user by the user's object id or identity. Nothing
// in the directory changes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	wanted, tenant := req.ID, ""
	if wanted == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		wanted, tenant = given.UserID.ValueString(), given.TenantID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	userID, ok := person.ObjectKey(wanted)
	if !ok {
		resp.Diagnostics.AddError("Invalid import id", diagnostic.Quote(wanted)+" is not the object id of a user (a GUID).")
		return
	}
	signedIn, ok := r.Session.ForImport(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	found, err := r.look(ctx, &model{UserID: types.StringValue(userID)}, time.Time{})
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Importing the manager failed", err))
		return
	case found == "":
		resp.Diagnostics.AddError("There is no manager", fmt.Sprintf("User %s has no manager, or there is no such user.", diagnostic.Quote(userID)))
		return
	}
	for name, value := range map[string]string{"user_id": userID, "manager_id": found, "tenant_id": signedIn.TenantID} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{TenantID: types.StringValue(signedIn.TenantID), UserID: types.StringValue(userID)})...)
	}
	resp.Diagnostics.Append(record{UserID: userID}.save(ctx, resp.Private)...)
}
