// Package group holds the data sources entraguest_group and entraguest_group_members, and
// what is known about groups.
package group
