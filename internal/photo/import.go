package photo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ImportState finds the photo of one user by object id, user principal name or identity.
// Nothing in the directory changes. Which picture it was made of cannot be known, so the
// first apply sends the configured one.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	wanted, tenant := strings.TrimSpace(req.ID), ""
	if wanted == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		wanted, tenant = given.UserID.ValueString(), given.TenantID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	signedIn, ok := r.Session.ForImport(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	userID, err := r.userID(ctx, wanted)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Importing the photo failed", err))
		return
	}
	if userID == "" {
		resp.Diagnostics.AddError("Invalid import id", diagnostic.Quote(wanted)+" is neither an object id (a GUID) nor a user principal name.")
		return
	}
	switch _, err := twice(ctx, r.Session.Graph, userID); {
	case errors.Is(err, errNothing):
		resp.Diagnostics.AddError("There is no photo", fmt.Sprintf("User %s has no photo, or there is no such user.", diagnostic.Quote(wanted)))
		return
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Importing the photo failed", err))
		return
	}
	for name, value := range map[string]any{"user_id": userID, "tenant_id": signedIn.TenantID, "complete": true} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{TenantID: types.StringValue(signedIn.TenantID), UserID: types.StringValue(userID)})...)
	}
	resp.Diagnostics.Append(record{UserID: userID}.save(ctx, resp.Private)...)
}

// userID returns the object id meant by an import id, "" when it cannot be one.
func (r *Resource) userID(ctx context.Context, wanted string) (string, error) {
	key, ok := person.UserKey(wanted)
	if !ok || person.IsObjectID(key) {
		return key, nil
	}
	user, err := r.Session.Graph.User(ctx, key)
	if graph.IsNotFound(err) {
		user, err = again(ctx, absenceLimit, func(ctx context.Context) (graph.User, bool, error) {
			user, err := r.Session.Graph.User(ctx, key)
			return user, !graph.IsNotFound(err), err
		})
	}
	return user.ID, err
}
