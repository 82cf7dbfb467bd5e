package acceptance

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Action is what a change does to an object.
type Action int

// The actions of Terraform.
const (
	NoOp Action = iota
	Create
	Update
	Delete
	DeleteThenCreate
	CreateThenDelete
)

// Change is what is planned for one object.
type Change struct {
	Name   string
	Action Action
	// Before and After are null where there is nothing.
	Before, After tftypes.Value

	private  []byte
	identity *tfprotov6.ResourceIdentityData
	deposed  bool
}

// Get returns an attribute of what is planned, as Object.Get.
func (c *Change) Get(name string) any { return attributeOf(c.After, name) }

// refresh reads an object. One that is gone is null, but keeps its private state until
// the walk is over.
func (w *process) refresh(ctx context.Context, object Object) (Object, Diagnostics) {
	var diags Diagnostics
	answer, err := w.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: w.typeName, CurrentState: w.encode(object.Value), Private: object.Private, CurrentIdentity: object.Identity,
	})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return object, diags
	}
	diags.add(answer.Diagnostics)
	if diags.failed() {
		return object, diags
	}
	read := Object{
		Value: w.decode(answer.NewState, &diags), Private: answer.Private,
		Identity: answer.NewIdentity, Tainted: object.Tainted,
	}
	if !read.Value.IsFullyKnown() {
		diags.fail(InvalidObject, "a refresh left something unknown")
	}
	if !sameIdentity(object.Identity, read.Identity) {
		diags.fail(IdentityChanged, "by a refresh")
	}
	return read, diags
}

// plan plans a configured object. Where it is to be replaced, the provider is asked a
// second time, for a new object, and sees private state and identity of the old one. A
// tainted object is planned as if there were none.
func (w *process) plan(ctx context.Context, prior Object, arguments Attributes, replace, createFirst bool) (*Change, Diagnostics) {
	var diags Diagnostics
	config, err := configValue(w.schema, arguments)
	if err != nil {
		diags.fail("Bad configuration", "%v", err)
		return nil, diags
	}
	validated, err := w.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: w.typeName, Config: w.encode(config)})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return nil, diags
	}
	diags.add(validated.Diagnostics)
	if diags.failed() {
		return nil, diags
	}
	seen := prior
	if prior.Tainted || prior.Value.Type() == nil {
		seen = Object{Value: w.null()}
	}
	change := w.ask(ctx, seen, config, proposed(w.schema, seen.Value, config), &diags)
	if change == nil {
		return nil, diags
	}
	checkPlanned(w.schema, seen.Value, config, change.After, &diags)
	switch {
	case !seen.Exists():
		change.Action = Create
	case replace:
		old := Object{Value: w.null(), Private: change.private, Identity: change.identity}
		if change = w.ask(ctx, old, config, proposed(w.schema, old.Value, config), &diags); change == nil {
			return nil, diags
		}
		change.Action = replacement(createFirst)
	case !same(change.After, seen.Value):
		change.Action = Update
	}
	if prior.Tainted {
		change.Action = replacement(createFirst)
	}
	change.Before = prior.Value
	if change.Before.Type() == nil {
		change.Before = w.null()
	}
	return change, diags
}

func replacement(createFirst bool) Action {
	if createFirst {
		return CreateThenDelete
	}
	return DeleteThenCreate
}

// planDestroy plans that an object goes.
func (w *process) planDestroy(ctx context.Context, prior Object) (*Change, Diagnostics) {
	var diags Diagnostics
	change := w.ask(ctx, prior, w.null(), w.null(), &diags)
	if change == nil {
		return nil, diags
	}
	if !change.After.IsNull() {
		diags.fail(InvalidPlan, "a destroyed object is planned as not null")
	}
	change.Action, change.Before = Delete, prior.Value
	return change, diags
}

// ask sends one PlanResourceChange; nil after an error.
func (w *process) ask(ctx context.Context, prior Object, config, proposal tftypes.Value, diags *Diagnostics) *Change {
	answer, err := w.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: w.typeName, PriorState: w.encode(prior.Value), ProposedNewState: w.encode(proposal), Config: w.encode(config),
		PriorPrivate: prior.Private, PriorIdentity: prior.Identity,
	})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return nil
	}
	diags.add(answer.Diagnostics)
	if len(answer.RequiresReplace) > 0 && prior.Exists() {
		diags.fail("The provider asks for a replacement", "of %v", answer.RequiresReplace)
	}
	if diags.failed() {
		return nil
	}
	change := &Change{After: w.decode(answer.PlannedState, diags), private: answer.PlannedPrivate, identity: answer.PlannedIdentity}
	if prior.Exists() && !change.After.IsNull() && !sameIdentity(prior.Identity, change.identity) {
		diags.fail(IdentityChanged, "by a plan")
	}
	return change
}

// apply carries out a change. The object after an error is what the provider answers,
// else the one before; a create that failed and left an object has tainted it.
func (w *process) apply(ctx context.Context, before Object, change *Change, arguments Attributes) (Object, Diagnostics) {
	var diags Diagnostics
	config := w.null()
	if !change.After.IsNull() {
		var err error
		if config, err = configValue(w.schema, arguments); err != nil {
			diags.fail("Bad configuration", "%v", err)
			return before, diags
		}
	}
	answer, err := w.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: w.typeName, PriorState: w.encode(change.Before), PlannedState: w.encode(change.After), Config: w.encode(config),
		PlannedPrivate: change.private, PlannedIdentity: change.identity,
	})
	if err != nil {
		diags.fail("The provider did not answer", "%v", err)
		return before, diags
	}
	diags.add(answer.Diagnostics)
	after := Object{Value: w.decode(answer.NewState, &diags), Private: answer.Private, Identity: answer.NewIdentity}
	if after.Exists() && !after.Value.IsFullyKnown() {
		diags.fail(UnknownResult, "something is unknown after apply")
	}
	if !diags.failed() {
		w.checkResult(before, change, after, &diags)
	}
	switch {
	case diags.failed() && !after.Exists():
		return before, diags
	case diags.failed():
		after.Tainted = before.Tainted || change.Action == Create
	}
	return after, diags
}

// checkResult holds the object after an apply against its plan.
func (w *process) checkResult(before Object, change *Change, after Object, diags *Diagnostics) {
	if change.Action == Delete {
		if after.Exists() {
			diags.fail(UnknownResult, "an object that was destroyed is there")
		}
		return
	}
	checkCompatible(InconsistentResult, change.After, after.Value, diags)
	if w.identified && (after.Identity == nil || after.Identity.IdentityData == nil) {
		diags.fail(IdentityChanged, "an apply left no identity")
	}
	if change.Action == Update && !sameIdentity(before.Identity, after.Identity) {
		diags.fail(IdentityChanged, "by an apply")
	}
}
