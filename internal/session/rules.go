package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Rules are the guard rails a provider block sets for all its persons.
type Rules struct {
	// Domains say whose addresses may come in.
	Domains person.DomainRules
	// ProtectedGroupID is the group whose members nobody touches, or "".
	ProtectedGroupID string
	// MaxRemovals is how many persons one plan may delete, disable or purge; negative
	// means any number.
	MaxRemovals int64
	// OnDestroy is what happens to persons whose resource does not say it; "" while that
	// is known only after apply.
	OnDestroy string
	// PermissionCheck says what a missing permission does to a plan.
	PermissionCheck string
}

// DefaultRules are those of a provider block that sets none.
func DefaultRules() Rules {
	return Rules{MaxRemovals: DefaultMaxRemovals, OnDestroy: person.OnDestroyAuto, PermissionCheck: PermissionWarn}
}

// DefaultMaxRemovals is the brake of a provider block that sets none.
const DefaultMaxRemovals = 20

// Values of permission_check.
const (
	PermissionWarn  = "warn"
	PermissionError = "error"
	PermissionOff   = "off"
)

// TooManyRemovals is a plan that lets more people go than one plan may.
type TooManyRemovals struct{ Limit int64 }

// Error names the limit and how to raise it.
func (t *TooManyRemovals) Error() string {
	return fmt.Sprintf("This plan deletes, disables or purges more than %d persons, the limit of max_removals. "+
		"If that is meant, raise max_removals of the provider, or ENTRAGUEST_MAX_REMOVALS, for this run; -1 switches the limit off.", t.Limit)
}

// CountRemoval notes that this plan deletes, disables or purges a person, and fails
// with *TooManyRemovals above the limit. A person counts once.
func (s *Session) CountRemoval(objectID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removals[strings.ToLower(objectID)] = true
	if limit := s.Rules.MaxRemovals; limit >= 0 && int64(len(s.removals)) > limit {
		return &TooManyRemovals{Limit: limit}
	}
	return nil
}

// Protected reports whether a person is in the protected group. The group is listed
// once per walk, when it is first needed.
func (s *Session) Protected(ctx context.Context, objectID string) (bool, error) {
	if s.Rules.ProtectedGroupID == "" {
		return false, nil
	}
	leave, err := s.listing.Enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	if s.members == nil {
		members, err := s.Graph.Members(ctx, s.Rules.ProtectedGroupID)
		if err != nil {
			return false, err
		}
		if len(members) == 0 {
			return false, errNobodyProtected
		}
		s.members = members
	}
	return s.members[objectID], nil
}

// Tenant returns the tenant that is signed in to. It is read once per walk.
func (s *Session) Tenant(ctx context.Context) (graph.Tenant, error) {
	leave, err := s.signedInTo.Enter(ctx)
	if err != nil {
		return graph.Tenant{}, err
	}
	defer leave()
	if s.tenant == nil {
		tenant, err := s.Graph.Tenant(ctx)
		if err != nil {
			return graph.Tenant{}, err
		}
		s.tenant = &tenant
	}
	return *s.tenant, nil
}

// CheckPermission warns, or fails the plan, when the token shows that the signed-in
// application cannot do what the plan contains: it carries none of the permissions. A
// token that does not list application permissions, such as a person's, tells nothing.
func (s *Session) CheckPermission(ctx context.Context, doing string, anyOf []string, diags *diag.Diagnostics) {
	if s.Rules.PermissionCheck == PermissionOff {
		return
	}
	if identity, err := s.Identity(ctx); err == nil {
		s.checkRoles(identity, doing, anyOf, diags)
	}
}

// CheckSourcePermission is CheckPermission for the tenant of identity, which is only read.
func (s *Session) CheckSourcePermission(identity graph.Identity, doing string, anyOf []string, diags *diag.Diagnostics) {
	s.checkRoles(identity, doing+" in tenant "+identity.TenantID, anyOf, diags)
}

func (s *Session) checkRoles(identity graph.Identity, doing string, anyOf []string, diags *diag.Diagnostics) {
	if s.Rules.PermissionCheck == PermissionOff || len(identity.Roles) == 0 || identity.Scopes != "" {
		return
	}
	if slices.ContainsFunc(anyOf, func(permission string) bool { return slices.Contains(identity.Roles, permission) }) {
		return
	}
	if !s.Once("permission " + doing) {
		return
	}
	detail := fmt.Sprintf("The signed-in application has none of the application permissions for %s: %s. "+
		"That is fine where this plan is applied by another identity; permission_check of the provider says whether it is a warning or an error.",
		doing, strings.Join(anyOf, ", "))
	if s.Rules.PermissionCheck == PermissionError {
		diags.AddError("A permission is missing", detail)
		return
	}
	diags.AddWarning("A permission is missing", detail)
}

// errNobodyProtected is a protected group without members, which protects nobody. Graph
// answers an application that may not see a hidden membership as if there were none.
var errNobodyProtected = errors.New("the group of protected_group_id lists no members, so it protects nobody: " +
	"either it is empty, then leave the argument out, or its membership is hidden, then the application needs Member.Read.Hidden")

// ErrProtected is a person in the protected group, whom nobody touches.
var ErrProtected = errors.New("the person is in the group of protected_group_id, whose members this provider does not adopt, import, change, disable or delete")
