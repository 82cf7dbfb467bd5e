package person

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// staleLimit bounds the wait for a read to show what was written.
const staleLimit = 5 * time.Second

// Look is one refresh of one person.
type Look struct {
	Client *graph.Client
	ID     string
	// Extra are properties beyond the usual ones.
	Extra []graph.Property
	// Manager and Sponsors ask for these too, with a read each.
	Manager, Sponsors bool
	// Refresh lets the look share requests and lists with others: to refresh a state, never
	// at apply.
	Refresh bool
	// WrittenAt is the time on Graph's clock of the last write.
	WrittenAt time.Time
	// Expect reports whether what was read is what was written last; a read soon after
	// a write is repeated for a while when it is not. Nil expects nothing.
	Expect func(Found) bool
}

// For returns the look that a state's profile needs: with the manager, the sponsors and
// the leave date only where the state has them, or when everything is wanted, once
// after an import.
func For(client *graph.Client, id string, profile *Profile, everything bool) Look {
	return Look{
		Client:   client,
		ID:       id,
		Extra:    profile.Extra(),
		Manager:  everything || !profile.ManagerID.IsNull(),
		Sponsors: everything || !profile.SponsorIDs.IsNull(),
	}
}

// Gone is a person who is proven not to be in the directory any more.
type Gone struct {
	ID string
	// DeletedAt is nil when the person is not in the deleted items either.
	DeletedAt *time.Time
}

// Error says since when the person is gone.
func (g *Gone) Error() string { return fmt.Sprintf("the user %s is gone%s", g.ID, g.Since()) }

// Since returns " on <date>", or "" when the date is not known.
func (g *Gone) Since() string {
	if g.DeletedAt == nil {
		return ""
	}
	return " on " + g.DeletedAt.UTC().Format("2006-01-02")
}

// ErrUnproven is a person who was not found, and whose absence is not proven: replicas
// may not have heard of him yet.
var ErrUnproven = errors.New("not found yet")

// Read reads the person: what was found, a *Gone, ErrUnproven, or Graph's error. A
// list that disagrees with what was written a moment ago is not believed.
func (l Look) Read(ctx context.Context) (Found, error) {
	shared := ctx
	if l.Refresh {
		shared = graph.Refreshing(ctx)
	}
	found, err := l.read(ctx, shared)
	if err != nil || l.Expect == nil || !l.Client.Fresh(l.WrittenAt) {
		return found, err
	}
	err = graph.Poll(ctx, staleLimit, func(ctx context.Context) (bool, error) {
		if l.Expect(found) {
			return true, nil
		}
		again, err := l.read(ctx, ctx)
		if err != nil {
			return true, err
		}
		found = again
		return l.Expect(found), nil
	})
	return found, err
}

// read reads everything once; shared is the context of what may come from a list.
func (l Look) read(ctx, shared context.Context) (Found, error) {
	user, err := l.Client.User(shared, l.ID, l.Extra...)
	if graph.IsNotFound(err) {
		user, err = l.confirm(ctx)
	}
	if err != nil {
		return Found{}, err
	}
	found := Found{User: user, HasManager: l.Manager, HasSponsors: l.Sponsors}
	if l.Manager {
		if found.Manager, err = l.Client.Manager(shared, l.ID); err != nil {
			return Found{}, err
		}
	}
	if l.Sponsors {
		if found.Sponsors, err = l.sponsors(shared); err != nil {
			return Found{}, err
		}
	}
	return found, nil
}

// sponsors reads the sponsors of a person who was found: another replica may not know a
// fresh one yet.
func (l Look) sponsors(ctx context.Context) (sponsors []string, err error) {
	err = graph.Poll(ctx, staleLimit, func(ctx context.Context) (bool, error) {
		sponsors, err = l.Client.Sponsors(ctx, l.ID)
		return !graph.IsNotFound(err) || !l.Client.Fresh(l.WrittenAt), err
	})
	return sponsors, err
}

func (l Look) confirm(ctx context.Context) (graph.User, error) {
	absence, err := l.Client.ConfirmAbsence(ctx, l.ID, l.WrittenAt, l.Extra...)
	switch {
	case err != nil:
		return graph.User{}, err
	case absence.User != nil:
		return *absence.User, nil
	case absence.Gone:
		return graph.User{}, &Gone{ID: l.ID, DeletedAt: absence.DeletedAt}
	default:
		return graph.User{}, ErrUnproven
	}
}

// Agrees returns an Expect for a state's profile: everything it says is what was found.
func (p *Profile) Agrees(own string) func(Found) bool {
	return func(found Found) bool {
		seen := *p
		seen.Read(found, own)
		return p.Difference(&seen, own).Empty()
	}
}
