package graphemulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Emulator is a running server. Its methods may be called from any goroutine, also from
// an OnRequest hook.
type Emulator struct {
	config    Config
	authority *authority
	routes    routeIndex
	clock     *clock
	origin    string
	caFile    string
	server    *http.Server
	served    chan struct{}
	closing   sync.Once
	closeErr  error

	connections atomic.Int64
	log         *requestLog
	faults      *faults
	tokens      *tokenRegistry
	limiter     *limiter
	mailboxes   *mailboxLoad

	hookMu sync.RWMutex
	hooks  []func(Request)

	// mu guards the directory, the mailbox and everything in the tenants. Property maps
	// are never written after they have become part of an object's history, so they may
	// be read without it.
	mu      sync.Mutex
	tenants []*tenant
	mails   []Mail
}

// Start listens, serves and returns. The caller closes the Emulator.
func Start(config Config) (*Emulator, error) {
	if config.Listen == "" {
		config.Listen = "127.0.0.1:0"
	}
	if len(config.Seed.Tenants) == 0 {
		config.Seed = DefaultSeed()
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	authority, err := processAuthority()
	if err != nil {
		return nil, err
	}
	e := &Emulator{
		config:    config,
		authority: authority,
		routes:    newRouteIndex(allRoutes()),
		clock:     &clock{base: config.Now},
		served:    make(chan struct{}),
		log:       &requestLog{},
		faults:    &faults{},
		tokens:    &tokenRegistry{},
		limiter:   newLimiter(config.Throttle),
		mailboxes: newMailboxLoad(),
	}
	for _, seed := range config.Seed.Tenants {
		t, err := e.newTenant(seed)
		if err != nil {
			return nil, err
		}
		e.tenants = append(e.tenants, t)
	}
	if err := e.listen(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Emulator) listen() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", e.config.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", e.config.Listen, err)
	}
	if e.caFile, err = writeCAFile(e.authority.caPEM); err != nil {
		return errors.Join(err, listener.Close())
	}
	e.origin = "https://" + reachable(listener.Addr())
	e.server = e.newServer()
	go func() {
		defer close(e.served)
		// ServeTLS always ends with an error: that of Close.
		_ = e.server.ServeTLS(listener, "", "")
	}()
	return nil
}

// reachable is an address that a client on this machine can connect to and that the
// server certificate names.
func reachable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
}

func writeCAFile(content []byte) (string, error) {
	file, err := os.CreateTemp("", "graph-emulator-ca-*.pem")
	if err != nil {
		return "", fmt.Errorf("creating the CA file: %w", err)
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("writing the CA file: %w", err), os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// Close stops serving, drops every connection and removes the CA file. Closing twice is
// no error.
func (e *Emulator) Close() error {
	e.closing.Do(func() {
		err := e.server.Close()
		<-e.served
		if removeErr := os.Remove(e.caFile); !errors.Is(removeErr, os.ErrNotExist) {
			err = errors.Join(err, removeErr)
		}
		if err != nil {
			e.closeErr = fmt.Errorf("closing the emulator: %w", err)
		}
	})
	return e.closeErr
}

// Ready tells a client how to reach the emulator and sign in.
type Ready struct {
	// GraphEndpoint is the origin below which /v1.0 and /beta are.
	GraphEndpoint string `json:"graph_endpoint"`
	// AuthorityHost is the origin of the sign-in endpoints.
	AuthorityHost string `json:"authority_host"`
	// MetadataHost is host and port of the Azure metadata document.
	MetadataHost string `json:"metadata_host"`
	// CACertificatesPath is a PEM file with the certificate authority.
	CACertificatesPath string `json:"ca_certificates_path"`
	// AdminURL is the base of the admin API.
	AdminURL string        `json:"admin_url"`
	Tenants  []ReadyTenant `json:"tenants"`
}

// ReadyTenant is a tenant that can be signed in to.
type ReadyTenant struct {
	TenantID        string             `json:"tenant_id"`
	InitialDomain   string             `json:"initial_domain"`
	VerifiedDomains []string           `json:"verified_domains"`
	Applications    []ReadyApplication `json:"applications"`
}

// ReadyApplication is an application that can sign in.
type ReadyApplication struct {
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	Roles        []string `json:"roles"`
}

// Ready returns the endpoints, tenants and applications.
func (e *Emulator) Ready() Ready {
	e.mu.Lock()
	defer e.mu.Unlock()
	ready := Ready{
		GraphEndpoint:      e.origin,
		AuthorityHost:      e.origin,
		MetadataHost:       e.origin[len("https://"):],
		CACertificatesPath: e.caFile,
		AdminURL:           e.origin + "/admin",
	}
	for _, t := range e.tenants {
		tenant := ReadyTenant{
			TenantID:        t.id,
			InitialDomain:   t.initialDomain,
			VerifiedDomains: append([]string(nil), t.verifiedDomains...),
		}
		for _, a := range t.applications {
			tenant.Applications = append(tenant.Applications, ReadyApplication{
				ClientID:     a.clientID,
				ClientSecret: a.secret,
				Roles:        append([]string{}, a.roles...),
			})
		}
		ready.Tenants = append(ready.Tenants, tenant)
	}
	return ready
}

// OnRequest registers a hook that is called before each Graph request, inner batch
// requests included, is carried out. It runs outside all locks, so it may change the
// directory: tests use it to let the world change in the middle of an apply.
func (e *Emulator) OnRequest(hook func(Request)) {
	e.hookMu.Lock()
	defer e.hookMu.Unlock()
	e.hooks = append(e.hooks, hook)
}

// announce tells the hooks about a call.
func (e *Emulator) announce(c *call) {
	e.hookMu.RLock()
	hooks := e.hooks
	e.hookMu.RUnlock()
	if len(hooks) == 0 {
		return
	}
	request := c.recorded()
	for _, hook := range hooks {
		hook(request)
	}
}
