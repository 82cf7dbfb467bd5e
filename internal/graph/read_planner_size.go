package graph

import (
	"errors"
	"net/http"
	"slices"
)

// unsized returns the types of users of whom it should be asked how many there are, along
// with so many requests: as soon as there is company, and room.
func (r *userReads) unsized(requests int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	spent := map[string]float64{}
	for key, list := range r.rosters {
		if list.unsized() {
			spent[key.userType] += list.soFar()
		}
	}
	var types []string
	dear := false
	for userType, cost := range spent {
		if !r.counting[userType] {
			types = append(types, userType)
			dear = dear || cost >= eagerReads
		}
	}
	if len(r.rosters) == 0 && requests > 1 && len(r.counting) == 0 {
		types = []string{"Guest", "Member"}
	}
	if !dear && !rides(requests, len(types)) && requests > 1 {
		return nil
	}
	for _, userType := range types {
		r.counting[userType] = true
	}
	slices.Sort(types)
	return types
}

// sizing asks how many users of a type there are.
// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
func (r *userReads) sizing(userType string) errand {
	request := countRequest("/users?$count=true&$top=1&$select=id&" + ofType(userType))
	return errand{batchRequest: request, take: func(answer batchAnswer) []errand {
		objects, err := countIn(answer)
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.counting, userType)
		if err == nil {
			r.counts[userType] = objects
		}
		for key, list := range r.rosters {
			if key.userType == userType {
				list.sized(objects, err)
			}
		}
		return nil
	}}
}

func ofType(userType string) string {
	return "$filter=" + escapeQuery("userType eq '"+quote(userType)+"'")
}

func countRequest(url string) batchRequest {
	return batchRequest{method: http.MethodGet, url: url, headers: map[string]string{"ConsistencyLevel": "eventual"}}
}

// errNoCount is an answer without the number that was asked for.
var errNoCount = errors.New("the answer holds no count")

// countIn reads the answer to a countRequest.
func countIn(answer batchAnswer) (int, error) {
	var counted struct {
		Count *int `json:"@odata.count"`
	}
	switch err := answer.decode(operation{}, &counted); {
	case err != nil:
		return 0, err
	case counted.Count == nil:
		return 0, errNoCount
	default:
		return *counted.Count, nil
	}
}
