package specialist

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// ImportState finds one account by object id, user principal name, contact address or
// identity. Nothing in the directory changes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	found, ok := r.ForImport(ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	if person.IsExternal(found.User) {
		resp.Diagnostics.AddError("This account is a guest", person.Describe(found.User)+" came by an invitation and signs in elsewhere. Import it as an entraguest_invitation.")
		return
	}
	_, domain, _ := strings.Cut(found.User.UserPrincipalName, "@")
	values := map[string]any{
		"user_principal_name": found.User.UserPrincipalName, "domain": domain, "on_conflict": conflictError,
		"force_change_password_next_sign_in": true, "allow_privileged": false, "revoke_sessions_on_rotation": false,
	}
	// Which of the other mails is the contact address only the author knows.
	for _, address := range found.User.OtherMails {
		if strings.EqualFold(address, found.By) {
			values["contact_email"] = address
		}
	}
	r.Import(ctx, found, values, resp)
}
