package group

import "github.com/entraguest/terraform-provider-entraguest/internal/graph"

// Kinds of groups, as the administration centre tells them apart.
const (
	kindSecurity     = "security"
	kindUnified      = "microsoft_365"
	kindMailSecurity = "mail_enabled_security"
	kindDistribution = "distribution"
)

// kindOf tells the kind of a group.
// Source: https://learn.microsoft.com/graph/api/resources/groups-overview#group-types-in-microsoft-entra-id-and-microsoft-graph.
func kindOf(g graph.Group) string {
	mail, security := g.MailEnabled != nil && *g.MailEnabled, g.SecurityEnabled != nil && *g.SecurityEnabled
	switch {
	case g.Unified():
		return kindUnified
	case mail && security:
		return kindMailSecurity
	case mail:
		return kindDistribution
	default:
		return kindSecurity
	}
}
