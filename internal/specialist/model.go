package specialist

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// model is the configuration, plan and state of one specialist.
type model struct {
	person.Profile
	account.Record

	Domain          types.String `tfsdk:"domain"`
	Prefix          types.String `tfsdk:"user_principal_name_prefix"`
	Suffix          types.String `tfsdk:"user_principal_name_suffix"`
	Transliteration types.String `tfsdk:"transliteration"`
	OnConflict      types.String `tfsdk:"on_conflict"`
	MailNickname    types.String `tfsdk:"mail_nickname"`
	ContactEmail    types.String `tfsdk:"contact_email"`
	AllowPrivileged types.Bool   `tfsdk:"allow_privileged"`

	PasswordWO      types.String `tfsdk:"password_wo"`
	PasswordVersion types.Int64  `tfsdk:"password_wo_version"`
	ForceChange     types.Bool   `tfsdk:"force_change_password_next_sign_in"`
	RevokeSessions  types.Bool   `tfsdk:"revoke_sessions_on_rotation"`
	AccessPass      types.Object `tfsdk:"temporary_access_pass"`

	Licenses types.List `tfsdk:"license_assignments"`
}

// Values of on_conflict.
const (
	conflictError  = "error"
	conflictSuffix = "suffix"
)

// subject is the person for the steps shared with other resources.
func (m *model) subject() account.Subject {
	return account.Subject{Record: &m.Record, Key: m.UserPrincipalName.ValueString(), Contact: m.contact(), Names: m.names()}
}

// names are what the person is called, as far as that is known.
func (m *model) names() []string {
	names := []string{m.DisplayName.ValueString()}
	if !m.GivenName.IsUnknown() && !m.Surname.IsUnknown() {
		names = append(names, m.fullName())
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

func (m *model) who() string { return m.subject().Who() }

// contact is the address the person is reached at, or "".
func (m *model) contact() string { return m.ContactEmail.ValueString() }

// recipient is where mail to the person goes; null where there is no contact address.
func (m *model) recipient() types.String {
	if m.ContactEmail.IsUnknown() || m.contact() != "" {
		return m.ContactEmail
	}
	return types.StringNull()
}

// dates are those that end the person's time.
func (m *model) dates() account.Dates {
	return account.Dates{Unknown: m.ExpiresAt.IsUnknown(), Passed: m.expiredAt}
}

// expiredAt judges by a moment on Graph's clock.
func (m *model) expiredAt(now time.Time) bool {
	return person.Expired(m.ExpiresAt, types.StringNull(), false, now)
}

// extra are the properties a refresh asks for beyond the usual ones.
var extra = []graph.Property{graph.MailNickname, graph.LicenseAssignments}

// read brings the model up to what Graph shows.
func (m *model) read(found person.Found) {
	user := found.User
	if m.contact() != "" && !user.Reachable(m.contact()) {
		// Somebody has taken the address out: the plan puts it back.
		m.ContactEmail = types.StringNull()
	}
	m.Read(found, m.contact())
	m.Show(user)
	m.Domain = types.StringValue(domainOf(m.UserPrincipalName.ValueString(), m.Domain))
	m.MailNickname = types.StringPointerValue(user.MailNickname)
	m.Licenses = person.Licenses(user.LicenseAssignmentStates)
}

// domainOf is the domain of a user principal name, in the spelling of the state where
// only case differs.
func domainOf(principalName string, state types.String) string {
	_, domain, _ := strings.Cut(principalName, "@")
	if strings.EqualFold(domain, state.ValueString()) {
		return state.ValueString()
	}
	return domain
}

// agrees returns what a read after a write has to show.
func (m *model) agrees() func(person.Found) bool {
	profile := m.Agrees(m.contact())
	return func(found person.Found) bool {
		user := found.User
		return profile(found) &&
			strings.EqualFold(user.UserPrincipalName, m.UserPrincipalName.ValueString()) &&
			(m.MailNickname.IsNull() || user.MailNickname != nil && *user.MailNickname == m.MailNickname.ValueString()) &&
			(m.contact() == "" || user.Reachable(m.contact()))
	}
}

// settle replaces what is still unknown after an apply: the next refresh brings what
// only Graph knows.
func (m *model) settle() {
	m.Profile.Settle()
	m.Record.Settle()
	account.Settle(&m.Domain, &m.MailNickname, &m.ContactEmail)
	if m.Licenses.IsUnknown() {
		m.Licenses = types.ListNull(person.LicenseType)
	}
	m.PasswordWO = types.StringNull()
}

// addresses are those of the configuration that the domain rules judge, by attribute.
func (m *model) addresses() map[string][]string {
	addresses := map[string][]string{"other_mails": m.Others()}
	if m.contact() != "" {
		addresses["contact_email"] = []string{m.contact()}
	}
	return addresses
}

// kept are the addresses that the instance has already.
func (m *model) kept() []string { return slices.Concat(m.Others(), []string{m.contact()}) }
