package graphemulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// tenant is the directory of one tenant. Emulator.mu guards it.
type tenant struct {
	id              string
	displayName     string
	initialDomain   string
	verifiedDomains []string
	applications    []*application
	policy          invitationPolicy

	replication *replication
	users       *collection
	groups      *collection
	deleted     *collection
	names       *index // user principal names
	addresses   *index // mail and proxy addresses of users and groups
	contacts    map[string]bool
	roleHolders map[string]bool
	accounts    [][]string

	members  map[string]*relation
	owners   map[string]*relation
	managers map[string]*relation
	sponsors map[string]*relation
	photos   map[string]photo
	links    map[string]string // redeem URL to the object id of the guest

	credentials map[string]*credential
	passPolicy  AccessPassPolicy

	sequence int64
}

// invitationPolicy is what the tenant allows to be invited.
type invitationPolicy struct {
	allowFrom      string
	allowedDomains []string
	blockedDomains []string
}

// application is an application with its service principal.
type application struct {
	clientID      string
	principalID   string
	secret        string
	secretExpired bool
	roles         []string
	// directoryRoles are template ids.
	directoryRoles []string
	// mailboxes are the ids of users whose mailboxes Exchange lets the application use.
	mailboxes    map[string]bool
	certificates []any // public keys
	federated    []FederatedCredential
}

func (e *Emulator) newTenant(seed SeedTenant) (*tenant, error) {
	if seed.TenantID == "" || seed.InitialDomain == "" {
		return nil, errors.New("a tenant of the seed has no tenant_id or no initial_domain")
	}
	t := &tenant{
		id:              strings.ToLower(seed.TenantID),
		displayName:     seed.DisplayName,
		initialDomain:   strings.ToLower(seed.InitialDomain),
		verifiedDomains: verifiedDomains(seed),
		policy: invitationPolicy{
			allowFrom:      seed.AllowInvitesFrom,
			allowedDomains: seed.AllowedInviteDomains,
			blockedDomains: seed.BlockedInviteDomains,
		},
		replication: &replication{lag: e.config.ReplicationLag, hits: e.config.LagHits},
		users:       newCollection(),
		groups:      newCollection(),
		deleted:     newCollection(),
		names:       newIndex(),
		addresses:   newIndex(),
		contacts:    map[string]bool{},
		roleHolders: map[string]bool{},
		accounts:    seed.ExternalAccounts,
		members:     map[string]*relation{},
		owners:      map[string]*relation{},
		managers:    map[string]*relation{},
		sponsors:    map[string]*relation{},
		photos:      map[string]photo{},
		links:       map[string]string{},
		credentials: map[string]*credential{},
		passPolicy:  seed.AccessPassPolicy,
	}
	if t.displayName == "" {
		t.displayName = t.initialDomain
	}
	for _, address := range seed.Contacts {
		t.contacts[strings.ToLower(address)] = true
	}
	for _, id := range seed.RoleHolders {
		t.roleHolders[strings.ToLower(id)] = true
	}
	for _, application := range seed.Applications {
		if err := t.addApplication(application); err != nil {
			return nil, err
		}
	}
	for _, user := range seed.Users {
		if _, err := t.putUser(user, e.Now()); err != nil {
			return nil, fmt.Errorf("seeding a user of tenant %s: %w", t.id, err)
		}
	}
	for _, group := range seed.Groups {
		if _, err := t.putGroup(group, e.Now()); err != nil {
			return nil, fmt.Errorf("seeding a group of tenant %s: %w", t.id, err)
		}
	}
	return t, nil
}

func verifiedDomains(seed SeedTenant) []string {
	domains := []string{strings.ToLower(seed.InitialDomain)}
	for _, domain := range seed.VerifiedDomains {
		if domain = strings.ToLower(domain); !slices.Contains(domains, domain) {
			domains = append(domains, domain)
		}
	}
	return domains
}

// tenant finds a tenant by id or verified domain. The caller holds mu.
func (e *Emulator) tenant(name string) *tenant {
	name = strings.ToLower(name)
	for _, t := range e.tenants {
		if t.id == name || slices.Contains(t.verifiedDomains, name) {
			return t
		}
	}
	return nil
}

func (t *tenant) application(clientID string) *application {
	for _, a := range t.applications {
		if strings.EqualFold(a.clientID, clientID) {
			return a
		}
	}
	return nil
}

func (t *tenant) principal(id string) *application {
	for _, a := range t.applications {
		if strings.EqualFold(a.principalID, id) {
			return a
		}
	}
	return nil
}

// user finds a user by id or user principal name, whatever replicas see.
func (t *tenant) user(idOrName string) *object {
	key := strings.ToLower(idOrName)
	if o := t.users.byID[key]; o != nil {
		return o
	}
	if holders := t.names.holders(key); len(holders) > 0 {
		return t.users.byID[holders[0]]
	}
	return nil
}

// directoryObject finds a user or a group by id.
func (t *tenant) directoryObject(id string) *object {
	id = strings.ToLower(id)
	if o := t.users.byID[id]; o != nil {
		return o
	}
	return t.groups.byID[id]
}

// exists reports whether an object is really there.
func (o *object) exists() bool { return o != nil && o.current() != nil }

// insert adds an object to a collection; settled makes it known to every replica.
func (t *tenant) insert(c *collection, kind string, p properties, settled bool) *object {
	id := text(p, "id")
	o := c.byID[id]
	if o == nil {
		t.sequence++
		o = &object{id: id, kind: kind, sequence: t.sequence}
		c.add(o)
	}
	t.change(c, o, p, settled)
	return o
}

// change makes p the truth about an object and keeps the indexes right. Nil removes it.
func (t *tenant) change(c *collection, o *object, p properties, settled bool) {
	if len(o.history) > 0 && c != t.deleted {
		t.unindex(o.current())
	}
	if settled {
		t.replication.settle(o, p)
	} else {
		t.replication.write(o, p)
		c.changed = time.Now()
	}
	if c != t.deleted {
		t.index(p)
	}
	if p == nil {
		c.buried = append(c.buried, o)
	}
	c.sweep(t.replication)
}

func (t *tenant) index(p properties) {
	if p == nil {
		return
	}
	id := text(p, "id")
	t.names.add(text(p, "userPrincipalName"), id)
	for _, address := range addressesOf(p) {
		t.addresses.add(address, id)
	}
}

func (t *tenant) unindex(p properties) {
	if p == nil {
		return
	}
	id := text(p, "id")
	t.names.remove(text(p, "userPrincipalName"), id)
	for _, address := range addressesOf(p) {
		t.addresses.remove(address, id)
	}
}

// relationOf finds the relation of an object, making an empty one when there is none.
func relationOf(relations map[string]*relation, id string) *relation {
	r := relations[id]
	if r == nil {
		r = newRelation()
		relations[id] = r
	}
	return r
}
