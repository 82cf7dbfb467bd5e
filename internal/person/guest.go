package person

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// external marks the user principal names that Entra makes for invited people.
const external = "#EXT#"

// IsExternal reports whether a user came by an invitation or a sharing link, as opposed
// to an account of this tenant. userType does not tell: members can be external and
// guests internal.
func IsExternal(user graph.User) bool {
	invited := user.CreationType != nil && *user.CreationType == "Invitation"
	return invited || strings.Contains(strings.ToUpper(user.UserPrincipalName), external)
}

// AddressOf returns the address of a guest: mail, else the first of the other mails, or
// "" when there is none.
func AddressOf(user graph.User) string {
	if user.Mail != nil && *user.Mail != "" {
		return *user.Mail
	}
	if len(user.OtherMails) > 0 {
		return user.OtherMails[0]
	}
	return ""
}

// FreshGuest returns the profile of a person just invited as planned: the invitation
// has carried the display name, the user type and the sponsors.
func FreshGuest(plan *Profile) Profile {
	return Profile{
		DisplayName:    plan.DisplayName,
		UserType:       plan.UserType,
		AccountEnabled: types.BoolValue(true),
		SponsorIDs:     plan.SponsorIDs,
	}
}

// Sponsors returns the planned sponsors, object ids.
func (p *Profile) Sponsors() []string { return elements(p.SponsorIDs) }

// LeaveOut plans null for what the configuration leaves out of a person yet to be
// invited: a plan that shows what is written down, and no more, is one people read.
// The user type and whether the account is enabled are known after apply.
func (p *Profile) LeaveOut(config *Profile) {
	for _, t := range texts {
		if t.model(config).IsNull() {
			*t.model(p) = types.StringNull()
		}
	}
	for _, field := range []func(*Profile) *types.String{
		func(p *Profile) *types.String { return &p.BusinessPhone },
		func(p *Profile) *types.String { return &p.EmployeeLeaveDateTime },
		func(p *Profile) *types.String { return &p.ManagerID },
	} {
		if field(config).IsNull() {
			*field(p) = types.StringNull()
		}
	}
	if config.OtherMails.IsNull() {
		p.OtherMails = types.SetNull(types.StringType)
	}
	if config.SponsorIDs.IsNull() {
		p.SponsorIDs = types.SetNull(types.StringType)
	}
	if config.ExtensionAttributes.IsNull() {
		p.ExtensionAttributes = types.MapNull(types.StringType)
	}
}

// Settle replaces what is still unknown after an apply by null: the next refresh brings
// the truth.
func (p *Profile) Settle() {
	for _, t := range texts {
		settle(t.model(p))
	}
	settle(&p.BusinessPhone)
	settle(&p.EmployeeLeaveDateTime)
	settle(&p.ManagerID)
	settle(&p.UserType)
	if p.AccountEnabled.IsUnknown() {
		p.AccountEnabled = types.BoolNull()
	}
	if p.OtherMails.IsUnknown() {
		p.OtherMails = types.SetNull(types.StringType)
	}
	if p.SponsorIDs.IsUnknown() {
		p.SponsorIDs = types.SetNull(types.StringType)
	}
	if p.ExtensionAttributes.IsUnknown() {
		p.ExtensionAttributes = types.MapNull(types.StringType)
	}
}

func settle(text *types.String) {
	if text.IsUnknown() {
		*text = types.StringNull()
	}
}

// Others returns the planned other mails.
func (p *Profile) Others() []string { return elements(p.OtherMails) }
