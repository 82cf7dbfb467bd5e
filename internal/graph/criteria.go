package graph

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Criteria are conditions on users, all of which have to hold; "" and nil ask for nothing.
type Criteria struct {
	// UserType is Guest or Member.
	UserType string
	// RedemptionState is Accepted or PendingAcceptance, as in externalUserState.
	RedemptionState string
	// EmailDomain is what stands behind the @ of mail.
	EmailDomain string
	CompanyName string

	AccountEnabled *bool
	// CreatedFrom and CreatedBefore are the beginning, inclusive, and the end, exclusive,
	// of the time of creation.
	CreatedFrom, CreatedBefore *time.Time
	// LastSignInBefore is for those who have not signed in since, in whatever way; who has
	// never signed in is one of them.
	LastSignInBefore *time.Time
	// Filter is a condition in Graph's own words, OData.
	Filter string
}

// Empty reports whether nothing is asked for.
func (k Criteria) Empty() bool { return k == Criteria{} }

// Matches reports whether a user meets the criteria, Filter aside. The user must have been
// read with Properties.
func (k Criteria) Matches(user User) bool {
	switch {
	case k.UserType != "" && !equalsText(user.UserType, k.UserType),
		k.RedemptionState != "" && !equalsText(user.ExternalUserState, k.RedemptionState),
		k.CompanyName != "" && !equalsText(user.CompanyName, k.CompanyName),
		k.EmailDomain != "" && !hasDomain(user.Mail, k.EmailDomain),
		k.AccountEnabled != nil && (user.AccountEnabled == nil || *user.AccountEnabled != *k.AccountEnabled),
		k.CreatedFrom != nil && (user.CreatedDateTime == nil || user.CreatedDateTime.Before(*k.CreatedFrom)),
		k.CreatedBefore != nil && (user.CreatedDateTime == nil || !user.CreatedDateTime.Before(*k.CreatedBefore)):
		return false
	}
	return k.LastSignInBefore == nil || user.SignInActivity.Last().Before(*k.LastSignInBefore)
}

func equalsText(value *string, wanted string) bool {
	return value != nil && strings.EqualFold(*value, wanted)
}

func hasDomain(address *string, domain string) bool {
	if address == nil {
		return false
	}
	at := strings.LastIndexByte(*address, '@')
	return at >= 0 && strings.EqualFold((*address)[at+1:], domain)
}

// Last is when a user signed in last, in whatever way; the zero time for never.
func (s *SignInActivity) Last() time.Time {
	var last time.Time
	if s == nil {
		return last
	}
	for _, moment := range []*time.Time{s.LastSignInDateTime, s.LastNonInteractiveSignInDateTime, s.LastSuccessfulSignInDateTime} {
		if moment != nil && moment.After(last) {
			last = *moment
		}
	}
	return last
}

// Properties are what Matches has to know of a user.
func (k Criteria) Properties() []Property {
	var properties []Property
	for property, asked := range map[Property]bool{
		UserType:            k.UserType != "",
		"externalUserState": k.RedemptionState != "",
		"companyName":       k.CompanyName != "",
		AccountEnabled:      k.AccountEnabled != nil,
		"createdDateTime":   k.CreatedFrom != nil || k.CreatedBefore != nil,
		SignIns:             k.LastSignInBefore != nil,
	} {
		if asked {
			properties = append(properties, property)
		}
	}
	slices.Sort(properties)
	return properties
}

// condition is what Graph is asked to filter by.
type condition struct {
	// filter is OData, "" for nothing.
	filter string
	// advanced marks filters that only the directory's index answers.
	// Source: https://learn.microsoft.com/graph/aad-advanced-queries.
	advanced bool
	// signIns marks a filter by sign-ins, which Graph combines with no other condition.
	signIns bool
}

// condition leaves to Matches what Graph cannot filter by, or not together with the rest.
func (k Criteria) condition() condition {
	if strings.Contains(k.Filter, string(SignIns)) {
		return condition{filter: k.Filter, signIns: true}
	}
	var clauses []string
	text := func(property, value string) {
		if value != "" {
			clauses = append(clauses, equals(property, value))
		}
	}
	text("userType", k.UserType)
	text("externalUserState", k.RedemptionState)
	text("companyName", k.CompanyName)
	if k.AccountEnabled != nil {
		clauses = append(clauses, "accountEnabled eq "+strconv.FormatBool(*k.AccountEnabled))
	}
	// The directory knows ge and le only, and seconds.
	if k.CreatedFrom != nil {
		clauses = append(clauses, "createdDateTime ge "+k.CreatedFrom.UTC().Format(time.RFC3339))
	}
	if k.CreatedBefore != nil {
		clauses = append(clauses, "createdDateTime le "+k.CreatedBefore.UTC().Format(time.RFC3339))
	}
	if k.EmailDomain != "" {
		clauses = append(clauses, "endsWith(mail,'@"+quote(k.EmailDomain)+"')")
	}
	if k.Filter != "" {
		clauses = append(clauses, "("+k.Filter+")")
	}
	return condition{
		filter: strings.Join(clauses, " and "),
		// What a filter in Graph's own words is about is not known here, and the index
		// answers whatever the directory answers.
		advanced: k.CompanyName != "" || k.EmailDomain != "" || k.Filter != "",
	}
}
