package person

import (
	"fmt"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Wish is what a configuration wants of an address that is about to become a guest.
type Wish struct {
	Address string
	// AdoptExisting takes a guest over who is there already; else that is an error.
	AdoptExisting bool
	// ExistingID names the person to take over, or is "".
	ExistingID string
	// RestoreDeleted restores a deleted guest instead of inviting anew.
	RestoreDeleted bool
	// Enable says that the account is to be enabled: in so many words, or by a date until
	// which the person stays.
	Enable bool
}

// Decision is what becomes of the wish. At most one of Adopt and Restore is set; with
// neither, the address is invited.
type Decision struct {
	Adopt   *graph.User
	Restore *graph.User
	// Note is something the reviewer should know, or "".
	Note string
}

// Refusal is a wish that must not be carried out: Summary is constant per kind, Detail
// names the person and what to do, Argument is to blame.
type Refusal struct{ Argument, Summary, Detail string }

// Error returns the detail.
func (r *Refusal) Error() string { return r.Detail }

// Decide decides whether an address is invited, or somebody taken over or restored, from
// who holds it in the directory. verified are the tenant's own domains.
func Decide(wish Wish, match graph.Match, verified []graph.VerifiedDomain) (Decision, error) {
	who := diagnostic.Quote(wish.Address)
	_, domain, _ := strings.Cut(wish.Address, "@")
	if slices.ContainsFunc(verified, func(own graph.VerifiedDomain) bool { return strings.EqualFold(own.Name, domain) }) {
		return Decision{}, &Refusal{"email", "This address belongs to the tenant itself", who +
			" is of a verified domain of this tenant: its people are no guests here. Microsoft Graph refuses to invite them."}
	}
	candidates := match.Users
	if wish.ExistingID != "" {
		return decideExisting(wish, match)
	}
	switch len(candidates) {
	case 0:
		return decideAbsent(wish, match)
	case 1:
		return decidePresent(wish, candidates[0])
	default:
		return Decision{}, &Refusal{"email", "Several accounts have this address", who +
			" leads to more than one account. Set existing_user_id to the one that is meant:\n" + List(candidates)}
	}
}

// decideExisting takes over the person the configuration names, who must have the
// address somewhere.
func decideExisting(wish Wish, match graph.Match) (Decision, error) {
	for _, user := range slices.Concat(match.Users, match.OtherMails) {
		if strings.EqualFold(user.ID, wish.ExistingID) {
			wish.AdoptExisting = true
			return decidePresent(wish, user)
		}
	}
	return Decision{}, &Refusal{"existing_user_id", "The existing user does not have this address", fmt.Sprintf(
		"The user with object id %s has %s neither in mail nor in proxy addresses nor in other mails, or does not exist. Write the address there first, or leave existing_user_id out.",
		wish.ExistingID, diagnostic.Quote(wish.Address))}
}

func decidePresent(wish Wish, user graph.User) (Decision, error) {
	who := Describe(user)
	switch {
	case !IsExternal(user):
		return Decision{}, &Refusal{"email", "An internal account has this address", fmt.Sprintf(
			"%s belongs to %s, an account of this tenant and no guest. Take the address from that account, or manage the account itself.",
			diagnostic.Quote(wish.Address), who)}
	case user.OnPremisesSyncEnabled != nil && *user.OnPremisesSyncEnabled:
		return Decision{}, &Refusal{"email", "A synchronised account has this address", who +
			" is synchronised from on premises and can be changed only there."}
	case !wish.AdoptExisting:
		return Decision{}, &Refusal{"existing_user", "The guest is there already", fmt.Sprintf(
			"%s belongs to %s, and existing_user = \"error\" says not to take anybody over. Import the guest, or set existing_user = \"adopt\".",
			diagnostic.Quote(wish.Address), who)}
	case disabled(user) && !wish.Enable:
		return Decision{}, &Refusal{"account_enabled", "The guest is disabled", who +
			" is disabled. Set account_enabled = true, or expires_at, to take the guest over and enable the account; without it nothing is done, because somebody may have had a reason."}
	default:
		return Decision{Adopt: &user}, nil
	}
}

func decideAbsent(wish Wish, match graph.Match) (Decision, error) {
	who := diagnostic.Quote(wish.Address)
	// Somebody inside may well note an outside address among the other mails; a guest
	// who does may be this person.
	if guests := slices.DeleteFunc(slices.Clone(match.OtherMails), func(u graph.User) bool { return !IsExternal(u) }); len(guests) > 0 {
		return Decision{}, &Refusal{"email", "A guest has this address among the other mails", who +
			" is in the other mails of another guest. Anyone may have written it there, so nobody is taken over. If it is the same person, set existing_user_id or import the guest:\n" + List(guests)}
	}
	if len(match.Contacts) > 0 {
		return Decision{}, heldBy("contact", who, match.Contacts[0])
	}
	if len(match.Groups) > 0 {
		return Decision{}, heldBy("group", who, match.Groups[0])
	}
	deleted := slices.DeleteFunc(slices.Clone(match.Deleted), func(u graph.User) bool { return !IsExternal(u) })
	if len(deleted) == 0 {
		return Decision{}, nil
	}
	if !wish.RestoreDeleted {
		return Decision{Note: fmt.Sprintf("A deleted account of %s could be restored with its memberships and licences by restore_deleted = true; without it a new account is made:\n%s", who, List(deleted))}, nil
	}
	if disabled(deleted[0]) && !wish.Enable {
		return Decision{}, &Refusal{"account_enabled", "The deleted guest is disabled", Describe(deleted[0]) +
			" was disabled before it was deleted. Set account_enabled = true, or expires_at, to restore and enable the account."}
	}
	note := fmt.Sprintf("The deleted account of %s is restored, with its old memberships and licences:\n%s", who, List(deleted[:1]))
	if len(deleted) > 1 {
		note += "\nIt is the one deleted last. The others stay deleted:\n" + List(deleted[1:])
	}
	return Decision{Restore: &deleted[0], Note: note}, nil
}

func disabled(user graph.User) bool { return user.AccountEnabled != nil && !*user.AccountEnabled }

func heldBy(kind, who string, holder graph.Holder) *Refusal {
	return &Refusal{"email", "A " + kind + " has this address", fmt.Sprintf(
		"%s belongs to the %s %s (object id %s), and Microsoft Graph refuses to invite it. Remove the address there first.",
		who, kind, diagnostic.Quote(holder.DisplayName), holder.ID)}
}

// Describe names a user in diagnostics: quoted user principal name and object id.
func Describe(user graph.User) string {
	return diagnostic.Quote(user.UserPrincipalName) + " (object id " + user.ID + ")"
}

// List names users in a diagnostic, one a line.
func List(users []graph.User) string {
	lines := make([]string, 0, len(users))
	for _, user := range users {
		line := "  " + Describe(user)
		if user.DeletedDateTime != nil {
			line += ", deleted on " + user.DeletedDateTime.UTC().Format("2006-01-02")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
