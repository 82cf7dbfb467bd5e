package graph

import (
	"context"
	"net/http"
	"time"
)

// Candidate is an object that is to come into a group, as far as that matters there.
type Candidate struct {
	// Kind is what it is: "user", "group", or "" for what is neither or does not show.
	Kind              string
	DisplayName       *string `json:"displayName"`
	UserPrincipalName *string `json:"userPrincipalName"`
	// UsageLocation is a user's; without one Entra assigns no licences.
	UsageLocation *string `json:"usageLocation"`
	// CreatedAt is nil where it does not show.
	CreatedAt *time.Time `json:"createdDateTime"`
}

// Candidate returns what an object is. One that does not show is no error. Concurrent
// callers share requests, 20 objects in one.
func (c *Client) Candidate(ctx context.Context, id string) (Candidate, error) {
	op := lookingAtCandidate(id)
	if err := (pair{id, id}).check(op); err != nil {
		return Candidate{}, err
	}
	found, err := c.members.candidates.do(ctx, id)
	if err != nil {
		return Candidate{}, describe(err, op)
	}
	return found.value, found.err
}

func lookingAtCandidate(id string) operation {
	return operation{doing: "looking at the member", subject: id, needs: needsRead}
}

// candidateKinds are the collections in which a candidate is looked for, in this order.
var candidateKinds = []struct{ name, path, properties string }{
	{"user", "/users/", "id,displayName,userPrincipalName,usageLocation,createdDateTime"}, {"group", "/groups/", "id,displayName,createdDateTime"},
}

// readCandidates is the gatherer's: who is no user may be a group.
func (m *memberships) readCandidates(ctx context.Context, ids []string, deliver func(int, outcome[Candidate])) {
	errands := make([]errand, len(ids))
	for i, id := range ids {
		errands[i] = candidate(id, 0, func(found outcome[Candidate]) { deliver(i, found) })
	}
	m.client.carry(ctx, errands)
}

// candidate looks for an object among those of a kind, and if it is none of them, of the
// next one.
func candidate(id string, kind int, done func(outcome[Candidate])) errand {
	sought := candidateKinds[kind]
	return errand{
		batchRequest: batchRequest{method: http.MethodGet, url: sought.path + id + "?$select=" + sought.properties},
		take: func(answer batchAnswer) []errand {
			found := outcome[Candidate]{}
			err := answer.decode(lookingAtCandidate(id), &found.value)
			switch {
			case IsNotFound(err) && kind+1 < len(candidateKinds):
				return []errand{candidate(id, kind+1, done)}
			case err == nil:
				found.value.Kind = sought.name
			case !IsNotFound(err):
				found.err = err
			}
			done(found)
			return nil
		},
	}
}
