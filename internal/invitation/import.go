package invitation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// ImportState finds one guest by object id, user principal name, e-mail address or
// identity. Nothing in the directory changes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	found, ok := r.ForImport(ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	who := person.Describe(found.User)
	if !person.IsExternal(found.User) {
		resp.Diagnostics.AddError("This account is no guest", who+" is an account of this tenant, not an invited one: its user principal name has no #EXT# and it was not created by an invitation. Manage it with another resource.")
		return
	}
	address := person.AddressOf(found.User)
	if address == "" {
		resp.Diagnostics.AddError("This guest has no address", who+" has neither a mail address nor other mails, so the required argument email cannot be filled. Set one in the directory first.")
		return
	}
	if fault := r.Session.Rules.Domains.Refuse(address); fault != "" {
		resp.Diagnostics.AddError("This domain is not allowed", "The address "+diagnostic.Quote(address)+" of "+who+" "+fault+".")
		return
	}
	r.Import(ctx, found, map[string]any{
		"email": address, "send_invitation_message": true, "existing_user": existingAdopt, "restore_deleted": false, "allow_move": false,
	}, resp)
}
