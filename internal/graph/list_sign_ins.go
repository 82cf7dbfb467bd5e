package graph

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// needsSignIns are the permissions to read when users signed in. The tenant needs Entra
// ID P1 besides.
// Source: https://learn.microsoft.com/graph/api/resources/signinactivity.
var needsSignIns = []string{"User.Read.All", "AuditLog.Read.All"}

// ListGuestSignIns hands the object id of every guest of the tenant to take, and when he
// signed in last, the zero time for never: 500 people with one request, 5,000 a minute. The
// log shows how far it is, of so many people as expected.
func (c *Client) ListGuestSignIns(ctx context.Context, expected int, take func(id string, last time.Time)) error {
	return c.listSignIns(ctx, isGuest, &signInProgress{of: expected, step: signInPageSize}, take)
}

// ListSignIns is ListGuestSignIns for the users with the given object ids: 15 people with
// one request, 150 a minute.
func (c *Client) ListSignIns(ctx context.Context, ids []string, take func(id string, last time.Time)) error {
	progress := &signInProgress{of: len(ids), step: maxClauses}
	for some := range slices.Chunk(ids, maxClauses) {
		if err := c.listSignIns(ctx, anyOf(some), progress, take); err != nil {
			return err
		}
	}
	return nil
}

// signInProgress is how many people were read of how many, so many with each request.
type signInProgress struct{ read, of, step int }

// add counts one, and logs a line for each full request, and for the last one, with how
// long the rest takes at most.
func (p *signInProgress) add(ctx context.Context) {
	p.read++
	if p.read%p.step != 0 && p.read != p.of {
		return
	}
	requests := (max(p.of-p.read, 0) + p.step - 1) / p.step
	tflog.Info(ctx, "Reading when people signed in", map[string]any{
		"people": p.read, "of": p.of, "seconds_left": int((time.Duration(requests) * signInInterval).Seconds()),
	})
}

func (c *Client) listSignIns(ctx context.Context, filter string, progress *signInProgress, take func(id string, last time.Time)) error {
	op := operation{doing: "reading the sign-ins of the users with the filter", subject: filter, needs: needsSignIns}
	top := int32(signInPageSize)
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToGetRequestInformation(ctx,
		&users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
			Top: &top, Filter: &filter, Select: []string{"id", string(SignIns)},
		}})
	if err != nil {
		return describe(err, op)
	}
	return list(c.askingSignIns(ctx), c, op, info, func(user User) {
		take(user.ID, user.SignInActivity.Last())
		progress.add(ctx)
	})
}
