package odata

import "slices"

// CheckUserOrderBy says whether the directory sorts users by these keys. Filtered is
// true if the request also has a $filter: both together need the advanced query
// parameters. The error is an *UnsupportedError. Source: Learn, "Advanced query
// capabilities on Microsoft Entra ID objects", support for sorting.
func CheckUserOrderBy(orders []Order, filtered, advanced bool) error {
	return checkOrderBy(orders, filtered, advanced,
		[]string{"displayName", "userPrincipalName"}, []string{"createdDateTime", "deletedDateTime"})
}

// CheckGroupOrderBy is CheckUserOrderBy for groups.
func CheckGroupOrderBy(orders []Order, filtered, advanced bool) error {
	return checkOrderBy(orders, filtered, advanced, []string{"displayName"}, []string{"deletedDateTime"})
}

func checkOrderBy(orders []Order, filtered, advanced bool, byDefault, advancedOnly []string) error {
	for _, order := range orders {
		sortable := slices.Contains(byDefault, order.Property) && (advanced || !filtered) ||
			slices.Contains(advancedOnly, order.Property) && advanced

		if !sortable {
			return &UnsupportedError{
				Code:     CodeUnsupportedQuery,
				Message:  "Sorting not supported for current query.",
				Property: order.Property,
			}
		}
	}

	return nil
}

// CheckUserSearch says whether the directory searches users that way. Eventual is true
// if the request carries the header ConsistencyLevel: eventual; $search does not need
// $count. The error is an *UnsupportedError.
func CheckUserSearch(search *Search, eventual bool) error {
	return checkSearch(search, eventual, "User",
		[]string{"displayName", "givenName", "mail", "mailNickname", "surname", "userPrincipalName"})
}

// CheckGroupSearch is CheckUserSearch for groups.
func CheckGroupSearch(search *Search, eventual bool) error {
	return checkSearch(search, eventual, "Group", []string{"description", "displayName", "mail", "mailNickname"})
}

func checkSearch(search *Search, eventual bool, resource string, searchable []string) error {
	if !eventual {
		return &UnsupportedError{
			Code: CodeUnsupportedQuery,
			Message: "Request with $search query parameter only works through MSGraph with a special request header: " +
				"'ConsistencyLevel: eventual'",
		}
	}

	for _, term := range search.Terms() {
		if !slices.Contains(searchable, term.Property) {
			return checker{resource: resource}.unsupportedProperty(Clause{Property: term.Property, Operator: "search"})
		}
	}

	return nil
}
