package graph

import (
	"net/url"
	"slices"
	"strings"
)

// view is what a refresh reads of a user.
type view struct {
	// name tells views apart.
	name string
	// suffix follows the path of the user.
	suffix string
	// properties are selected in single reads.
	properties []string
	// listed are the query options of a list that shows the same of many.
	listed string
	// operation describes a read of one user.
	operation func(id string) operation
	// related marks a view of other objects' ids instead of the user's properties.
	related bool
	// missing says that not found means none.
	missing bool
}

// reading is what was read in a view.
type reading struct {
	user    User
	related []string
}

// usualView is what every read of a user asks for.
var usualView = profileView(nil)

// profileView is of the user's properties. Further ones need further permissions, so they
// make a view of their own, whose refusal leaves the others alone.
func profileView(extra []Property) *view {
	properties, needs := slices.Clone(userProperties), slices.Clone(needsRead)
	for _, property := range extra {
		properties = append(properties, string(property))
		if property == EmployeeLeaveDateTime {
			needs = append(needs, "User-LifeCycleInfo.Read.All")
		}
	}
	return &view{
		name: strings.Join(properties[len(userProperties):], ","), properties: properties,
		listed: "$select=" + strings.Join(properties, ","),
		operation: func(id string) operation {
			return operation{doing: "reading the user", subject: id, needs: needs}
		},
	}
}

// The views of relations. Sources: https://learn.microsoft.com/graph/api/user-list-manager,
// https://learn.microsoft.com/graph/api/user-list-sponsors.
var (
	managerView = &view{
		name: "/manager", suffix: "/manager", properties: []string{"id"}, related: true, missing: true,
		listed: "$select=id&$expand=manager($select=id)",
		operation: func(id string) operation {
			return operation{doing: "reading the manager of the user", subject: id, needs: needsRead}
		},
	}
	sponsorsView = &view{
		name: "/sponsors", suffix: "/sponsors", properties: []string{"id"}, related: true,
		listed: "$select=id&$expand=sponsors($select=id)",
		operation: func(id string) operation {
			return operation{doing: "reading the sponsors of the user", subject: id, needs: needsRead}
		},
	}
)

// request is the single read of one user.
func (v *view) request(id string) batchRequest {
	return batchRequest{method: "GET", url: "/users/" + url.PathEscape(id) + v.suffix + "?$select=" + strings.Join(v.properties, ",")}
}

// decode reads the answer to request.
func (v *view) decode(answer batchAnswer, id string) (reading, error) {
	if !v.related {
		var user User
		err := answer.decode(v.operation(id), &user)
		return reading{user: user}, err
	}
	var objects struct {
		directoryObject

		Value []directoryObject `json:"value"`
	}
	err := answer.decode(v.operation(id), &objects)
	if v.missing && IsNotFound(err) {
		return reading{}, nil
	}
	if objects.ID != "" {
		objects.Value = []directoryObject{objects.directoryObject}
	}
	return reading{related: objectIDs(objects.Value)}, err
}

// listedUser is a user in a list, with what $expand shows.
type listedUser struct {
	User

	Manager  *directoryObject  `json:"manager"`
	Sponsors []directoryObject `json:"sponsors"`
}

func (v *view) take(listed listedUser) reading {
	switch {
	case !v.related:
		return reading{user: listed.compact()}
	case listed.Manager != nil:
		return reading{related: []string{listed.Manager.ID}}
	default:
		return reading{related: objectIDs(listed.Sponsors)}
	}
}

// credible reports whether a list shows the relation at all: one that shows nobody's may
// have left it out.
func (v *view) credible(entries map[string]reading) bool {
	if !v.related {
		return true
	}
	for _, entry := range entries {
		if len(entry.related) > 0 {
			return true
		}
	}
	return false
}

func objectIDs(objects []directoryObject) []string {
	result := make([]string, 0, len(objects))
	for _, object := range objects {
		result = append(result, object.ID)
	}
	return result
}
