// Package odata reads the part of the OData v4 URL conventions that the directory
// behind Microsoft Graph understands ($filter, $orderby, $select, $search), evaluates
// it against decoded JSON, and knows which property may be queried how.
//
// The package is pure: no clock, no network, no state. Parsing says whether an
// expression is well formed, the Check functions whether Graph would run it, and
// Match whether one object satisfies it:
//
//	filter, err := odata.Parse("mail eq 'ada@fabrikam.example'")
//	err = odata.CheckUserFilter(filter, false)
//	found, err := filter.Match(user)
//
// Refusal turns any of their errors into the code and message that Graph answers.
//
// Sources: OData v4.01 part 2 (URL conventions) for the grammar; the Learn pages
// "Advanced query capabilities on Microsoft Entra ID objects" and "user resource
// type" for what is supported. Where the two pages disagree, the stricter one wins.
package odata
