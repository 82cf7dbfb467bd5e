package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Found is the person an import means.
type Found struct {
	User     graph.User
	TenantID string
	// By is the text the person was found by.
	By string
}

// ForImport finds the one person an import means, by object id, user principal name,
// e-mail address or identity. Somebody synchronised or protected is refused. Nothing in
// the directory changes.
func (k *Keeper) ForImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (found Found, ok bool) {
	ctx, cancel := session.Deadline(ctx, session.DefaultTimeout)
	defer cancel()
	wanted, tenant := strings.TrimSpace(req.ID), ""
	if wanted == "" && req.Identity != nil {
		var given Identity
		diags.Append(req.Identity.Get(ctx, &given)...)
		wanted, tenant = given.ObjectID.ValueString(), given.TenantID.ValueString()
	}
	if diags.HasError() {
		return found, false
	}
	signedIn, ok := k.Session.ForImport(ctx, tenant, diags)
	if !ok {
		return found, false
	}
	user, ok := k.find(ctx, wanted, diags)
	if !ok {
		return found, false
	}
	if user.OnPremisesSyncEnabled != nil && *user.OnPremisesSyncEnabled {
		diags.AddError("A synchronised account cannot be imported", person.Describe(user)+" is synchronised from on premises and can be changed only there.")
		return found, false
	}
	if !k.CheckProtected(ctx, person.Describe(user), user.ID, diags) {
		return found, false
	}
	return Found{User: user, TenantID: signedIn.TenantID, By: wanted}, true
}

// Import stores the beginnings of the state of somebody found: what every resource about
// an account has, and the given values. The read that follows brings the rest.
func (k *Keeper) Import(ctx context.Context, found Found, values map[string]any, resp *resource.ImportStateResponse) {
	all := map[string]any{
		"object_id": found.User.ID, "tenant_id": found.TenantID, "origin": string(person.Imported),
		"on_destroy": k.Session.Rules.OnDestroy, "complete": true, "expired": false, "welcome_email_status": string(mail.None),
	}
	maps.Copy(all, values)
	for _, name := range sorted(all) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), all[name])...)
	}
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, Identity{TenantID: types.StringValue(found.TenantID), ObjectID: types.StringValue(found.User.ID)})...)
	}
	resp.Diagnostics.Append(person.Evidence{ObjectID: found.User.ID, Fresh: true, Quiet: true}.Save(ctx, resp.Private)...)
}

// find returns the one user meant by an import id.
func (k *Keeper) find(ctx context.Context, wanted string, diags *diag.Diagnostics) (user graph.User, ok bool) {
	key, ok := person.UserKey(wanted)
	if !ok {
		diags.AddError("Invalid import id", diagnostic.Quote(wanted)+" is neither an object id (a GUID) nor a user principal name nor an e-mail address.")
		return user, false
	}
	found, err := k.candidates(ctx, key)
	if err != nil {
		diags.Append(diagnostic.Error("Looking for the "+k.Kind.Noun+" failed", err))
		return user, false
	}
	switch len(found) {
	case 1:
		return found[0], true
	case 0:
		diags.AddError("There is no such "+k.Kind.Noun, fmt.Sprintf("Nobody in the tenant has the object id, user principal name or e-mail address %s. A %s created a moment ago may need some seconds to show.", diagnostic.Quote(wanted), k.Kind.Noun))
	default:
		lines := make([]string, 0, len(found))
		for _, user := range found {
			lines = append(lines, user.ID+"  "+diagnostic.Quote(user.UserPrincipalName))
		}
		slices.Sort(lines)
		diags.AddError("Several people have this address", fmt.Sprintf("%s leads to more than one person. Import by object id:\n%s", diagnostic.Quote(wanted), strings.Join(lines, "\n")))
	}
	return user, false
}

// candidates looks a text up as object id or user principal name, and as an address.
func (k *Keeper) candidates(ctx context.Context, wanted string) ([]graph.User, error) {
	var found []graph.User
	user, err := k.Session.Graph.User(ctx, wanted)
	switch {
	case err == nil:
		found = append(found, user)
	case !graph.IsNotFound(err) && !isBadRequest(err):
		return nil, err
	}
	if person.IsObjectID(wanted) || strings.Contains(wanted, "#") {
		return found, nil
	}
	holders, err := k.Session.Graph.FindByAddress(ctx, wanted)
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

func isBadRequest(err error) bool {
	_, bad := errors.AsType[*graph.BadRequest](err)
	return bad
}
