package account

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Arrived is somebody who has come under a resource's care, with what is left to write.
type Arrived struct {
	Evidence   person.Evidence
	Difference person.Difference
	// Invited is what the invitation led to.
	Invited graph.Invited
	// Found and Seen are what was read of somebody who was taken over, or restored.
	Found person.Found
	Seen  person.Profile
}

// Invite sends an invitation for somebody whose profile is to be the planned one.
func (k *Keeper) Invite(ctx context.Context, invitation graph.Invitation, profile *person.Profile) (Arrived, error) {
	invited, err := k.Session.Graph.Invite(ctx, invitation)
	if err != nil {
		return Arrived{}, err
	}
	k.Session.Register.Wrote(invited.UserID)
	fresh := person.FreshGuest(profile)
	return Arrived{
		Evidence:   person.Evidence{ObjectID: invited.UserID, SentAt: invited.SentAt, WrittenAt: k.Session.Graph.Now()},
		Difference: profile.Difference(&fresh, invitation.EmailAddress),
		Invited:    invited,
	}, nil
}

// Meet reads somebody just invited, before the first mail: Graph answers an invitation with
// whoever has the address already, and nobody who was there is welcomed. Then, or as soon
// as a read shows it, origin and status of the subject are corrected. An error says that
// nobody knows yet.
func (k *Keeper) Meet(ctx context.Context, s Subject, evidence *person.Evidence, diags *diag.Diagnostics) (user graph.User, err error) {
	err = graph.Poll(ctx, appearLimit, func(ctx context.Context) (bool, error) {
		user, err = k.Session.Graph.User(ctx, s.ObjectID.ValueString())
		return !graph.IsNotFound(err), err
	})
	if err != nil {
		return user, err
	}
	k.Prove(user, s, evidence, diags)
	if s.From().Own() && !evidence.Proven {
		return user, errors.New("the directory does not say when " + s.Who() + " was created")
	}
	return user, nil
}

// TakeOver is somebody who is in the directory, or among the deleted users, and becomes
// a resource's.
type TakeOver struct {
	ObjectID, Address string
	// Restore brings the person back from the deleted users first.
	Restore bool
	Profile *person.Profile
}

// appearLimit bounds the wait for a user to show who was just restored or invited.
const appearLimit = time.Minute

// TakeOver reads, or restores, the person. Only what is written down is left to be
// changed, and nobody is mailed. After an error restored says that the person is back
// all the same: then the evidence is to be kept, and nothing is an error any more.
func (k *Keeper) TakeOver(ctx context.Context, t TakeOver) (a Arrived, restored bool, err error) {
	client := k.Session.Graph
	a.Evidence = person.Evidence{ObjectID: t.ObjectID}
	if t.Restore {
		if err := client.RestoreUser(ctx, t.ObjectID); err != nil {
			return a, false, err
		}
		a.Evidence.WrittenAt = client.Now()
		k.Session.Register.Wrote(t.ObjectID)
	}
	if a.Found, err = k.present(ctx, t, a.Evidence.WrittenAt); err != nil {
		return a, t.Restore, err
	}
	k.Session.Register.Wrote(t.ObjectID)
	a.Seen.Read(a.Found, t.Address)
	a.Difference = t.Profile.Difference(&a.Seen, t.Address)
	a.Evidence.Address(t.Address, a.Found.User)
	a.Evidence.ReadAt = client.Now()
	if !a.Difference.Empty() {
		a.Evidence.WrittenAt = a.Evidence.ReadAt
	}
	return a, t.Restore, nil
}

// present reads a person who should be there. One just restored may take a moment.
func (k *Keeper) present(ctx context.Context, t TakeOver, writtenAt time.Time) (found person.Found, err error) {
	look := person.For(k.Session.Graph, t.ObjectID, t.Profile, false)
	look.WrittenAt = writtenAt
	limit := time.Duration(0)
	if t.Restore {
		limit = appearLimit
	}
	err = graph.Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		found, err = look.Read(ctx)
		return err == nil, err
	})
	return found, err
}
