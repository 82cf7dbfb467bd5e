package group

import "github.com/entraguest/terraform-provider-entraguest/internal/graph"

// Unwritable returns why nobody can be added to a group or removed from it through
// Graph, as a sentence about "it", or "" when that is possible. allowRoleAssignable says
// that groups to which directory roles can be assigned are meant to be changed.
// Source: https://learn.microsoft.com/graph/api/group-post-members.
func Unwritable(g graph.Group, allowRoleAssignable bool) string {
	switch {
	case g.Dynamic():
		return "It has a dynamic membership: a rule decides who is in it, and nobody can be added or removed by hand. Change the rule, or choose an assigned group."
	case yes(g.OnPremisesSyncEnabled):
		return "It is synchronised from on premises, and its members can be changed only there. Choose a group that was made in Entra."
	case yes(g.MailEnabled) && !g.Unified() && yes(g.SecurityEnabled):
		return "It is a mail-enabled security group: Exchange manages its members, and Microsoft Graph refuses to change them. Choose a security group or a Microsoft 365 group."
	case yes(g.MailEnabled) && !g.Unified():
		return "It is a distribution list: Exchange manages its members, and Microsoft Graph refuses to change them. Choose a security group or a Microsoft 365 group."
	case yes(g.IsAssignableToRole) && !allowRoleAssignable:
		return "Directory roles can be assigned to it, so whoever comes in may become an administrator. Set allow_role_assignable = true if that is meant; the application needs RoleManagement.ReadWrite.Directory."
	default:
		return ""
	}
}

func yes(flag *bool) bool { return flag != nil && *flag }
