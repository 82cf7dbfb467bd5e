package graph

import (
	"context"
	"errors"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// AccessPassOptions shape a temporary access pass. What is left zero is decided by the
// tenant's policy.
type AccessPassOptions struct {
	// StartsAt is from when the pass can be used; zero for at once.
	StartsAt time.Time
	// Lifetime is how long it can be used, in whole minutes; 0 for the policy's default.
	Lifetime time.Duration
	// UsableOnce is nil for the policy's choice.
	UsableOnce *bool
}

// AccessPass is a temporary access pass. Graph tells its code this once.
// Source: https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethod.
type AccessPass struct {
	ID       string
	Code     secret.Text
	StartsAt time.Time
	Lifetime time.Duration
	// UsableOnce may be true although it was not asked for: the policy decides.
	UsableOnce bool
}

// ExpiresAt is when the pass ends.
func (p AccessPass) ExpiresAt() time.Time { return p.StartsAt.Add(p.Lifetime) }

// needsPass is the least permission to make a pass.
// Source: https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods#permissions.
var needsPass = []string{"UserAuthMethod-TAP.ReadWrite.All"}

// accessPassAnswer is the 201 body.
type accessPassAnswer struct {
	ID                  string    `json:"id"`
	TemporaryAccessPass string    `json:"temporaryAccessPass"`
	StartDateTime       time.Time `json:"startDateTime"`
	LifetimeInMinutes   int       `json:"lifetimeInMinutes"`
	IsUsableOnce        bool      `json:"isUsableOnce"`
}

// CreateTemporaryAccessPass makes a pass for a member of the tenant; one that was there
// ends with it, so that a lost answer is answered by asking again. Guests sign in
// elsewhere and can have none. writtenAt is as for UpdateUser.
// Source: https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods.
func (c *Client) CreateTemporaryAccessPass(ctx context.Context, userID string, options AccessPassOptions, writtenAt time.Time) (AccessPass, error) {
	op := operation{doing: "making a temporary access pass for the user", subject: userID, needs: needsPass}
	var made accessPassAnswer
	write := func(ctx context.Context) error {
		info, err := users.NewItemAuthenticationTemporaryAccessPassMethodsRequestBuilderInternal(c.path("user%2Did", userID), c.adapter).
			ToPostRequestInformation(ctx, accessPassBody(options), nil)
		if err != nil {
			return describe(err, op)
		}
		err = c.call(repeatable(ctx), op, info, &made)
		if malformed, ok := errors.AsType[*Malformed](err); ok {
			// What cannot be decoded may be the code itself.
			return &Malformed{Refusal: malformed.Refusal, Err: errors.New("the answer is no temporary access pass")}
		}
		return err
	}
	if err := c.settle(secretive(ctx), writtenAt, write); err != nil {
		return AccessPass{}, err
	}
	if made.TemporaryAccessPass == "" {
		return AccessPass{}, describe(errors.New("the answer has no code"), op)
	}
	return AccessPass{
		ID: made.ID, Code: secret.New(made.TemporaryAccessPass), StartsAt: made.StartDateTime.UTC(),
		Lifetime: time.Duration(made.LifetimeInMinutes) * time.Minute, UsableOnce: made.IsUsableOnce,
	}, nil
}

func accessPassBody(options AccessPassOptions) models.TemporaryAccessPassAuthenticationMethodable {
	body := models.NewTemporaryAccessPassAuthenticationMethod()
	body.SetOdataType(nil)
	if !options.StartsAt.IsZero() {
		start := options.StartsAt.UTC()
		body.SetStartDateTime(&start)
	}
	if options.Lifetime > 0 {
		minutes := int32(min(options.Lifetime/time.Minute, maxPassMinutes))
		body.SetLifetimeInMinutes(&minutes)
	}
	body.SetIsUsableOnce(options.UsableOnce)
	return body
}

// maxPassMinutes is the longest life any policy can allow, 30 days.
const maxPassMinutes = 43200
