package membership

import (
	"context"
	"errors"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// WriteTimeout is the default for adding and removing one person.
const WriteTimeout = 10 * time.Minute

// Add puts somebody into the group. From then on no other instance of this process takes
// this person out again: Terraform deletes and creates one membership in any order.
func (t Target) Add(ctx context.Context, memberID string) error {
	if err := t.protected(); err != nil {
		return err
	}
	key := Key(t.GroupID, memberID)
	t.Session.Applies()
	t.Session.Memberships.Written(key)
	release, err := t.Session.Memberships.Hold(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	var writtenAt time.Time
	if t.Session.Register.Written(memberID) {
		// Made by this process: replicas may not have heard of the person yet.
		writtenAt = t.Session.Graph.Now()
	}
	return t.Session.Graph.AddMember(ctx, t.GroupID, memberID, writtenAt)
}

// Remove takes somebody out of the group, unless this process has put the same person in
// for another instance. writtenAt is when the membership was written, on Graph's clock.
func (t Target) Remove(ctx context.Context, memberID string, writtenAt time.Time) error {
	if err := t.protected(); err != nil {
		return err
	}
	key := Key(t.GroupID, memberID)
	t.Session.Applies()
	if t.Session.Memberships.IsWritten(key) {
		return nil
	}
	release, err := t.Session.Memberships.Hold(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	if t.Session.Memberships.IsWritten(key) {
		return nil
	}
	return t.Session.Graph.RemoveMember(ctx, t.GroupID, memberID, writtenAt)
}

// Refused reports whether an error of a write leaves no doubt that nothing was written.
func Refused(err error) bool {
	if _, lost := errors.AsType[*graph.Uncertain](err); lost {
		return false
	}
	if _, unsigned := errors.AsType[*graph.SignInError](err); unsigned || errors.Is(err, ErrProtected) {
		return true
	}
	refusal, ok := graph.RefusalOf(err)
	return ok && refusal.Status >= 400 && refusal.Status < 500
}

// Remedies say what to do about a refused addition or removal.
func (t Target) Remedies(err error) []string {
	switch {
	case graph.IsForbidden(err) && t.AllowRoleAssignable:
		return []string{"To change who is in a role-assignable group, RoleManagement.ReadWrite.Directory is needed in addition."}
	case graph.IsForbidden(err):
		return []string{"Microsoft Graph also refuses groups with a dynamic membership, synchronised, mail-enabled and role-assignable ones this way."}
	case graph.IsNotFound(err):
		return []string{"Either the group or the person is not there, or was created so recently that it does not show yet."}
	default:
		return nil
	}
}
