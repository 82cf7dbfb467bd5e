package acceptance

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Workspace is the state of the instances of one resource type, which is planned and
// applied the way Terraform core does it, without the CLI: a provider process per walk,
// and the checks core makes of what a provider answers. It is not for concurrent use.
type Workspace struct {
	// Type is the resource type.
	Type string
	// ProviderArguments are the arguments of the provider block.
	ProviderArguments Attributes
	// Prepare has a hand in the session of every walk; it may be nil.
	Prepare func(*session.Session)
	// State holds what there is, by instance address.
	State map[string]Object

	deposed map[string]Object
}

// Configuration holds the arguments of each instance, by address.
type Configuration map[string]Attributes

// Options are those of the command line and of lifecycle blocks.
type Options struct {
	// NoRefresh is -refresh=false.
	NoRefresh bool
	// Destroy is terraform destroy.
	Destroy bool
	// Replace is -replace for the named instances.
	Replace []string
	// CreateBeforeDestroy is the setting of the same name.
	CreateBeforeDestroy bool
	// Parallelism is how many instances are worked on at once; 1 when zero, in the
	// order of their addresses.
	Parallelism int
}

// SavedPlan is a plan that can be applied, also later.
type SavedPlan struct {
	// Changes are in the order of the addresses, without those that do nothing.
	Changes []*Change
	// Diagnostics are what was said while it was made.
	Diagnostics Diagnostics

	prior, deposed map[string]Object
	config         Configuration
	options        Options
}

// Empty reports whether nothing is to be done.
func (p *SavedPlan) Empty() bool { return p != nil && len(p.Changes) == 0 }

// Refreshed returns the state the plan was made for.
func (p *SavedPlan) Refreshed() map[string]Object { return maps.Clone(p.prior) }

// Workspace returns an empty workspace of a resource type, signed in to the first tenant.
func (e *Environment) Workspace(typeName string) *Workspace {
	return &Workspace{Type: typeName, ProviderArguments: e.Arguments(), State: map[string]Object{}, deposed: map[string]Object{}}
}

// Arguments are those of a provider block that signs in to the first tenant.
func (e *Environment) Arguments() Attributes {
	ready := e.Ready()
	application := ready.Tenants[0].Applications[0]
	return Attributes{
		"tenant_id": ready.Tenants[0].TenantID, "client_id": application.ClientID, "client_secret": application.ClientSecret,
		"graph_endpoint": ready.GraphEndpoint, "authority_host": ready.AuthorityHost, "ca_certificates_path": ready.CACertificatesPath,
	}
}

// Taint marks an instance for replacement, as terraform taint does.
func (w *Workspace) Taint(name string) {
	object := w.State[name]
	object.Tainted = true
	w.State[name] = object
}

// Refresh is terraform apply -refresh-only: it reads everything and keeps what it reads.
func (w *Workspace) Refresh(ctx context.Context) Diagnostics {
	provider, diags := w.open(ctx)
	if diags.failed() {
		return diags
	}
	for _, name := range slices.Sorted(maps.Keys(w.State)) {
		object, found := provider.refresh(ctx, w.State[name])
		diags = append(diags, found...)
		if found.failed() {
			continue
		}
		w.State[name] = object
		if !object.Exists() {
			delete(w.State, name)
		}
	}
	return diags
}

// Plan plans; the plan is nil after an error, and nothing changes. A destroy plans the
// configuration first, in a walk of its own, to refresh the state.
func (w *Workspace) Plan(ctx context.Context, config Configuration, options Options) (*SavedPlan, Diagnostics) {
	if !options.Destroy {
		return w.plan(ctx, w.State, config, options)
	}
	state := w.State
	var diags Diagnostics
	if !options.NoRefresh {
		var refreshed *SavedPlan
		if refreshed, diags = w.plan(ctx, state, config, options); diags.failed() {
			return nil, diags
		}
		state = refreshed.prior
	}
	options.NoRefresh = true
	plan, more := w.plan(ctx, state, Configuration{}, options)
	diags = append(diags, more...)
	if plan != nil {
		plan.Diagnostics = diags
	}
	return plan, diags
}

