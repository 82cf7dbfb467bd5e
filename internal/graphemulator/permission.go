package graphemulator

import (
	"slices"
	"strings"
)

// Alternatives of application permissions, least first.
// Source: https://learn.microsoft.com/graph/permissions-reference and the operations' pages.
//
//nolint:gochecknoglobals // constant tables, never written
var (
	mayInvite       = []string{"User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	mayReadBasic    = []string{"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadUsers    = []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayWriteUsers   = []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}
	mayCreateUsers  = []string{"User.Create", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	mayUpdateUsers  = []string{"User.ReadUpdate.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	mayDeleteUsers  = []string{"User.DeleteRestore.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	mayRevoke       = []string{"User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}
	mayReadContacts = []string{"OrgContact.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadGroups   = []string{"Group.ReadBasic.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadMembers  = []string{"GroupMember.ReadBasic.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayWriteMembers = []string{"GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}
	mayWriteGroups  = []string{"Group.ReadWrite.All", "Directory.ReadWrite.All"}
	mayReadMemberOf = []string{"GroupMember.ReadBasic.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadRoles    = []string{"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadAnything = []string{"Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadTenant   = []string{"Organization.Read.All", "Organization.ReadWrite.All", "User.Read.All", "User.ReadWrite.All", "User.ReadBasic.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadApps     = []string{"Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
	mayReadPolicy   = []string{"Policy.Read.All", "Policy.ReadWrite.Authorization"}
	maySendMail     = []string{"Mail.Send"}
	mayReadPhotos   = []string{"ProfilePhoto.Read.All", "ProfilePhoto.ReadWrite.All", "User.Read.All", "User.ReadWrite.All"}
	mayWritePhotos  = []string{"ProfilePhoto.ReadWrite.All", "User.ReadWrite.All"}
	mayReadPasses   = []string{"UserAuthMethod-TAP.Read.All", "UserAuthMethod-TAP.ReadWrite.All", "UserAuthenticationMethod.Read.All", "UserAuthenticationMethod.ReadWrite.All"}
	mayWritePasses  = []string{"UserAuthMethod-TAP.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"}
)

// AllRoles lists every application permission that the emulator knows.
func AllRoles() []string {
	roles := []string{
		"AuditLog.Read.All", "CustomSecAttributeAssignment.ReadWrite.All", "LicenseAssignment.Read.All",
		"LicenseAssignment.ReadWrite.All", "Member.Read.Hidden", "OrgContact.Read.All", "RoleManagement.ReadWrite.Directory",
		"User-LifeCycleInfo.Read.All", "User-LifeCycleInfo.ReadWrite.All", "User-Mail.ReadWrite.All",
		"User-PasswordProfile.ReadWrite.All", "User-Phone.ReadWrite.All", "User.EnableDisableAccount.All",
		"User.ManageIdentities.All",
	}
	for _, alternatives := range [][]string{
		mayInvite, mayReadBasic, mayCreateUsers, mayUpdateUsers, mayDeleteUsers, mayRevoke, mayReadContacts, mayReadGroups, mayReadMembers,
		mayWriteMembers, mayReadRoles, mayReadTenant, mayReadApps, mayReadPolicy, maySendMail, mayReadPhotos, mayWritePhotos,
		mayReadPasses, mayWritePasses,
	} {
		roles = append(roles, alternatives...)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

func hasRole(roles []string, role string) bool { return slices.Contains(roles, role) }

// permitted reports whether the token carries one of the alternatives.
func (c *call) permitted(alternatives []string) bool {
	return len(alternatives) == 0 || slices.ContainsFunc(alternatives, c.carries)
}

// carries reports whether the token has every part of "A+B".
func (c *call) carries(alternative string) bool {
	for part := range strings.SplitSeq(alternative, "+") {
		if !c.can(part) {
			return false
		}
	}
	return true
}
