package acceptance

import "testing"

// Stage carries configurations out in a workspace, and fails the test where something else
// comes of them than is wanted.
type Stage struct {
	*Workspace

	t testing.TB
}

// Stage returns an empty workspace of a resource type for one test.
func (e *Environment) Stage(t testing.TB, typeName string) *Stage {
	t.Helper()
	return &Stage{Workspace: e.Workspace(typeName), t: t}
}

// Must carries a configuration out without an error, and returns what was said.
func (s *Stage) Must(config Configuration, o Options) Diagnostics {
	s.t.Helper()
	diags := s.Run(s.t.Context(), config, o)
	s.faultless(diags)
	return diags
}

// MustPlan plans without an error.
func (s *Stage) MustPlan(config Configuration, o Options) *SavedPlan {
	s.t.Helper()
	plan, diags := s.Plan(s.t.Context(), config, o)
	if plan == nil {
		s.t.Fatalf("unexpected errors:\n%s", diags.Errors())
	}
	return plan
}

// Plans wants one change of a kind and nothing else; of the kind NoOp, nothing at all.
func (s *Stage) Plans(config Configuration, action Action) *SavedPlan {
	s.t.Helper()
	plan := s.MustPlan(config, Options{})
	if action == NoOp && plan.Empty() {
		return plan
	}
	if len(plan.Changes) != 1 || plan.Changes[0].Action != action {
		for _, change := range plan.Changes {
			s.t.Errorf("%s: action %d", change.Name, change.Action)
		}
		s.t.Fatalf("not one change of the kind %d\n%s", action, plan.Diagnostics)
	}
	return plan
}

// MustApply carries a plan out without an error.
func (s *Stage) MustApply(plan *SavedPlan) {
	s.t.Helper()
	s.faultless(s.Apply(s.t.Context(), plan))
}

// MustImport brings an object into the state, as terraform import does.
func (s *Stage) MustImport(name, id string) {
	s.t.Helper()
	s.faultless(s.Import(s.t.Context(), name, id))
}

// Settled fails unless a refresh and a plan find nothing to do.
func (s *Stage) Settled(config Configuration) {
	s.t.Helper()
	s.Idle(config, Options{})
}

// Idle fails unless a plan finds nothing to do.
func (s *Stage) Idle(config Configuration, o Options) {
	s.t.Helper()
	for _, change := range s.MustPlan(config, o).Changes {
		s.t.Errorf("something is left to do with %s (refresh %t): action %d\nbefore %v\nafter  %v",
			change.Name, !o.NoRefresh, change.Action, change.Before, change.After)
	}
}

// Refuses carries a configuration out and wants an error at an attribute, which may be "".
func (s *Stage) Refuses(config Configuration, attribute, text string) {
	s.t.Helper()
	s.Blames(s.Run(s.t.Context(), config, Options{}).Errors(), attribute, text)
}

// Fails is Refuses wherever the error is.
func (s *Stage) Fails(config Configuration, text string) {
	s.t.Helper()
	if diags := s.Run(s.t.Context(), config, Options{}); !diags.Errors().Has(text) {
		s.t.Errorf("no error %q:\n%s", text, diags)
	}
}

// Blames fails unless something says the text at an attribute, which may be "".
func (s *Stage) Blames(diags Diagnostics, attribute, text string) {
	s.t.Helper()
	for _, one := range diags {
		if one.Attribute == attribute && (Diagnostics{one}).Has(text) {
			return
		}
	}
	s.t.Errorf("nothing at %q says %q:\n%s", attribute, text, diags)
}

func (s *Stage) faultless(diags Diagnostics) {
	s.t.Helper()
	if errs := diags.Errors(); len(errs) > 0 {
		s.t.Fatalf("unexpected errors:\n%s", errs)
	}
}
