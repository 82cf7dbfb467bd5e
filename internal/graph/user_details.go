package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// UserDetails is a user with those around him.
type UserDetails struct {
	User
	// ManagerID is the object id of the manager, "" when there is none.
	ManagerID string
	// SponsorIDs are the object ids of the sponsors, users and groups, five at most.
	SponsorIDs []string
}

// UserDetails returns the user with an object id, with the given properties beyond those
// always read, and the manager and the sponsors, in one request.
// Sources: https://learn.microsoft.com/graph/api/user-get, …/user-list-manager and
// …/user-list-sponsors.
func (c *Client) UserDetails(ctx context.Context, id string, properties ...Property) (UserDetails, error) {
	op := operation{doing: "reading the user", subject: id, needs: slices.Clone(needsRead)}
	selected := slices.Clone(userProperties)
	for _, property := range properties {
		selected = append(selected, string(property))
	}
	if slices.Contains(properties, EmployeeLeaveDateTime) {
		op.needs = append(op.needs, "User-LifeCycleInfo.Read.All")
	}
	signIns := slices.Contains(properties, SignIns)
	if signIns {
		op.needs = append(op.needs, "AuditLog.Read.All")
	}
	base := "/users/" + id
	answers := c.batch(ctx, []batchRequest{
		{method: http.MethodGet, url: base + "?$select=" + strings.Join(selected, ","), signIns: signIns},
		{method: http.MethodGet, url: base + "/manager?$select=id"},
		{method: http.MethodGet, url: base + "/sponsors?$select=id"},
	})
	var details UserDetails
	if err := answers[0].decode(op, &details.User); err != nil {
		return UserDetails{}, err
	}
	var manager directoryObject
	op = operation{doing: "reading the manager of the user", subject: id, needs: needsRead}
	if err := answers[1].decode(op, &manager); err != nil && !IsNotFound(err) {
		return UserDetails{}, err
	}
	details.ManagerID = manager.ID
	var sponsors page[directoryObject]
	op = operation{doing: "reading the sponsors of the user", subject: id, needs: needsRead}
	if err := answers[2].decode(op, &sponsors); err != nil {
		return UserDetails{}, err
	}
	for _, sponsor := range sponsors.Value {
		details.SponsorIDs = append(details.SponsorIDs, sponsor.ID)
	}
	return details, nil
}
