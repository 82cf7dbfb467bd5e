package acceptance

import (
	"context"
	"sync"
)

// execution is the walk of an apply.
type execution struct {
	workspace *Workspace
	process   *process
	plan      *SavedPlan
	mu        *sync.Mutex // guards the workspace
}

// change carries out one change of the plan.
func (x *execution) change(ctx context.Context, planned *Change) Diagnostics {
	switch planned.Action {
	case Delete:
		return x.destroy(ctx, planned)
	case DeleteThenCreate:
		// The half that destroys is not planned again, and it is given the private state
		// planned for the new object.
		half := *planned
		half.Action, half.After, half.identity = Delete, x.process.null(), nil
		if diags := x.destroy(ctx, &half); diags.failed() {
			return diags
		}
		return x.write(ctx, planned, Object{})
	case CreateThenDelete:
		return x.replaceCreateFirst(ctx, planned)
	default:
		return x.write(ctx, planned, x.get(planned.Name))
	}
}

func (x *execution) get(name string) Object {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.workspace.State[name]
}

// keep stores what there is now.
func (x *execution) keep(name string, object Object, deposed bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	objects := x.workspace.State
	if deposed {
		objects = x.workspace.deposed
	}
	if object.Exists() {
		objects[name] = object
		return
	}
	delete(objects, name)
}

func (x *execution) destroy(ctx context.Context, planned *Change) Diagnostics {
	before := x.get(planned.Name)
	if planned.deposed {
		before = x.plan.deposed[planned.Name]
	}
	after, diags := x.process.apply(ctx, before, planned, nil)
	x.keep(planned.Name, after, planned.deposed)
	return diags
}

// write plans once more, with what is known now, demands the same answer, and writes.
func (x *execution) write(ctx context.Context, planned *Change, before Object) Diagnostics {
	arguments := x.plan.config[planned.Name]
	again, diags := x.process.plan(ctx, before, arguments, false, false)
	if diags.failed() {
		return diags
	}
	if wanted := planned.simple(); again.Action != wanted && (wanted != Update || again.Action != NoOp) {
		diags.fail(InconsistentFinalPlan, "%s: the action was %d, now %d", planned.Name, wanted, again.Action)
	}
	checkCompatible(InconsistentFinalPlan, planned.After, again.After, &diags)
	if diags.failed() || again.Action == NoOp {
		return diags
	}
	after, found := x.process.apply(ctx, before, again, arguments)
	x.keep(planned.Name, after, false)
	return append(diags, found...)
}

// simple is the action without the half that destroys.
func (c *Change) simple() Action {
	if c.Action == DeleteThenCreate || c.Action == CreateThenDelete {
		return Create
	}
	return c.Action
}

// replaceCreateFirst deposes the old object, creates, and destroys the old one, which
// core plans only now. When the create fails without an object, the old one is back.
func (x *execution) replaceCreateFirst(ctx context.Context, planned *Change) Diagnostics {
	old := x.get(planned.Name)
	x.keep(planned.Name, Object{}, false)
	diags := x.write(ctx, planned, Object{})
	if diags.failed() {
		if !x.get(planned.Name).Exists() {
			x.keep(planned.Name, old, false)
			return diags
		}
		x.keep(planned.Name, old, true)
		return diags
	}
	x.keep(planned.Name, old, true)
	change, found := x.process.planDestroy(ctx, old)
	if diags = append(diags, found...); diags.failed() {
		return diags
	}
	after, found := x.process.apply(ctx, old, change, nil)
	x.keep(planned.Name, after, true)
	return append(diags, found...)
}
