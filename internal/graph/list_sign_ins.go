package graph

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// Graph answers ten requests a minute that ask for sign-ins, whatever else it is asked.
// Source: https://learn.microsoft.com/graph/throttling-limits.
const (
	signInBurst    = 10
	signInInterval = time.Minute / signInBurst
)

// needsSignIns are the permissions to read when users signed in. The tenant needs Entra
// ID P1 besides.
// Source: https://learn.microsoft.com/graph/api/resources/signinactivity.
var needsSignIns = []string{"User.Read.All", "AuditLog.Read.All"}

// ListGuestSignIns hands the object id of every guest of the tenant to take, and when he
// signed in last, the zero time for never: 500 people with one request, 5,000 a minute.
func (c *Client) ListGuestSignIns(ctx context.Context, take func(id string, last time.Time)) error {
	return c.listSignIns(ctx, &signInPace{}, isGuest, take)
}

// ListSignIns is ListGuestSignIns for the users with the given object ids: 15 people with
// one request, 150 a minute.
func (c *Client) ListSignIns(ctx context.Context, ids []string, take func(id string, last time.Time)) error {
	pace := &signInPace{}
	for some := range slices.Chunk(ids, maxClauses) {
		if err := c.listSignIns(ctx, pace, anyOf(some), take); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) listSignIns(ctx context.Context, pace *signInPace, filter string, take func(id string, last time.Time)) error {
	op := operation{doing: "reading the sign-ins of the users with the filter", subject: filter, needs: needsSignIns}
	top := int32(signInPageSize)
	info, err := users.NewUsersRequestBuilderInternal(c.path(), c.adapter).ToGetRequestInformation(ctx,
		&users.UsersRequestBuilderGetRequestConfiguration{QueryParameters: &users.UsersRequestBuilderGetQueryParameters{
			Top: &top, Filter: &filter, Select: []string{"id", string(SignIns)},
		}})
	if err != nil {
		return describe(err, op)
	}
	seen := map[string]bool{}
	for {
		if err := pace.wait(ctx); err != nil {
			return describe(err, op)
		}
		var one page[User]
		if err := c.call(apart(ctx), op, info, &one); err != nil {
			return err
		}
		if one.Value == nil {
			return describe(errNoList, op)
		}
		for _, user := range one.Value {
			take(user.ID, user.SignInActivity.Last())
		}
		pace.people += len(one.Value)
		tflog.Info(ctx, "Reading when users signed in", map[string]any{"people": pace.people, "requests": pace.requests})
		if one.NextLink == "" {
			return nil
		}
		if seen[one.NextLink] {
			return describe(errLoop, op)
		}
		seen[one.NextLink] = true
		if info, err = c.nextPage(one.NextLink); err != nil {
			return describe(err, op)
		}
	}
}

// signInPace keeps one reader below Graph's limit: to be refused would make everybody
// else wait as well.
type signInPace struct {
	requests int
	people   int
	// next is when the request after the burst may go.
	next time.Time
}

// wait returns when the next request may be sent, or with the context's error, at once
// when that is later than the context allows.
func (p *signInPace) wait(ctx context.Context) error {
	now := time.Now()
	if p.requests == 0 {
		p.next = now.Add(-(signInBurst - 1) * signInInterval)
	}
	p.requests++
	due := p.next
	p.next = p.next.Add(signInInterval)
	rest := due.Sub(now)
	switch {
	case rest <= 0:
		return ctx.Err()
	case exceeds(ctx, rest):
		return context.DeadlineExceeded
	default:
		return pause(ctx, rest)
	}
}