func (w *Workspace) plan(ctx context.Context, state map[string]Object, config Configuration, options Options) (*SavedPlan, Diagnostics) {
	provider, diags := w.open(ctx)
	if diags.failed() {
		return nil, diags
	}
	plan := &SavedPlan{prior: map[string]Object{}, deposed: maps.Clone(w.deposed), config: config, options: options}
	names := slices.Concat(slices.Collect(maps.Keys(state)), slices.Collect(maps.Keys(config)))
	slices.Sort(names)
	names = slices.Compact(names)
	planned := make([]*Change, len(names))
	var mu sync.Mutex
	each(names, options.Parallelism, func(i int, name string) {
		object, found := state[name], Diagnostics(nil)
		if object.Exists() && !options.NoRefresh {
			object, found = provider.refresh(ctx, object)
		}
		if !found.failed() {
			planned[i] = provider.planInstance(ctx, name, object, config, options, &found)
		}
		mu.Lock()
		defer mu.Unlock()
		diags = append(diags, found...)
		if object.Exists() {
			plan.prior[name] = object
		}
	})
	plan.Changes = slices.DeleteFunc(planned, func(c *Change) bool { return c == nil || c.Action == NoOp })
	diags = append(diags, provider.planDeposed(ctx, plan)...)
	if diags.failed() {
		return nil, diags
	}
	plan.Diagnostics = diags
	return plan, diags
}

// planDeposed plans that what a replacement has left behind goes.
func (w *process) planDeposed(ctx context.Context, plan *SavedPlan) (diags Diagnostics) {
	for _, name := range slices.Sorted(maps.Keys(plan.deposed)) {
		object := plan.deposed[name]
		if !plan.options.NoRefresh {
			var found Diagnostics
			object, found = w.refresh(ctx, object)
			diags = append(diags, found...)
		}
		if plan.deposed[name] = object; !object.Exists() {
			delete(plan.deposed, name)
			continue
		}
		change, found := w.planDestroy(ctx, object)
		if diags = append(diags, found...); change != nil {
			change.Name, change.deposed = name, true
			plan.Changes = append(plan.Changes, change)
		}
	}
	return diags
}

// planInstance plans one instance; nil when nothing is to be done, or after an error.
func (w *process) planInstance(ctx context.Context, name string, object Object, config Configuration, options Options, diags *Diagnostics) *Change {
	arguments, configured := config[name]
	if !configured && !object.Exists() {
		return nil
	}
	var change *Change
	var found Diagnostics
	if configured {
		change, found = w.plan(ctx, object, arguments, slices.Contains(options.Replace, name), options.CreateBeforeDestroy)
	} else {
		change, found = w.planDestroy(ctx, object)
	}
	*diags = append(*diags, found...)
	if change != nil {
		change.Name = name
	}
	return change
}

// Apply carries a plan out in a walk of its own and keeps what came of it. One instance
// that fails does not stop the others.
func (w *Workspace) Apply(ctx context.Context, plan *SavedPlan) Diagnostics {
	provider, diags := w.open(ctx)
	if diags.failed() {
		return diags
	}
	w.State, w.deposed = maps.Clone(plan.prior), maps.Clone(plan.deposed)
	var mu sync.Mutex
	run := execution{workspace: w, process: provider, plan: plan, mu: &mu}
	names := make([]string, len(plan.Changes))
	each(names, plan.options.Parallelism, func(i int, _ string) {
		found := run.change(ctx, plan.Changes[i])
		mu.Lock()
		defer mu.Unlock()
		diags = append(diags, found...)
	})
	return diags
}

// Run plans and applies at once; after an error in the plan nothing is applied.
func (w *Workspace) Run(ctx context.Context, config Configuration, options Options) Diagnostics {
	plan, diags := w.Plan(ctx, config, options)
	if diags.failed() || plan.Empty() {
		if plan != nil {
			w.State = plan.prior
		}
		return diags
	}
	return append(diags, w.Apply(ctx, plan)...)
}

// each calls do for every name, at most parallelism at once.
func each(names []string, parallelism int, do func(int, string)) {
	slots := make(chan struct{}, max(1, parallelism))
	var all sync.WaitGroup
	for i, name := range names {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(i, name)
		})
	}
	all.Wait()
}
