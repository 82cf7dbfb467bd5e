package guests

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// change is what a plan makes of a person who stays. Plan and apply work it out alike.
type change struct {
	key, raw string
	entry    *entry
	// guest is the person as in the state.
	guest *guest
	// plan, state and config are the profiles: what is to be, what is, what is written down.
	plan, state, config person.Profile
	// expired is the date that has passed, or "".
	expired string
	// finished says that the state tells what the directory holds.
	finished bool
	// moves says that the person goes to another address, or has not got there yet.
	moves bool
	// groups are those the person is to be put into, in case of doubt once more.
	groups     []string
	difference person.Difference
	// managerID is that of the manager whom entry names by key; see entry.managerID.
	managerID types.String
	// refused says that the plan has found fault with the change.
	refused bool
}

// changeOf works out what becomes of a person. managerID is that of the manager by key.
func changeOf(key, raw string, e *entry, g *guest, plan, state *model, managerID types.String) *change {
	c := &change{key: key, raw: raw, entry: e, guest: g, managerID: managerID}
	c.config = withSponsors(e.Profile, plan.SponsorIDs)
	c.state = g.profile(state.SponsorIDs)
	c.plan = c.config
	if c.config.AccountEnabled.IsNull() {
		c.plan.AccountEnabled = c.state.AccountEnabled
	}
	var record account.Record
	account.PlanExpiry(&record, &c.plan, &c.state, &c.config, account.Dates{Passed: e.over}, g.evidence)
	if record.Expired.ValueBool() {
		c.expired = e.ExpiresAt.ValueString()
	}
	c.moves = !sameAddress(e.Email, g.entry.Email) || g.evidence.Moving != ""
	c.finished = g.lack == "" && g.entry.covers(e) && (c.config.SponsorIDs.IsNull() || !c.state.SponsorIDs.IsNull())
	c.groups = ids(plan.GroupIDs)
	if g.lack == "" {
		before := ids(state.GroupIDs)
		c.groups = slices.DeleteFunc(c.groups, func(id string) bool { return slices.Contains(before, id) })
	}
	c.difference = c.plan.Difference(&c.state, g.entry.Email)
	if !c.finished {
		// The directory is read before anything is written: all of it that matters.
		c.state.ExtensionAttributes = types.MapNull(types.StringType)
		c.state.EmployeeLeaveDateTime = c.plan.EmployeeLeaveDateTime
	}
	return c
}

// calm reports whether nothing can be due for somebody who stays: the same text under the
// same key, nothing left over, no date, and a manager and settings that are what they were.
// Of very many people nearly all are.
func calm(key, raw string, g *guest, alike bool, managerID types.String) bool {
	return alike && key == g.key && raw == g.raw && managerID.Equal(g.managerID) && g.lack == "" && g.expired == "" && g.entry.ExpiresAt.IsNull() &&
		!g.evidence.DisabledByExpiry && g.evidence.Moving == "" && (g.entry.AccountEnabled.IsNull() || g.entry.AccountEnabled.ValueBool() != g.disabled)
}

// alike reports whether the settings that concern everybody are what they were.
func alike(plan, state *model) bool {
	return known(plan.SponsorIDs) && known(plan.GroupIDs) && plan.SponsorIDs.Equal(state.SponsorIDs) && plan.GroupIDs.Equal(state.GroupIDs)
}

// over judges by a moment on Graph's clock whether the guest's time is over.
func (e *entry) over(now time.Time) bool {
	return person.Expired(e.ExpiresAt, types.StringNull(), false, now)
}

// half reports whether the person has the address already and was not invited by it.
func (c *change) half() bool { return c.moves && sameAddress(c.entry.Email, c.guest.entry.Email) }

// sends reports whether the directory may have to be changed.
func (c *change) sends() bool {
	return !c.guest.evidence.Gone && (c.moves || !c.finished || !c.difference.Empty() || len(c.groups) > 0 || c.reassigns())
}

// staysDisabled reports whether the account is disabled and the plan leaves it so.
func (c *change) staysDisabled() bool {
	return c.guest.disabled && !c.plan.AccountEnabled.ValueBool()
}

// wish is what the configuration wants of the address.
func wish(e *entry, plan *model) person.Wish {
	return person.Wish{
		Address:        e.Email,
		AdoptExisting:  plan.ExistingUser.ValueString() != existingError,
		ExistingID:     e.ExistingUserID,
		RestoreDeleted: plan.RestoreDeleted.ValueBool(),
		Enable:         e.AccountEnabled.ValueBool() || e.AccountEnabled.IsNull() && e.ExpiresAt.ValueString() != "",
	}
}

// arrivalProfile is the profile of somebody who is new: whether the account is enabled is
// open where it is not written down.
func arrivalProfile(e *entry, plan *model) person.Profile {
	profile := withSponsors(e.Profile, plan.SponsorIDs)
	if profile.AccountEnabled.IsNull() {
		profile.AccountEnabled = types.BoolUnknown()
	}
	return profile
}
