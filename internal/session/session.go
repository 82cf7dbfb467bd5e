// Package session is what Configure hands to every resource and data source: the
// signed-in Graph client, the provider's defaults, and what one walk of Terraform
// remembers. A new walk configures the provider anew and gets a new session.
package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// DefaultTimeout bounds an operation whose resource sets no timeout of its own.
const DefaultTimeout = 5 * time.Minute

// Session is a configured provider.
type Session struct {
	// Graph is nil while provider arguments are known only after apply.
	Graph *graph.Client
	// Unknown names those arguments.
	Unknown []string
	// RedirectURL is the provider's default for invitations, or "".
	RedirectURL string
	// Register keeps one person in one instance.
	Register *person.Register

	// Rules are the guard rails of the provider block.
	Rules Rules
	// Naming is the provider's rule for user principal names.
	Naming principalname.Rule
	// SourceTenantIDs are the other tenants that may be read; see In.
	SourceTenantIDs []string
	// Managers keep one user's manager in one instance.
	Managers *Claims
	// Photos keep one user's photo in one instance.
	Photos *Claims
	// Memberships keep one person in one group in one instance; the key is "group/member".
	Memberships *Claims
	// Pictures lets one picture be decoded at a time: a large one takes 200 MB.
	Pictures *Gate
	// Mails lets the mails of one sending mailbox wait for their turn.
	Mails *mail.Queue

	mu       sync.Mutex
	identity *graph.Identity
	said     map[string]bool
	sources  map[string]*graph.Client
	removals map[string]bool

	groups  groupReads
	applies atomic.Bool
	named   atomic.Int64

	// The gates are closed while members and tenant are read.
	listing, signedInTo *Gate
	members             map[string]bool
	tenant              *graph.Tenant
}

// New returns a session on a client.
func New(client *graph.Client) *Session {
	return &Session{
		Graph:       client,
		Register:    person.NewRegister(),
		Rules:       DefaultRules(),
		Managers:    NewClaims(),
		Photos:      NewClaims(),
		Memberships: NewClaims(),
		Pictures:    NewGate(),
		Mails:       mail.NewQueue(),
		said:        map[string]bool{},
		sources:     map[string]*graph.Client{},
		removals:    map[string]bool{},
		listing:     NewGate(),
		signedInTo:  NewGate(),
	}
}

// Of takes the session out of the data the framework hands on. Before the provider is
// configured it is nil and ok is false.
func Of(data any) (session *Session, ok bool, diags diag.Diagnostics) {
	if data == nil {
		return nil, false, nil
	}
	session, ok = data.(*Session)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *session.Session, got %T. This is a bug in the provider.", data))
	}
	return session, ok, diags
}

// Ready reports whether there is a client to ask.
func (s *Session) Ready() bool { return s != nil && s.Graph != nil }

// Once reports whether what the key stands for is said for the first time in this walk.
// Terraform repeats every diagnostic for every resource; one about the whole tenant
// should be said once.
func (s *Session) Once(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said[key] {
		return false
	}
	s.said[key] = true
	return true
}

// maxNames is how many people are looked up in one walk for nothing but their names: of
// more warnings alike nobody reads the rest, and a plan of thousands has to stay quick.
const maxNames = 100

// MayName reports whether one more person may be looked up to be named to a reviewer.
func (s *Session) MayName() bool { return s.named.Add(1) <= maxNames }

// Identity returns who is signed in, signing in if nobody has yet.
func (s *Session) Identity(ctx context.Context) (graph.Identity, error) {
	s.mu.Lock()
	known := s.identity
	s.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	identity, err := s.Graph.Identity(ctx)
	if err != nil {
		return graph.Identity{}, err
	}
	s.mu.Lock()
	s.identity = &identity
	s.mu.Unlock()
	return identity, nil
}

// WrongTenant is state of one tenant met while signed in to another.
type WrongTenant struct{ Expected, SignedIn string }

// Error names both tenants and what to do.
func (w *WrongTenant) Error() string {
	return fmt.Sprintf("The state belongs to tenant %s, but the provider is signed in to tenant %s. Nothing was read or changed. "+
		"Sign in to the right tenant (tenant_id of the provider, or ARM_TENANT_ID), or use the state of this one.", w.Expected, w.SignedIn)
}

// CheckTenant makes sure that the state's tenant is the one signed in to: a
// *WrongTenant, or the failure to sign in.
func (s *Session) CheckTenant(ctx context.Context, expected string) error {
	identity, err := s.Identity(ctx)
	if err != nil {
		return err
	}
	if expected != "" && !strings.EqualFold(expected, identity.TenantID) {
		return &WrongTenant{Expected: expected, SignedIn: identity.TenantID}
	}
	return nil
}

// ForImport returns who is signed in, if an import may go on: the provider is configured,
// and signed in to the tenant the import names, "" for any.
func (s *Session) ForImport(ctx context.Context, tenant string, diags *diag.Diagnostics) (identity graph.Identity, ok bool) {
	if !s.Ready() {
		diags.AddError("Importing needs a configured provider", "Provider arguments are known only after apply, so nobody can be looked up yet.")
		return identity, false
	}
	err := s.CheckTenant(ctx, tenant)
	if err == nil {
		identity, err = s.Identity(ctx)
	}
	if err != nil {
		diags.Append(diagnostic.Error("Importing failed", err))
	}
	return identity, err == nil
}

// Guard is CheckTenant for the plan: it reports a problem that concerns every resource
// once per walk. ok is false when nothing may be asked or changed; the plan fails with
// the one report.
func (s *Session) Guard(ctx context.Context, expected string, diags *diag.Diagnostics) (ok bool) {
	err := s.CheckTenant(ctx, expected)
	if err == nil {
		return true
	}
	var wrong *WrongTenant
	switch {
	case errors.As(err, &wrong):
		if s.Once("tenant " + wrong.Expected) {
			diags.AddError("Wrong tenant", wrong.Error())
		}
	case s.Once("sign-in"):
		diags.Append(diagnostic.Error("Signing in failed", err))
	}
	return false
}

// WarnNotReady says, once per walk, that provider arguments are not known yet.
func (s *Session) WarnNotReady(diags *diag.Diagnostics) {
	if s == nil || !s.Once("unknown") {
		return
	}
	diags.AddWarning("Provider arguments are known only after apply",
		fmt.Sprintf("The provider cannot sign in during this plan, because %s known only after apply. "+
			"The state is kept as it is, and nothing is looked up in the directory.", isAre(s.Unknown)))
}

func isAre(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names, ", ") + " are"
}
