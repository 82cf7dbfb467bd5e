package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// PermissionsToInvite are those of which one is needed, named by the check at plan.
var PermissionsToInvite = []string{"User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}

// Arrival is an address that is about to become a guest.
type Arrival struct {
	Wish person.Wish
	// Profile is what the configuration wants; null is not managed. Where a date says until
	// when a disabled account is to be enabled, an unknown account_enabled becomes true.
	Profile *person.Profile
	// Expired judges by a moment on Graph's clock whether the time is over already.
	Expired func(now time.Time) bool
}

// PlanArrival looks the address up and decides whether somebody is invited, taken over
// or restored. It tells the reviewer what is to be known; after an error ok is false.
func (k *Keeper) PlanArrival(ctx context.Context, a Arrival, diags *diag.Diagnostics) (decision person.Decision, ok bool) {
	who := diagnostic.Quote(a.Wish.Address)
	decision, err := k.decide(ctx, a.Wish)
	var refused *person.Refusal
	switch {
	case errors.As(err, &refused):
		diags.AddAttributeError(path.Root(refused.Argument), refused.Summary, refused.Detail)
		return person.Decision{}, false
	case graph.IsForbidden(err):
		if k.Session.Once("lookup") {
			diags.Append(diagnostic.Warning("Whether people are there already cannot be seen", err,
				"Microsoft Graph answers an invitation of somebody who is there with that person; the first refresh that may read tells the two apart."))
		}
	case err != nil:
		diags.Append(diagnostic.Error("Looking the address up failed", err))
		return person.Decision{}, false
	}
	// The look-up has told Graph's time; before it only this machine's was known.
	if a.Expired(k.Session.Graph.Now()) {
		diags.AddAttributeError(path.Root("expires_at"), "This date is in the past",
			"The time of "+who+" is over by expires_at or accept_by: the person would come in only to be disabled.")
		return person.Decision{}, false
	}
	switch {
	case decision.Adopt != nil:
		return decision, k.planAdopt(ctx, a, *decision.Adopt, diags)
	case decision.Restore != nil:
		if !k.CheckProtected(ctx, who, decision.Restore.ID, diags) {
			return decision, false
		}
		a.enable(*decision.Restore)
		diags.AddWarning("A deleted guest is restored: "+who, decision.Note)
		k.Session.CheckPermission(ctx, "restoring guests", PermissionsToDelete, diags)
		return decision, true
	case decision.Note != "":
		diags.AddWarning("An older account is among the deleted users", decision.Note)
	}
	k.Session.CheckPermission(ctx, "inviting guests", PermissionsToInvite, diags)
	return decision, true
}

func (k *Keeper) planAdopt(ctx context.Context, a Arrival, user graph.User, diags *diag.Diagnostics) (ok bool) {
	who := diagnostic.Quote(a.Wish.Address)
	if !k.CheckProtected(ctx, who, user.ID, diags) {
		return false
	}
	a.enable(user)
	var seen person.Profile
	seen.Read(person.Found{User: user}, a.Wish.Address)
	text := fmt.Sprintf("%s is there already as %s (object id %s) and is taken over. Nobody is mailed; what is not written down stays as it is.",
		who, diagnostic.Quote(user.UserPrincipalName), user.ID)
	if lines := a.Profile.Lines(&seen, a.Wish.Address); len(lines) > 0 {
		text += " What changes:\n" + strings.Join(lines, "\n")
		k.Session.CheckPermission(ctx, "changing guests", PermissionsToWrite, diags)
	}
	diags.AddAttributeWarning(path.Root("email"), "A guest is taken over: "+who, text)
	return true
}

// enable plans that a disabled account is enabled, where a date says until when.
func (a Arrival) enable(user graph.User) {
	if a.Wish.Enable && user.AccountEnabled != nil && !*user.AccountEnabled && a.Profile.AccountEnabled.IsUnknown() {
		a.Profile.AccountEnabled = types.BoolValue(true)
	}
}

// decide looks the address up and decides.
func (k *Keeper) decide(ctx context.Context, wish person.Wish) (person.Decision, error) {
	tenant, err := k.Session.Tenant(ctx)
	if err != nil && !graph.IsForbidden(err) {
		return person.Decision{}, err
	}
	initial := ""
	for _, domain := range tenant.VerifiedDomains {
		if domain.IsInitial {
			initial = domain.Name
		}
	}
	match, err := k.Session.Graph.LookUp(ctx, wish.Address, initial)
	if err != nil {
		return person.Decision{}, err
	}
	return person.Decide(wish, match, tenant.VerifiedDomains)
}

// RedirectURL is where people land when neither the resource nor the provider says so:
// the tenant's My Apps page, as in Microsoft's own invitations.
func (k *Keeper) RedirectURL(tenantID string) string {
	if k.Session.RedirectURL != "" {
		return k.Session.RedirectURL
	}
	return "https://myapplications.microsoft.com/?tenantid=" + tenantID
}
