package graphemulator

import (
	"fmt"
	"strings"
)

// Seed is what the directory holds at the start.
type Seed struct {
	Tenants []SeedTenant `json:"tenants"`
}

// SeedTenant is one tenant with everything in it.
type SeedTenant struct {
	TenantID        string            `json:"tenant_id"`
	DisplayName     string            `json:"display_name,omitempty"`
	InitialDomain   string            `json:"initial_domain"`
	VerifiedDomains []string          `json:"verified_domains"`
	Applications    []SeedApplication `json:"applications"`
	// Users are Graph JSON; an id is made where none is given.
	Users []map[string]any `json:"users,omitempty"`
	// Groups are Graph JSON with, in addition, "members" and "owners": object ids.
	Groups []map[string]any `json:"groups,omitempty"`
	// Contacts are the addresses of organisational contacts.
	Contacts []string `json:"contacts,omitempty"`
	// RoleHolders are the ids of users who hold a directory role.
	RoleHolders []string `json:"role_holders,omitempty"`
	// ExternalAccounts lists, per account, all the addresses of one person elsewhere.
	ExternalAccounts [][]string `json:"external_accounts,omitempty"`
	// AllowInvitesFrom is everyone (when empty), adminsGuestInvitersAndAllMembers,
	// adminsAndGuestInviters or none, as in Graph's authorizationPolicy.
	AllowInvitesFrom string `json:"allow_invites_from,omitempty"`
	// AllowedInviteDomains, if any, are the only domains that may be invited;
	// BlockedInviteDomains may not.
	AllowedInviteDomains []string `json:"allowed_invite_domains,omitempty"`
	BlockedInviteDomains []string `json:"blocked_invite_domains,omitempty"`
	// AccessPassPolicy is what the tenant allows of temporary access passes.
	AccessPassPolicy AccessPassPolicy `json:"access_pass_policy,omitzero"`
}

// SeedApplication is an application with a service principal in a tenant. The same
// client id in several tenants is a multi-tenant application.
type SeedApplication struct {
	ClientID string `json:"client_id"`
	// ClientSecret signs the application in; empty when it has none.
	ClientSecret string `json:"client_secret"`
	// SecretExpired makes sign-in by the secret fail with AADSTS7000222.
	SecretExpired bool `json:"secret_expired,omitempty"`
	// Roles are the application permissions granted in the tenant.
	Roles []string `json:"roles"`
	// DirectoryRoles are the template ids of the directory roles of the application.
	DirectoryRoles []string `json:"directory_roles,omitempty"`
	// Certificates, in PEM, verify client assertions signed by their keys.
	Certificates []string `json:"certificates,omitempty"`
	// FederatedCredentials accept tokens of other issuers as client assertions. Their
	// signatures cannot be verified; issuer, subject and audience must match.
	FederatedCredentials []FederatedCredential `json:"federated_credentials,omitempty"`
}

// FederatedCredential trusts one subject of another issuer.
type FederatedCredential struct {
	Issuer   string `json:"issuer"`
	Subject  string `json:"subject"`
	Audience string `json:"audience"`
}

// DefaultSeed returns one tenant with one application that holds every
// permission and may set passwords, and one
// empty security group. Ids and secret are fresh and random.
func DefaultSeed() Seed {
	prefix := "contoso" + newID()[:8]
	initial := prefix + ".onmicrosoft.com"
	return Seed{Tenants: []SeedTenant{{
		TenantID:        newID(),
		DisplayName:     "Contoso",
		InitialDomain:   initial,
		VerifiedDomains: []string{initial, prefix + ".example"},
		Applications: []SeedApplication{{
			ClientID:     newID(),
			ClientSecret: newSecret(),
			Roles:        AllRoles(),

			DirectoryRoles: []string{UserAdministratorRole},
		}},
		Groups: []map[string]any{{
			"id":              newID(),
			"displayName":     "Partners",
			"mailNickname":    "partners",
			"mailEnabled":     false,
			"securityEnabled": true,
		}},
	}}}
}

// SeedGuests adds n guests to the first tenant of a seed; every fourth has not accepted
// the invitation yet. A seed without tenants becomes DefaultSeed first.
func SeedGuests(seed *Seed, n int) {
	if len(seed.Tenants) == 0 {
		*seed = DefaultSeed()
	}
	tenant := &seed.Tenants[0]
	for i := range n {
		address := fmt.Sprintf("guest%05d@partner%02d.example", i+1, i%20)
		state := "Accepted"
		if i%4 == 3 {
			state = "PendingAcceptance"
		}
		tenant.Users = append(tenant.Users, seedGuest(tenant.InitialDomain, address, state))
	}
}

func seedGuest(initialDomain, address, state string) map[string]any {
	const invited = "2026-01-15T09:00:00Z"
	nickname := strings.ReplaceAll(address, "@", "_") + "#EXT#"
	upn := nickname + "@" + initialDomain
	guest := map[string]any{
		"id":                              newID(),
		"userPrincipalName":               upn,
		"displayName":                     address[:strings.IndexByte(address, '@')],
		"mailNickname":                    nickname,
		"mail":                            address,
		"otherMails":                      []any{address},
		"proxyAddresses":                  []any{"SMTP:" + address},
		"userType":                        "Guest",
		"creationType":                    "Invitation",
		"externalUserState":               state,
		"externalUserStateChangeDateTime": invited,
		"createdDateTime":                 invited,
		"accountEnabled":                  true,
	}
	if state == stateAccepted {
		guest["identities"] = []any{
			map[string]any{"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": nil},
			hostIdentity(initialDomain, upn),
		}
	}
	return guest
}
