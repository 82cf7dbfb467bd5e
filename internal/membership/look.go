package membership

import (
	"context"
	"errors"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const (
	// absenceLimit bounds the second look at a group or a person who should be there,
	// freshLimit the wait for a read to show what was written a moment ago.
	absenceLimit = 2 * time.Second
	freshLimit   = 20 * time.Second
)

// What a look cannot prove.
var (
	// ErrUnproven is a read that does not agree with what was written a moment ago.
	ErrUnproven = errors.New("the directory does not show yet what was written a moment ago")
	// ErrHidden is a group that shows its members to those alone who hold a permission.
	ErrHidden = errors.New("the membership of the group is hidden, and the application lacks Member.Read.Hidden")
)

// Look returns how somebody stands to the group: In or Out, or NoGroup or NoMember when
// one of the two is proven gone. in is what the state says; writtenAt is when it was
// written, on Graph's clock: a read soon after that disagrees is repeated, and ends with
// ErrUnproven. In a group that hides its members from the application a miss is ErrHidden.
func (t Target) Look(ctx context.Context, memberID string, in bool, writtenAt time.Time) (graph.Standing, error) {
	client := t.Session.Graph
	standing, err := client.Standing(ctx, t.GroupID, memberID)
	if err != nil {
		return standing, err
	}
	if standing == graph.Out && t.Hides(ctx) {
		return standing, ErrHidden
	}
	fresh := client.Fresh(writtenAt)
	agrees := func() bool { return (standing == graph.In) == in }
	limit := absenceLimit
	switch {
	case fresh && !agrees():
		limit = freshLimit
	case fresh, standing == graph.In, standing == graph.Out:
		return standing, nil
	}
	first := true
	err = graph.Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		if first {
			// What brought us here was the first look: wait before the next.
			first = false
			return false, nil
		}
		var err error
		standing, err = client.ConfirmedStanding(ctx, t.GroupID, memberID)
		return err != nil || agrees() || !fresh && (standing == graph.In || standing == graph.Out), err
	})
	switch {
	case err == nil && fresh && !agrees():
		err = ErrUnproven
	case err == nil && standing == graph.NoGroup:
		t.Session.GroupGone(t.GroupID)
	}
	return standing, err
}

// Hides reports whether the group shows its members to those alone who hold a permission
// that this application lacks.
func (t Target) Hides(ctx context.Context) bool {
	g, err := t.Session.Group(ctx, t.GroupID)
	return err == nil && g.HiddenMembership() && !t.seesHidden(ctx)
}
