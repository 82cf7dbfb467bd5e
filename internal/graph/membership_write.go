package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// memberWrite is one addition or removal, on behalf of a caller.
type memberWrite struct {
	pair
	// ctx is the caller's. It ends what was not sent yet, and the wait between two tries,
	// never a try under way.
	ctx context.Context
}

func addingMember(p pair) operation {
	return operation{doing: "adding to group " + p.groupID + " the member", subject: p.memberID, needs: needsMembersWrite}
}

func removingMember(p pair) operation {
	return operation{doing: "removing from group " + p.groupID + " the member", subject: p.memberID, needs: needsMembersWrite}
}

// reference is the path of a membership, the one thing that is ever deleted below
// /groups: without /$ref the request would delete the person. Both ids are GUIDs.
func (p pair) reference() string { return "/groups/" + p.groupID + "/members/" + p.memberID + "/$ref" }

// AddMember puts an object, a user or a group, directly into a group. One who is in
// already is no error. Where one of the two may be so fresh that replicas have not heard
// of it, as writtenAt tells on Graph's clock, or else Graph itself, that is waited out.
// Concurrent callers share requests, 20 additions in one; each gets an answer of its own.
// Source: https://learn.microsoft.com/graph/api/group-post-members.
func (c *Client) AddMember(ctx context.Context, groupID, memberID string, writtenAt time.Time) error {
	p := pair{groupID, memberID}
	add := func(ctx context.Context) error {
		_, err := c.members.write(ctx, &c.members.added, p, addingMember(p))
		return ignoreExisting(err)
	}
	err := add(ctx)
	if !unheardOf(err) {
		return err
	}
	return pollOn(ctx, c.patience(ctx, p, writtenAt), err, func(ctx context.Context) (bool, error) {
		err := add(ctx)
		return !unheardOf(err), err
	})
}

// pollOn is Poll for somebody who has looked already, with the given error: it waits
// before the first look.
func pollOn(ctx context.Context, limit time.Duration, before error, look func(context.Context) (bool, error)) error {
	waited := false
	return Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		if !waited {
			waited = true
			return false, before
		}
		return look(ctx)
	})
}

// unknownObject is how Graph says that the group, or whom to add, is not known: deleted,
// or not replicated yet. The answer is a plain Request_BadRequest: only its text tells it
// from other refusals.
// Source: https://learn.microsoft.com/graph/api/group-post-members#response.
const unknownObject = "objects being referenced don't exist"

func unheardOf(err error) bool {
	var bad *BadRequest
	return IsNotFound(err) || errors.As(err, &bad) && strings.Contains(bad.Message, unknownObject)
}

// patience returns how long it is worth to wait for a replica to hear of a group and of
// whom to add: long when one of the two is fresh, shorter when one does not show at all.
func (c *Client) patience(ctx context.Context, p pair, writtenAt time.Time) time.Duration {
	if c.Fresh(writtenAt) {
		return settleLimit
	}
	limit := secondLook
	for _, answer := range c.batch(ctx, []batchRequest{
		{method: http.MethodGet, url: "/groups/" + p.groupID + "?$select=id,createdDateTime"},
		{method: http.MethodGet, url: "/users/" + p.memberID + "?$select=id,createdDateTime"},
	}) {
		var object struct {
			CreatedDateTime *time.Time `json:"createdDateTime"`
		}
		switch err := answer.decode(addingMember(p), &object); {
		case IsNotFound(err):
			limit = max(limit, freshLook)
		case err == nil && object.CreatedDateTime != nil && c.Fresh(*object.CreatedDateTime):
			limit = settleLimit
		}
	}
	return limit
}

// RemoveMember takes an object out of a group; the object itself stays. One who is not in
// is no error: a replica that lags answers the same, so that is confirmed, with more
// patience when the membership was written a moment ago, as writtenAt tells on Graph's
// clock. Concurrent callers share requests, 20 removals in one.
// Source: https://learn.microsoft.com/graph/api/group-delete-members.
func (c *Client) RemoveMember(ctx context.Context, groupID, memberID string, writtenAt time.Time) error {
	p := pair{groupID, memberID}
	lost := false
	remove := func(ctx context.Context) error {
		unanswered, err := c.members.write(ctx, &c.members.removed, p, removingMember(p))
		lost = lost || unanswered
		return err
	}
	err := remove(ctx)
	if !IsNotFound(err) {
		return err
	}
	// After a lost answer the try before has removed the member.
	fresh := c.Fresh(writtenAt) && !lost
	limit := secondLook
	if fresh {
		limit = freshLook
	}
	standing := Out
	err = Poll(ctx, limit, func(ctx context.Context) (bool, error) {
		var lookErr error
		standing, lookErr = c.ConfirmedStanding(ctx, groupID, memberID)
		switch {
		case lookErr != nil && !IsForbidden(lookErr):
			return true, lookErr
		case standing != In && !fresh:
			return true, nil
		}
		err := remove(ctx)
		if IsNotFound(err) && lost {
			return true, nil
		}
		return !IsNotFound(err), err
	})
	if IsNotFound(err) && standing != In {
		return nil
	}
	return err
}

// write sends one addition or removal together with those of others. Once it is sent its
// answer is waited for, also when the caller's context ends meanwhile. lost reports that
// the answer to a first try was lost.
func (m *memberships) write(ctx context.Context, g *gatherer[memberWrite, bool], p pair, op operation) (lost bool, err error) {
	if err := p.check(op); err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, describe(err, op)
	}
	done, err := g.do(context.WithoutCancel(ctx), memberWrite{pair: p, ctx: ctx})
	if err != nil {
		return false, describe(err, op)
	}
	return done.value, done.err
}

// add is the gatherer's.
func (m *memberships) add(ctx context.Context, writes []memberWrite, deliver func(int, outcome[bool])) {
	m.carryOut(ctx, writes, deliver, addingMember, func(p pair) batchRequest {
		// A map of strings can always be written. Who is in already is an answer as good
		// as any, so repeating does no harm.
		body, _ := json.Marshal(map[string]string{"@odata.id": m.client.baseURL + "/directoryObjects/" + p.memberID})
		return batchRequest{method: http.MethodPost, url: "/groups/" + p.groupID + "/members/$ref", body: body, harmless: true}
	})
}

// remove is the gatherer's.
func (m *memberships) remove(ctx context.Context, writes []memberWrite, deliver func(int, outcome[bool])) {
	m.carryOut(ctx, writes, deliver, removingMember, func(p pair) batchRequest {
		return batchRequest{method: http.MethodDelete, url: p.reference()}
	})
}

// carryOut sends the writes whose callers still want them.
func (m *memberships) carryOut(
	ctx context.Context, writes []memberWrite, deliver func(int, outcome[bool]), doing func(pair) operation, request func(pair) batchRequest,
) {
	var errands []errand
	for i, write := range writes {
		if err := write.ctx.Err(); err != nil {
			deliver(i, outcome[bool]{err: describe(err, doing(write.pair))})
			continue
		}
		errands = append(errands, errand{batchRequest: request(write.pair), ctx: write.ctx, take: func(answer batchAnswer) []errand {
			deliver(i, outcome[bool]{value: answer.lost, err: answer.decode(doing(write.pair), nil)})
			return nil
		}})
	}
	m.client.carry(ctx, errands)
}
