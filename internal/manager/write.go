package manager

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// set makes somebody the manager. From then on no other instance of this process removes
// the manager again: Terraform deletes and creates instances for one user in any order.
func (r *Resource) set(ctx context.Context, m *model) error {
	if err := r.mayWrite(ctx, m); err != nil {
		return err
	}
	r.Session.Applies()
	r.Session.Managers.Written(m.user())
	release, err := r.Session.Managers.Hold(ctx, m.user())
	if err != nil {
		return err
	}
	defer release()
	var writtenAt time.Time
	if r.Session.Register.Written(m.user()) || r.Session.Register.Written(m.manager()) {
		// Made by this process: replicas may not have heard of them yet.
		writtenAt = r.Session.Graph.Now()
	}
	return r.Session.Graph.SetManager(ctx, m.user(), m.manager(), writtenAt)
}

// remove leaves the user without a manager, unless this process has set one for another
// instance. A user who is gone has none.
func (r *Resource) remove(ctx context.Context, m *model) error {
	if err := r.mayWrite(ctx, m); err != nil {
		return err
	}
	r.Session.Applies()
	if r.Session.Managers.IsWritten(m.user()) {
		return nil
	}
	release, err := r.Session.Managers.Hold(ctx, m.user())
	if err != nil {
		return err
	}
	defer release()
	if r.Session.Managers.IsWritten(m.user()) {
		return nil
	}
	return r.Session.Graph.SetManager(ctx, m.user(), "", time.Time{})
}

// mayWrite refuses a protected user, who may have become one since the plan.
func (r *Resource) mayWrite(ctx context.Context, m *model) error {
	protected, err := r.Session.Protected(ctx, m.user())
	if err == nil && protected {
		err = session.ErrProtected
	}
	return err
}

// failure says what to do about a failed write.
func failure(summary string, err error, remedies ...string) diag.Diagnostic {
	switch {
	case graph.IsNotFound(err):
		remedies = append(remedies, "There is no such user or no such manager: check user_id and manager_id.")
	case errors.Is(err, session.ErrProtected):
		remedies = append(remedies, "Take the user out of the protected group, or remove the resource.")
	}
	return diagnostic.Error(summary, err, remedies...)
}
