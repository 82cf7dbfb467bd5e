package graph

import (
	"context"
	"errors"
	"maps"
	"sync/atomic"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// NewUser is an account to be created.
// Source: https://learn.microsoft.com/graph/api/user-post-users.
type NewUser struct {
	UserPrincipalName string
	// Properties are all others: display name, mail nickname and whether the account is
	// enabled are required. Extension attributes and the leave date cannot be among them.
	Properties Changes
	// Password is sent and never shown again.
	Password secret.Text
	// ForceChange makes the person choose another password at the first sign-in.
	ForceChange bool
}

// CreatedUser is what a creation led to.
type CreatedUser struct {
	ID, UserPrincipalName string
	// SentAt is the time on Graph's clock just before the first request.
	SentAt time.Time
}

// needsCreate is the least permission to create users.
var needsCreate = []string{"User.ReadWrite.All"}

// createTries bounds how often a creation whose answer was lost is sent.
const createTries = 3

// CreateUser creates an account. When the answer is lost, the account is looked for by
// its user principal name before anything is sent again: the name is unique, and an
// account made since belongs to this request. An error leaves the fate unknown only if
// it wraps *Uncertain.
func (c *Client) CreateUser(ctx context.Context, user NewUser) (CreatedUser, error) {
	start := &atomic.Int64{}
	answer, err := c.createUser(context.WithValue(ctx, startKey{}, start), user)
	sentAt := c.clock.at(time.Unix(0, start.Load()))
	for try := 1; err != nil; try++ {
		_, lost := errors.AsType[*Uncertain](err)
		// The name can be taken by a try before, whose answer was lost and which was slow.
		_, taken := errors.AsType[*Conflict](err)
		if !lost && (!taken || try == 1) {
			return CreatedUser{}, err
		}
		found, lookErr := c.recoverCreated(ctx, user.UserPrincipalName, sentAt.Add(-clockTolerance))
		if lookErr != nil {
			return CreatedUser{}, errors.Join(err, lookErr)
		}
		if found.ID != "" {
			answer = found
			break
		}
		if taken || try >= createTries || ctx.Err() != nil {
			return CreatedUser{}, err
		}
		answer, err = c.createUser(ctx, user)
	}
	return CreatedUser{ID: answer.ID, UserPrincipalName: answer.UserPrincipalName, SentAt: sentAt}, nil
}

// recoverCreated looks for an account made since; one without ID is none.
func (c *Client) recoverCreated(ctx context.Context, principalName string, since time.Time) (User, error) {
	var found User
	err := Poll(ctx, recoveryLimit, func(ctx context.Context) (bool, error) {
		user, err := c.User(ctx, principalName)
		if err != nil {
			return !IsNotFound(err), err
		}
		if user.CreatedDateTime != nil && !user.CreatedDateTime.Before(since) {
			found = user
		}
		return true, nil
	})
	if IsNotFound(err) {
		return User{}, nil
	}
	return found, err
}

func (c *Client) createUser(ctx context.Context, user NewUser) (User, error) {
	op := operation{doing: "creating the user", subject: user.UserPrincipalName, needs: needsCreate}
	changes := Changes{UserPrincipalName: user.UserPrincipalName}
	maps.Copy(changes, user.Properties)
	body := userBody(changes)
	profile := models.NewPasswordProfile()
	profile.SetOdataType(nil)
	plain := user.Password.Reveal()
	profile.SetPassword(&plain)
	profile.SetForceChangePasswordNextSignIn(&user.ForceChange)
	body.SetPasswordProfile(profile)
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToPostRequestInformation(ctx, body, nil)
	if err != nil {
		return User{}, describe(err, op)
	}
	var answer User
	if err := c.call(secretive(ctx), op, info, &answer); err != nil {
		return User{}, conceal(err, user.Password)
	}
	if answer.ID == "" {
		return User{}, describe(&Uncertain{Err: errors.New("the answer names no user")}, op)
	}
	return answer, nil
}

// Creatable reports whether Graph takes a property when a user is created; the others
// have to be written afterwards.
// Source: https://learn.microsoft.com/graph/api/user-post-users; the extension attributes
// are documented as writable there and refused in the field.
func Creatable(property Property) bool {
	return property != ExtensionAttributes && property != EmployeeLeaveDateTime
}
