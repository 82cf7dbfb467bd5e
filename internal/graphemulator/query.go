package graphemulator

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator/odata"
)

// query is the parsed query of a request.
type query struct {
	// selects is nil when there is no $select.
	selects []string
	filter  *odata.Filter
	search  *odata.Search
	orders  []odata.Order
	expand  string
	top     int
	// count is $count=true.
	count     bool
	skipToken string
	// values are the options as they were sent, for the link to the next page.
	values url.Values
}

// parseQuery reads the system query options, with or without the dollar sign. Options it
// does not know are refused if they have one, and ignored if they have none, as by Graph.
func parseQuery(raw string) (query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return query{}, badSyntax("The query specified in the URI is not valid. %v", err)
	}
	q := query{values: url.Values{}}
	for name, list := range values {
		option := strings.ToLower(name)
		if isSystemOption("$" + option) {
			option = "$" + option
		}
		if !isSystemOption(option) {
			if strings.HasPrefix(option, "$") {
				return query{}, badSyntax("The query parameter '%s' is not supported.", name)
			}
			continue
		}
		if len(list) != 1 || q.values.Has(option) {
			return query{}, badSyntax("Query option '%s' was specified more than once, but it must be specified at most once.", option)
		}
		q.values.Set(option, list[0])
		if err := q.set(option, list[0]); err != nil {
			return query{}, err
		}
	}
	return q, nil
}

func isSystemOption(name string) bool {
	switch name {
	case "$select", "$filter", "$search", "$orderby", "$expand", "$top", "$count", "$skiptoken", "$skip", "$format":
		return true
	default:
		return false
	}
}

func (q *query) set(option, value string) (err error) {
	switch option {
	case "$select":
		if value == "" {
			return nil
		}
		q.selects, err = odata.ParseSelect(value)
	case "$filter":
		q.filter, err = odata.Parse(value)
	case "$search":
		q.search, err = odata.ParseSearch(value)
	case "$orderby":
		q.orders, err = odata.ParseOrderBy(value)
	case "$expand":
		q.expand = value
	case "$top":
		q.top, err = strconv.Atoi(value)
		if err != nil {
			return badSyntax("Invalid value '%s' for $top query option found. The $top query option requires a non-negative integer value.", value)
		}
		if q.top < 1 || q.top > maxPage {
			return unsupportedQuery("Invalid page size specified: '%s'. Must be between 1 and %d inclusive.", value, maxPage)
		}
	case "$count":
		if value != "true" && value != "false" {
			return badSyntax("Invalid value '%s' for $count query option found. Valid values are 'true' and 'false'.", value)
		}
		q.count = value == "true"
	case "$skiptoken":
		q.skipToken = value
	case "$skip":
		return badRequest("'$skip' is not supported by the service.")
	}
	return refusedQuery(err)
}

// asksSignIns reports whether the query selects or filters by the sign-in activity.
func (q query) asksSignIns() bool {
	if slices.ContainsFunc(q.selects, isSignIns) {
		return true
	}
	return q.filter != nil && slices.ContainsFunc(q.filter.Clauses(), func(clause odata.Clause) bool { return isSignIns(clause.Property) })
}

func isSignIns(property string) bool {
	return property == "signInActivity" || strings.HasPrefix(property, "signInActivity/")
}

// refusedQuery gives an error of the odata package the form Graph gives it.
func refusedQuery(err error) error {
	if err == nil {
		return nil
	}
	if code, message, ok := odata.Refusal(err); ok {
		return fail(400, code, message)
	}
	return badSyntax("Invalid query: %v", err)
}

// checkSelect refuses names that the entity does not have.
func (q query) checkSelect(entity string) error {
	for _, name := range q.selects {
		base, _, _ := strings.Cut(name, "/")
		if name == "*" || selectable(entity, base) {
			continue
		}
		return badSyntax("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, entity)
	}
	return nil
}

func selectable(entity, property string) bool {
	switch entity {
	case kindUser, kindGroup:
		return contract.Selectable(entity, property) || slices.Contains(betaProperties(entity), property) ||
			strings.HasPrefix(property, "extension_")
	case "directoryObject":
		return property == "id" || property == "deletedDateTime" ||
			contract.Selectable(kindUser, property) || contract.Selectable(kindGroup, property)
	default:
		return true
	}
}

// projection is the part of @odata.context that names the selected properties.
func (q query) projection() string {
	if q.selects == nil {
		return ""
	}
	return "(" + strings.Join(q.selects, ",") + ")"
}

// only refuses the options that an operation does not offer.
func (q query) only(offered ...string) error {
	for option := range q.values {
		if !slices.Contains(offered, option) {
			return badSyntax("The query option '%s' is not supported by this operation.", option)
		}
	}
	return nil
}
