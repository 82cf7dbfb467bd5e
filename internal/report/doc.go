// Package report is the data source entraguest_guest_report: the guests of a tenant, or
// the people of a group, in numbers, as Markdown, as a page and as CSV.
package report
