package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Texts by which Graph's refusals of an invitation can be told apart; their codes are
// all the same.
const (
	textGuestsForbidden = "Guest invitations not allowed"
	textOwnDomain       = "verified domain of this directory"
	textOwnTenant       = "Invitee is in inviter tenant"
	textCrossTenant     = "cross-tenant access settings"
	textExists          = "already exists in the directory"
)

// InviteRemedies say what to do about a refused invitation.
func InviteRemedies(err error) []string {
	refusal, ok := graph.RefusalOf(err)
	if !ok {
		return nil
	}
	switch text := refusal.Message; {
	case strings.Contains(text, textGuestsForbidden):
		return []string{"The external collaboration settings of the tenant forbid invitations by this identity; User.Invite.All has to be granted explicitly, whatever else is."}
	case strings.Contains(text, textOwnDomain), strings.Contains(text, textOwnTenant):
		return []string{"The address belongs to a domain of this tenant: the person is no guest here."}
	case strings.Contains(text, textCrossTenant):
		return []string{"The cross-tenant access settings of this tenant, or of the guest's, have to allow the invitation first."}
	case strings.Contains(text, textExists):
		return []string{"Import the existing account by its object id instead of inviting it, and enable it if it is disabled."}
	case refusal.Status == http.StatusPreconditionFailed:
		return []string{"An account with this address exists and is in a state that cannot be invited: disabled, or converted to an internal account. Look it up in the tenant and import it by its object id."}
	default:
		return nil
	}
}

// MoveRemedies say what to do about a failed move.
func MoveRemedies(err error) []string {
	remedies := InviteRemedies(err)
	if failed, ok := errors.AsType[*moveError](err); ok {
		remedies = append(remedies, failed.left)
	}
	return remedies
}
