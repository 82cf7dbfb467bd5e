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

// readCandidates is the gatherer's: who is no user may be a group.
func (m *memberships) readCandidates(ctx context.Context, ids []string) []outcome[Candidate] {
	found := make([]outcome[Candidate], len(ids))
	pending := make([]int, len(ids))
	for i := range ids {
		pending[i] = i
	}
	for _, kind := range []struct{ name, path, properties string }{
		{"user", "/users/", "id,displayName,userPrincipalName,usageLocation,createdDateTime"}, {"group", "/groups/", "id,displayName,createdDateTime"},
	} {
		requests := make([]batchRequest, len(pending))
		for i, which := range pending {
			requests[i] = batchRequest{method: http.MethodGet, url: kind.path + ids[which] + "?$select=" + kind.properties}
		}
		var rest []int
		for i, answer := range m.client.batch(ctx, requests) {
			which := pending[i]
			err := answer.decode(lookingAtCandidate(ids[which]), &found[which].value)
			switch {
			case IsNotFound(err):
				rest = append(rest, which)
			case err != nil:
				found[which].err = err
			default:
				found[which].value.Kind = kind.name
			}
		}
		pending = rest
	}
	return found
}
